"""What the sandbox remembers of stacks: their resources, events and change sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from compiler.sandbox.engine.drift import ResourceDrift
    from compiler.sandbox.engine.parameters import Values
    from compiler.sandbox.engine.replacement import PropertyChange, Replacement
    from compiler.sandbox.engine.reversal import Reversal
    from compiler.sandbox.engine.template import Template
    from compiler.sandbox.engine.values import Json
    from compiler.sandbox.handler import Created

STACK_TYPE = "AWS::CloudFormation::Stack"
USER_INITIATED = "User Initiated"
"""The reason of a stack's event that begins an operation which somebody asked for."""

_GONE = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRecord:
    """
    A resource of a stack.

    Attributes:
        logical_id: Its key in the template.
        type_name: Its CloudFormation type.
        created: What `Ref` and `Fn::GetAtt` give; `None` where its creation failed.
        properties: Functions resolved; dynamic references kept as written, so no secret is here.
        needs: Logical ids that it must be deleted before.
        deletion_policy: What happens to it when it leaves the stack.
        status: As in `DescribeStackResources`.
        reason: Why the status is what it is; may be empty.
        changed_at: When the status changed.
        is_rolled: Whether an update exchanges its running members.
    """

    logical_id: str
    type_name: str
    created: Created | None
    properties: Mapping[str, Json]
    needs: frozenset[str]
    deletion_policy: str
    status: str
    reason: str
    changed_at: datetime
    is_rolled: bool = False

    @property
    def physical_id(self) -> str:
        """The value of `Ref`, empty where the resource was never made."""
        return "" if self.created is None else self.created.physical_id

    @property
    def is_live(self) -> bool:
        """Whether the stack still has the resource."""
        return self.created is not None and self.status not in _GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of `DescribeStackEvents`."""

    event_id: str
    logical_id: str
    physical_id: str
    type_name: str
    at: datetime
    status: str
    reason: str
    properties: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """
    What makes a property change, in the words of a change set.

    Attributes:
        source: `DirectModification`, `ParameterReference`, `ResourceReference` or
            `ResourceAttribute`.
        entity: The parameter or resource; empty for a direct modification.
    """

    source: str
    entity: str = ""


DIRECT = Cause(source="DirectModification")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceChange:
    """
    One change of a change set.

    Attributes:
        action: `Add`, `Modify`, `Remove` or `Import`.
        logical_id: The resource's key.
        physical_id: Empty for `Add`.
        type_name: Its CloudFormation type.
        replacement: Whether the resource is replaced, as far as a change set can tell; `None`
            unless it is modified.
        properties: What differs, by top-level property.
        causes: Why, by top-level property.
        tags_change: Whether the stack's tags change and reach the resource.
        attributes: What else of it differs, such as `DeletionPolicy`.
        policy: `PolicyAction`, or empty.
        before: The properties before; what must not be shown is covered.
        after: The properties afterwards; what must not be shown is covered.
    """

    action: str
    logical_id: str
    physical_id: str
    type_name: str
    replacement: Replacement | None = None
    properties: tuple[PropertyChange, ...] = ()
    causes: Mapping[str, tuple[Cause, ...]] = field(default_factory=dict)
    tags_change: bool = False
    attributes: tuple[str, ...] = ()
    policy: str = ""
    before: Mapping[str, Json] = field(default_factory=dict)
    after: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """
    What a stack should become.

    Attributes:
        template: Its template.
        values: Its parameters.
        tags: Its tags.
        capabilities: What the caller acknowledged.
    """

    template: Template
    values: Values
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class ChangeSet:
    """
    A change set and what came of it.

    Attributes:
        name: Unique among those of its stack.
        change_set_id: Its ARN.
        kind: `CREATE`, `UPDATE` or `IMPORT`.
        description: As given.
        created_at: When.
        desired: What executing it makes of the stack.
        changes: What that will do, by logical id.
        on_failure: `OnStackFailure`, if given.
        status: As in `DescribeChangeSet`.
        reason: Why it failed; `None` where it did not.
        execution_status: As in `DescribeChangeSet`.
        imports: The physical ids of the resources to import, by logical id.
        token: The `ClientToken` of the call; may be empty.
    """

    name: str
    change_set_id: str
    kind: str
    description: str | None
    created_at: datetime
    desired: Desired
    changes: tuple[ResourceChange, ...]
    on_failure: str | None
    status: str
    reason: str | None
    execution_status: str
    imports: Mapping[str, str] = field(default_factory=dict)
    token: str = ""

    @property
    def is_pending(self) -> bool:
        """Whether its creation is going on."""
        return self.status in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}


@dataclass(slots=True, kw_only=True)
class Stack:
    """
    A stack; the one thing here that changes while an operation runs.

    Attributes:
        name: Unique among the stacks of account and region that are not deleted.
        stack_id: Its ARN.
        account: Twelve digits.
        region: Where it lives.
        desired: What it is made from; `None` while only a change set exists.
        status: As in `DescribeStacks`.
        reason: Why; may be empty.
        outputs: By name.
        on_failure: `ROLLBACK`, `DELETE` or `DO_NOTHING`: what a failed creation does.
        retain_except_on_create: The call's flag of that name.
        is_protected: Termination protection.
        settings: What the caller gave and the sandbox only gives back (`RoleARN`, …).
        resources: By logical id.
        events: Oldest first.
        change_sets: Oldest first.
        token: The request token of the last operation; shown in its events.
        reversal: How the last update can be taken back, while it has to be.
        drifts: What was last found of each resource's drift, by logical id.
        drift_checked_at: When; `None` where nobody looked.
    """

    name: str
    stack_id: str
    account: str
    region: str
    created_at: datetime
    desired: Desired | None
    status: str
    reason: str = ""
    updated_at: datetime | None = None
    deleted_at: datetime | None = None
    outputs: dict[str, str] = field(default_factory=dict)
    on_failure: str = "ROLLBACK"
    retain_except_on_create: bool = False
    is_protected: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    resources: dict[str, ResourceRecord] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    change_sets: list[ChangeSet] = field(default_factory=list)
    token: str = ""
    reversal: Reversal | None = None
    drifts: dict[str, ResourceDrift] = field(default_factory=dict)
    drift_checked_at: datetime | None = None

    @property
    def is_busy(self) -> bool:
        """Whether an operation is going on."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    @property
    def is_deleted(self) -> bool:
        """Whether only its history is left."""
        return self.status == "DELETE_COMPLETE"

    def live(self) -> Iterator[ResourceRecord]:
        """Iterate over the resources that exist."""
        return (record for record in self.resources.values() if record.is_live)
