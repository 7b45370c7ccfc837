"""How a migration stands, drawn over and over on a terminal until nothing is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.live import Live
from rich.text import Text

from compiler.deploy.observe import Refusal
from compiler.report.status_text import status_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import Console

    from compiler.deploy.status import Status
    from spec.findings import Path


def redrawn(
    console: Console, answers: Iterable[Status | Refusal], locate: Callable[[Path], str]
) -> Status | Refusal:
    """
    Draw each of *answers* over the one before it, leave the last one standing, and return it.

    Where a terminal is too low for all stacks, those that are as compiled are left out meanwhile.

    Args:
        console: The terminal.
        answers: At least one.
        locate: Tells where in the spec a path stands.
    """
    last: Status | Refusal | None = None
    with Live(console=console, auto_refresh=False, transient=True) as live:
        for answer in answers:
            last = answer
            if isinstance(answer, Refusal):
                break
            text = status_text(answer, locate)
            if text.count("\n") >= console.height:
                text = status_text(answer, locate, is_brief=True)
            live.update(Text(text.rstrip("\n")), refresh=True)
    if last is None:
        message = "there was no answer"
        raise ValueError(message)
    if not isinstance(last, Refusal):
        console.print(Text(status_text(last, locate)), end="")
    return last
