"""Failures as text, alike in every verb: what, where, AWS's words, the way out, what to type."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from compiler.deploy.ways_out import FOLDER, HOME, events_command, filled
from compiler.report.terminal import visible
from spec.findings import Path

if TYPE_CHECKING:
    from compiler.deploy.outcome import Failure
    from compiler.deploy.targets import Via

Locate = Callable[[Path], str]
"""Turns a spec path into `file:line`, or into words where the file does not match."""


def named(folder: str, via: Via = "stacksets") -> str:
    """
    Return the compiled folder as commands name it, so that they find what this one deals with.

    Args:
        folder: As the operator named it.
        via: How stacks are brought about.
    """
    return shlex.quote(folder) + ("" if via == "stacksets" else f" --via {via}")


def reason_of(failure: Failure) -> str:
    """Return which resource failed, where one did, and AWS's sentence about it."""
    what = f"{failure.resource} ({failure.type}): " if failure.resource else ""
    return f"{what}{visible(failure.reason)}"


def failure_lines(
    failure: Failure, locate: Locate, *, folder: str = FOLDER, home: str = HOME
) -> Iterator[str]:
    """
    Yield the lines about a failure, the last one empty.

    Args:
        failure: The failure.
        locate: Tells where in the spec a path stands.
        folder: The compiled folder as commands name it, for the next command.
        home: The region in which the stack sets live, for the next command.
    """
    yield f"error[{failure.code}]: {failure.stack} failed"
    yield f"  --> {locate(failure.path)}"
    yield f"  {'AWS says: ' if failure.is_said_by_aws else ''}{reason_of(failure)}"
    if failure.then:
        yield f"  then the rollback failed: {visible(failure.then)}"
    yield f"  {filled(failure.way_out, folder=folder, home=home)}"
    yield f"  account {failure.place.account}, region {failure.place.region}"
    if failure.operation:
        yield f"  stack set {failure.stack_set}, operation {failure.operation}"
    if failure.stack_id:
        yield f"  all of it: {events_command(failure.place.region, failure.stack_id)}"
    if failure.next_command:
        yield f"  next: {filled(failure.next_command, folder=folder, home=home)}"
    yield ""
