"""What is done by way of a change set: asking what an update would do, taking resources in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.deploy.answers import Preview
from compiler.deploy.aws.requests import parameters_of, tags_of, template_of
from compiler.deploy.aws.rounds import token_of_a_new_stack
from compiler.deploy.port import AwsBusyError, AwsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compiler.deploy.aws.change_sets import ChangeSet, ChangeSets, Kind
    from compiler.deploy.aws.stacks import Stacks
    from compiler.deploy.port import Definition, Place


def request_of(
    definition: Definition, tags: Mapping[str, str], assumed: tuple[str, ...] = ()
) -> dict[str, object]:
    """
    Return the part of a change set's request that says what the stack is to be.

    Args:
        definition: What it is to be.
        tags: The tags of the stack.
        assumed: Parameters that keep their value.
    """
    known = {name: value for name, value in definition.parameters.items() if name not in assumed}
    return {
        **template_of(definition),
        "Parameters": [
            *parameters_of(known),
            *({"ParameterKey": name, "UsePreviousValue": True} for name in sorted(assumed)),
        ],
        "Tags": tags_of(tags),
        "Capabilities": list(definition.capabilities),
    }


def preview(  # noqa: PLR0913 -- each is a part of the whole
    change_sets: Callable[[], ChangeSets],
    place: Place,
    stack_id: str,
    request: Mapping[str, object],
    *,
    assumed: tuple[str, ...],
    name: str,
) -> Preview:
    """
    Ask what an update would do: make a change set, read it, delete it whatever happened.

    What AWS refuses, the right to ask included, is the preview's refusal: it says nothing about
    the update itself. That AWS is busy is no refusal.

    Args:
        change_sets: Gives those of the stack's account and region; may be refused as well.
        place: Where the stack stands.
        stack_id: Its ARN.
        request: What it is to be.
        assumed: Parameters that keep their value in it.
        name: Of the change set.

    Raises:
        AwsBusyError: AWS was busy, or could not be reached.
    """
    try:
        found, left = _asked(change_sets(), stack_id, name, request)
    except AwsBusyError:
        raise
    except AwsError as error:
        return Preview(place=place, assumed=assumed, refusal=str(error))
    if found.is_failed and not found.is_empty:
        return Preview(place=place, assumed=assumed, refusal=found.reason or left)
    return Preview(place=place, changes=found.changes, assumed=assumed, refusal=left)


def _asked(
    sets: ChangeSets, stack_id: str, name: str, request: Mapping[str, object]
) -> tuple[ChangeSet, str]:
    """Return the change set, and a sentence if it is still there."""
    try:
        found = sets.make(stack_id, name, "UPDATE", request)
    except BaseException:
        _deleted(sets, stack_id, name)
        raise
    return found, _deleted(sets, stack_id, name)


def _deleted(sets: ChangeSets, stack_id: str, name: str) -> str:
    try:
        sets.delete(stack_id, name)
    except AwsError as error:
        return f"the change set {name} could not be deleted again: {error}"
    return ""


def adopt(  # noqa: PLR0913 -- each is a part of the whole
    sets: ChangeSets,
    stacks: Stacks,
    *,
    stack_name: str,
    definition: Definition,
    tags: Mapping[str, str],
    resources: Mapping[str, Mapping[str, str]],
    token: str,
) -> str:
    """
    Start to make a stack of resources that exist; return its ARN.

    Args:
        sets: The change sets of the place.
        stacks: The stacks of the place.
        stack_name: Of the new stack.
        definition: Its template has these resources and no other.
        tags: Of the stack.
        resources: Identifiers by logical id.
        token: Names the change set; the same one again starts nothing.

    Raises:
        AwsError: AWS refused it; no stack is left then.
    """
    there = stacks.described(stack_name)
    if there is not None and there["StackStatus"] != "REVIEW_IN_PROGRESS":
        # Begun by an earlier run with this token, it goes on; AWS refuses any other by its name.
        if any(one.is_of(token) for one in stacks.rounds(there["StackId"])):
            return str(there["StackId"])
        raise AwsError(
            code="AlreadyExistsException",
            reason=f"there is a stack {stack_name} already, in {there['StackStatus']}",
            call="CreateChangeSet",
        )
    types = _types(definition)
    request = {
        **request_of(definition, tags),
        "ResourcesToImport": [
            {
                "ResourceType": types[logical_id],
                "LogicalResourceId": logical_id,
                "ResourceIdentifier": dict(identifiers),
            }
            for logical_id, identifiers in sorted(resources.items())
        ],
    }
    found = made_for_a_new_stack(
        sets, stacks, stack_name, name=token, kind="IMPORT", request=request
    )
    sets.execute(stack_name, token, token_of_a_new_stack(token, found.stack_id))
    return found.stack_id


def made_for_a_new_stack(  # noqa: PLR0913 -- each is a part of the whole
    sets: ChangeSets,
    stacks: Stacks,
    stack_name: str,
    *,
    name: str,
    kind: Kind,
    request: Mapping[str, object],
) -> ChangeSet:
    """
    Make a change set with which a stack begins, or find the one that an earlier run made.

    Raises:
        AwsError: AWS refused it, or the change set failed. The stack without resources, which AWS
            makes to have a place for the change set, is gone then.
    """
    found = sets.make(stack_name, name, kind, request, may_be_there=True)
    if not found.is_failed:
        return found
    sets.delete(found.stack_id, name)
    there = stacks.described(found.stack_id)
    if there is not None and there["StackStatus"] == "REVIEW_IN_PROGRESS":
        stacks.delete(found.stack_id, (), f"{name[:120]}-review")
    found.raise_if_failed()
    return found


def _types(definition: Definition) -> dict[str, str]:
    """Return the type of each resource by its logical id; templates of ours are JSON."""
    resources = json.loads(definition.template)["Resources"]
    return {name: str(one["Type"]) for name, one in resources.items()}
