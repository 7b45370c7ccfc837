"""`stackferry deploy`: bring AWS to what was compiled, in order."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click
from click.core import ParameterSource

from compiler.cli.aws import (
    beside,
    must_be_able_to_ask,
    options,
    progress,
    show_bars,
    this_run,
)
from compiler.cli.documents import json_option, write
from compiler.cli.files import look
from compiler.cli.migrations import cannot_read, locator, read, show, spec_of
from compiler.cli.planning import (
    Planning,
    planning_options,
    sandbox_option,
    whom_to_ask,
    wish_from,
)
from compiler.cli.stopping import as_typed, stoppable

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.deploy.folder import Compiled
    from compiler.deploy.plan import Plan
    from compiler.deploy.plan_file import SavedPlan
    from compiler.sandbox.embedded import Sandbox
    from spec.findings import Path as SpecPath


@click.command("deploy", short_help="Deploy a compiled migration through StackSets, in order.")
@click.argument("folder", type=click.Path(), required=False)
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(),
    help="Carry out this plan, which `plan --out` wrote, exactly or not at all; no question is "
    "asked. FOLDER is the one that it was made of unless given.",
)
@planning_options
@sandbox_option
@options
@json_option
def command(  # noqa: PLR0913 -- one for each option
    folder: str | None,
    *,
    plan_file: str | None,
    sandbox: bool,
    endpoint_url: str | None,
    read_role: str,
    parallel: int,
    spec: str | None,
    yes: bool,
    as_json: bool,
    **asked: Unpack[Planning],
) -> int:
    """
    Bring AWS to what was compiled into FOLDER: print the plan, ask, and carry it out.

    Credentials come from where all AWS tools take them. Exit code: 0 done, 1 findings or not
    wanted, 2 usage, 3 AWS refused or failed, 4 somebody else is at work on it, 130 stopped by the
    user.
    """
    saved = None
    if plan_file is not None:
        _must_not_be_shaped()
        saved = _read(plan_file)
    folder = folder or (saved.folder if saved else None)
    if folder is None:
        message = "name the folder that was compiled into, or a saved plan with --plan."
        raise click.UsageError(message)
    compiled = read(folder)
    if saved is None:
        wish = wish_from(compiled.manifest, asked)
    else:
        from compiler.deploy.saved_plan import wish_of

        wish = wish_of(saved)
    is_agreed = yes or sandbox or saved is not None
    if as_json and not is_agreed:
        message = "with --json no plan is shown, so nobody is asked; give --yes or --plan."
        raise click.UsageError(message)
    must_be_able_to_ask(yes=is_agreed)
    from compiler.deploy import deploying
    from compiler.deploy.clock import WallClock
    from compiler.report.documents.deploy import deployed
    from compiler.report.failures import named
    from compiler.report.outcome import deployed_text

    loaded = spec_of(compiled.manifest, folder, spec)
    shown = _Shown(locator(loaded), is_agreed=is_agreed, is_aside=as_json)
    with whom_to_ask(
        compiled, wish, sandbox=sandbox, endpoint_url=endpoint_url, read_role=read_role
    ) as (aws, other, inside):
        with stoppable(), progress(is_aside=as_json) as listener:
            result = deploying.deploy(
                compiled,
                aws=aws,
                clock=WallClock(),
                listener=listener,
                taker=this_run(),
                chance=random.random,
                confirm=shown.agree,
                wish=wish,
                parallel=parallel,
                other=other,
            )
        if as_json:
            write(deployed(result, compiled.manifest, loaded, folder=folder))
            return result.exit_code
        if result.findings:
            shown.show(result.plan)
            sys.stdout.write("\n" if result.plan is not None else "")
            show(result.findings, compiled.manifest, loaded)
        show_bars(result.outcome)
        sys.stdout.write(
            deployed_text(
                result,
                locator(loaded),
                named(folder, wish.via),
                again=as_typed(),
                columns=look().columns,
            )
        )
        if inside is not None and result.outcome is not None:
            _show_inside(inside, compiled)
    return result.exit_code


def _must_not_be_shaped() -> None:
    """
    Make sure that no option shapes a plan that is saved already.

    Raises:
        click.UsageError: One does.
    """
    context = click.get_current_context()
    for parameter in context.command.params:
        name = parameter.name or ""
        if name in Planning.__annotations__ and (
            context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        ):
            message = f"--plan holds what was asked for; leave {parameter.opts[0]} out."
            raise click.UsageError(message)


def _read(plan_file: str) -> SavedPlan:
    """
    Return the plan in a file.

    Raises:
        CannotReadError: There is none.
    """
    from compiler.deploy.plan_file import read_plan
    from spec.findings import Finding

    found = read_plan(Path(plan_file))
    if isinstance(found, Finding):
        raise cannot_read([found])
    return found


class _Shown:
    """Shows the plan once, and asks whether to carry it out."""

    def __init__(
        self, locate: Callable[[SpecPath], str], *, is_agreed: bool, is_aside: bool
    ) -> None:
        self._locate = locate
        self._is_agreed = is_agreed
        self._is_aside = is_aside
        self._is_shown = False

    def show(self, plan: Plan | None) -> None:
        from compiler.report.plan_text import plan_text

        if plan is not None and not self._is_shown:
            beside(is_aside=self._is_aside).write(plan_text(plan, self._locate, look().columns))
            self._is_shown = True

    def agree(self, plan: Plan) -> bool:
        self.show(plan)
        return self._is_agreed or click.confirm("Do this?", err=self._is_aside)


def _show_inside(sandbox: Sandbox, compiled: Compiled) -> None:
    from compiler.report.inventory import inventory_text
    from compiler.sandbox.inventory import inventory

    regions = sorted({stack.region for stack in compiled.manifest.stacks})
    sys.stdout.write(inventory_text(inventory(sandbox.client, regions)))
