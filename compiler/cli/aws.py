"""Whom deploy and destroy talk to: AWS, another address, or a sandbox inside this process."""

from __future__ import annotations

import re
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from compiler.deploy.targets import EXECUTION_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from compiler.deploy.flow import Listener
    from compiler.deploy.lease import Taker
    from compiler.deploy.otherwise import OtherWay
    from compiler.deploy.outcome import End, Outcome
    from compiler.deploy.port import Aws
    from compiler.deploy.targets import Targets, Via
    from compiler.deploy.timeline import Schedule
    from compiler.manifest import Manifest
    from compiler.report.plain import Clock

Command = TypeVar("Command", bound="Callable[..., Any]")


def with_options(command: Command, options: Iterable[Callable[[Command], Command]]) -> Command:
    """Give *command* each of *options*, which `--help` shows in this order."""
    for option in reversed(tuple(options)):
        command = option(command)
    return command


def options(command: Command) -> Command:
    """Give *command* the options that say whom to talk to and how, and the one not to be asked."""
    return reading_options(click.option("--yes", is_flag=True, help="Do not ask; for CI.")(command))


def _address(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:  # noqa: ARG001 -- click's signature
    if value is not None and not re.match(r"https?://[^/]", value):
        message = f"{value} is no address; one begins with http:// or https://."
        raise click.BadParameter(message)
    return value


endpoint_option = click.option(
    "--endpoint-url",
    metavar="URL",
    callback=_address,
    help="Talk to this address instead of AWS's, such as that of `stackferry sandbox`.",
)


def reading_options(command: Command) -> Command:
    """Give *command*, which changes nothing, the options that say whom to talk to, and how."""
    return with_options(
        command,
        (
            endpoint_option,
            click.option(
                "--read-role",
                default=EXECUTION_ROLE,
                show_default=True,
                help="Role that reads stacks in the other account.",
            ),
            click.option(
                "--parallel",
                default=8,
                show_default=True,
                type=click.IntRange(1, 100),
                help="How many stacks at a time.",
            ),
            click.option(
                "--spec", type=click.Path(), help="The spec, where it is not found by its name."
            ),
        ),
    )


via_option = click.option(
    "--via",
    type=click.Choice(("stacksets", "stacks")),
    default="stacksets",
    show_default=True,
    help="Bring stacks about by stack sets, or by change sets of each stack's own. These need no "
    "roles of StackSets; in another account the read role deploys.",
)
"""For every verb that must know how stacks were brought about: those of one way are not found by
the other."""


def connected(
    manifest: Manifest,
    *,
    endpoint_url: str | None,
    read_role: str,
    via: Via = "stacksets",
    targets: Targets | None = None,
) -> Aws:
    """
    Return AWS, or what stands for it, for the stacks of *manifest*.

    Args:
        manifest: What was compiled.
        endpoint_url: Ask there instead of AWS's own addresses.
        read_role: The role in other accounts. Who makes the stacks may read them, so it is the
            execution role of *targets* unless it is another one than AWS's own.
        via: How stacks are brought about.
        targets: Into which accounts; their own unless given.

    Raises:
        click.UsageError: What *targets* ask for cannot be had that way.
    """
    from compiler.deploy.aws import connect
    from compiler.deploy.targets import OWN_ACCOUNTS
    from compiler.deploy.wanted import place_of

    targets = targets or OWN_ACCOUNTS
    if targets.execution_role and read_role == EXECUTION_ROLE:
        read_role = targets.execution_role
    try:
        return connect(
            region=manifest.target_region,
            endpoint_url=endpoint_url,
            read_role=read_role,
            targets=targets,
            via=via,
            places={stack.stack_set: place_of(stack) for stack in manifest.stacks},
        )
    except ValueError as error:
        message = f"{error}; give --via stacksets."
        raise click.UsageError(message) from error


def accounts_in(text: str) -> tuple[str, ...]:
    """
    Return the accounts that the value of `--accounts` names, sorted, each once.

    Raises:
        click.UsageError: One is no account.
    """
    accounts = sorted({part.strip() for part in text.split(",") if part.strip()})
    for account in accounts:
        if not re.fullmatch(r"[0-9]{12}", account):
            message = f"--accounts: {account} is no account; one has twelve digits."
            raise click.UsageError(message)
    return tuple(accounts)


def administration_role_of(manifest: Manifest, named: str) -> str:
    """Return the ARN of a role of the target account that is *named* by name or ARN; or nothing."""
    from spec.regions import REGIONS

    if not named or named.startswith("arn:"):
        return named
    partition = REGIONS[manifest.target_region].partition
    return f"arn:{partition}:iam::{manifest.target_account}:role/{named}"


def beside(*, is_aside: bool) -> TextIO:
    """Return where plans, questions and progress go: with `--json` not where the document goes."""
    return sys.stderr if is_aside else sys.stdout


def other_way(
    manifest: Manifest, *, endpoint_url: str | None, read_role: str, via: Via
) -> OtherWay:
    """Return the way that is not *via*; the other arguments are those of `connected`."""
    from compiler.deploy.otherwise import OtherWay

    other: Via = "stacks" if via == "stacksets" else "stacksets"
    return OtherWay(
        via=other,
        connect=lambda: connected(
            manifest, endpoint_url=endpoint_url, read_role=read_role, via=other
        ),
    )


@contextmanager
def progress(
    *,
    is_aside: bool = False,
    clock: Clock | None = None,
    now: Callable[[], datetime] | None = None,
) -> Iterator[Listener]:
    """
    Show what happens: drawn on a terminal, else one line for each event.

    Args:
        is_aside: Whether the standard output is for a document: then the lines go to the standard
            error.
        clock: Tells how long something has lasted that must not last long.
        now: Tells the time between two events; the machine's own unless given.
    """
    if sys.stdout.isatty() and not is_aside:
        with ExitStack() as stack:
            yield _Drawn(stack, clock, now)
    else:
        from compiler.report.plain import PlainProgress

        yield PlainProgress(beside(is_aside=is_aside), clock)


class _Drawn:
    """Begins to draw at the first event: until then the operator may be asked in peace."""

    def __init__(
        self, stack: ExitStack, clock: Clock | None, now: Callable[[], datetime] | None
    ) -> None:
        self._stack = stack
        self._clock = clock
        self._now = now
        self._listener: Listener | None = None

    def _drawing(self) -> Listener:
        if self._listener is None:
            from rich.console import Console

            from compiler.deploy.clock import WallClock
            from compiler.report.progress import on_terminal

            drawing = on_terminal(Console(), self._now or WallClock().now, self._clock)
            self._listener = self._stack.enter_context(drawing)
        return self._listener

    def planned(self, schedule: Schedule, at: datetime) -> None:
        self._drawing().planned(schedule, at)

    def started(self, node: str, at: datetime) -> None:
        self._drawing().started(node, at)

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        self._drawing().waiting(node, doing, at)

    def ended(self, node: str, end: End, at: datetime) -> None:
        self._drawing().ended(node, end, at)


def show_bars(outcome: Outcome | None) -> None:
    """Show when each stack was dealt with, as wide as the terminal."""
    from compiler.cli.files import look
    from compiler.report.gantt import can_show_blocks, gantt

    if outcome is not None and outcome.started:
        has_blocks = can_show_blocks(sys.stdout.encoding)
        sys.stdout.write(gantt(outcome, columns=look().columns, has_blocks=has_blocks) + "\n")


def this_run() -> Taker:
    """Return who runs this, `user@host`, with an id that no other run has."""
    import getpass
    import socket
    import uuid

    from compiler.deploy.lease import Taker

    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        # A container's user may have no name.
        user = "somebody"
    return Taker(owner=f"{user}@{socket.gethostname()}", run=uuid.uuid4().hex)


def must_be_able_to_ask(*, yes: bool) -> None:
    """
    Make sure that somebody can say yes.

    Raises:
        click.UsageError: Nobody can, and `--yes` is not given.
    """
    if not yes and not sys.stdin.isatty():
        message = "nobody is there to be asked; give --yes to go on without."
        raise click.UsageError(message)
