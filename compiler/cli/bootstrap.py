"""`stackferry bootstrap`: what the accounts need before the first deploy."""

from __future__ import annotations

import random
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli.aws import (
    accounts_in,
    beside,
    connected,
    must_be_able_to_ask,
    options,
    progress,
    this_run,
    via_option,
)
from compiler.cli.documents import json_option, write
from compiler.cli.files import look
from compiler.cli.migrations import locator, read_all, show, spec_of
from compiler.cli.program import FINDINGS
from compiler.cli.sandbox import must_be_one, need_the_sandbox
from compiler.deploy.targets import ADMINISTRATION_ROLE, EXECUTION_ROLE

if TYPE_CHECKING:
    from compiler.bootstrap.build import Bootstrap
    from compiler.bootstrap.ground import Wish
    from compiler.bootstrap.run import Brought
    from compiler.deploy.folder import Compiled
    from compiler.deploy.plan import Plan
    from compiler.deploy.targets import Via
    from spec.findings import Finding
    from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """Whom to talk to, and how."""

    endpoint_url: str | None
    read_role: str
    parallel: int
    sandbox: bool
    yes: bool
    as_json: bool


@click.command("bootstrap", short_help="Make the roles and buckets that a deploy needs.")
@click.argument("folder", type=click.Path())
@click.option(
    "--out",
    type=click.Path(file_okay=False),
    help="Write templates for every account into this folder, and ask nothing of AWS.",
)
@click.option("--sandbox", is_flag=True, help="Do it in an AWS inside this process.")
@click.option(
    "--administration-role",
    default=ADMINISTRATION_ROLE,
    show_default=True,
    metavar="NAME",
    help="Name of the role with which StackSets comes; deploy must be given the same.",
)
@click.option(
    "--execution-role",
    default=EXECUTION_ROLE,
    show_default=True,
    metavar="NAME",
    help="Name of the role that makes the stacks; deploy must be given the same.",
)
@click.option(
    "--operator",
    "operators",
    multiple=True,
    metavar="ARN",
    help="Role or user that may take the execution role, to read another account's stacks; again "
    "for each.",
)
@click.option(
    "--accounts",
    default="",
    metavar="A,B",
    help="Accounts that stacks are fanned out to beside their own, as at deploy.",
)
@click.option(
    "--permissions-boundary", default="", metavar="ARN", help="Policy that bounds both roles."
)
@click.option(
    "--with-buckets", is_flag=True, help="Make artifact buckets even if no template needs one."
)
@via_option
@options
@json_option
def command(  # noqa: PLR0913 -- one for each option
    folder: str,
    *,
    out: str | None,
    sandbox: bool,
    administration_role: str,
    execution_role: str,
    operators: tuple[str, ...],
    accounts: str,
    permissions_boundary: str,
    with_buckets: bool,
    via: Via,
    endpoint_url: str | None,
    read_role: str,
    parallel: int,
    spec: str | None,
    yes: bool,
    as_json: bool,
) -> int:
    """
    Prepare the accounts for deploys of what was compiled into FOLDER, with least privilege.

    Makes the two roles of StackSets, and buckets for large templates, in the account of the
    credentials, and says which other accounts are left. Exit code: 0 done, 1 findings or not
    wanted, 2 usage, 3 AWS refused or failed, 4 locked, 130 stopped.
    """
    must_be_one(sandbox=sandbox, endpoint_url=endpoint_url)
    from compiler.bootstrap.build import build
    from compiler.bootstrap.forms import all_phases
    from compiler.bootstrap.ground import Wish
    from compiler.deploy.folder import Compiled

    manifest, templates = all_phases(*read_all(folder))
    compiled = Compiled(manifest=manifest, templates=templates)
    wish = Wish(
        via_stack_sets=via == "stacksets",
        administration_role=administration_role,
        execution_role=execution_role,
        operators=operators,
        permissions_boundary=permissions_boundary,
        with_buckets=with_buckets,
        fan_out=accounts_in(accounts),
    )
    _check(compiled, wish)
    world = _World(
        endpoint_url=endpoint_url,
        read_role=execution_role if read_role == EXECUTION_ROLE else read_role,
        parallel=parallel,
        sandbox=sandbox,
        yes=yes,
        as_json=as_json,
    )
    if out is None and not sandbox:
        must_be_able_to_ask(yes=yes)
    bootstrap = build(compiled.manifest, compiled.templates, wish)
    loaded = spec_of(compiled.manifest, folder, spec)
    if bootstrap.is_refused:
        brought = _refused()
    elif out is not None:
        brought = _written(bootstrap, out)
    else:
        brought = _deployed(compiled, bootstrap, wish, world)
    if as_json:
        from compiler.report.documents.bootstrap import document

        write(
            document(
                bootstrap,
                brought,
                manifest=compiled.manifest,
                wish=wish,
                loaded=loaded,
                folder=folder,
                out=out or "" if not bootstrap.is_refused else "",
            )
        )
    else:
        _tell(bootstrap, brought, compiled, loaded, wish=wish, folder=folder, out=out)
    return brought.exit_code


