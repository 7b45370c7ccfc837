"""From a loaded spec to linted templates, and from a manifest to a deployed system."""
