"""`stackferry gate`: is the running system ready for the next phase?"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click

from compiler.cli.aws import beside, this_run
from compiler.cli.documents import write
from compiler.cli.files import CannotReadError
from compiler.cli.migrations import read_itinerary, show, spec_of
from compiler.cli.reading import Reading, reader, reading_verb
from compiler.phases import PhaseName, next_phase, phase_before

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor
    from datetime import timedelta
    from typing import Unpack

    from compiler.deploy.gates.evidence import Evidence
    from compiler.deploy.observe import Refusal
    from compiler.deploy.port import Aws
    from compiler.itinerary import Itinerary
    from compiler.manifest import Manifest
    from compiler.report.gate_text import GateLines


def _duration(
    context: click.Context,  # noqa: ARG001 -- click's signature
    parameter: click.Parameter,  # noqa: ARG001 -- click's signature
    value: str | None,
) -> timedelta:
    from datetime import timedelta

    from spec.durations import duration_of

    found = timedelta(0) if value is None else duration_of(value)
    if found is None:
        message = f"{value} is no duration; one is 90s, 15m or 1h30m."
        raise click.BadParameter(message)
    return found


@click.command("gate", short_help="Ask whether the running system is ready for a phase.")
@click.argument("folder", type=click.Path())
@click.argument(
    "phase", required=False, metavar="[PHASE]", type=click.Choice(get_args(PhaseName)[1:])
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False),
    help="Where to write the evidence.  [default: FOLDER/evidence/PHASE.json]",
)
@click.option(
    "--wait",
    metavar="DURATION",
    callback=_duration,
    help="Ask again what is not green, for so long at most: 90s, 15m, 1h30m.",
)
@reading_verb
def command(
    folder: str,
    phase: PhaseName | None,
    *,
    out: str | None,
    wait: timedelta,
    **reading: Unpack[Reading],
) -> int:
    """
    Ask the gates that open PHASE of the migration in FOLDER, and keep what they answer as evidence.

    Without PHASE it is the one after that in which the migration stands. Changes nothing in AWS and
    takes no lock; gates that are commands of yours are run. Exit code: 0 all gates are green, 1 one
    is not or the credentials are of another account, 2 usage, 3 AWS refused, 130 stopped.
    """
    itinerary = read_itinerary(folder)
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    from compiler.deploy.gates.evidence import Evidence, evidence_path, write_evidence
    from compiler.deploy.gates.objections import again
    from compiler.deploy.gates.run import exit_code_of
    from compiler.report.failures import named
    from compiler.report.gate_text import GateLines

    as_json = reading["as_json"]
    lines = GateLines(beside(is_aside=as_json).write)
    with ThreadPoolExecutor(max_workers=reading["parallel"], thread_name_prefix="aws") as pool:
        found = _ask(itinerary, phase, wait, reading, pool, lines)
    if not isinstance(found, Evidence):
        return _refused(found, itinerary, folder, reading)
    file = Path(out) if out else evidence_path(Path(folder), found.opens)
    try:
        write_evidence(file, found)
    except OSError as error:
        message = f"cannot write {click.format_filename(file)}: {error.strerror}"
        raise CannotReadError(message) from error
    exit_code = exit_code_of(found)
    name = click.format_filename(file)
    if as_json:
        from compiler.report.documents.gate import document

        write(document(found, name, exit_code))
    else:
        name_of_it = named(folder, reading["via"])
        onward = f"stackferry deploy {name_of_it} --to {found.opens}"
        command = onward if found.is_green else again(name_of_it, found.opens)
        lines.end(found, name, command, has_waited=bool(wait))
    return exit_code


def _ask(  # noqa: PLR0913, PLR0917 -- each is a part of the whole
    itinerary: Itinerary,
    phase: PhaseName | None,
    wait: timedelta,
    reading: Reading,
    pool: ThreadPoolExecutor,
    lines: GateLines,
) -> Evidence | Refusal:
    """
    Ask the gates before *phase*, and write each answer as it comes.

    Raises:
        click.UsageError: There is no such phase to open.
    """
    from compiler.deploy.aws import connect_running
    from compiler.deploy.clock import WallClock
    from compiler.deploy.gates.run import Asking, gather
    from compiler.deploy.observe import account_refusal
    from compiler.deploy.path.states import everything

    # Without stack sets, AWS is asked for each stack where it stands: also for those that go.
    whole = everything(itinerary.at(one) for one in itinerary.phases)
    aws = reader(whole, reading)
    refusal = account_refusal(aws, whole)
    if refusal is not None:
        return refusal
    opens = phase or _following(aws, itinerary, pool)
    if not isinstance(opens, str):
        return opens
    manifest = _before(opens, itinerary)
    lines.begin(manifest, opens)
    asking = Asking(
        aws=aws,
        running=connect_running(
            endpoint_url=reading["endpoint_url"], read_role=reading["read_role"]
        ),
        pool=pool,
        clock=WallClock(),
        by=this_run().owner,
        told=lines.told,
        waits=lines.waits,
    )
    return gather(asking, manifest, opens, wait=wait)


def _following(aws: Aws, itinerary: Itinerary, pool: ThreadPoolExecutor) -> PhaseName | Refusal:
    """
    Return the phase after that in which the migration stands.

    Raises:
        click.UsageError: There is none.
    """
    from compiler.deploy.exit_codes import REFUSED
    from compiler.deploy.observe import Refusal, error_finding
    from compiler.deploy.path.standing import standing
    from compiler.deploy.port import AwsError

    try:
        stands = standing(aws, [itinerary.at(one) for one in itinerary.phases], pool)
    except AwsError as error:
        return Refusal(exit_code=REFUSED, finding=error_finding(error))
    opens = next_phase(stands.phase) if stands.phase else None
    if opens is None:
        name = itinerary.migration
        message = f"{name} {stands}, so no gate is next; name a phase."
        raise click.UsageError(message)
    return opens


def _before(opens: PhaseName, itinerary: Itinerary) -> Manifest:
    """
    Return the state whose gates open the phase *opens*.

    Raises:
        click.UsageError: It was not compiled.
    """
    before = phase_before(opens)
    if before is None or before not in itinerary.phases:
        message = f"the gates before {opens} are those of {before}, which was not compiled."
        raise click.UsageError(message)
    return itinerary.at(before)


def _refused(found: Refusal, itinerary: Itinerary, folder: str, reading: Reading) -> int:
    """Say why nothing was asked, and return the exit code."""
    last = itinerary.at(itinerary.phases[-1])
    loaded = spec_of(last, folder, reading["spec"])
    if reading["as_json"]:
        from compiler.report.documents.gate import refusal

        write(refusal(found.finding, last, loaded, found.exit_code))
    else:
        show([found.finding], last, loaded)
    return found.exit_code
