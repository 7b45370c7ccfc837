"""
Takes resources that exist already into a stack (`ChangeSetType=IMPORT`).

Nothing is made or replaced: each is looked for by its identifier, and the stack's tags are put on
it. A resource that cannot be taken in leaves the stack without any of them.
Source: CloudFormation User Guide, importing existing resources into a stack, 2026-11-24.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import invalid, unsupported
from compiler.sandbox.engine.records import USER_INITIATED, ResourceChange
from compiler.sandbox.engine.schemas import resource_schema
from compiler.sandbox.engine.work import ResourceFailed, Work
from compiler.sandbox.handler import AdoptingHandler

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.sandbox.engine.pace import Steps
    from compiler.sandbox.engine.records import Desired, ResourceRecord, Stack
    from compiler.sandbox.engine.template import Resource
    from compiler.sandbox.engine.world import Place, World


def to_import(
    world: World,
    place: Place,
    stack: Stack | None,
    desired: Desired,
    asked: Sequence[Mapping[str, Any]],
) -> dict[str, str]:
    """
    Return the physical ids of the resources to import, by logical id.

    Args:
        world: Everything else.
        place: The caller's account and region.
        stack: The stack that they are taken into, if there is one.
        desired: What it is to become.
        asked: `ResourcesToImport`; nothing is looked at where it is empty.

    Raises:
        ApiError: `ValidationError`, or `UnsupportedOperation` for a type that the sandbox cannot
            import.
    """
    if not asked:
        return {}
    previous = None if stack is None else stack.desired
    had = {} if previous is None else dict(previous.template.resources)
    wanted = desired.template.resources
    named = {str(entry["LogicalResourceId"]): entry for entry in asked}
    if unknown := sorted(named.keys() - wanted.keys()):
        message = f"Resources [{', '.join(unknown)}] to import do not exist in the template"
        raise invalid(message)
    if missing := sorted(wanted.keys() - had.keys() - named.keys()):
        message = f"Resources [{', '.join(missing)}] are missing from ResourceToImport list"
        raise invalid(message)
    if known := sorted(named.keys() & had.keys()):
        message = f"Resources [{', '.join(known)}] passed in ResourceToImport are already in stack"
        raise invalid(message)
    changed = sorted(name for name in had if wanted.get(name) != had[name])
    if changed:
        message = (
            f"You have modified resources [{', '.join(changed)}] in your template that are not "
            "being imported. Update, create or delete operations cannot be executed during import "
            "operations."
        )
        raise invalid(message)
    before = {} if previous is None else previous.template.outputs
    if desired.template.outputs != before:
        message = "As part of the import operation, you cannot modify or add [Outputs]"
        raise invalid(message)
    _refuse_unprotected([wanted[name] for name in named])
    found = {
        name: _identifier(world, wanted[name], entry, place[1])
        for name, entry in sorted(named.items())
    }
    for name, physical_id in found.items():
        _refuse_owned(world, place, wanted[name], physical_id)
    return found


def identifier_of(world: World, type_name: str, region: str) -> str | None:
    """Return the property that identifies a resource to import; nothing for any other type."""
    identifier = resource_schema(type_name, region).primary_identifier
    if not isinstance(world.handlers[type_name], AdoptingHandler) or len(identifier) != 1:
        return None
    return identifier[0][0]


def _refuse_unprotected(resources: Sequence[Resource]) -> None:
    bare = sorted(each.logical_id for each in resources if not each.has_deletion_policy)
    if bare:
        message = (
            f"Resources [{', '.join(bare)}] to import must have DeletionPolicy attribute specified "
            "in the template."
        )
        raise invalid(message)


def _identifier(world: World, resource: Resource, entry: Mapping[str, Any], region: str) -> str:
    kind = resource.type_name
    if entry["ResourceType"] != kind:
        message = (
            f"Resource type {entry['ResourceType']} of the resource to import "
            f"{resource.logical_id} does not match the template's {kind}"
        )
        raise invalid(message)
    name = identifier_of(world, kind, region)
    if name is None:
        what = f"the import of resources of type {kind}"
        raise unsupported(what)
    given: Mapping[str, str] = entry["ResourceIdentifier"]
    if set(given) != {name}:
        message = (
            f"Resource identifier of {resource.logical_id} must have the key {name}, "
            f"found [{', '.join(sorted(given))}]"
        )
        raise invalid(message)
    written = resource.properties.get(name)
    if isinstance(written, str) and written != given[name]:
        message = (
            f"The property {name} of {resource.logical_id} is {written} in the template, the "
            f"resource identifier says {given[name]}"
        )
        raise invalid(message)
    return given[name]


def _refuse_owned(world: World, place: Place, resource: Resource, physical_id: str) -> None:
    for stack in world.of_place(place):
        for record in stack.live():
            if (record.type_name, record.physical_id) == (resource.type_name, physical_id):
                message = (
                    f"Resource {resource.type_name} with identifier {physical_id} already exists "
                    f"in stack {stack.stack_id}"
                )
                raise invalid(message)


def foresee_import(desired: Desired, imports: Mapping[str, str]) -> tuple[ResourceChange, ...]:
    """Return the changes of an import, by logical id."""
    return tuple(
        ResourceChange(
            action="Import",
            logical_id=name,
            physical_id=physical_id,
            type_name=desired.template.resources[name].type_name,
        )
        for name, physical_id in sorted(imports.items())
    )


def import_resources(
    world: World, stack: Stack, desired: Desired, imports: Mapping[str, str]
) -> Steps[None]:
    """Take in every resource of *imports*, or none."""
    work = Work(world=world, stack=stack, desired=desired)
    work.tell("IMPORT_IN_PROGRESS", USER_INITIATED)
    taken: list[ResourceRecord] = []
    try:
        for name, resource in desired.template.resources.items():
            if name not in imports:
                continue
            announced = work.announce(resource, "IMPORT_IN_PROGRESS", "Resource import started.")
            yield
            taken.append(_take_in(work, resource, announced, imports[name]))
    except ResourceFailed as failure:
        _let_go(work, failure, taken)
        return
    if stack.desired is not None:
        stack.updated_at = world.now()
    stack.desired = desired
    work.tell("IMPORT_COMPLETE")


def _take_in(
    work: Work, resource: Resource, announced: ResourceRecord, physical_id: str
) -> ResourceRecord:
    try:
        record = replace(announced, properties=work.wanted(resource))
        return work.adopt(record, physical_id)
    except ResourceFailed as failure:
        work.enter(replace(announced, status="IMPORT_FAILED"), failure.reason)
        raise


def _let_go(work: Work, failure: ResourceFailed, taken: Sequence[ResourceRecord]) -> None:
    stack = work.stack
    names = f"The following resource(s) failed to import: [{failure.logical_id}]. "
    work.tell("IMPORT_ROLLBACK_IN_PROGRESS", names)
    for record in reversed(taken):
        work.enter(replace(record, status="IMPORT_ROLLBACK_COMPLETE"))
        del stack.resources[record.logical_id]
    del stack.resources[failure.logical_id]
    work.tell("IMPORT_ROLLBACK_COMPLETE")
