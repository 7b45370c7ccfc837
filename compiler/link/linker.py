"""From resources to stacks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import is_
from typing import TYPE_CHECKING, Any

from compiler.kinds import is_stateful, leaves_snapshot
from compiler.link.cycles import loop_of_resources, loop_of_stacks
from compiler.link.endpoints import Read, asked_of, endpoint
from compiler.link.limits import Limits
from compiler.link.linked import Linked, LinkedStack, Made, Template
from compiler.link.objects import LinkError, ObjectFile, lookup_of, object_files, symbol_of
from compiler.link.order import batches
from compiler.link.parameters import Parameter, from_lookup, from_output, output_name
from compiler.link.tasks import linked_tasks, read_by
from compiler.symbols import Address, Published, Resource, StackKey, Task
from compiler.template_text import to_bytes
from spec.findings import Finding, Path, at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compiler.kinds import Side

_KEPT = ("Retain", "RetainExceptOnCreate")

_DESCRIPTION_LENGTH = 1_024

_ROOM = 10
"""How many times longer a template is with its line breaks than without, at the very most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """
    What the linker has to know of the migration.

    Attributes:
        title: Opens every template's description.
        regions: Region of each side.
        accounts: Account of each side.
        limits: What fits into one template.
    """

    title: str
    regions: Mapping[Side, str]
    accounts: Mapping[Side, str]
    limits: Limits = field(default_factory=Limits)


def link(  # noqa: PLR0913 -- each is a part of its own of one state
    resources: tuple[Resource, ...] | Mapping[Address, ObjectFile],
    setting: Setting,
    published: tuple[Published, ...] = (),
    tasks: tuple[Task, ...] = (),
    *,
    kept: frozenset[Read] = frozenset(),
    before: Linked | None = None,
) -> Linked:
    """
    Link *resources* into stacks; what is *published* of them, and what *tasks* read, gets outputs.

    A stack that passes a limit is cut by component key: each key gets a stack of its own, so that
    adding a key never moves the resources of another.

    Args:
        resources: Everything there is in one state, as components or `object_files` give it.
        setting: What has to be known of the migration.
        published: What people and applications have to find.
        tasks: Actions and gates of the state.
        kept: What is read in another state: it gets an output here too where its resource is, so
            that no reader loses it before its own turn, and no stack changes for its readers only.
        before: The state before this one: its cuts are kept, so that nothing moves.

    Returns:
        The stacks in order; or findings: a loop (SF301, SF302), or a stack that stays too large
        (SF303).

    Raises:
        LinkError: A component broke the contract.
    """
    files = object_files(resources) if isinstance(resources, tuple) else dict(resources)
    asked = asked_of(published, files) | read_by(tasks, files)
    wanted = asked | {read for read in kept if read[0] in files}
    if (looped := loop_of_resources(files)) is not None:
        return Linked(findings=(looped,))
    cut: frozenset[StackKey] = before.cut if before else frozenset()
    while True:
        homes = {address: _home(file, cut) for address, file in files.items()}
        needs = _needs(files, homes)
        if (tangled := loop_of_stacks(files, homes, needs)) is not None:
            return Linked(findings=(tangled,))
        known = before.made if before and before.cut == cut else {}
        made = _made(_Links(files=files, homes=homes, needs=needs), setting, wanted, known)
        stacks = {key: one.stack for key, one in made.items()}
        # What is as it was in the state before fitted there.
        fresh = {
            key: stack
            for key, stack in stacks.items()
            if key not in known or stack.template is not known[key].stack.template
        }
        large = {key for key, stack in fresh.items() if _too_large(stack, setting.limits)}
        newly = {
            files[address].address.stack
            for address, home in homes.items()
            if home in large and files[address].part and files[address].address.stack not in cut
        }
        if not newly:
            break
        cut |= newly
    if large:
        return Linked(findings=tuple(_no_fit(stacks[key]) for key in sorted(large)))
    if len({stack.id for stack in stacks.values()}) < len(stacks):
        message = "two stacks of one region have one name"
        raise LinkError(message)
    order = batches(needs)
    ids = {address: stacks[home].id for address, home in homes.items()}
    actions, gates = linked_tasks(tasks, homes, setting.regions, setting.accounts)
    return Linked(
        stacks=tuple(stacks[key] for batch in order for key in batch),
        batches=order,
        endpoints=tuple(endpoint(one, ids) for one in published),
        actions=actions,
        gates=gates,
        cut=cut,
        made=made,
    )


