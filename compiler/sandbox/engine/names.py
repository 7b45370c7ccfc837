"""Names of stacks: what AWS takes for one, and those that stack sets give theirs."""

from __future__ import annotations

import re

from compiler.sandbox.engine.errors import invalid

_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*")
_OF_SET = re.compile(r"StackSet-(.+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST = 128
"""Source: CloudFormation API Reference, CreateStack, StackName, 2026-11-24."""


def refuse_name(name: str) -> None:
    """
    Refuse the name of a new stack.

    Raises:
        ApiError: `ValidationError`.
    """
    wrong = ""
    if len(name) > _LONGEST:
        wrong = f"Member must have length less than or equal to {_LONGEST}"
    elif _NAME.fullmatch(name) is None:
        wrong = f"Member must satisfy regular expression pattern: {_NAME.pattern}"
    if wrong:
        message = (
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy "
            f"constraint: {wrong}"
        )
        raise invalid(message)


def set_of(name: str) -> str:
    """Return the stack set that a stack of this name is of; the name itself if of none."""
    found = _OF_SET.fullmatch(name)
    return name if found is None else found[1]
