"""SF2nn, SF68n and SF69n: the rules of the language, one file per subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.codes.rules.addresses import ADDRESSES
from spec.codes.rules.cutover import CUTOVER
from spec.codes.rules.databases import DATABASES
from spec.codes.rules.endings import ENDINGS
from spec.codes.rules.names import NAMES
from spec.codes.rules.places import PLACES
from spec.codes.rules.public import PUBLIC
from spec.codes.rules.services import SERVICES

if TYPE_CHECKING:
    from spec.codes.card import Card

RULES: tuple[Card, ...] = (
    *ADDRESSES,
    *PLACES,
    *DATABASES,
    *SERVICES,
    *PUBLIC,
    *NAMES,
    *CUTOVER,
    *ENDINGS,
)
"""In order of their codes."""
