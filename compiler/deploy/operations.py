"""Starting an operation on a stack set once, and waiting until it is decided."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from compiler.deploy.plan import TIMESTAMP
from compiler.deploy.port import Aws, AwsBusyError, Definition, Instance, Operation, Place

if TYPE_CHECKING:
    from collections.abc import Generator

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
    return f"stackferry-{verb}-{hashlib.sha256(text.encode()).hexdigest()[:40]}"


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
    aws: Aws, stack_set: str, place: Place, operation: Operation, doing: str
) -> Generator[str, None, Instance | None]:
    """
    Wait until the stack at *place* tells what a decided *operation* made of it.

    The operation's word is not enough: it succeeds as well when stacks failed within its tolerance.

    Raises:
        AwsError: AWS refuses to tell, or cannot be reached for many polls in a row.
    """
    unanswered = stale = 0
    while True:
        try:
            instance = next((one for one in aws.instances(stack_set) if one.place == place), None)
        except AwsBusyError:
            unanswered += 1
            if unanswered > _PATIENCE:
                raise
        else:
            unanswered = 0
            if instance is None or not instance.is_unfinished:
                is_settled = instance is not None and (
                    instance.is_current or instance.detailed == "FAILED"
                )
                if operation.status != "SUCCEEDED" or is_settled or stale == _STALE_READS:
                    return instance
                stale += 1
            elif operation.status in {"FAILED", "STOPPED"}:
                # The stack's own word may lag behind; the operation's end is final.
                return instance
        yield doing
