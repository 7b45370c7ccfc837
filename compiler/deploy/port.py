"""
What the deployer asks of AWS, in its own words.

One adapter (`compiler.deploy.aws`) answers with boto3; a fake plays slow and failing AWS in the
tests. No boto3 type passes this door.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

InstanceStatus: TypeAlias = Literal["CURRENT", "OUTDATED", "INOPERABLE"]
"""Whether a stack agrees with its stack set (API reference, StackInstance, read 2026-11-23)."""

OperationStatus: TypeAlias = Literal[
    "RUNNING", "SUCCEEDED", "FAILED", "STOPPING", "STOPPED", "QUEUED"
]

UNFINISHED: frozenset[str] = frozenset({"PENDING", "RUNNING", "QUEUED", "STOPPING"})
"""Words for an operation, or a stack in one, that is not decided yet."""


class AwsError(Exception):
    """
    AWS refused a call, or could not be asked.

    Attributes:
        code: AWS's short word, `AccessDenied`.
        reason: AWS's sentence.
        call: What was asked, `CreateStackSet`.
    """

    def __init__(self, *, code: str, reason: str, call: str) -> None:
        """Say which *call* was refused with which *code* and *reason*."""
        super().__init__(f"{call}: {code}: {reason}")
        self.code = code
        self.reason = reason
        self.call = call


class AwsBusyError(AwsError):
    """AWS throttled, broke or could not be reached, also after every retry of the client's own."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """
    Where a stack stands.

    Attributes:
        account: Twelve digits.
        region: The region's name.
    """

    account: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """
    What a stack set is told to be.

    Attributes:
        name: Of the stack set.
        description: Starts with `MARK`, so that a stack set of somebody else's is told apart.
        template: The template's text.
        parameters: Values by name.
        tags: Values by key, the timestamp included.
        capabilities: What CloudFormation wants acknowledged.
    """

    name: str
    description: str
    template: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]


MARK = "stackferry:"
"""How the description of each stack set of ours begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """
    One stack of a stack set.

    Attributes:
        place: Where it stands.
        status: Whether it agrees with its stack set.
        detailed: `PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED`, `CANCELLED`, …; empty where AWS does
            not say.
        reason: AWS's sentence about it; empty if there is none.
        stack_id: ARN of the stack; empty as long as there is none.
    """

    place: Place
    status: InstanceStatus
    detailed: str = ""
    reason: str = ""
    stack_id: str = ""

    @property
    def is_current(self) -> bool:
        """Whether it is what its stack set says, and nothing is being done to it."""
        return self.status == "CURRENT" and self.detailed not in UNFINISHED

    @property
    def is_unfinished(self) -> bool:
        """Whether an operation is dealing with it."""
        return self.detailed in UNFINISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """
    One operation on a stack set.

    Attributes:
        id: Its id.
        status: How far it is.
        reason: AWS's sentence about it; empty if there is none.
        started: When AWS took it.
        results: Reason for each place whose stack it did not bring about; empty reasons included.
    """

    id: str
    status: OperationStatus
    reason: str = ""
    started: datetime | None = None
    results: Mapping[Place, str] = field(default_factory=dict)

    @property
    def is_unfinished(self) -> bool:
        """Whether it is still at work, or waits for its turn."""
        return self.status in UNFINISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """
    One line in the history of a stack.

    Attributes:
        at: When.
        logical_id: The resource in the template, or the stack's own name.
        type: `AWS::RDS::DBInstance`.
        status: `CREATE_FAILED`.
        reason: AWS's sentence; empty if there is none.
    """

    at: datetime
    logical_id: str
    type: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackResource:
    """
    One resource of a stack as AWS has it.

    Attributes:
        logical_id: Its key in the template.
        type: `AWS::S3::Bucket`.
        physical_id: What its service calls it.
    """

    logical_id: str
    type: str
    physical_id: str


class Aws(Protocol):
    """
    What the deployer asks of AWS.

    Stack sets are those of the target account in the target region; whatever has a `Place` is asked
    there. Each method may be called from several threads, and raises `AwsError`.
    """

    def account(self) -> str:
        """Return the account of the credentials."""

    def stack_set(self, name: str) -> Definition | None:
        """Return the stack set called *name*, if there is one."""

    def create_stack_set(self, definition: Definition, token: str) -> None:
        """Create a stack set without stacks; the same *token* again does nothing."""

    def update_stack_set(self, definition: Definition, operation: str) -> None:
        """Start the *operation* that changes a stack set and all its stacks; once per id."""

    def delete_stack_set(self, name: str) -> None:
        """Delete a stack set that has no stacks; nothing happens if there is none."""

    def instances(self, name: str) -> tuple[Instance, ...]:
        """Return the stacks of a stack set, sorted by place; none if there is no such stack set."""

    def create_instance(self, name: str, place: Place, operation: str) -> None:
        """Start the *operation* that creates a stack at *place*; once per id."""

    def delete_instance(self, name: str, place: Place, operation: str) -> None:
        """Start the *operation* that deletes the stack at *place*; once per id."""

    def operation(self, name: str, operation: str) -> Operation:
        """Return how far an operation is."""

    def last_operation(self, name: str) -> Operation | None:
        """Return the newest operation on a stack set, without its results, if there was one."""

    def outputs(self, place: Place, stack_id: str) -> Mapping[str, str]:
        """Return the outputs of a stack."""

    def stack_status(self, place: Place, stack_id: str) -> str:
        """Return the status of a stack, also of a deleted one; empty if AWS has forgotten it."""

    def events(self, place: Place, stack_id: str) -> tuple[Event, ...]:
        """Return the history of a stack, oldest first, also of a deleted one."""

    def resources(self, place: Place, stack_id: str) -> tuple[StackResource, ...]:
        """Return the resources of a stack, sorted by logical id."""

    def is_protected(self, place: Place, database: str) -> bool:
        """Tell whether a database instance refuses to be deleted."""

    def is_filled(self, place: Place, bucket: str) -> bool:
        """Tell whether a bucket holds an object, or an old version or delete marker of one."""

    def image(self, place: Place, name: str) -> str:
        """Return the image id that the public SSM parameter *name* holds."""

    def prefix_list(self, place: Place, name: str) -> str:
        """Return the id of the AWS-managed prefix list called *name*."""
