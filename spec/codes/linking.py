"""SF3nn: linking stacks."""

from __future__ import annotations

from spec.codes.card import Card

LINKING: tuple[Card, ...] = ()
"""In order of their codes."""