def reads(
    files: Mapping[Address, ObjectFile],
    published: tuple[Published, ...] = (),
    tasks: tuple[Task, ...] = (),
) -> frozenset[Read]:
    """
    Return what is read of stacks in a state: by other stacks, by people, by actions and gates.

    Raises:
        LinkError: A component broke the contract.
    """
    return (
        asked_of(published, files)
        | read_by(tasks, files)
        | _read_across(files, {address: address.stack for address in files})
    )


def _read_across(
    files: Mapping[Address, ObjectFile], homes: Mapping[Address, StackKey]
) -> frozenset[Read]:
    return frozenset(
        (item.address, item.attribute)
        for address, file in files.items()
        for item in file.references
        if homes[item.address] != homes[address]
    )


def _home(file: ObjectFile, cut: frozenset[StackKey]) -> StackKey:
    stack = file.address.stack
    if file.part and stack in cut:
        return StackKey(side=stack.side, name=f"{stack.name}-{file.part}")
    return stack


def _needs(
    files: Mapping[Address, ObjectFile], homes: Mapping[Address, StackKey]
) -> dict[StackKey, frozenset[StackKey]]:
    needs: dict[StackKey, set[StackKey]] = {home: set() for home in homes.values()}
    for address, file in files.items():
        here = homes[address]
        for wanted in (*(item.address for item in file.references), *file.after):
            if homes[wanted] != here:
                needs[here].add(homes[wanted])
    for last in {homes[address] for address, file in files.items() if file.is_last}:
        needs[last].update(needs.keys() - {last})
    return {key: frozenset(value) for key, value in needs.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Links:
    """Every resource, the stack in which it lives, and the stacks that each stack needs."""

    files: Mapping[Address, ObjectFile]
    homes: Mapping[Address, StackKey]
    needs: Mapping[StackKey, frozenset[StackKey]]


def _made(
    links: _Links,
    setting: Setting,
    wanted: frozenset[Read],
    known: Mapping[StackKey, Made],
) -> dict[StackKey, Made]:
    files, homes = links.files, links.homes
    read: dict[StackKey, set[Read]] = {}
    for address, attribute in wanted | _read_across(files, homes):
        read.setdefault(homes[address], set()).add((address, attribute))
    every = sorted(files.values(), key=lambda file: homes[file.address])
    found = {}
    for key, group in groupby(every, key=lambda file: homes[file.address]):
        members = tuple(group)
        outputs = tuple(sorted(read.get(key, ()), key=lambda item: (item[0], item[1] or "")))
        had = known.get(key)
        if had is not None and had.outputs == outputs and _same(had.members, members):
            stack = replace(had.stack, after=tuple(sorted(links.needs[key])))
        else:
            stack = _Builder(key, homes, files, setting).stack(members, outputs, links.needs[key])
        found[key] = Made(stack=stack, members=members, outputs=outputs)
    return found


def _same(some: tuple[ObjectFile, ...], others: tuple[ObjectFile, ...]) -> bool:
    return len(some) == len(others) and all(map(is_, some, others))


class _Builder:
    """Resolves the references of one stack's resources, and remembers the parameters this takes."""

    def __init__(
        self,
        key: StackKey,
        homes: Mapping[Address, StackKey],
        files: Mapping[Address, ObjectFile],
        setting: Setting,
    ) -> None:
        self._key = key
        self._homes = homes
        self._files = files
        self._setting = setting
        self._parameters: dict[str, Parameter] = {}

    def stack(
        self,
        members: tuple[ObjectFile, ...],
        outputs: tuple[Read, ...],
        needs: frozenset[StackKey],
    ) -> LinkedStack:
        resources: dict[str, Any] = {}
        for file in members:
            logical_id = file.address.logical_id
            if logical_id in resources:
                message = f"two resources {logical_id} in the stack {self._key}"
                raise LinkError(message)
            resources[logical_id] = self._body(file)
        title = f"{self._setting.title}: {self._key.name} ({self._key.side})."
        template: dict[str, Any] = {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": title[:_DESCRIPTION_LENGTH],
            "Resources": resources,
        }
        if self._parameters:
            template["Parameters"] = {
                name: dict(item.declaration) for name, item in self._parameters.items()
            }
        if outputs:
            template["Outputs"] = {
                output_name(address, attribute): {
                    "Description": f"{attribute or 'Ref'} of {address.logical_id}.",
                    "Value": _reference(address.logical_id, attribute),
                }
                for address, attribute in outputs
            }
        component = _common(tuple(file.component for file in members))
        return LinkedStack(
            key=self._key,
            region=self._setting.regions[self._key.side],
            account=self._setting.accounts[self._key.side],
            template=template,
            component=component,
            parameters={name: item.source for name, item in sorted(self._parameters.items())},
            after=tuple(sorted(needs)),
            stateful=_named(resources, is_stateful),
            retained=_named(resources, lambda body: body.get("DeletionPolicy") in _KEPT),
            snapshotted=_named(resources, leaves_snapshot),
            freezes_tags=any(file.freezes_tags for file in members),
            origins=_origins(members, component),
        )

    def _body(self, file: ObjectFile) -> dict[str, Any]:
        body: dict[str, Any] = self._resolved(file.body)
        inside = {
            item.address.logical_id
            for item in file.references
            if self._homes[item.address] == self._key
        }
        # A dependency that a reference already gives is named once only: cfn-lint W3005.
        waits = {
            address.logical_id for address in file.after if self._homes[address] == self._key
        } - inside
        if waits:
            body["DependsOn"] = sorted(waits)
        return body

    def _resolved(self, value: Any) -> Any:  # noqa: ANN401 -- JSON
        if isinstance(value, dict):
            if (symbol := symbol_of(value)) is not None:
                return self._symbol(*symbol)
            if (lookup := lookup_of(value)) is not None:
                return self._parameter(from_lookup(*lookup))
            return {key: self._resolved(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._resolved(item) for item in value]
        return value

    def _symbol(self, address: Address, attribute: str | None) -> dict[str, Any]:
        home = self._homes[address]
        if home == self._key:
            return _reference(address.logical_id, attribute)
        return self._parameter(
            from_output(
                address=address,
                attribute=attribute,
                home=home,
                kind=str(self._files[address].body["Type"]),
                stack_id=f"{self._setting.regions[home.side]}/{home.name}",
                here=self._key,
            )
        )

    def _parameter(self, parameter: Parameter) -> dict[str, Any]:
        known = self._parameters.setdefault(parameter.name, parameter)
        if known.source != parameter.source:
            message = f"two parameters {parameter.name} in the stack {self._key}"
            raise LinkError(message)
        return {"Ref": parameter.name}


def _reference(logical_id: str, attribute: str | None) -> dict[str, Any]:
    return {"Ref": logical_id} if attribute is None else {"Fn::GetAtt": [logical_id, attribute]}


def _named(
    resources: Mapping[str, Any], is_meant: Callable[[Mapping[str, Any]], bool]
) -> tuple[str, ...]:
    return tuple(sorted(name for name, body in resources.items() if is_meant(body)))


def _common(paths: tuple[Path, ...]) -> Path:
    shared = paths[0]
    for path in paths[1:]:
        shared = tuple(here for here, there in zip(shared, path, strict=False) if here == there)
    return shared


def _origins(members: tuple[ObjectFile, ...], component: Path) -> dict[str, Path]:
    origins: dict[str, Path] = {}
    for file in members:
        root = f"Resources.{file.address.logical_id}"
        if file.component != component:
            origins[root] = file.component
        origins.update({f"{root}.{place}": path for place, path in file.origins.items()})
    return dict(sorted(origins.items()))


def _too_large(stack: LinkedStack, limits: Limits) -> bool:
    template = stack.template
    return (
        len(template["Resources"]) > limits.resources
        or len(template.get("Parameters", ())) > limits.parameters
        or len(template.get("Outputs", ())) > limits.outputs
        or _has_more_than(limits.size_bytes, template)
    )


def _has_more_than(size_bytes: int, template: Template) -> bool:
    # Most are far from it, and in one line they are written much faster.
    if len(json.dumps(template)) * _ROOM < size_bytes:
        return False
    return len(to_bytes(template)) > size_bytes


def _no_fit(stack: LinkedStack) -> Finding:
    """SF303: one component alone passes CloudFormation's limits."""
    return Finding(
        code="SF303",
        where=at(*stack.component),
        detail=f"The stack {stack.id} has {len(stack.template['Resources'])} resources,"
        f" {len(stack.template.get('Parameters', ()))} parameters,"
        f" {len(stack.template.get('Outputs', ()))} outputs and"
        f" {len(to_bytes(stack.template)):,} bytes. CloudFormation takes 500 resources, 200"
        " parameters, 200 outputs and 1 MB, and nothing in it can be put into a stack of its own.",
        way_out="Make this component smaller: fewer zones, fewer users of it, or two components.",
    )
