"""What the linker gives: stacks whose templates refer to nothing outside but their parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compiler.kinds import Side
    from compiler.link.endpoints import Read
    from compiler.link.objects import ObjectFile
    from compiler.manifest import Action, Endpoint, Gate, ParameterSource
    from compiler.symbols import StackKey
    from spec.findings import Finding, Path

Template = Mapping[str, Any]
"""A CloudFormation template as JSON values. Any: JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedStack:
    """
    One stack, ready to be written.

    Attributes:
        key: Side and name.
        region: Where it is deployed.
        account: Twelve digits.
        template: Its template.
        component: Spec path that all its resources share.
        parameters: Where each parameter's value comes from, by name.
        after: Stacks that must stand first, sorted by region and name.
        stateful: Logical ids of resources that hold what cannot be made again, sorted.
        retained: Logical ids of resources that a deletion of the stack leaves behind, sorted.
        snapshotted: Logical ids of resources of which a deletion leaves a final snapshot, sorted.
        freezes_tags: Whether this form keeps the tags that the stack has.
        origins: Spec path of each template place, by dotted path from the template's root.
    """

    key: StackKey
    region: str
    account: str
    template: Template
    component: Path
    parameters: Mapping[str, ParameterSource]
    after: tuple[StackKey, ...]
    stateful: tuple[str, ...]
    retained: tuple[str, ...]
    snapshotted: tuple[str, ...]
    freezes_tags: bool
    origins: Mapping[str, Path]

    @property
    def id(self) -> str:
        """`<region>/<name>`, unique in a migration."""
        return f"{self.region}/{self.key.name}"

    @property
    def side(self) -> Side:
        """Source, target, or global."""
        return self.key.side


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """
    What a stack was made of; the same again makes the same stack.

    Attributes:
        stack: The stack.
        members: Its resources.
        outputs: What is read of them.
    """

    stack: LinkedStack
    members: tuple[ObjectFile, ...]
    outputs: tuple[Read, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """
    All stacks, or why there are none.

    Attributes:
        stacks: In an order in which they can be deployed one by one; empty where there are
            findings.
        batches: Stacks that may be deployed at the same time, in order.
        findings: What is wrong.
        endpoints: What was published, in the same order.
        actions: What is done beside stacks, in the order given.
        gates: What is asked of the running system, in the order given.
        cut: Stacks that were cut by component key.
        made: What each stack was made of.
    """

    stacks: tuple[LinkedStack, ...] = ()
    batches: tuple[tuple[StackKey, ...], ...] = ()
    findings: tuple[Finding, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    actions: tuple[Action, ...] = ()
    gates: tuple[Gate, ...] = ()
    cut: frozenset[StackKey] = frozenset()
    made: Mapping[StackKey, Made] = field(default_factory=dict, compare=False)
