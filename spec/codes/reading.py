"""SF1nn: reading a file."""

from __future__ import annotations

from spec.codes.card import Card

READING: tuple[Card, ...] = ()
"""In order of their codes."""
