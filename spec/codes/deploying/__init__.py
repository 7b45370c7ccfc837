"""SF5nn: deploying, one file per subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.codes.deploying.access import ACCESS
from spec.codes.deploying.bootstrap import BOOTSTRAP, ROLES
from spec.codes.deploying.checks import CHECKS
from spec.codes.deploying.gates import GATES
from spec.codes.deploying.locks import LOCKS
from spec.codes.deploying.plans import PLANS
from spec.codes.deploying.recovery import RECOVERY
from spec.codes.deploying.resources import RESOURCES

if TYPE_CHECKING:
    from spec.codes.card import Card

DEPLOYING: tuple[Card, ...] = (
    *CHECKS,
    *PLANS,
    *LOCKS,
    *ROLES,
    *ACCESS,
    *RESOURCES,
    *RECOVERY,
    *BOOTSTRAP,
    *GATES,
)
"""In order of their codes."""
