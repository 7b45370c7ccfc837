"""`stackferry prove`: that no step of a migration replaces or deletes what cannot be made again."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from compiler.cli.documents import write
from compiler.cli.files import look
from compiler.cli.migrations import show
from compiler.cli.program import FINDINGS, FINE
from compiler.cli.reading import Reading, not_asked, reader, reading_verb
from compiler.cli.states import Target, target
from compiler.phases import ORDER

if TYPE_CHECKING:
    from typing import Unpack

    from compiler.phases import PhaseName
    from compiler.prove import Transition
    from compiler.report.located import FileReport
    from spec.findings import Finding


@click.command("prove", short_help="Prove that no step loses what cannot be made again.")
@click.argument("named", metavar="TARGET", type=click.Path())
@click.option(
    "--against",
    metavar="TARGET",
    type=click.Path(),
    help="Prove the step from this spec or folder to TARGET instead, phase by phase.",
)
@click.option(
    "--deployed",
    is_flag=True,
    help="Prove the step from what is deployed to TARGET instead.",
)
@click.option(
    "--phase",
    type=click.Choice(ORDER),
    help="Only steps into this phase  [default with --deployed: where the migration stands]",
)
@click.option("--all", "everything", is_flag=True, help="A line for what is unchanged, too.")
@reading_verb
def command(
    named: str,
    *,
    against: str | None,
    deployed: bool,
    phase: PhaseName | None,
    everything: bool,
    **reading: Unpack[Reading],
) -> int:
    """
    Prove what becomes of each resource that holds what cannot be made again, step by step.

    TARGET is a spec or a compiled folder. Nothing is changed, and AWS is asked with --deployed
    only. Exit code: 0 proven, 1 not proven or the spec does not compile, 2 usage, 3 AWS refused.
    """
    if deployed and against is not None:
        message = "--deployed and --against exclude each other."
        raise click.UsageError(message)
    found = target(named, reading["spec"])
    stood = target(against) if against is not None else None
    for one in (stood, found):
        if one is not None and not isinstance(one, Target):
            return _not_compiled(one, as_json=reading["as_json"])
    if not isinstance(found, Target):
        raise TypeError(found)
    if isinstance(stood, Target):
        proven = _against(found, stood, phase)
    elif deployed:
        proven = _deployed(found, phase, reading)
    else:
        proven = _path(found, phase)
    _show(found, proven, as_json=reading["as_json"], everything=everything)
    return proven.code


def _not_compiled(report: FileReport, *, as_json: bool) -> int:
    if as_json:
        from compiler.report.documents.findings import checked
        from compiler.report.documents.prove import unproven

        write(unproven(checked([report])[0].findings, FINDINGS))
    else:
        from compiler.report import text

        sys.stdout.write(text.render([report], look()))
    return FINDINGS


def _show(found: Target, proven: _Proven, *, as_json: bool, everything: bool) -> None:
    if as_json:
        from compiler.report.documents.findings import found as told
        from compiler.report.documents.prove import proved

        findings = told(proven.findings, found.itinerary.spec_file, found.loaded)
        name = found.itinerary.migration
        made = proved(name, proven.steps, findings, found.loaded, proven.code)
        write(replace(made, notes=proven.notes))
        return
    from compiler.report.prove_text import prove_text

    sys.stdout.write(
        prove_text(
            proven.steps,
            proven.notes,
            found.loaded,
            everything=everything,
            columns=look().columns,
        )
    )
    if proven.findings:
        sys.stdout.write("\n")
        show(proven.findings, found.itinerary, found.loaded)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proven:
    """What came of it: steps, why they fail, what else there is to say, and the exit code."""

    steps: tuple[Transition, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    refused: int = FINE

    @property
    def code(self) -> int:
        return self.refused or (FINDINGS if self.findings else FINE)


def _path(found: Target, phase: PhaseName | None) -> _Proven:
    """Prove the steps from each state to the next."""
    from compiler.prove import transitions

    steps = transitions(found.states)
    chosen = tuple(step for step in steps if phase in {None, step.after.manifest.phase})
    if not chosen:
        message = (
            f"no step of {found.name} leads into {phase}."
            if phase is not None
            else f"{found.name} was compiled for one phase only; compile it without --phase."
        )
        raise click.UsageError(message)
    return _Proven(steps=chosen, findings=tuple(one for step in chosen for one in step.findings))


def _against(found: Target, stood: Target, phase: PhaseName | None) -> _Proven:
    """Prove the steps from each state of *stood* to the same one of *found*."""
    from compiler.prove import transition

    found.must_be_of(stood)
    steps, notes = [], []
    for name in ORDER if phase is None else (phase,):
        before, after = stood.state(name), found.state(name)
        if before is not None and after is not None:
            words = f"in {name}, from {stood.name} to {found.name}"
            steps.append(transition(before, after, words))
        elif before is not None or after is not None or phase is not None:
            lacking = [one.name for one in (stood, found) if one.state(name) is None]
            notes.append(f"{name}: not compiled in {' and in '.join(lacking)}, so not proven.")
    if not steps:
        message = f"no phase was compiled in both {stood.name} and {found.name}."
        raise click.UsageError(message)
    return _Proven(
        steps=tuple(steps),
        findings=tuple(one for step in steps for one in step.findings),
        notes=tuple(notes),
    )


def _deployed(found: Target, phase: PhaseName | None, reading: Reading) -> _Proven:
    """Prove the step from what is deployed to a state of *found*."""
    from concurrent.futures import ThreadPoolExecutor

    from compiler.deploy.deployed_state import Deployed, look_at_deployed
    from compiler.prove import transition

    manifests = [state.manifest for state in found.states]
    aws, other = reader(manifests[-1], reading), not_asked(manifests[-1], reading)
    with ThreadPoolExecutor(max_workers=reading["parallel"], thread_name_prefix="aws") as pool:
        deployed = look_at_deployed(aws, manifests, pool, other)
    if not isinstance(deployed, Deployed):
        return _Proven(findings=(deployed.finding,), refused=deployed.exit_code)
    from compiler.report.orphans_text import orphan_lines

    stands = deployed.standing
    notes = (
        f"{found.itinerary.migration} {stands}.",
        *orphan_lines(deployed.orphans, manifests[-1]),
    )
    name = phase or stands.begun or stands.phase
    if name is None:
        return _Proven(notes=notes)
    after = found.state(name)
    if after is None:
        message = f"{found.name} was not compiled for {name}; compile it without --phase."
        raise click.UsageError(message)
    step = transition(deployed.state, after, f"from what is deployed to {name}")
    return _Proven(steps=(step,), findings=(*deployed.findings, *step.findings), notes=notes)
