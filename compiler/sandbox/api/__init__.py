"""The wire: moto's request parsing and rendering in front of the engine."""
