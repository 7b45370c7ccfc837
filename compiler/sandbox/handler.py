"""
What the sandbox's CloudFormation asks of each resource type.

One `Handler` per CloudFormation type creates, updates, deletes and reads back a resource through
its *service API* (boto3 against moto), so that whatever a template says can be seen where a person
would look for it. Handlers know nothing of stacks' order, intrinsics or rollback: the engine hands
them resolved properties and asks for an in-place update only when the registry schema says that no
changed property needs a replacement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

Properties = Mapping[str, Any]
"""A resource's properties as CloudFormation spells them, every intrinsic resolved. Any: JSON."""


class Refused(Exception):  # noqa: N818 -- it is AWS's answer, not an error of the sandbox
    """
    AWS says no.

    Attributes:
        code: AWS's error code, for example `DBSubnetGroupDoesNotCoverEnoughAZs`.
        reason: AWS's sentence.
    """

    def __init__(self, code: str, reason: str) -> None:
        """Keep *code* and *reason*; the text is what a stack event shows."""
        super().__init__(f"{reason} (Code: {code})")
        self.code = code
        self.reason = reason


class Clients(Protocol):
    """Hands out boto3 clients of the sandbox; cached: building one takes longer than a call."""

    def __call__(self, service: str, region: str | None = None) -> Any:  # noqa: ANN401 -- boto3 clients are made at run time
        """Return the client of *service* for the stack's account, and its region by default."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """
    Where and for whom a handler works.

    Attributes:
        account: Twelve digits.
        region: The stack's region.
        stack_name: The stack's name; CloudFormation makes default physical names of it.
        stack_id: The stack's ARN.
        logical_id: The resource's key in the template.
        tags: The stack's tags plus the three `aws:cloudformation:*` ones; a handler of a type that
            the registry calls taggable merges them under the resource's own.
        client: boto3 clients of this account.
    """

    account: str
    region: str
    stack_name: str
    stack_id: str
    logical_id: str
    tags: Mapping[str, str]
    client: Clients

    @property
    def partition(self) -> str:
        """The ARN partition of the region."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """
    What `Ref` and `Fn::GetAtt` give for a resource.

    Attributes:
        physical_id: The value of `Ref`.
        attributes: The values of `Fn::GetAtt`, by attribute name (dots kept: `Endpoint.Address`).
    """

    physical_id: str
    attributes: Mapping[str, Any]


class Handler(Protocol):
    """One resource type. Every method raises `Refused` for what AWS refuses."""

    type_name: str
    """The CloudFormation type, for example `AWS::EC2::VPC`."""

    supported: frozenset[str]
    """The top-level properties that this handler honours; the engine refuses any other by name."""

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the resource and tell its id and attributes."""
        ...

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change in place what differs from *old* to *new*; what left goes back to its default."""
        ...

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the resource; one that is gone already is no error."""
        ...

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """
        Return the properties as the service reports them, spelled as in a template.

        Returns:
            Every supported property that the service can tell (write-only ones are left out), tags
            without `aws:` ones; `None` where the resource does not exist.
        """
        ...


@runtime_checkable
class RollingHandler(Handler, Protocol):
    """A type whose running members an update policy exchanges (`AutoScalingRollingUpdate`)."""

    rolled_by: frozenset[str]
    """The properties whose change makes an exchange necessary."""

    def roll(self, scope: Scope, physical_id: str) -> None:
        """Replace every running member by one of what the resource says now."""
        ...


@runtime_checkable
class AdoptingHandler(Handler, Protocol):
    """A type whose resources can be imported: `Ref` gives what identifies them."""

    def adopt(self, scope: Scope, physical_id: str) -> Created:
        """Put the stack's tags on a resource that exists, and change nothing else of it."""
        ...
