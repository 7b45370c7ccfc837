"""What the verbs share that go from phase to phase: their options, the way, and who agrees."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from compiler.cli.aws import Command, beside, this_run, with_options
from compiler.cli.files import CannotReadError, look
from compiler.cli.planning import whom_to_ask
from compiler.phases import ORDER, phase_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from compiler.deploy.observe import Refusal
    from compiler.deploy.otherwise import OtherWay
    from compiler.deploy.path.acting import Acting
    from compiler.deploy.path.crossing import Crossing, Leg
    from compiler.deploy.path.standing import Standing
    from compiler.deploy.path.states import States
    from compiler.deploy.path.way import Way
    from compiler.deploy.plan import Plan
    from compiler.deploy.plan_file import SavedPlan
    from compiler.deploy.port import Aws
    from compiler.deploy.wish import Wish
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName
    from compiler.sandbox.embedded import Sandbox
    from spec.findings import Path as SpecPath


def going_options(command: Command) -> Command:
    """Give *command* the options that say how far to go, and whether without evidence."""
    return with_options(
        command,
        (
            click.option(
                "--to",
                type=click.Choice(ORDER),
                help="Go on to this phase, through each one in between.  [default: the phase that "
                "stands; the first one if none does]",
            ),
            *forcing_options,
        ),
    )


forcing_options = (
    click.option(
        "--force", is_flag=True, help="Go on without fresh evidence of gates; needs --reason."
    ),
    click.option(
        "--reason", default="", metavar="TEXT", help="Why; it is written into the evidence."
    ),
)
"""For verbs that leave a phase."""


acknowledge_option = click.option(
    "--acknowledge",
    default="",
    metavar="NAME-ENVIRONMENT",
    help="Which migration may go through a door that does not open again: stands for typing it, for"
    " which --yes is not enough.",
)
"""For verbs that go through doors."""


def everything_in(states: States) -> Manifest:
    """Return one manifest with the stacks of all *states*."""
    from compiler.deploy.path.states import everything

    return everything(manifests_of(states))


def must_be_whole(wish: Wish, to: PhaseName | None) -> None:
    """
    Make sure that a way on is not asked for in parts.

    Raises:
        click.UsageError: It is.
    """
    from compiler.deploy.targets import EVERYTHING

    if to is not None and wish.scope != EVERYTHING:
        message = "--to is about a whole phase; leave --region and --only out."
        raise click.UsageError(message)


def to_of(saved: SavedPlan) -> PhaseName | None:
    """Return the phase to which a saved plan leads; nothing if it leads to no other one."""
    return phase_named(saved.transition.to) if saved.transition else None


def must_have_a_reason(*, force: bool, reason: str) -> None:
    """
    Make sure that who goes on without evidence says why.

    Raises:
        click.UsageError: They do not, or give a reason for nothing.
    """
    if force and not reason.strip():
        message = "--force needs --reason TEXT; it is written into the evidence."
        raise click.UsageError(message)
    if reason and not force:
        message = "--reason is for --force; give both, or neither."
        raise click.UsageError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """
    Whom a walk asks.

    Attributes:
        aws: AWS.
        other: The way that was not asked for.
        inside: The sandbox that plays AWS, if one does.
        acting: Does what CloudFormation cannot.
    """

    aws: Aws
    other: OtherWay
    inside: Sandbox | None
    acting: Acting


@contextmanager
def world(
    states: States, wish: Wish, *, sandbox: bool, endpoint_url: str | None, read_role: str
) -> Iterator[World]:
    """
    Give whom a walk through *states* asks; the arguments are as for `whom_to_ask`.

    Raises:
        click.UsageError: The sandbox is not installed, or has no address.
    """
    from compiler.deploy.actions import Performing
    from compiler.deploy.aws import connect_actions
    from compiler.deploy.clock import WallClock
    from compiler.deploy.path.states import whole

    with whom_to_ask(
        whole(states), wish, sandbox=sandbox, endpoint_url=endpoint_url, read_role=read_role
    ) as (aws, other, inside):
        actions = connect_actions(endpoint_url=endpoint_url, read_role=read_role)
        acting = Performing(port=actions, aws=aws, clock=WallClock())
        yield World(aws=aws, other=other, inside=inside, acting=acting)


def way_of(
    world: World, states: States, parallel: int, choose: Callable[[Standing], Way]
) -> tuple[Leg, ...] | Refusal:
    """
    Return the transitions that *choose* finds from where the migration stands, or why not.

    Args:
        world: Whom to ask where it stands.
        states: Every compiled state.
        parallel: How many calls at a time.
        choose: Finds the way.
    """
    from compiler.deploy.exit_codes import FINDINGS, REFUSED
    from compiler.deploy.observe import Refusal, error_finding
    from compiler.deploy.otherwise import standing_otherwise
    from compiler.deploy.path.standing import Standing, standing
    from compiler.deploy.port import AwsError

    try:
        with ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="aws") as pool:
            stands = standing(world.aws, manifests_of(states), pool)
    except AwsError as error:
        return Refusal(exit_code=REFUSED, finding=error_finding(error))
    way = choose(stands)
    if isinstance(way, tuple):
        return way
    if stands == Standing():
        for otherwise in standing_otherwise(world.aws, everything_in(states), world.other):
            way = otherwise
    return Refusal(exit_code=FINDINGS, finding=way)


def manifests_of(states: States) -> tuple[Manifest, ...]:
    """Return the manifests of *states*, in the order of phases."""
    return tuple(state.manifest for state in states.values())


def standing_now(aws: Aws, manifests: Sequence[Manifest], parallel: int) -> Standing:
    """Return where the migration stands; nowhere if AWS does not tell: who asks next says why."""
    from compiler.deploy.path.standing import Standing, standing
    from compiler.deploy.port import AwsError

    try:
        with ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="aws") as pool:
            return standing(aws, manifests, pool)
    except AwsError:
        return Standing()


def crossings(
    states: States, acting: Acting, folder: str, named: str, *, is_forced: bool
) -> Callable[[Leg], Crossing]:
    """
    Return what says how a transition is carried out.

    Args:
        states: Every compiled state.
        acting: Does what CloudFormation cannot.
        folder: The compiled folder, beside whose manifest evidence lies.
        named: The folder as commands name it.
        is_forced: Whether phases are left without evidence.
    """
    from compiler.deploy.clock import WallClock
    from compiler.deploy.path.asked import demanding, demanding_nothing
    from compiler.deploy.path.crossing import Crossing

    def crossing(leg: Leg) -> Crossing:
        return Crossing(
            leg=leg,
            states=states,
            acting=acting,
            demand=demanding_nothing
            if is_forced
            else demanding(Path(folder), named, leg.to, WallClock()),
            is_forced=is_forced,
        )

    return crossing


class Consent:
    """Shows each plan once, and asks whether to carry it out; doors that are one-way by name."""

    def __init__(  # noqa: PLR0913 -- each is a part of the whole
        self,
        locate: Callable[[SpecPath], str],
        *,
        is_agreed: bool,
        is_aside: bool,
        acknowledged: str,
        legs: tuple[Leg, ...],
        force: Callable[[Plan], None],
    ) -> None:
        """
        Prepare to ask.

        Args:
            locate: Tells where in the spec a path stands.
            is_agreed: Whether no question is asked.
            is_aside: Whether the standard output is for a document.
            acknowledged: The migration that was named to stand for typing it; empty if none was.
            legs: The transitions that are asked for.
            force: Is told of each plan that is agreed to, to write down that it was forced.
        """
        self._locate = locate
        self._is_agreed = is_agreed
        self._is_aside = is_aside
        self._acknowledged = acknowledged
        self._legs = legs
        self._force = force
        self._shown: list[tuple[PhaseName | None, str]] = []

    def show(self, plan: Plan | None) -> None:
        """Show *plan*, unless it was shown."""
        from compiler.report.plan_text import plan_text
        from compiler.report.transition_text import still_to_come

        if plan is None:
            return
        leg = plan.transition.leg if plan.transition else None
        key = (leg.origin if leg else None, plan.manifest.phase)
        if key in self._shown:
            return
        out = beside(is_aside=self._is_aside)
        out.write(plan_text(plan, self._locate, look().columns))
        # A transition with nothing to do has no plan: what comes is what comes after this one.
        to = [one.to for one in self._legs]
        left = self._legs[to.index(plan.manifest.phase) :] if plan.manifest.phase in to else ()
        if not self._shown and len(left) > 1:
            out.write("".join(f"{line}\n" for line in ("", *still_to_come(left))))
        self._shown.append(key)

    def agree(self, plan: Plan) -> bool:
        """Show *plan* and tell whether to carry it out."""
        self.show(plan)
        is_agreed = self._goes_through(plan) and (
            self._is_agreed or click.confirm("Do this?", err=self._is_aside)
        )
        if is_agreed:
            self._force(plan)
        return is_agreed

    def _goes_through(self, plan: Plan) -> bool:
        """Tell whether a one-way door was acknowledged, if there is one."""
        transition = plan.transition
        if transition is None or not transition.leg.door.startswith("one-way"):
            return True
        name = plan.manifest.migration
        return self._acknowledged == name or is_typed(
            name, transition.leg.to, "go on", is_aside=self._is_aside
        )


def closing_in(legs: Sequence[Leg]) -> tuple[PhaseName, ...]:
    """Return the phases from which no way leads back, among those that *legs* lead to."""
    return tuple(leg.to for leg in legs if leg.door.startswith("one-way"))


def is_typed(name: str, to: PhaseName, then: Literal["begin", "go on"], *, is_aside: bool) -> bool:
    """
    Ask for the migration and the phase to be typed, and tell whether they are.

    Args:
        name: `<name>-<environment>`.
        to: The phase from which no way leads back.
        then: What is done when they are.
        is_aside: Whether the standard output is for a document.
    """
    wanted = f"{name} {to}"
    question = f"No way leads back from {to}. Type {wanted} to {then}"
    return bool(click.prompt(question, err=is_aside) == wanted)


def must_be_acknowledgeable(
    legs: tuple[Leg, ...], name: str, acknowledged: str, *, can_ask: bool
) -> None:
    """
    Make sure that somebody can acknowledge each one-way door on the way.

    Args:
        legs: The transitions that are asked for.
        name: `<name>-<environment>`.
        acknowledged: The migration that was named for it; empty if none was.
        can_ask: Whether somebody is there to be asked.

    Raises:
        click.UsageError: Another migration was named, or none, and nobody is there.
    """
    if acknowledged and acknowledged != name:
        message = f"the folder is of {name}, not of {acknowledged}."
        raise click.UsageError(message)
    closing = closing_in(legs)
    if closing and not acknowledged and not can_ask:
        message = (
            f"no way leads back from {closing[0]}; --yes is not enough for it. Give --acknowledge "
            f"{name} to go on without being asked."
        )
        raise click.UsageError(message)


def forcing(folder: str, states: States, reason: str) -> Callable[[Plan], None]:
    """Return what writes down, for each plan with gates, that they were passed for a *reason*."""

    def force(plan: Plan) -> None:
        from compiler.deploy.clock import WallClock
        from compiler.deploy.gates.evidence import Forced
        from compiler.deploy.path.asked import record

        transition = plan.transition
        if not reason or transition is None or not transition.gates:
            return
        if (origin := transition.leg.origin) is None:
            return
        word = Forced(reason=reason, by=this_run().owner, at=WallClock().now())
        try:
            record(Path(folder), states[origin].manifest, transition.leg.to, word)
        except OSError as error:
            message = f"cannot write the evidence: {error.strerror}"
            raise CannotReadError(message) from error

    return force


def choosing(states: States, to: PhaseName | None, named: str) -> Callable[[Standing], Way]:
    """Return what finds the way on to the phase *to*; without one what brings AWS up to date."""
    from compiler.deploy.path.way import onward, up_to_date

    phases = tuple(states)
    if to is None:
        return partial(up_to_date, phases=phases, folder=named)
    return partial(onward, phases=phases, to=to, folder=named)
