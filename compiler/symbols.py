"""
Resources with unresolved references: the compiler's object files.

A component describes each resource once, in troposphere, and refers to any other by a `Symbol`,
whatever stack that one lives in. The linker later turns a symbol into `Ref`/`Fn::GetAtt` inside a
stack and into an Output and a Parameter across stacks. A reference carries a value and an order;
where a name or an ARN can be computed, `Resource.after` carries the order alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from troposphere import AWSHelperFn, AWSObject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.kinds import ActionKind, EndpointKind, GateKind, LookupKind, Side
    from spec.findings import Path


class StackKey(NamedTuple):
    """
    One stack. A tuple, since linking is comparing and looking up keys all the time.

    Attributes:
        side: Source, target, or global.
        name: Its name inside the side: `network`, `database-catalog`.
    """

    side: Side
    name: str


class Address(NamedTuple):
    """
    One resource, wherever the linker puts it.

    Attributes:
        stack: The stack that its component gives it.
        logical_id: Its key in the template; alphanumeric.
    """

    stack: StackKey
    logical_id: str


class Symbol(AWSHelperFn):
    """A reference to what only AWS knows: what `Ref` or `Fn::GetAtt` gives for a resource."""

    def __init__(self, address: Address, attribute: str | None = None) -> None:
        """Refer to *attribute* of the resource at *address*, or to its `Ref`."""
        self.address = address
        self.attribute = attribute
        self.data = {
            SYMBOL: [address.stack.side, address.stack.name, address.logical_id, attribute]
        }


class Lookup(AWSHelperFn):
    """
    A value that the deployer asks of AWS in the stack's own region, and passes as a parameter.

    Args of the constructor:
        kind: `image`: an AMI by public SSM parameter, looked up once and then kept.
            `prefix_list`: an AWS-managed prefix list by name.
        name: The name that is looked up.
    """

    def __init__(self, kind: LookupKind, name: str) -> None:
        """Ask for the *kind* called *name*."""
        self.data = {LOOKUP: [kind, name]}


SYMBOL = "Stackferry::Symbol"
"""The key under which an unresolved symbol stands in a dict made of a resource."""

LOOKUP = "Stackferry::Lookup"
"""The key under which an unresolved lookup stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """
    One resource before linking.

    Attributes:
        stack: The stack that its component gives it. Fixed for ever: a stateful resource never
            moves.
        body: The troposphere object; its title is the logical id.
        component: Spec path of the component it belongs to, for example `("databases", "catalog")`.
        origins: Spec path of a template place inside the resource, by dotted path below the
            resource with list positions as numbers: `"Properties.DBInstanceClass"`,
            `"Properties.Tags.2.Value"`. A place that is not listed comes from its nearest listed
            parent, at last from `component`. So list whatever the user can edit on its own.
        after: Resources that AWS wants to exist first although no value is read from them. In the
            same stack this becomes `DependsOn`, across stacks an order.
        part: The component key along which a stack that passes AWS's limits is split; never a
            position. Empty: stays in the stack's first part.
        is_last: Whether its stack comes after all others, although it refers to none.
        freezes_tags: Whether this form of it must differ from the one before in nothing but what
            the phase wants, tags included: its stack keeps the tags that it has.
    """

    stack: StackKey
    body: AWSObject
    component: Path
    origins: Mapping[str, Path] = field(default_factory=dict)
    after: tuple[Address, ...] = ()
    part: str = ""
    is_last: bool = False
    freezes_tags: bool = False

    @property
    def address(self) -> Address:
        """Where it is found."""
        return Address(stack=self.stack, logical_id=str(self.body.title))


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """
    Something that the application or its people have to find, before linking.

    Attributes:
        kind: What it is.
        key: Its name among those of its kind and side.
        address: The resource without which it is not there.
        component: Spec path of what it comes from.
        facts: What there is to know about it, by name: computed, or by a symbol what only AWS
            knows, for which the resource's stack gets an output.
    """

    kind: EndpointKind
    key: str
    address: Address
    component: Path
    facts: Mapping[str, str | Symbol]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """
    An action, or a gate, before linking.

    Attributes:
        kind: What is done, or asked.
        key: Its name among those of its kind and side; empty where there is one only.
        side: Where: source, target, or global.
        component: Spec path of what it comes from.
        facts: What has to be known for it, by name: computed, or by a symbol what only AWS knows,
            for which the resource's stack gets an output.
        after: Of an action: resources whose stacks take their form of the phase before it.
        before: Of an action: resources whose stacks take their form of the phase, or go, only after
            it. One that is not there any more in the phase may be named.
    """

    kind: ActionKind | GateKind
    key: str
    side: Side
    component: Path
    facts: Mapping[str, str | Symbol]
    after: tuple[Address, ...] = ()
    before: tuple[Address, ...] = ()


def logical(*words: str) -> str:
    """
    Join *words* into a logical id: `logical("bucket", "media-files")` is `BucketMediaFiles`.

    Keys are lower case with single hyphens and no hyphen at either end, so different keys of one
    component kind give different ids unless they differ in a hyphen before a digit only; rules
    refuse those.
    """
    return "".join(
        piece[:1].upper() + piece[1:]
        for word in words
        for piece in word.replace("_", "-").split("-")
    )
