"""Every code that stackferry knows, one file per hundred."""

from __future__ import annotations

from spec.codes.card import Card
from spec.codes.deploying import DEPLOYING
from spec.codes.linking import LINKING
from spec.codes.linting import LINTING
from spec.codes.migrating import MIGRATING
from spec.codes.proving import PROVING
from spec.codes.reading import READING
from spec.codes.rules import RULES

__all__ = ["CARDS", "Card"]

CARDS: dict[str, Card] = {
    card.code: card
    for card in (*READING, *RULES, *LINKING, *LINTING, *PROVING, *DEPLOYING, *MIGRATING)
}
"""The cards by code."""
