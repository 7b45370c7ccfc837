"""`stackferry recover`: what is in trouble, which ways out there are, and carrying one out."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING, Unpack

import click

from compiler.cli.aws import beside, must_be_able_to_ask, progress, this_run
from compiler.cli.documents import write
from compiler.cli.existing import Existing, asked, existing_options
from compiler.cli.files import look
from compiler.cli.migrations import locator, must_be_stacks, read_states, show, spec_of
from compiler.cli.reading import not_asked
from compiler.cli.stopping import stoppable
from compiler.cli.transitions import everything_in, manifests_of, standing_now
from compiler.phases import next_phase

if TYPE_CHECKING:
    from compiler.deploy.path.standing import Standing
    from compiler.deploy.path.states import States
    from compiler.deploy.recovery.steps import RecoveryPlan
    from compiler.deploy.targets import Via
    from compiler.phases import PhaseName


@click.command("recover", short_help="Show ways out for stacks in trouble, and carry one out.")
@click.argument("folder", type=click.Path())
@click.option("--stack", default="", help="The stack, as `<region>/<name>`; all if not given.")
@click.option("--option", "option", default="", help="The way out to carry out.")
@click.option("--account", default="", help="The account, where a stack stands in several.")
@click.option(
    "--skip",
    multiple=True,
    metavar="RESOURCE",
    help="Leave only this resource out of the rollback that is continued; more than once.",
)
@click.option(
    "--keep",
    multiple=True,
    metavar="RESOURCE",
    help="Leave this resource out of the deletion; more than once.",
)
@click.option(
    "--adopt",
    multiple=True,
    metavar="RESOURCE",
    help="Take over this resource, which exists, too; more than once.",
)
@click.option(
    "--allow-loss",
    multiple=True,
    metavar="RESOURCE",
    help="Let this resource go although it cannot be made again; more than once.",
)
@existing_options
def command(  # noqa: PLR0913 -- one for each option
    folder: str,
    *,
    stack: str,
    option: str,
    account: str,
    skip: tuple[str, ...],
    keep: tuple[str, ...],
    adopt: tuple[str, ...],
    allow_loss: tuple[str, ...],
    **existing: Unpack[Existing],
) -> int:
    """
    Look at every stack that is compiled into FOLDER, and list those in trouble with the ways out.

    With --option, print the steps of that way out, ask, and carry them out. Where something is
    deleted, the stack's id must be typed; --yes stands for that only together with --stack. Nothing
    is ever deleted otherwise.

    Exit code: 0 nothing is in trouble, or it was carried out; 1 something is in trouble, findings,
    or not wanted; 2 usage; 3 AWS refused or failed; 4 somebody else is at work; 130 stopped.
    """
    states = read_states(folder)
    manifest = everything_in(states)
    must_be_stacks([stack] if stack else [], manifest)
    must_be_able_to_ask(yes=existing["yes"] or not option)
    from compiler.deploy.clock import WallClock
    from compiler.deploy.path.states import present
    from compiler.deploy.recovery.frame import recover
    from compiler.deploy.recovery.promotion import forms_before
    from compiler.deploy.recovery.steps import Choice
    from compiler.report.failures import named
    from compiler.report.recover_text import recovered_text, troubles_text

    as_json = existing["as_json"]
    loaded = spec_of(manifest, folder, existing["spec"])
    reached = named(folder, existing["via"])
    aws = asked(manifest, existing)
    stands = standing_now(aws, manifests_of(states), existing["parallel"])
    begun = stands.begun or _promotion_after(states, stands, existing["via"])
    compiled = present(states, stands.phase, begun, with_others=True)
    choice = Choice(
        option=option,
        stack=stack,
        account=account,
        skip=skip,
        keep=keep,
        adopt=adopt,
        allow_loss=allow_loss,
    )
    with stoppable(), progress(is_aside=as_json) as listener:
        result = recover(
            compiled,
            aws=aws,
            clock=WallClock(),
            listener=listener,
            taker=this_run(),
            confirm=lambda plan: _agreed(plan, stack, yes=existing["yes"], quiet=as_json),
            choice=choice if option else None,
            only=stack or None,
            earlier=forms_before(states, compiled),
            via=existing["via"],
            parallel=existing["parallel"],
            chance=random.random,
            other=not_asked(manifest, existing),
        )
    if as_json:
        from compiler.report.documents.recover import recovered

        write(recovered(result, manifest, loaded, folder=reached))
        return result.exit_code
    if result.findings:
        show(result.findings, manifest, loaded)
    told = [recovered_text] if option or result.findings else [troubles_text, recovered_text]
    home, columns = manifest.target_region, look().columns
    for text in told:
        sys.stdout.write(text(result, locator(loaded), folder=reached, home=home, columns=columns))
    return result.exit_code


def _promotion_after(states: States, stands: Standing, via: Via) -> PhaseName | None:
    """
    Return the phase that would be next if it promotes databases, and may have been begun unseen.

    A stack that stands alone has the form that it is going back to, so where a promotion failed
    half-way nothing else tells that it was begun.
    """
    following = next_phase(stands.phase) if stands.phase and via == "stacks" else None
    if following is None or following not in states:
        return None
    promotes = any(stack.keeps_tags for stack in states[following].manifest.stacks)
    return following if promotes else None


def _agreed(plan: RecoveryPlan, named: str, *, yes: bool, quiet: bool) -> bool:
    from compiler.report.recover_text import recovery_text

    stream = beside(is_aside=quiet)
    stream.write(recovery_text(plan, look().columns))
    stack = plan.trouble.stack
    if not plan.option.deletes:
        return yes or click.confirm("Do this?", err=quiet)
    if yes:
        if named == stack:
            return True
        stream.write(f"This deletes something: with --yes, name it by --stack {stack}.\n")
        return False
    return bool(click.prompt(f"Type {stack} to do this", err=quiet) == stack)
