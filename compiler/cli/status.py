"""`stackferry status`: how a migration stands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from compiler.cli.documents import write
from compiler.cli.migrations import locator, read_itinerary, show, spec_of
from compiler.cli.reading import Reading, not_asked, reader, reading_verb
from compiler.cli.transitions import standing_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Unpack

    from compiler.deploy.folder import Compiled
    from compiler.deploy.observe import Refusal
    from compiler.deploy.status import Status
    from spec.findings import Path


@click.command("status", short_help="Tell how each stack stands, beside what was compiled.")
@click.argument("folder", type=click.Path())
@click.option("--watch", is_flag=True, help="Look again and again until nothing is at work.")
@click.option(
    "--every",
    metavar="SECONDS",
    default=5.0,
    show_default=True,
    type=click.FloatRange(1, 3600),
    help="With --watch: how often to look.",
)
@click.option("--drift", is_flag=True, help="Tell what the last search for drift found, and when.")
@click.option("--values", is_flag=True, help="Tell the parameters that the stacks have.")
@reading_verb
def command(
    folder: str,
    *,
    watch: bool,
    every: float,
    drift: bool,
    values: bool,
    **reading: Unpack[Reading],
) -> int:
    """
    Tell how each stack of the migration in FOLDER stands, beside what was compiled.

    Only reads, needs the manifest alone, and takes no lock. Exit code: 0 all as compiled, 1
    something differs or the credentials are of another account, 2 usage, 3 AWS did not tell all,
    130 stopped.
    """
    as_json = reading["as_json"]
    if watch and as_json:
        message = "--watch and --json exclude each other."
        raise click.UsageError(message)
    itinerary = read_itinerary(folder)
    from concurrent.futures import ThreadPoolExecutor
    from datetime import timedelta

    from compiler.deploy.clock import WallClock
    from compiler.deploy.observe import Refusal
    from compiler.deploy.path.states import as_it_stands, everything
    from compiler.deploy.status import Question, status, until_settled

    loaded = spec_of(itinerary, folder, reading["spec"])
    manifests = [itinerary.at(phase) for phase in itinerary.phases]
    whole = everything(manifests)
    aws, other = reader(whole, reading), not_asked(whole, reading)
    clock = WallClock()
    question = Question(drift=drift, values=values, compiled=_templates(folder) if drift else None)
    with ThreadPoolExecutor(max_workers=reading["parallel"], thread_name_prefix="aws") as pool:

        def ask() -> Status | Refusal:
            stands = standing_now(aws, manifests, reading["parallel"])
            manifest = as_it_stands(manifests, stands.phase, stands.begun)
            return status(
                aws, manifest, pool, clock, question, other=other, stands=stands, whole=whole
            )

        if watch:
            told = _shown(until_settled(ask, clock, timedelta(seconds=every)), locator(loaded))
        else:
            told = ask()
    if as_json:
        from compiler.report.documents.status import document
        from compiler.report.failures import named

        write(document(told, whole, loaded, folder=named(folder, reading["via"])))
    elif isinstance(told, Refusal):
        show([told.finding], whole, loaded)
    elif not watch:
        from compiler.report.status_text import status_text

        sys.stdout.write(status_text(told, locator(loaded)))
    return told.exit_code


def _templates(folder: str) -> Compiled | None:
    """Return what was compiled with its templates; nothing, and a word, if they are not there."""
    from pathlib import Path

    from compiler.deploy.path.states import read_states, whole

    states = read_states(Path(folder))
    if not isinstance(states, tuple):
        return whole(states)
    click.echo(
        "Without the templates as they were compiled, rules that a stack adds to another one's\n"
        "security group are told as drift of that one; `stackferry compile` writes them.",
        err=True,
    )
    return None


def _shown(answers: Iterable[Status | Refusal], locate: Callable[[Path], str]) -> Status | Refusal:
    """
    Show *answers* as they come, and return the last one.

    On a terminal they are drawn over each other; else what changed is told line by line.
    """
    if sys.stdout.isatty():
        from rich.console import Console

        from compiler.report.redrawn import redrawn

        return redrawn(Console(), answers, locate)
    from compiler.report.status_text import told_by_line

    return told_by_line(sys.stdout, answers, locate)
