"""Starting an operation on a stack set once, and waiting until it is decided."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.patience import answered
from compiler.deploy.port import AwsError
from compiler.deploy.walk import failed_operation
from compiler.deploy.wanted import TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Generator

    from compiler.deploy.outcome import Failed
    from compiler.deploy.port import Aws, Definition, Instance, Operation, Place
    from compiler.manifest import Stack

_OURS = "stackferry-"
"""How the id of each operation of ours begins."""

IN_PROGRESS = "OperationInProgressException"
"""AWS's short word for a stack set that another operation is at work on."""

_GONE_POLLS = 20
"""How often is looked whether a stack is gone after its deletion succeeded: reads lag behind."""

_STALE_READS = 4
"""How often a stack may be told as not current after its operation succeeded: reads lag behind."""


def operation_id(verb: str, definition: Definition, previous: Operation | None) -> str:
    """
    Return the id of an operation: the same for the same wish after the same history.

    StackSets takes each id once (CloudFormation API reference, OperationId, read 2026-11-23), so a
    request that was sent twice, or by a run that crashed, starts nothing twice. After any other
    operation the id is a new one, so that what failed can be tried again. The timestamp tag is no
    part of the wish.
    """
    wish = {
        "verb": verb,
        "name": definition.name,
        "template": definition.template,
        "parameters": dict(definition.parameters),
        "tags": {}
        if definition.keeps_tags
        else {key: value for key, value in definition.tags.items() if key != TIMESTAMP},
        "previous": previous.id if previous else "",
    }
    text = json.dumps(wish, sort_keys=True, ensure_ascii=True)
    return f"{_OURS}{verb}-{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def is_ours(operation: str) -> bool:
    """Tell whether the operation with this id was started by stackferry, in whatever run."""
    return operation.startswith(_OURS)


def not_ours(operation: Operation) -> AwsError:
    """Return the refusal to touch a stack set that somebody else's *operation* is at work on."""
    return AwsError(
        code=IN_PROGRESS,
        reason=(
            f"the operation {operation.id} is at work on this stack set, and stackferry did not "
            "start it"
        ),
        call="ListStackSetOperations",
    )


def until_decided(
    aws: Aws, stack_set: str, operation: str, doing: str
) -> Generator[str, None, Operation]:
    """
    Wait for an operation. A poll that goes unanswered is made again after a pause.

    Raises:
        AwsError: AWS refuses to tell, or was too busy for many polls in a row.
    """
    while True:
        found = yield from answered(partial(aws.operation, stack_set, operation), doing)
        if not found.is_unfinished:
            return found
        yield "queued" if found.status == "QUEUED" else doing


def until_settled(
    aws: Aws, stack_set: str, places: tuple[Place, ...], operation: Operation, doing: str
) -> Generator[str, None, tuple[Instance, ...]]:
    """
    Wait until the stacks at *places* tell what a decided *operation* made of them.

    The operation's word is not enough: it succeeds as well when stacks failed within its tolerance.

    Raises:
        AwsError: AWS refuses to tell, or was too busy for many polls in a row.
    """
    stale = 0
    while True:
        told = yield from answered(partial(aws.instances, stack_set), doing)
        found = tuple(one for one in told if one.place in places)
        if not any(one.is_unfinished for one in found):
            is_settled = len(found) == len(places) and all(
                one.is_current or one.detailed == "FAILED" for one in found
            )
            if operation.status != "SUCCEEDED" or is_settled or stale == _STALE_READS:
                return found
            stale += 1
        elif operation.status in {"FAILED", "STOPPED"}:
            # The stack's own word may lag behind; the operation's end is final.
            return found
        yield doing


def until_gone(
    aws: Aws, stack_set: str, places: tuple[Place, ...], operation: Operation, doing: str
) -> Generator[str, None, tuple[Instance, ...]]:
    """
    Return the stacks at *places* that a decided deletion left; reads may lag behind it.

    Raises:
        AwsError: AWS refuses to tell, or was too busy for many polls in a row.
    """
    found: tuple[Instance, ...] = ()
    for _ in range(_GONE_POLLS):
        told = yield from answered(partial(aws.instances, stack_set), doing)
        found = tuple(one for one in told if one.place in places)
        if not found or operation.status != "SUCCEEDED":
            return found
        yield doing
    return found


def until_removed(
    aws: Aws, stack: Stack, operation: str, before: tuple[Instance, ...], doing: str
) -> Generator[str, None, Failed | None]:
    """
    Wait for the *operation* that deletes the stacks *before*; return nothing, or why one is left.

    Raises:
        AwsError: AWS refuses to tell, or was too busy for many polls in a row.
    """
    ids = {one.place: one.stack_id for one in before}
    decided = yield from until_decided(aws, stack.stack_set, operation, doing)
    left = yield from until_gone(aws, stack.stack_set, tuple(ids), decided, doing)
    if not left:
        return None
    # The stack's id as it was before: a failed deletion may no longer tell it.
    return failed_operation(aws, stack, decided, replace(left[0], stack_id=ids[left[0].place]))
