"""Going phase by phase: one plan, one consent, one run for each transition."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.deploy.actions import MustUndo
from compiler.deploy.exit_codes import DONE, REFUSED
from compiler.deploy.outcome import Failed
from compiler.deploy.path.crossing import Crossing, Leg
from compiler.deploy.path.standing import Standing
from compiler.deploy.ways_out import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from compiler.deploy.deploying import DeployResult
    from compiler.deploy.folder import Compiled
    from compiler.deploy.outcome import End
    from compiler.deploy.plan import Plan
    from compiler.deploy.wish import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """
    How one transition went.

    Attributes:
        leg: Between which phases.
        result: How its deploy ended.
        is_undoing: Whether it took the one before back, since an action of that one had to be.
    """

    leg: Leg
    result: DeployResult
    is_undoing: bool = False

    @property
    def is_done(self) -> bool:
        """Whether its phase stands."""
        return self.result.exit_code == DONE and self.result.outcome is not None


def walk(  # noqa: PLR0913 -- each is a part of the whole
    legs: Sequence[Leg],
    crossing: Callable[[Leg], Crossing],
    wish: Wish,
    deploy: Callable[[Compiled, Wish, Callable[[Plan], bool]], DeployResult],
    confirm: Callable[[Plan], bool],
    *,
    show: Callable[[Plan], None] | None = None,
) -> Iterator[Walked]:
    """
    Carry out *legs*, one after the other, and yield how each went; stop at the first that does not.

    Where an action says that its phase must be left again, it is, without a question.

    Args:
        legs: The transitions.
        crossing: Returns what carries one out.
        wish: What the operator asks for beside that.
        deploy: Brings AWS to a state, as it is wished for, if the operator agrees.
        confirm: Is shown each plan, and says whether to go on.
        show: Is shown the plan by which a phase is left again, about which nobody is asked.
    """

    def unasked(plan: Plan) -> bool:
        if show is not None:
            show(plan)
        return True

    for leg in legs:
        walked = _walked(leg, crossing(leg), wish, deploy, confirm)
        yield walked
        if _must_undo(walked):
            back = undoing(leg)
            yield replace(_walked(back, crossing(back), wish, deploy, unasked), is_undoing=True)
        if not walked.is_done:
            return


def undoing(leg: Leg) -> Leg:
    """Return the transition that takes a *leg* back that did not come to its end."""
    if leg.origin is None:
        message = "the first phase is not taken back"
        raise ValueError(message)
    return Leg(origin=leg.to, to=leg.origin, standing=Standing(phase=leg.origin, begun=leg.to))


def exit_code_of(walked: Sequence[Walked]) -> int:
    """Return what a command ends with that walked so: an undone transition is a failed one."""
    if any(one.is_undoing for one in walked):
        return max((one.result.exit_code for one in walked), default=DONE) or REFUSED
    return walked[-1].result.exit_code if walked else DONE


def _walked(
    leg: Leg,
    crossing: Crossing,
    wish: Wish,
    deploy: Callable[[Compiled, Wish, Callable[[Plan], bool]], DeployResult],
    confirm: Callable[[Plan], bool],
) -> Walked:
    asked = replace(wish, crossing=crossing)
    return Walked(leg=leg, result=_going_on(deploy(crossing.reached, asked, confirm), leg))


def _going_on(result: DeployResult, leg: Leg) -> DeployResult:
    """Return *result* with what goes on between two phases as the next command."""
    outcome = result.outcome
    if outcome is None or leg.origin in {None, leg.to}:
        return result
    again = f"stackferry {'rollback' if leg.is_back else 'deploy'} {FOLDER} --to {leg.to}"
    ends: dict[str, End] = {
        id_: replace(end, failure=replace(end.failure, next_command=again))
        if isinstance(end, Failed) and end.failure.next_command == f"stackferry deploy {FOLDER}"
        else end
        for id_, end in outcome.ends.items()
    }
    return replace(result, outcome=replace(outcome, ends=ends))


def _must_undo(walked: Walked) -> bool:
    outcome = walked.result.outcome
    if outcome is None or not outcome.is_whole or walked.leg.origin is None:
        return False
    return any(isinstance(end, MustUndo) for end in outcome.ends.values())
