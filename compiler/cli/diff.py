"""`stackferry diff`: what changes between two phases, in the user's words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from compiler.cli.documents import json_option, write
from compiler.cli.files import look
from compiler.cli.program import FINDINGS, FINE
from compiler.cli.states import Target, target
from compiler.phases import ORDER, PHASES, phase_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.manifest import Action
    from compiler.phases import Door, PhaseName
    from compiler.prove import State
    from compiler.report.located import FileReport


@click.command("diff", short_help="Tell what changes between two phases, in plain words.")
@click.argument("named", metavar="TARGET", type=click.Path())
@click.option(
    "--from",
    "begin",
    type=click.Choice(ORDER),
    help="The phase that stands  [default: the one before --to]",
)
@click.option("--to", "end", type=click.Choice(ORDER), required=True, help="The phase after it.")
@json_option
def command(named: str, begin: PhaseName | None, end: PhaseName, *, as_json: bool) -> int:
    """
    Tell what changes between two phases of TARGET, a spec or a compiled folder, by component.

    + is created, ~ changed, - removed, * done beside stacks. Exit code: 0 told, 1 the spec does
    not compile, 2 usage.
    """
    begin = begin or phase_before(end)
    if begin is None or begin == end:
        message = f"name with --from another phase than {end} to compare it with."
        raise click.UsageError(message)
    found = target(named)
    if not isinstance(found, Target):
        return _not_compiled(found, as_json=as_json)
    before, after = _state(found, begin), _state(found, end)
    from compiler.prove.differing import differences
    from compiler.report.difference.told import told

    between = _between(begin, end)
    is_back = ORDER.index(end) < ORDER.index(begin)
    groups = told(differences(before, after), _actions(found, between), is_back=is_back)
    doors = _doors(between, is_back=is_back)
    if as_json:
        from compiler.report.documents.diff import document

        name = found.itinerary.migration
        write(document(name, (begin, end), doors, groups, found.loaded))
    else:
        from compiler.report.difference.text import difference_text

        title = f"{found.itinerary.migration}: {_words(begin, end)}"
        sys.stdout.write(difference_text(title, doors, groups, look().columns))
    return FINE


def _state(found: Target, phase: PhaseName) -> State:
    state = found.state(phase)
    if state is None:
        phases = ", ".join(found.itinerary.phases)
        message = f"{found.name} was compiled for {phases}, not for {phase}."
        raise click.UsageError(message)
    return state


def _between(begin: PhaseName, end: PhaseName) -> tuple[PhaseName, ...]:
    """Return the phases whose transitions lie between two, in the order in which they are met."""
    first, last = sorted((ORDER.index(begin), ORDER.index(end)))
    met = ORDER[first + 1 : last + 1]
    return met if ORDER.index(begin) == first else met[::-1]


def _words(begin: PhaseName, end: PhaseName) -> str:
    back = "back " if ORDER.index(end) < ORDER.index(begin) else ""
    return f"{back}from {begin} to {end}"


def _doors(between: Sequence[PhaseName], *, is_back: bool) -> tuple[tuple[str, Door], ...]:
    """Return each transition in words, with its door: that of the later one of its phases."""
    steps = []
    for phase in between:
        before = phase_before(phase) or phase
        words = _words(phase, before) if is_back else _words(before, phase)
        steps.append((words, PHASES[phase].door))
    return tuple(steps)


def _actions(found: Target, between: Sequence[PhaseName]) -> tuple[Action, ...]:
    """Return what is done beside stacks in the transitions into these phases."""
    states = [state for phase in between if (state := found.state(phase)) is not None]
    return tuple(action for state in states for action in state.manifest.actions)


def _not_compiled(report: FileReport, *, as_json: bool) -> int:
    if as_json:
        from compiler.report.documents.diff import undiffed
        from compiler.report.documents.findings import checked

        write(undiffed(checked([report])[0].findings))
    else:
        from compiler.report import text

        sys.stdout.write(text.render([report], look()))
    return FINDINGS
