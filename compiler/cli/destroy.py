"""`stackferry destroy`: take away what was deployed, what others need last."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

import click

from compiler.cli.aws import must_be_able_to_ask, options, progress, this_run
from compiler.cli.migrations import locator, read, show, spec_of

if TYPE_CHECKING:
    from compiler.deploy.removal import RemovalPlan


@click.command("destroy", short_help="Remove what was deployed, in reverse order.")
@click.argument("folder", type=click.Path())
@click.option("--unprotect", is_flag=True, help="Turn off the deletion protection of databases.")
@options
def command(  # noqa: PLR0913 -- one for each option
    folder: str,
    *,
    endpoint_url: str | None,
    read_role: str,
    parallel: int,
    spec: str | None,
    unprotect: bool,
    yes: bool,
) -> int:
    """
    Remove what the manifest in FOLDER names, replica before source, and say what is retained.

    Prints the plan and wants the migration's name typed. Exit code: 0 done and nothing else is
    left, 1 findings or not wanted, 2 usage, 3 AWS refused or failed or something is left, 130
    stopped.
    """
    compiled = read(folder)
    manifest = compiled.manifest
    must_be_able_to_ask(yes=yes)
    from compiler.deploy import run
    from compiler.deploy.aws import connect
    from compiler.deploy.clock import WallClock
    from compiler.report.outcome import destroyed_text

    loaded = spec_of(manifest, folder, spec)
    name = f"{manifest.name}-{manifest.environment}"
    with progress() as listener:
        result = run.destroy(
            compiled,
            aws=connect(
                region=manifest.target_region, endpoint_url=endpoint_url, read_role=read_role
            ),
            clock=WallClock(),
            listener=listener,
            taker=this_run(),
            chance=random.random,
            confirm=lambda plan: _agreed(plan, name, yes=yes),
            unprotect=unprotect,
            parallel=parallel,
        )
    if result.findings:
        show(result.findings, manifest, loaded)
    sys.stdout.write(destroyed_text(result, locator(loaded), folder))
    return result.exit_code


def _agreed(plan: RemovalPlan, name: str, *, yes: bool) -> bool:
    from compiler.report.plan_text import removal_text

    sys.stdout.write(removal_text(plan))
    return yes or click.prompt(f"Type {name} to remove all this") == name
