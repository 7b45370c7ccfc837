"""
Where a cutover ended, whom that serves, and what can be done from there. Pure.

Before the promotion the fence is taken back, and nothing is lost. After it nothing is undone by
itself: the operator decides whether to go on or to give the replicas up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from compiler.deploy.cutover.beginning import BEFORE
from compiler.phases import ORDER, PHASES

if TYPE_CHECKING:
    from compiler.deploy.path.standing import Standing
    from compiler.phases import PhaseName

Why: TypeAlias = Literal[
    "red gate",
    "failed step",
    "findings",
    "undone",
    "too little time",
    "stopped",
    "locked",
    "refused",
]
"""
Why a cutover did not come to its end: a gate stayed red; a step failed; something spoke against a
plan; an action had to be taken back; the time left would not have sufficed; the operator stopped
it; somebody else has the lock; AWS refused to tell something.
"""

Serving: TypeAlias = Literal["source", "target", "nobody", "unknown"]
"""Whom users reach; unknown where a side may be open, or may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """
    Why a cutover did not come to its end.

    Attributes:
        why: What kind of reason.
        phase: The phase that was to be entered; where nothing was, that which was verified.
        says: The reason, in a sentence; empty where what was told already says it.
    """

    why: Why
    phase: PhaseName
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    What can be done next.

    Attributes:
        says: What that does.
        command: What to type; empty where nothing is to be typed.
    """

    says: str
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """
    Where a cutover ended.

    Attributes:
        stands: Where the migration stands; `None` if AWS does not tell.
        serving: Whom users reach.
        trouble: Why it did not come to its end; `None` if it did.
        is_undone: Whether the fence was taken back.
        choices: What can be done next; the one that is expected first.
    """

    stands: Standing | None
    serving: Serving
    trouble: Trouble | None
    is_undone: bool
    choices: tuple[Choice, ...]


def is_undoable(stands: Standing) -> bool:
    """Tell whether the fence can be taken back and nothing is lost by that."""
    return (stands.phase == "fence" and stands.begun in {None, "fence"}) or (
        stands.phase == "warm" and stands.begun == "fence"
    )


def is_lost(stands: Standing) -> bool:
    """Tell whether replicas are promoted, or may be: from then on they never follow again."""
    furthest = stands.begun or stands.phase
    return furthest is not None and ORDER.index(furthest) >= ORDER.index("promote")


def serving(stands: Standing | None) -> Serving:
    """Tell whom users reach where a migration stands so."""
    if stands is None or stands.phase is None:
        return "unknown"
    reached = {_of(phase) for phase in (stands.phase, stands.begun) if phase is not None}
    return reached.pop() if len(reached) == 1 else "unknown"


def ending(
    stands: Standing | None,
    trouble: Trouble | None,
    folder: str,
    *,
    is_undone: bool = False,
    is_half_undone: bool = False,
) -> Ending:
    """
    Return where a cutover ended.

    Args:
        stands: Where the migration stands; `None` if AWS does not tell.
        trouble: Why it did not come to its end; `None` if it did.
        folder: The compiled folder as commands name it.
        is_undone: Whether the fence was taken back.
        is_half_undone: Whether that was begun, and failed.
    """
    choices = _choices(stands, trouble, folder)
    if is_half_undone and stands is not None and stands.begun is None:
        open_again = Choice(
            says="First: what failed on the way back is done again, so that the source opens.",
            command=f"stackferry deploy {folder}",
        )
        choices = (open_again, *choices)
    return Ending(
        stands=stands,
        serving="unknown" if is_half_undone else serving(stands),
        trouble=trouble,
        is_undone=is_undone,
        choices=choices,
    )


def _of(phase: PhaseName) -> Serving:
    state = PHASES[phase]
    return "source" if state.source_open else "target" if state.target_open else "nobody"


def _choices(stands: Standing | None, trouble: Trouble | None, folder: str) -> tuple[Choice, ...]:
    if stands is None or stands.phase is None:
        return (
            Choice(
                says="AWS did not tell where the migration stands. Ask again, and then decide.",
                command=f"stackferry status {folder}",
            ),
        )
    again = Choice(
        says="On: see to the reason above, then run this again; it goes on from here.",
        command=f"stackferry cutover {folder}",
    )
    if ORDER.index(stands.phase) < ORDER.index("switch"):
        return _before_the_end(stands, stands.phase, again, folder)
    return _after_the_switch(stands.phase, trouble, folder)


def _before_the_end(
    stands: Standing, phase: PhaseName, again: Choice, folder: str
) -> tuple[Choice, ...]:
    if is_undoable(stands):
        back = Choice(
            says="Back: the source opens again; nothing is lost.",
            command=f"stackferry rollback {folder} --to {BEFORE}",
        )
        return back, again
    if not is_lost(stands):
        return (again,)
    if phase == "promote" and stands.begun is not None:
        return again, Choice(says=f"Back: {PHASES['switch'].way_back}")
    back = Choice(
        says=f"Back: {PHASES['promote'].way_back}",
        command=f"stackferry rollback {folder} --to {BEFORE}",
    )
    return again, back


def _after_the_switch(phase: PhaseName, trouble: Trouble | None, folder: str) -> tuple[Choice, ...]:
    settle = Choice(
        says="On, off the clock: the rest of the move to the target.",
        command=f"stackferry deploy {folder} --to settle",
    )
    if trouble is not None:
        ask = Choice(
            says="See to the reason above, and ask the gates again.",
            command=f"stackferry gate {folder} settle",
        )
        return ask, settle, Choice(says=f"Back: {PHASES['switch'].way_back}")
    if phase == "switch":
        return (settle,)
    retire = Choice(
        says="When nothing needs the source any more, retire it.",
        command=f"stackferry retire {folder}",
    )
    return (retire,)
