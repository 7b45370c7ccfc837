"""`stackferry rehearse`: a migration through all its phases, in an AWS inside this process."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from compiler.cli.aws import beside, connected, progress, this_run
from compiler.cli.documents import json_option, write
from compiler.cli.files import STDIN, CannotReadError, content, look, shown_name
from compiler.cli.migrations import locator, read_all, show, spec_of
from compiler.cli.program import FINDINGS
from compiler.cli.sandbox import need_the_sandbox, provide
from compiler.cli.stopping import stoppable
from compiler.cli.transitions import everything_in
from compiler.deploy.targets import EXECUTION_ROLE
from compiler.phases import ORDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.flow import Listener
    from compiler.deploy.path.states import States
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName
    from compiler.rehearsal.clock import RehearsalClock
    from compiler.rehearsal.course import Rehearsed
    from compiler.rehearsal.faults import Fault
    from compiler.report.located import FileReport
    from compiler.report.rehearsing import RehearsalLines
    from compiler.sandbox.inventory import Thing
    from spec.findings import Finding
    from spec.loaded import LoadedSpec


@click.command("rehearse", short_help="Carry a migration through every phase in the sandbox.")
@click.argument("named", metavar="TARGET", type=click.Path())
@click.option(
    "--to",
    type=click.Choice(ORDER),
    help="Stop in this phase.  [default: the last one that was compiled]",
)
@click.option("--and-back", is_flag=True, help="Then walk back as far as the doors allow.")
@click.option(
    "--fault",
    "faults",
    metavar="NAME",
    multiple=True,
    help="Let something go wrong; again for each. See below.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False),
    help="The folder for rehearsal.json and rehearsal.md.  [default: TARGET, if it is a folder]",
)
@click.option("--spec", type=click.Path(), help="The spec, where it is not found by its name.")
@click.option(
    "--parallel",
    default=8,
    show_default=True,
    type=click.IntRange(1, 100),
    help="How many stacks at a time.",
)
@json_option
def command(  # noqa: PLR0913 -- one for each option
    named: str,
    *,
    to: PhaseName | None,
    and_back: bool,
    faults: tuple[str, ...],
    out: str | None,
    spec: str | None,
    parallel: int,
    as_json: bool,
) -> int:
    """
    Carry TARGET, a spec or a compiled folder, through all phases in an AWS inside this process.

    By the same plans, actions, gates and evidence as in AWS; users write to the buckets meanwhile,
    and clients are connected to the databases. What takes time is not waited for. What it measured
    is written to rehearsal.json, which a cutover reads, and beside it a report, rehearsal.md.

    Faults are: batch-job-fails, lag-grows, promotion-fails, replica-broken, targets-unhealthy, and
    stack-fails:STACK, or stack-fails:STACK@PHASE to fail no earlier than on the way to that phase.

    Exit code: that of a real run: 0 done, 1 findings, or a gate that stays shut, 2 usage, 3 AWS
    refused or failed, 130 stopped.
    """
    need_the_sandbox()
    subject = subject_of(named, spec)
    if not isinstance(subject, Subject):
        return _not_compiled(subject, as_json=as_json)
    from compiler.rehearsal.clock import RehearsalClock
    from compiler.rehearsal.faults import faults_of

    to = to or subject.phases[-1]
    if to not in subject.phases:
        message = f"{named} was compiled for {', '.join(subject.phases)}, not for {to}."
        raise click.UsageError(message)
    try:
        asked = faults_of(faults, subject.states)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with stoppable():
        clock = RehearsalClock(lambda: datetime.now(UTC))
        rehearsed, things = carried(
            subject,
            to,
            asked,
            clock=clock,
            lines=_lines(subject, clock, is_aside=as_json),
            is_back=and_back,
            parallel=parallel,
        )
    folder = out or (named if subject.is_folder else None)
    file = _kept(rehearsed, subject, folder) if folder is not None and not asked else ""
    if as_json:
        from compiler.report.documents.rehearse import document

        write(
            document(
                rehearsed,
                things,
                subject.manifest,
                subject.loaded,
                folder=subject.folder,
                file=file,
            )
        )
    else:
        _tell(rehearsed, things, subject, file)
    return rehearsed.exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """
    What is rehearsed.

    Attributes:
        named: As it was named.
        states: Every compiled state.
        loaded: The spec, where it is at hand.
        is_folder: Whether it was compiled before.
    """

    named: str
    states: States
    loaded: LoadedSpec | None
    is_folder: bool

    @property
    def folder(self) -> str:
        """The compiled folder; of a spec, that into which it compiles where nobody says."""
        if self.is_folder:
            return self.named
        return str(Path("templates_out") / self.manifest.migration)

    @property
    def phases(self) -> tuple[PhaseName, ...]:
        """What was compiled, in order."""
        return tuple(self.states)

    @property
    def manifest(self) -> Manifest:
        """Everything that it ever has."""
        return everything_in(self.states)


def subject_of(named: str, spec: str | None = None) -> Subject | FileReport:
    """
    Read, or compile, what the user named; of a spec that does not compile return why.

    Raises:
        CannotReadError: It cannot be read.
    """
    from compiler.deploy.path.states import states_of

    if named != STDIN and Path(named).is_dir():
        itinerary, texts = read_all(named)
        return Subject(
            named=named,
            states=states_of(itinerary, texts),
            loaded=spec_of(itinerary, named, spec),
            is_folder=True,
        )
    from compiler.report.located import report, report_on
    from spec.decoding import MAX_BYTES
    from spec.load import load

    loaded = load(content(named, MAX_BYTES + 1), shown_name(named))
    if loaded.spec is None or loaded.has_errors:
        return report_on(loaded)
    from compiler.pipeline import compile_migration

    compilation = compile_migration(loaded.spec, Path(shown_name(named)).name)
    if compilation.emitted is None:
        return report(loaded.source, loaded.tree, (*loaded.findings, *compilation.findings))
    emitted = compilation.emitted
    texts = {name: text.decode() for name, text in emitted.files.items()}
    return Subject(
        named=shown_name(named),
        states=states_of(emitted.itinerary, texts),
        loaded=loaded,
        is_folder=False,
    )


def carried(  # noqa: PLR0913 -- each is a part of the whole
    subject: Subject,
    to: PhaseName,
    faults: tuple[Fault, ...],
    *,
    clock: RehearsalClock,
    lines: RehearsalLines,
    is_back: bool = False,
    parallel: int = 8,
) -> tuple[Rehearsed, tuple[Thing, ...]]:
    """
    Carry a migration through its phases in a sandbox; return how it went and what there is then.

    Args:
        subject: What is rehearsed.
        to: The phase to stop in.
        faults: What is to go wrong.
        clock: Tells the time, to the sandbox as well.
        lines: Are told what happens.
        is_back: Whether to go back from there as far as the doors allow.
        parallel: How many stacks at a time.
    """
    from compiler.deploy.actions import Performing
    from compiler.deploy.aws import connect_actions, connect_running
    from compiler.deploy.path.states import whole
    from compiler.rehearsal.carry import rehearse
    from compiler.rehearsal.scenery import bring_secrets
    from compiler.rehearsal.stagecraft import Stagecraft, askable
    from compiler.report.failures import named
    from compiler.sandbox.embedded import embedded
    from compiler.sandbox.inventory import inventory

    manifest = subject.manifest
    states, unasked = askable(subject.states)
    with ExitStack() as stack:
        inside = stack.enter_context(embedded(account=manifest.target_account, clock=clock.now))
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="stackferry-")))
        provided = provide(inside, whole(subject.states))
        lines.opens(manifest, (*provided, *bring_secrets(inside, subject.states)))
        aws = connected(manifest, endpoint_url=None, read_role=EXECUTION_ROLE)
        craft = Stagecraft(
            states=states,
            unasked=unasked,
            sandbox=inside,
            aws=aws,
            running=connect_running(),
            acting=Performing(port=connect_actions(), aws=aws, clock=clock),
            clock=clock,
            taker=this_run,
            evidence=folder,
            named=named(subject.folder),
            faults=faults,
            audience=lines,
            parallel=parallel,
        )
        rehearsed = rehearse(craft, to, is_back=is_back)
        regions = sorted({stack.region for stack in manifest.stacks})
        return rehearsed, inventory(inside.client, regions)


def _lines(subject: Subject, clock: RehearsalClock, *, is_aside: bool) -> RehearsalLines:
    from compiler.report.failures import named
    from compiler.report.rehearsing import RehearsalLines

    out = beside(is_aside=is_aside)

    @contextmanager
    def listening() -> Iterator[Listener]:
        if out.isatty() and not is_aside:
            with progress(now=clock.now) as listener:
                yield listener
        else:
            from compiler.report.rehearsing import BriefProgress

            yield BriefProgress(out)

    def shown(findings: tuple[Finding, ...]) -> None:
        if not is_aside:
            show(findings, subject.manifest, subject.loaded)

    return RehearsalLines(
        out.write,
        columns=look().columns,
        listening=listening,
        show=shown,
        locate=locator(subject.loaded),
        folder=named(subject.folder),
    )


def _tell(rehearsed: Rehearsed, things: tuple[Thing, ...], subject: Subject, file: str) -> None:
    """End as a real run does, with what exists where, and with how the whole way went."""
    from compiler.report.failures import named
    from compiler.report.inventory import inventory_text
    from compiler.report.outcome import deployed_text
    from compiler.report.rehearsal_text import rehearsal_text

    columns = look().columns
    last = rehearsed.stages[-1].crossed if rehearsed.stages else None
    # How one ended that failed was told when it did; and then the reason is to stand at the end.
    if last is not None and not rehearsed.exit_code:
        text = deployed_text(
            last.walked.result, locator(subject.loaded), named(subject.folder), columns=columns
        )
        sys.stdout.write(f"\n{text}{inventory_text(things)}")
    sys.stdout.write("\n")
    sys.stdout.write(
        rehearsal_text(
            rehearsed,
            subject.manifest,
            named=named(subject.folder),
            file=file,
            columns=columns,
        )
    )


def _kept(rehearsed: Rehearsed, subject: Subject, folder: str) -> str:
    """
    Write what was measured, if the cutover was rehearsed to its end; return the file's name.

    A report of the whole run lies beside it.

    Raises:
        CannotReadError: It cannot be written.
    """
    from compiler.deploy.cutover.rehearsal import rehearsal_path, write_rehearsal
    from compiler.rehearsal.measured import measured, run_of
    from compiler.report.run_report import render

    found = measured(rehearsed, subject.manifest)
    if found is None:
        return ""
    file = rehearsal_path(Path(folder))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_rehearsal(file, found)
        report = render(run_of(rehearsed, subject.manifest, this_run().owner))
        file.with_suffix(".md").write_text(report, encoding="utf-8")
    except OSError as error:
        message = f"cannot write {click.format_filename(file)}: {error.strerror}"
        raise CannotReadError(message) from error
    return click.format_filename(file)


def _not_compiled(report: FileReport, *, as_json: bool) -> int:
    if as_json:
        from compiler.report.documents.findings import checked
        from compiler.report.documents.rehearse import not_compiled

        write(not_compiled(checked([report])[0].findings, FINDINGS))
    else:
        from compiler.report import text

        sys.stdout.write(text.render([report], look()))
    return FINDINGS
