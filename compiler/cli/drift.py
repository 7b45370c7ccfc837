"""`stackferry drift`: what was changed past the templates."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

import click

from compiler.cli.aws import beside, progress, this_run
from compiler.cli.documents import write
from compiler.cli.migrations import locator, must_be_stacks, read_states, show, spec_of
from compiler.cli.reading import Reading, not_asked, reader, reading_verb
from compiler.cli.transitions import everything_in, manifests_of, standing_now

if TYPE_CHECKING:
    from typing import Unpack


@click.command("drift", short_help="Let AWS compare what is there with the templates.")
@click.argument("folder", type=click.Path())
@click.option("--only", multiple=True, metavar="STACK", help="This stack only; again for each.")
@reading_verb
def command(folder: str, *, only: tuple[str, ...], **reading: Unpack[Reading]) -> int:
    """
    Let AWS compare each stack of the migration in FOLDER with its template, and tell what differs.

    Changes no resource. It is an operation on each stack set, so it takes the lock. What
    CloudFormation cannot compare, and what was changed through CloudFormation itself, is not seen.
    Exit code: 0 in sync, 1 drifted or findings, 2 usage, 3 AWS refused or failed, 4 somebody else
    is at work, 130 stopped.
    """
    states = read_states(folder)
    manifest = everything_in(states)
    must_be_stacks(only, manifest)
    from compiler.deploy.clock import WallClock
    from compiler.deploy.drifting import look_for_drift
    from compiler.deploy.path.states import present
    from compiler.deploy.targets import Scope
    from compiler.report.drift_text import announcement, drift_text
    from compiler.report.failures import named

    as_json = reading["as_json"]
    loaded = spec_of(manifest, folder, reading["spec"])
    reached = named(folder, reading["via"])
    aws = reader(manifest, reading)
    stands = standing_now(aws, manifests_of(states), reading["parallel"])
    compiled = present(states, stands.phase, stands.begun)
    with progress(is_aside=as_json) as listener:
        result = look_for_drift(
            compiled,
            aws=aws,
            clock=WallClock(),
            listener=listener,
            taker=this_run(),
            announce=lambda stacks: _say(announcement(stacks, manifest), is_aside=as_json),
            scope=Scope(stacks=tuple(sorted(set(only)))),
            parallel=reading["parallel"],
            chance=random.random,
            other=not_asked(manifest, reading),
        )
    if as_json:
        from compiler.report.documents.drift import document

        write(document(result, manifest, loaded, folder=reached))
    else:
        if result.findings:
            show(result.findings, manifest, loaded)
        home = manifest.target_region
        sys.stdout.write(drift_text(result, locator(loaded), folder=reached, home=home))
    return result.exit_code


def _say(text: str, *, is_aside: bool) -> None:
    stream = beside(is_aside=is_aside)
    stream.write(text)
    stream.flush()
