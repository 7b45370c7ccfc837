"""The user's own questions: an address, a statement, a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.gates.answer import Judgement, green, red, seconds, unknown

if TYPE_CHECKING:
    from datetime import timedelta

    from compiler.deploy.gates.port import Ended, Response


def answers(response: Response, status: int, timeout: timedelta) -> Judgement:
    """Tell whether an address answered with *status*."""
    wanted = f"status {status} within {seconds(timeout.total_seconds())}"
    took = seconds(response.took.total_seconds())
    if not response.status:
        return red(
            f"no answer: {response.reason}",
            wanted,
            "Look whether the name resolves and the address can be reached from this machine.",
        )
    measured = f"status {response.status} after {took}"
    if response.status != status:
        return red(measured, wanted, "Look at the service's logs, or correct the gate in the spec.")
    return green(measured, wanted)


def tells(value: str, expected: str) -> Judgement:
    """Tell whether a statement answered with *expected*; what it answered is not shown."""
    wanted = f"the value {expected}"
    if value == expected:
        return green("the value that was expected", wanted)
    # It is the user's data, and may be a person's.
    return red(
        "another value" if value else "no row",
        wanted,
        "Run the statement yourself and see; or correct the gate in the spec.",
    )


def no_driver(reason: str, expected: str) -> Judgement:
    """Say that this machine cannot ask a database."""
    return unknown(
        f"not supported: {reason}",
        f"the value {expected}",
        "Install the driver beside stackferry, or ask by a gate of the kind `command`.",
    )


def silent(reason: str, expected: str) -> Judgement:
    """Say that the database did not answer."""
    return unknown(
        f"no answer: {reason}",
        f"the value {expected}",
        "This machine must reach the database, which has no public address: run stackferry inside "
        "the VPC, or ask by a gate of the kind `command`.",
    )


def no_command(reason: str) -> Judgement:
    """Say that what is to be run is no command."""
    return red(f"it cannot be run: {reason}", "exit code 0", "Correct the command in the spec.")


def ends_well(ended: Ended, timeout: timedelta) -> Judgement:
    """Tell whether a command exited with 0."""
    wanted = f"exit code 0 within {seconds(timeout.total_seconds())}"
    took = seconds(ended.took.total_seconds())
    if ended.code is None:
        return red(
            f"it did not run to its end: {ended.reason}",
            wanted,
            "Correct the command in the spec, or give it more time.",
        )
    measured = f"exit code {ended.code} after {took}"
    if ended.code:
        return red(measured, wanted, "Run the command yourself and read what it prints.")
    return green(measured, wanted)
