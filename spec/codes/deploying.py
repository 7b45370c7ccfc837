"""SF5nn: deploying."""

from __future__ import annotations

from spec.codes.card import Card

DEPLOYING: tuple[Card, ...] = ()
"""In order of their codes."""
