"""`stackferry deploy`: bring AWS to what was compiled, in order, phase by phase."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click
from click.core import ParameterSource

from compiler.cli.aws import must_be_able_to_ask, options
from compiler.cli.documents import json_option
from compiler.cli.migrations import cannot_read, read_states, spec_of
from compiler.cli.planning import Planning, planning_options, sandbox_option, wish_from
from compiler.cli.stopping import stoppable
from compiler.cli.transitions import (
    acknowledge_option,
    choosing,
    everything_in,
    going_options,
    must_be_whole,
    must_have_a_reason,
    to_of,
    world,
)
from compiler.cli.walking import Walk

if TYPE_CHECKING:
    from compiler.deploy.plan_file import SavedPlan
    from compiler.phases import PhaseName


@click.command("deploy", short_help="Deploy a compiled migration through StackSets, in order.")
@click.argument("folder", type=click.Path(), required=False)
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(),
    help="Carry out this plan, which `plan --out` wrote, exactly or not at all; no question is "
    "asked. FOLDER is the one that it was made of unless given.",
)
@going_options
@acknowledge_option
@planning_options
@sandbox_option
@options
@json_option
def command(  # noqa: PLR0913 -- one for each option
    folder: str | None,
    *,
    plan_file: str | None,
    to: PhaseName | None,
    force: bool,
    reason: str,
    acknowledge: str,
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

    Without --to that is the phase in which the migration stands; the first one if none does. With
    it, the way leads phase by phase, each with a plan and a question of its own. A door that does
    not open again wants the migration's name typed.

    Credentials come from where all AWS tools take them. Exit code: 0 done, 1 findings or not
    wanted, 2 usage, 3 AWS refused or failed, 4 somebody else is at work on it, 130 stopped by the
    user.
    """
    must_have_a_reason(force=force, reason=reason)
    saved = None
    if plan_file is not None:
        _must_not_be_shaped()
        saved = _read(plan_file)
    folder = folder or (saved.folder if saved else None)
    if folder is None:
        message = "name the folder that was compiled into, or a saved plan with --plan."
        raise click.UsageError(message)
    states = read_states(folder)
    if saved is None:
        wish = wish_from(everything_in(states), asked)
        must_be_whole(wish, to)
    else:
        from compiler.deploy.saved_plan import wish_of

        wish = wish_of(saved)
        to = to_of(saved)
    is_agreed = yes or sandbox or saved is not None
    if as_json and not is_agreed:
        message = "with --json no plan is shown, so nobody is asked; give --yes or --plan."
        raise click.UsageError(message)
    must_be_able_to_ask(yes=is_agreed)
    with world(
        states, wish, sandbox=sandbox, endpoint_url=endpoint_url, read_role=read_role
    ) as asking:
        walk = Walk(
            verb="deploy",
            folder=folder,
            states=states,
            wish=wish,
            world=asking,
            loaded=spec_of(everything_in(states), folder, spec),
            reason=reason,
            acknowledged=acknowledge,
            is_agreed=is_agreed,
            is_aside=as_json,
            parallel=parallel,
        )
        with stoppable():
            return walk.go(choosing(states, to, walk.named), most=1 if saved else None)


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
