"""
How long a cutover needs, against how long nobody may be served. Pure.

What the rehearsal measured is what stackferry does itself; what AWS takes beside that is not in
the sandbox, and comes from what AWS documents (`compiler.deploy.durations`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.cutover.stages import target_access
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from compiler.deploy.cutover.rehearsal import Rehearsal
    from compiler.deploy.cutover.stages import Stage
    from compiler.deploy.path.states import States
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName

SAMPLES = timedelta(minutes=1)
"""
What gates on the clock wait for at least: RDS and the load balancers tell of themselves once a
minute (CloudWatch user guide, "Basic monitoring and detailed monitoring", read 2026-11-24).
"""

GRACE = timedelta(minutes=5)
"""
For how long gates are asked after the promotion however late it is: to give up then serves nobody.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    A part of the time that a cutover needs.

    Attributes:
        what: What takes it.
        lasts: How long it is expected to take.
        phase: The phase in whose transition it lies; `None` of what the rehearsal measured.
        is_gates: Whether it is what the gates before that phase wait for.
    """

    what: str
    lasts: timedelta
    phase: PhaseName | None = None
    is_gates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """
    How long nobody may be served.

    Attributes:
        announced: As the spec says.
        parts: What is expected to take how long.
        is_forced: Whether the operator goes on although that is more.
    """

    announced: timedelta
    parts: tuple[Part, ...]
    is_forced: bool = False

    @property
    def needed(self) -> timedelta:
        """How long it is expected to take."""
        return sum((part.lasts for part in self.parts), timedelta())

    @property
    def limit(self) -> timedelta:
        """How long it may take: as announced, or what it needs where that was forced."""
        return max(self.announced, self.needed) if self.is_forced else self.announced

    def rest(self, phases: Sequence[PhaseName]) -> timedelta:
        """Return how long the transitions into *phases*, and the gates between them, still take."""
        rest = (
            part.lasts
            for part in self.parts
            if part.phase in phases and not (part.is_gates and part.phase == phases[0])
        )
        return sum(rest, timedelta())

    def wait(
        self, began: datetime, now: datetime, phases: Sequence[PhaseName], *, is_lost: bool
    ) -> timedelta:
        """
        Return for how long gates may be asked until giving up is better.

        Args:
            began: When the clock started.
            now: The time.
            phases: The phases that are still to be entered.
            is_lost: Whether the replicas are promoted: to give up then serves nobody.

        Returns:
            Until the time left would not suffice for what comes after; nothing if it does not now.
            After the promotion at least `GRACE`.
        """
        left = began + self.limit - now - self.rest(phases)
        return max(left, GRACE if is_lost else timedelta())

    def suffices(self, began: datetime, now: datetime, phases: Sequence[PhaseName]) -> bool:
        """Tell whether the time left suffices for the transitions into *phases*."""
        return now + self.rest(phases) <= began + self.limit


def allowance_of(
    stages: Sequence[Stage],
    states: States,
    rehearsal: Rehearsal | None,
    *,
    is_forced: bool = False,
) -> Allowance:
    """
    Return how long a cutover by *stages* needs.

    Args:
        stages: Its transitions.
        states: Every compiled state.
        rehearsal: What its rehearsal measured; `None` if there was none.
        is_forced: Whether the operator goes on although it needs more than announced.
    """
    manifest = next(iter(states.values())).manifest
    return Allowance(
        announced=timedelta(seconds=manifest.max_downtime_seconds),
        parts=tuple(_parts(stages, states, rehearsal)),
        is_forced=is_forced,
    )


def against(
    allowance: Allowance, manifest: Manifest, rehearsal: Rehearsal | Finding, again: str
) -> Iterator[Finding]:
    """
    SF660 to SF662: nobody knows how long it takes, or it takes longer than nobody may be served.

    Args:
        allowance: How long it needs, and may take.
        manifest: What was compiled.
        rehearsal: What its rehearsal measured, or that there is none.
        again: The command that rehearses.
    """
    if isinstance(rehearsal, Finding):
        yield rehearsal
    elif (other := _other(rehearsal, manifest)) is not None:
        yield Finding(
            code="SF661",
            where=at(),
            detail=f"{other} So it does not say how long this one takes.",
            way_out=f"Run `{again}`.",
        )
    if allowance.needed > allowance.announced:
        sums = " + ".join(f"{_seconds(one.lasts)} {one.what}" for one in allowance.parts)
        yield Finding(
            code="SF660",
            where=at("cutover", "max_downtime"),
            detail=(
                f"Nobody may be served for {_seconds(allowance.announced)} at most, and the "
                f"cutover is expected to take {_seconds(allowance.needed)}: {sums}."
            ),
            way_out=(
                'Announce at least that as "max_downtime", and compile; or go on by --force with '
                "a --reason, which is recorded."
            ),
        )


def _parts(stages: Sequence[Stage], states: States, rehearsal: Rehearsal | None) -> Iterator[Part]:
    if rehearsal is not None:
        yield Part(what="measured by the rehearsal", lasts=rehearsal.downtime)
    for number, stage in enumerate(stages):
        to = stage.leg.to
        if stage.is_asked_on_the_clock:
            what = f"for samples of the gates before {to}"
            yield Part(what=what, lasts=SAMPLES, phase=to, is_gates=True)
        # Users are served from when the target's access is open; what comes after is off the clock.
        is_last = number == len(stages) - 1
        counted = stage.until(target_access(states[to].manifest)) if is_last else stage
        yield Part(what=f"for AWS to enter {to}", lasts=counted.lasts, phase=to)


def _other(rehearsal: Rehearsal, manifest: Manifest) -> str | None:
    name = manifest.migration
    if rehearsal.migration != name:
        return f"The rehearsal is of the migration {rehearsal.migration}, not of {name}."
    if rehearsal.spec_sha256 != manifest.spec_sha256:
        return (
            f"The rehearsal of {rehearsal.rehearsed:%Y-%m-%d %H:%M} UTC is of another "
            f"{manifest.spec_file}: the spec was changed and compiled after it."
        )
    return None


def _seconds(lasts: timedelta) -> str:
    return f"{round(lasts.total_seconds()):,} s"
