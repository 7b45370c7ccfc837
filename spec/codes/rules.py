"""SF2nn: the rules of the language."""

from __future__ import annotations

from spec.codes.card import Card

RULES: tuple[Card, ...] = ()
"""In order of their codes."""