def _check(compiled: Compiled, wish: Wish) -> None:
    """
    Refuse names that would let the execution role change itself, and roles that nobody may take.

    Raises:
        click.UsageError: The options do not fit.
    """
    from compiler.bootstrap.ground import accounts

    manifest = compiled.manifest
    prefix = f"{manifest.migration}-"
    for name in (wish.administration_role, wish.execution_role):
        if name.startswith(prefix):
            message = (
                f"{name} begins like the migration's own roles ({prefix}), which the execution "
                "role may change; choose another name."
            )
            raise click.UsageError(message)
    if wish.administration_role == wish.execution_role:
        message = "--administration-role and --execution-role must differ."
        raise click.UsageError(message)
    _check_fan_out(compiled, wish)
    others = accounts(manifest, wish)[1:]
    if others and not wish.via_stack_sets and not wish.operators:
        message = (
            f"with --via stacks, deploy makes the stacks in {', '.join(others)} through the "
            "execution role there; name with --operator ARN who may take it."
        )
        raise click.UsageError(message)


def _check_fan_out(compiled: Compiled, wish: Wish) -> None:
    from compiler.deploy.fan_out import ties_of

    if wish.fan_out and not wish.via_stack_sets:
        message = "--accounts needs stack sets, and --via stacks was given."
        raise click.UsageError(message)
    manifest = compiled.manifest
    if wish.fan_out and all(
        any(ties_of(manifest, stack, compiled.templates[stack.id])) for stack in manifest.stacks
    ):
        message = (
            "--accounts: every stack of this migration is tied to its account, so none can be "
            "fanned out."
        )
        raise click.UsageError(message)


def _refused() -> Brought:
    from compiler.bootstrap.run import Brought

    return Brought(exit_code=FINDINGS)


def _written(bootstrap: Bootstrap, out: str) -> Brought:
    from compiler.bootstrap.run import Brought
    from compiler.outdir import write as write_folder

    for prepared in bootstrap.accounts:
        write_folder(Path(out) / prepared.account, prepared.files)
    return Brought(exit_code=0)


def _deployed(compiled: Compiled, bootstrap: Bootstrap, wish: Wish, world: _World) -> Brought:
    from compiler.bootstrap.run import bring
    from compiler.deploy.clock import WallClock

    manifest = compiled.manifest
    with ExitStack() as stack:
        if world.sandbox:
            need_the_sandbox()
            from compiler.sandbox.embedded import embedded

            stack.enter_context(embedded(account=manifest.target_account))
        listener = stack.enter_context(progress(is_aside=world.as_json))
        return bring(
            bootstrap,
            manifest,
            wish,
            identity=connected(
                manifest, endpoint_url=world.endpoint_url, read_role=world.read_role
            ),
            connect=lambda one: connected(
                one, endpoint_url=world.endpoint_url, read_role=world.read_role, via="stacks"
            ),
            clock=WallClock(),
            listener=listener,
            taker=this_run(),
            chance=random.random,
            confirm=lambda plan: _agreed(plan, world),
            parallel=world.parallel,
        )


def _agreed(plan: Plan, world: _World) -> bool:
    from compiler.report.plan_text import plan_text

    beside(is_aside=world.as_json).write(plan_text(plan, columns=look().columns))
    return world.yes or world.sandbox or click.confirm("Do this?", err=world.as_json)


def _tell(  # noqa: PLR0913 -- each is a part of the whole
    bootstrap: Bootstrap,
    brought: Brought,
    compiled: Compiled,
    loaded: LoadedSpec | None,
    *,
    wish: Wish,
    folder: str,
    out: str | None,
) -> None:
    from compiler.report.bootstrap_text import again, brought_text, written_text
    from compiler.report.failures import named
    from compiler.report.outcome import deployed_text

    findings: tuple[Finding, ...] = (*bootstrap.findings, *brought.findings)
    if findings:
        show(findings, compiled.manifest, loaded)
    if bootstrap.is_refused:
        return
    if out is not None:
        sys.stdout.write(written_text(bootstrap, again(folder, wish), out))
        return
    if brought.deployed is not None:
        sys.stdout.write(
            deployed_text(brought.deployed, locator(loaded), named(folder), columns=look().columns)
        )
    sys.stdout.write(brought_text(bootstrap, brought, again(folder, wish), wish))
