"""Into which accounts stacks go, and how StackSets is to treat them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

PermissionModel: TypeAlias = Literal["SELF_MANAGED", "SERVICE_MANAGED"]
CallAs: TypeAlias = Literal["SELF", "DELEGATED_ADMIN"]
Via: TypeAlias = Literal["stacksets", "stacks"]
"""How stacks are brought about: by stack sets, or by change sets of each stack's own."""

ADMINISTRATION_ROLE = "AWSCloudFormationStackSetAdministrationRole"
EXECUTION_ROLE = "AWSCloudFormationStackSetExecutionRole"
"""Names that StackSets takes unless told otherwise (CloudFormation user guide, 2026-11-23)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """
    Into which accounts stacks go (CloudFormation API reference, CreateStackInstances, 2026-11-24).

    Attributes:
        accounts: Accounts that a stack is fanned out to beside its own; exactly these. `None`:
            those in which it stands already.
        organizational_units: Of service-managed stack sets: the units that hold the accounts.
        permission_model: Who makes the roles: the user, or AWS Organizations.
        call_as: `DELEGATED_ADMIN` for service-managed stack sets outside the management account.
        failure_tolerance: In how many accounts an operation may fail before it stops.
        max_concurrent: In how many accounts an operation works at the same time.
        administration_role: ARN of the role with which StackSets comes to the accounts; StackSets
            takes `ADMINISTRATION_ROLE` if empty.
        execution_role: Name of the role in each account; `EXECUTION_ROLE` if empty.
    """

    accounts: tuple[str, ...] | None = None
    organizational_units: tuple[str, ...] = ()
    permission_model: PermissionModel = "SELF_MANAGED"
    call_as: CallAs = "SELF"
    failure_tolerance: int = 0
    max_concurrent: int = 1
    administration_role: str = ""
    execution_role: str = ""


OWN_ACCOUNTS = Targets()
"""Each stack in its own account, and where it stands already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """
    Which stacks of a manifest a command is about.

    Attributes:
        region: Those of this region; of all if none.
        stacks: Those with these ids; all if empty.
    """

    region: str | None = None
    stacks: tuple[str, ...] = ()

    def covers(self, stack: str) -> bool:
        """Tell whether the stack with the id *stack* is one of them."""
        return self.region in {None, stack.partition("/")[0]} and (
            not self.stacks or stack in self.stacks
        )

    def __str__(self) -> str:
        """Return it in words, with a blank before; empty for everything."""
        region = f" in {self.region}" if self.region else ""
        return region + (f", only {', '.join(self.stacks)}" if self.stacks else "")


EVERYTHING = Scope()
"""All stacks of a manifest."""
