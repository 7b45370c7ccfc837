"""What the sandbox remembers of stack sets: their definition, instances and operations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from compiler.sandbox.engine.drift import StackDrift
    from compiler.sandbox.engine.records import Desired
    from compiler.sandbox.engine.set_preferences import Preferences
    from compiler.sandbox.engine.template import Template
    from compiler.sandbox.engine.world import Place

SELF_MANAGED, SERVICE_MANAGED = "SELF_MANAGED", "SERVICE_MANAGED"
INOPERABLE = "INOPERABLE"
_OVER = frozenset({"FAILED", "STOPPED", "SUCCEEDED"})


@dataclass(slots=True, kw_only=True)
class Instance:
    """
    A stack set's stack in one account and region.

    Attributes:
        account: Where the stack lives.
        region: Where the stack lives.
        unit: The organizational unit that brought the account in; empty in self-managed sets.
        stack_id: Of the stack last made for it, also when that stack is gone; may be empty.
        overrides: Parameter values of its own.
        status: `CURRENT`, `OUTDATED` or `INOPERABLE`.
        detailed_status: As in `StackInstanceStatus.DetailedStatus`.
        reason: Why it is not current; may be empty.
        operation_id: The last operation that touched it; may be empty.
        drift: What the last look for drift found; `None` before any.
    """

    account: str
    region: str
    unit: str = ""
    stack_id: str = ""
    overrides: dict[str, str] = field(default_factory=dict)
    status: str = "OUTDATED"
    detailed_status: str = "PENDING"
    reason: str = ""
    operation_id: str = ""
    drift: StackDrift | None = None

    @property
    def place(self) -> Place:
        """Account and region."""
        return self.account, self.region


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """
    What an operation did to one instance.

    Attributes:
        place: Account and region.
        status: As in `ListStackSetOperationResults`.
        reason: Why; may be empty.
        gate: Why StackSets was not let into the account; empty where it was.
        unit: The organizational unit; may be empty.
    """

    place: Place
    status: str
    reason: str = ""
    gate: str = ""
    unit: str = ""


@dataclass(slots=True, kw_only=True)
class Operation:
    """
    One operation of a stack set.

    Attributes:
        operation_id: Unique in the stack set.
        action: `CREATE`, `UPDATE`, `DELETE` or `DETECT_DRIFT`.
        status: As in `DescribeStackSetOperation`.
        created_at: When it was asked for.
        given: The call's own words, given back (`OperationPreferences`, `DeploymentTargets`).
        preferences: How fast it goes and how much failure it bears.
        definition: What it brings stacks to, whatever becomes of the stack set meanwhile.
        results: By account and region, in the order of work.
        retains: Whether a deletion leaves the stacks.
        overrides: What each instance's parameters become when it starts; `None` leaves them.
        imported: The stacks that become instances, in an import.
        drifts: What a detection of drift found, by account and region.
        verdict: How it will end when what runs is done; empty while it goes on.
        ended_at: When it was over.
    """

    operation_id: str
    action: str
    status: str
    created_at: datetime
    given: Mapping[str, Any]
    preferences: Preferences
    definition: Desired
    results: dict[Place, Result]
    retains: bool = False
    overrides: Sequence[Mapping[str, Any]] | None = None
    imported: Mapping[Place, str] = field(default_factory=dict)
    drifts: dict[Place, StackDrift] = field(default_factory=dict)
    verdict: str = ""
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in _OVER

    @property
    def is_at_work(self) -> bool:
        """Whether any instance is worked on."""
        return any(result.status == "RUNNING" for result in self.results.values())

    @property
    def failed(self) -> int:
        """How many instances failed."""
        return sum(result.status == "FAILED" for result in self.results.values())

    def pending(self) -> list[Place]:
        """Return the instances that nothing was done for yet, in the order of work."""
        return [place for place, result in self.results.items() if result.status == "PENDING"]

    def of_region(self, region: str) -> list[Result]:
        """Return the results in one region, in the order of work."""
        return [result for result in self.results.values() if result.place[1] == region]


@dataclass(slots=True, kw_only=True)
class StackSet:
    """
    A stack set.

    Attributes:
        name: Unique among the active ones of its administrator's account and region.
        stack_set_id: Name and a UUID.
        arn: Its ARN.
        place: The administrator's account and region; a service-managed one is at home in the
            organization's management account, whoever made it.
        description: What it is for, if told.
        definition: What its stacks are made from.
        permission_model: `SELF_MANAGED` or `SERVICE_MANAGED`.
        auto_deployment: As in the API; empty in self-managed sets.
        roles: `AdministrationRoleARN` and `ExecutionRoleName`; empty in service-managed sets.
        is_queueing: `ManagedExecution.Active`.
        token: The request token it was created with.
        status: `ACTIVE` or `DELETED`.
        instances: By account and region.
        operations: By id, oldest first.
        deployments: Of a service-managed one, the calls that named its units, oldest first, with
            `CREATE` or `DELETE`.
    """

    name: str
    stack_set_id: str
    arn: str
    place: Place
    description: str | None
    definition: Desired
    permission_model: str
    auto_deployment: Mapping[str, Any]
    roles: Mapping[str, str]
    is_queueing: bool
    token: str
    status: str = "ACTIVE"
    instances: dict[Place, Instance] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    deployments: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def template(self) -> Template:
        """The template of its stacks."""
        return self.definition.template

    @property
    def is_service_managed(self) -> bool:
        """Whether it deploys to organizational units, without roles of the user's."""
        return self.permission_model == SERVICE_MANAGED

    def under_way(self) -> list[Operation]:
        """Return the operations that are not over, oldest first: the first one runs."""
        return [each for each in self.operations.values() if not each.is_over]
