"""SF4nn: lint."""

from __future__ import annotations

from spec.codes.card import Card

LINTING: tuple[Card, ...] = ()
"""In order of their codes."""
