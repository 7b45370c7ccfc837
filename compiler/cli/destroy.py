"""`stackferry destroy`: take away what was deployed, what others need last."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING, Unpack

import click

from compiler.cli.aws import beside, progress, show_bars, this_run
from compiler.cli.documents import write
from compiler.cli.existing import Existing, asked, existing_options
from compiler.cli.files import look
from compiler.cli.migrations import locator, read_states, show, spec_of
from compiler.cli.reading import not_asked
from compiler.cli.stopping import as_typed, stoppable
from compiler.cli.transitions import everything_in, manifests_of, standing_now

if TYPE_CHECKING:
    from compiler.deploy.removal import RemovalPlan


@click.command("destroy", short_help="Remove what was deployed, in reverse order.")
@click.argument("folder", type=click.Path())
@click.option("--unprotect", is_flag=True, help="Turn off the deletion protection of databases.")
@click.option(
    "--empty",
    multiple=True,
    metavar="BUCKET",
    help="Delete every version of every object in this bucket, by name or logical id; more than "
    "once.",
)
@click.option(
    "--name",
    default="",
    metavar="NAME-ENVIRONMENT",
    help="What is destroyed: stands for typing it, so --yes needs it.",
)
@existing_options
def command(
    folder: str,
    *,
    unprotect: bool,
    empty: tuple[str, ...],
    name: str,
    **existing: Unpack[Existing],
) -> int:
    """
    Remove what the manifest in FOLDER names, replica before source, and say what is retained.

    Prints the plan and wants the migration's name typed. In CI, --yes together with --name stands
    for that: neither alone does, so that no script destroys the wrong migration by accident.

    Exit code: 0 done and nothing else is left; 1 findings or not wanted; 2 usage; 3 AWS refused or
    failed or something is left; 4 somebody else is at work; 130 stopped.
    """
    states = read_states(folder)
    manifest = everything_in(states)
    wanted = manifest.migration
    _must_name_it(name, wanted, yes=existing["yes"])
    from compiler.deploy import destroying
    from compiler.deploy.clock import WallClock
    from compiler.deploy.path.states import present
    from compiler.report.failures import named
    from compiler.report.outcome import destroyed_text

    as_json = existing["as_json"]
    loaded = spec_of(manifest, folder, existing["spec"])
    reached = named(folder, existing["via"])
    aws = asked(manifest, existing)
    stands = standing_now(aws, manifests_of(states), existing["parallel"])
    compiled = present(states, stands.phase, stands.begun, with_others=True)
    with stoppable(), progress(is_aside=as_json) as listener:
        result = destroying.destroy(
            compiled,
            aws=aws,
            clock=WallClock(),
            listener=listener,
            taker=this_run(),
            chance=random.random,
            confirm=lambda plan: _agreed(plan, wanted, yes=existing["yes"], quiet=as_json),
            unprotect=unprotect,
            empty=frozenset(empty),
            parallel=existing["parallel"],
            other=not_asked(manifest, existing),
        )
    if as_json:
        from compiler.report.documents.destroy import destroyed

        write(destroyed(result, manifest, loaded, folder=reached))
        return result.exit_code
    if result.findings:
        show(result.findings, manifest, loaded)
    show_bars(result.outcome)
    sys.stdout.write(
        destroyed_text(result, locator(loaded), reached, again=as_typed(), columns=look().columns)
    )
    return result.exit_code


def _must_name_it(name: str, wanted: str, *, yes: bool) -> None:
    """
    Make sure that what is destroyed is what is meant.

    Raises:
        click.UsageError: It is another one, is not named, or nobody can be asked.
    """
    if name and name != wanted:
        message = f"the folder is of {wanted}, not of {name}."
        raise click.UsageError(message)
    if yes and not name:
        message = f"--yes needs --name {wanted}, so that nothing else is destroyed by accident."
        raise click.UsageError(message)
    if not yes and not sys.stdin.isatty():
        message = f"nobody is there to be asked; give --yes --name {wanted} to go on without."
        raise click.UsageError(message)


def _agreed(plan: RemovalPlan, wanted: str, *, yes: bool, quiet: bool) -> bool:
    from compiler.report.removal_text import removal_text

    beside(is_aside=quiet).write(removal_text(plan, look().columns))
    return yes or click.prompt(f"Type {wanted} to remove all this", err=quiet) == wanted
