"""SF6nn: carrying a migration from phase to phase, one file per subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.codes.migrating.actions import ACTIONS
from spec.codes.migrating.cutover import CUTOVER
from spec.codes.migrating.path import PATH

if TYPE_CHECKING:
    from spec.codes.card import Card

MIGRATING: tuple[Card, ...] = (
    *PATH,
    *ACTIONS,
    *CUTOVER,
)
"""In order of their codes."""
