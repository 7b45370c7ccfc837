"""`stackferry deploy`: bring AWS to what was compiled, in order."""

from __future__ import annotations

import random
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from compiler.cli.aws import must_be_able_to_ask, options, progress, this_run
from compiler.cli.migrations import locator, read, show, spec_of
from compiler.cli.sandbox import need_the_sandbox, provide

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from compiler.deploy.plan import Plan
    from compiler.sandbox.embedded import Sandbox


@click.command("deploy", short_help="Deploy a compiled migration through StackSets, in order.")
@click.argument("folder", type=click.Path())
@click.option("--region", help="Deploy in this region only, and say what waits for the others.")
@click.option(
    "--sandbox",
    is_flag=True,
    help="Deploy into an AWS inside this process, and show what is in it.",
)
@click.option("--refresh-images", is_flag=True, help="Look up AMIs anew; this replaces instances.")
@options
def command(  # noqa: PLR0913 -- one for each option
    folder: str,
    *,
    region: str | None,
    endpoint_url: str | None,
    read_role: str,
    parallel: int,
    spec: str | None,
    sandbox: bool,
    refresh_images: bool,
    yes: bool,
) -> int:
    """
    Bring AWS to what was compiled into FOLDER: print the plan, ask, and carry it out.

    Credentials come from where all AWS tools take them. Exit code: 0 done, 1 findings or not
    wanted, 2 usage, 3 AWS refused or failed, 130 stopped by the user.
    """
    if sandbox and endpoint_url:
        message = "--sandbox and --endpoint-url exclude each other."
        raise click.UsageError(message)
    compiled = read(folder)
    manifest = compiled.manifest
    known = sorted({stack.region for stack in manifest.stacks})
    if region is not None and region not in known:
        message = f"nothing is compiled for the region {region}; there is {', '.join(known)}."
        raise click.UsageError(message)
    if not sandbox:
        must_be_able_to_ask(yes=yes)
    from compiler.deploy import run
    from compiler.deploy.aws import connect
    from compiler.deploy.clock import WallClock
    from compiler.deploy.prepare import Wish
    from compiler.deploy.targets import Scope
    from compiler.report.outcome import deployed_text

    loaded = spec_of(manifest, folder, spec)
    with ExitStack() as stack:
        inside = stack.enter_context(_inside(manifest.target_account)) if sandbox else None
        if inside is not None:
            for line in provide(inside, compiled):
                sys.stderr.write(f"provided: {line}\n")
        aws = connect(region=manifest.target_region, endpoint_url=endpoint_url, read_role=read_role)
        with progress() as listener:
            result = run.deploy(
                compiled,
                aws=aws,
                clock=WallClock(),
                listener=listener,
                taker=this_run(),
                chance=random.random,
                confirm=lambda plan: _agreed(plan, yes=yes or sandbox),
                wish=Wish(scope=Scope(region=region), refresh_images=refresh_images),
                parallel=parallel,
            )
        if result.findings:
            show(result.findings, manifest, loaded)
        sys.stdout.write(deployed_text(result, locator(loaded), folder))
        if inside is not None and result.outcome is not None:
            _show_inside(inside, known)
    return result.exit_code


def _agreed(plan: Plan, *, yes: bool) -> bool:
    from compiler.report.plan_text import plan_text

    sys.stdout.write(plan_text(plan))
    return yes or click.confirm("Do this?")


def _inside(account: str) -> AbstractContextManager[Sandbox]:
    need_the_sandbox()
    from compiler.sandbox.embedded import embedded

    return embedded(account=account)


def _show_inside(sandbox: Sandbox, regions: list[str]) -> None:
    from compiler.report.inventory import inventory_text
    from compiler.sandbox.inventory import inventory

    sys.stdout.write(inventory_text(inventory(sandbox.client, regions)))
