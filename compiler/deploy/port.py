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

    from compiler.deploy.answers import Drift, Preview

InstanceStatus: TypeAlias = Literal["CURRENT", "OUTDATED", "INOPERABLE"]
"""Whether a stack agrees with its stack set (API reference, StackInstance, read 2026-11-23)."""

OperationStatus: TypeAlias = Literal[
    "RUNNING", "SUCCEEDED", "FAILED", "STOPPING", "STOPPED", "QUEUED"
]

UNFINISHED: frozenset[str] = frozenset({"PENDING", "RUNNING", "QUEUED", "STOPPING"})
"""Words for an operation, or a stack in one, that is not decided yet."""


GONE: frozenset[str] = frozenset({"", "DELETE_COMPLETE"})
"""Statuses of a stack that is not there: StackSets keeps the id of a deleted one."""


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
        template_url: Where a template lies that is too large for the request; empty otherwise.
        keeps_tags: Whether an update leaves the tags as they are: `tags` are then those that it
            has.
    """

    name: str
    description: str
    template: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
    template_url: str = ""
    keeps_tags: bool = False


MARK = "stackferry:"
"""How the description of each stack set of ours begins."""

MARK_TAG = "stackferry"
"""
Key of the tag of a plain stack that holds what a stack set has as its description.

A stack has its template's description and no other. The tag never changes, so it makes no update.
"""


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

    def marked(self) -> Mapping[str, str]:
        """
        Return the descriptions of the stack sets that begin with `MARK`, by name.

        Also those of other migrations. Without stack sets: of the stacks at the places of this one.
        """

    def create_stack_set(self, definition: Definition, token: str) -> None:
        """Create a stack set without stacks; the same *token* again does nothing."""

    def update_stack_set(self, definition: Definition, operation: str) -> None:
        """Start the *operation* that changes a stack set and all its stacks; once per id."""

    def delete_stack_set(self, name: str) -> None:
        """Delete a stack set that has no stacks; nothing happens if there is none."""

    def instances(self, name: str) -> tuple[Instance, ...]:
        """Return the stacks of a stack set, sorted by place; none if there is no such stack set."""

    def create_instances(self, name: str, places: tuple[Place, ...], operation: str) -> None:
        """Start the *operation* that creates a stack at each of *places*; once per id."""

    def delete_instances(
        self, name: str, places: tuple[Place, ...], operation: str, *, retain: bool = False
    ) -> None:
        """
        Start the *operation* that deletes the stacks at *places*; once per id.

        With *retain* the stacks stay, and only the stack set forgets them.
        """

    def operation(self, name: str, operation: str) -> Operation:
        """Return how far an operation is."""

    def last_operation(self, name: str) -> Operation | None:
        """Return the newest operation on a stack set, without its results, if there was one."""

    def import_stack(self, name: str, place: Place, stack_id: str, operation: str) -> None:
        """Start the *operation* that makes a stack that stands at *place* one of a stack set's."""

    def detect_drift(self, name: str, operation: str) -> None:
        """Start the *operation* that compares a stack set's stacks with their templates."""

    def drift(self, name: str) -> tuple[Drift, ...]:
        """Return what the newest finished comparison found, sorted by place."""

    def overrides(self, name: str, place: Place) -> Mapping[str, str]:
        """Return the parameters that the stack at *place* has instead of its stack set's."""

    def accounts_in(self, organizational_unit: str) -> tuple[str, ...]:
        """Return the accounts in an organizational unit and those beneath it, sorted."""

    def preview(
        self,
        place: Place,
        stack_id: str,
        definition: Definition,
        assumed: tuple[str, ...],
        name: str,
    ) -> Preview:
        """
        Ask what an update to *definition* would do to a stack, and do nothing of it.

        Makes one change set called *name*, reads it and deletes it again. Parameters in *assumed*
        keep their present value. What CloudFormation cannot tell becomes the preview's refusal.
        """

    def template(self, place: Place, stack_id: str) -> str:
        """Return the template that a stack itself has: JSON."""

    def continue_rollback(
        self, place: Place, stack_id: str, skip: tuple[str, ...], token: str
    ) -> None:
        """Start to go on with an update's failed rollback, leaving out the resources *skip*."""

    def delete_stack(
        self, place: Place, stack_id: str, retain: tuple[str, ...], token: str
    ) -> None:
        """Start to delete a stack that no stack set has; the resources *retain* stay."""

    def adopt(
        self,
        place: Place,
        stack_name: str,
        definition: Definition,
        resources: Mapping[str, Mapping[str, str]],
        token: str,
    ) -> str:
        """
        Start to make a stack of resources that exist, and return its id.

        Args:
            place: Where they stand.
            stack_name: Name of the new stack.
            definition: Its template has these resources and no other.
            resources: Identifiers by logical id: `{"Media": {"BucketName": "shop-media"}}`.
            token: The same one again starts nothing.
        """

    def upload(self, bucket: str, region: str, key: str, text: str) -> str:
        """Put *text* into a bucket of the operator's account unless it is there; return its URL."""

    def has_bucket(self, bucket: str, region: str) -> bool:
        """Tell whether a bucket exists that the operator may use."""

    def has_role(self, name: str) -> bool:
        """Tell whether the operator's account has an IAM role called *name*."""

    def versions(self, place: Place, bucket: str) -> int:
        """Count the versions of objects, and the delete markers, in a bucket."""

    def empty(self, place: Place, bucket: str) -> int:
        """Delete every version of every object in a bucket; return how many there were."""

    def parameter(self, name: str) -> str | None:
        """Return the value of an SSM parameter in the stack sets' region, if there is one."""

    def create_parameter(self, name: str, value: str) -> bool:
        """Write an SSM parameter that is not there yet; tell whether it was written."""

    def replace_parameter(self, name: str, value: str) -> None:
        """Write an SSM parameter over what it held."""

    def delete_parameter(self, name: str) -> None:
        """Delete an SSM parameter; nothing happens if there is none."""

    def outputs(self, place: Place, stack_id: str) -> Mapping[str, str]:
        """Return the outputs of a stack; none of a deleted one."""

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
