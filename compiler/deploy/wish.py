"""What an operator asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy.plan import GUARDED, Guard
from compiler.deploy.targets import EVERYTHING, OWN_ACCOUNTS, Scope, Targets, Via

if TYPE_CHECKING:
    from compiler.deploy.path.crossing import Crossing
    from compiler.deploy.plan_file import SavedPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    What the operator asks for.

    Attributes:
        scope: Deploy these stacks only.
        targets: Into which accounts.
        in_all_units: Whether it is to be every account of the units in *targets*.
        refresh_images: Look up images anew instead of keeping those that are in use.
        guard: What keeps updates from losing what cannot be made again.
        via: How stacks are brought about.
        saved: The saved plan that it is to be, or nothing is done.
        crossing: The transition from one phase to another that it is, if it is one.
    """

    scope: Scope = EVERYTHING
    targets: Targets = OWN_ACCOUNTS
    in_all_units: bool = False
    refresh_images: bool = False
    guard: Guard = GUARDED
    via: Via = "stacksets"
    saved: SavedPlan | None = None
    crossing: Crossing | None = None


ANYTHING = Wish()
"""Everything that was compiled, in its own accounts, and nothing may be lost."""
