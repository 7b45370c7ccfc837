"""Starting an operation on a stack set once, and waiting until it is decided."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from compiler.deploy.port import Aws, AwsBusyError, Definition, Instance, Operation, Place
from compiler.deploy.wanted import TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Generator

_OURS = "stackferry-"
"""How the id of each operation of ours begins."""

_PATIENCE = 20
"""How many polls in a row may go unanswered before a wait is given up: 5 min at the longest."""

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
        "tags": {key: value for key, value in definition.tags.items() if key != TIMESTAMP},
        "previous": previous.id if previous else "",
    }
    text = json.dumps(wish, sort_keys=True, ensure_ascii=True)
    return f"{_OURS}{verb}-{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def is_ours(operation: str) -> bool:
    """Tell whether the operation with this id was started by stackferry, in whatever run."""
    return operation.startswith(_OURS)


def until_decided(
    aws: Aws, stack_set: str, operation: str, doing: str
) -> Generator[str, None, Operation]:
    """
    Wait for an operation. A poll that goes unanswered is left out; the next one asks the same.

    Raises:
        AwsError: AWS refuses to tell, or cannot be reached for many polls in a row.
    """
    unanswered = 0
    while True:
        try:
            found = aws.operation(stack_set, operation)
        except AwsBusyError:
            unanswered += 1
            if unanswered > _PATIENCE:
                raise
        else:
            unanswered = 0
            if not found.is_unfinished:
                return found
            if found.status == "QUEUED":
                yield "queued"
                continue
        yield doing


def until_settled(
    aws: Aws, stack_set: str, places: tuple[Place, ...], operation: Operation, doing: str
) -> Generator[str, None, tuple[Instance, ...]]:
    """
    Wait until the stacks at *places* tell what a decided *operation* made of them.

    The operation's word is not enough: it succeeds as well when stacks failed within its tolerance.

    Raises:
        AwsError: AWS refuses to tell, or cannot be reached for many polls in a row.
    """
    unanswered = stale = 0
    while True:
        try:
            found = tuple(one for one in aws.instances(stack_set) if one.place in places)
        except AwsBusyError:
            unanswered += 1
            if unanswered > _PATIENCE:
                raise
        else:
            unanswered = 0
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
    """Return the stacks at *places* that a decided deletion left; reads may lag behind it."""
    found: tuple[Instance, ...] = ()
    for _ in range(_PATIENCE):
        try:
            found = tuple(one for one in aws.instances(stack_set) if one.place in places)
        except AwsBusyError:
            pass
        else:
            if not found or operation.status != "SUCCEEDED":
                return found
        yield doing
    return found
