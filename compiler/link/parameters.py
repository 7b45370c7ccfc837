"""What crosses stacks: names and types of outputs and parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.manifest import FromLookup, FromOutput, ParameterSource
from compiler.symbols import Address, StackKey, logical

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES: Mapping[tuple[str, str | None], str] = {
    ("AWS::EC2::VPC", None): "AWS::EC2::VPC::Id",
    ("AWS::EC2::Subnet", None): "AWS::EC2::Subnet::Id",
    ("AWS::EC2::SecurityGroup", "GroupId"): "AWS::EC2::SecurityGroup::Id",
}
"""
Parameter types that CloudFormation checks against what exists in the stack's own region
(CloudFormation user guide, "Specify existing resources at runtime", 2026-11).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """
    A parameter of a template.

    Attributes:
        name: Its logical id.
        declaration: What the template says of it.
        source: Where its value comes from.
    """

    name: str
    declaration: Mapping[str, Any]
    source: ParameterSource


def output_name(address: Address, attribute: str | None) -> str:
    """Return the name of the output that gives *attribute* of the resource at *address*."""
    return address.logical_id + (attribute or "").replace(".", "")


def from_output(  # noqa: PLR0913 -- named, and each is a fact of its own
    *,
    address: Address,
    attribute: str | None,
    home: StackKey,
    kind: str,
    stack_id: str,
    here: StackKey,
) -> Parameter:
    """
    Return the parameter through which the stack *here* reads a value of another one.

    Args:
        address: The resource that is read.
        attribute: Its attribute; `None` for its `Ref`.
        home: The stack that it was linked into.
        kind: Its CloudFormation type.
        stack_id: Id of *home* in the manifest.
        here: The stack that reads.
    """
    side = () if home.side == here.side else (home.side,)
    name = logical(*side, home.name) + output_name(address, attribute)
    # An id of another region does not exist where CloudFormation would look for it.
    declared = _TYPES.get((kind, attribute), "String") if home.side == here.side else "String"
    what = f"{attribute} of {address.logical_id}" if attribute else address.logical_id
    return Parameter(
        name=name,
        declaration={"Type": declared, "Description": f"{what} in the stack {stack_id}."},
        source=FromOutput(stack=stack_id, output=output_name(address, attribute)),
    )


def from_lookup(kind: str, name: str) -> Parameter:
    """Return the parameter through which a stack reads what the deployer looks up."""
    words = list(name.replace("/", "-").replace(".", "-").replace("_", "-").split("-"))
    title = "".join(word[:1].upper() + word[1:] for word in words if word)
    if kind == "image":
        return Parameter(
            name=f"Image{title}"[:255],
            declaration={
                "Type": "AWS::EC2::Image::Id",
                "Description": f"AMI that the SSM parameter {name} named at the first deploy.",
            },
            source=FromLookup(kind="image", name=name),
        )
    return Parameter(
        name=f"PrefixList{title}"[:255],
        declaration={
            "Type": "String",
            "AllowedPattern": "^pl-[0-9a-f]{8,17}$",
            "Description": f"Id of the AWS-managed prefix list {name} in this region.",
        },
        source=FromLookup(kind="prefix_list", name=name),
    )
