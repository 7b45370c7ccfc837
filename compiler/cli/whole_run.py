"""What `cutover` and `retire` share: whom they ask, what is told meanwhile, and the report."""

from __future__ import annotations

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.cli.aws import beside, progress, this_run
from compiler.cli.existing import wish_of
from compiler.cli.files import look
from compiler.cli.migrations import locator, read_states, show, spec_of
from compiler.cli.run_reports import REPORTS, write_report
from compiler.cli.stopping import as_typed
from compiler.cli.transitions import (
    closing_in,
    crossings,
    everything_in,
    is_typed,
    manifests_of,
    must_be_acknowledgeable,
    way_of,
    world,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime, timedelta

    from compiler.cli.existing import Existing
    from compiler.cli.transitions import World
    from compiler.deploy.cutover.course import Course
    from compiler.deploy.cutover.ending import Trouble
    from compiler.deploy.cutover.events import Run
    from compiler.deploy.cutover.steps import Crew
    from compiler.deploy.deploying import DeployResult
    from compiler.deploy.folder import Compiled
    from compiler.deploy.gates.evidence import Evidence
    from compiler.deploy.gates.port import Running
    from compiler.deploy.observe import Refusal
    from compiler.deploy.path.crossing import Crossing, Leg
    from compiler.deploy.path.standing import Standing
    from compiler.deploy.path.states import States
    from compiler.deploy.path.walking import Walked
    from compiler.deploy.path.way import Way
    from compiler.deploy.plan import Plan
    from compiler.deploy.wish import Wish
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName
    from compiler.report.gate_text import GateLines
    from spec.loaded import LoadedSpec


@contextmanager
def whole_run(  # noqa: PLR0913 -- each is a part of the whole
    folder: str,
    existing: Existing,
    *,
    allowed: tuple[str, ...] = (),
    reason: str = "",
    forced: PhaseName | None = None,
    has_doors: bool = False,
) -> Iterator[WholeRun]:
    """
    Give a run through the phases of the migration in *folder*.

    Args:
        folder: The compiled folder.
        existing: How stacks were brought about, and whom to ask.
        allowed: Resources that may be lost, as the operator named them.
        reason: Why it goes on in spite of what speaks against it; empty if nothing does.
        forced: The phase that may be entered without evidence; `None` if none may.
        has_doors: Whether the clock runs while no side is open.

    Raises:
        CannotReadError: It holds nothing that was compiled.
        click.UsageError: What is asked for cannot be had that way.
    """
    states = read_states(folder)
    whole = everything_in(states)
    wish = wish_of(whole, existing, allowed)
    from compiler.deploy.aws import connect_running
    from compiler.deploy.cutover.course import Course, doors_of

    address, role = existing["endpoint_url"], existing["read_role"]
    with (
        world(states, wish, sandbox=False, endpoint_url=address, read_role=role) as asking,
        ThreadPoolExecutor(max_workers=existing["parallel"], thread_name_prefix="aws") as pool,
    ):
        yield WholeRun(
            folder=folder,
            states=states,
            wish=wish,
            world=asking,
            running=connect_running(endpoint_url=address, read_role=role),
            pool=pool,
            loaded=spec_of(whole, folder, existing["spec"]),
            course=Course(doors=doors_of(states) if has_doors else {}),
            reason=reason,
            forced=forced,
            is_aside=existing["as_json"],
            parallel=existing["parallel"],
            clock=lambda _: "",
        )


@dataclass(slots=True, kw_only=True)
class WholeRun:
    """
    A run through several phases, as the operator sees it.

    Attributes:
        folder: The compiled folder, as it was named.
        states: Every compiled state.
        wish: What is asked for beside the way.
        world: Whom to ask.
        running: The running system.
        pool: Makes the calls.
        loaded: The spec, where it is at hand.
        course: Remembers what happens.
        reason: Why it goes on in spite of what speaks against it; empty if nothing does.
        forced: The phase that may be entered without evidence; `None` if none may.
        is_aside: Whether the standard output is for a document.
        parallel: How many stacks at a time.
        clock: What is said of the clock; empty while it does not run.
        by: Who runs it.
    """

    folder: str
    states: States
    wish: Wish
    world: World
    running: Running
    pool: ThreadPoolExecutor
    loaded: LoadedSpec | None
    course: Course
    reason: str
    forced: PhaseName | None
    is_aside: bool
    parallel: int
    clock: Callable[[datetime], str]
    by: str = field(default_factory=lambda: this_run().owner)
    _minute: datetime | None = None

    @property
    def named(self) -> str:
        """The folder as commands name it."""
        from compiler.report.failures import named

        return named(self.folder, self.wish.via)

    @property
    def manifest(self) -> Manifest:
        """The manifest of the last state that was compiled."""
        return manifests_of(self.states)[-1]

    def way(self, choose: Callable[[Standing], Way]) -> tuple[Leg, ...] | Refusal:
        """Return the transitions that *choose* finds; or why not, such as a strange account."""
        from compiler.deploy.observe import account_refusal

        refusal = account_refusal(self.world.aws, self.manifest)
        return refusal or way_of(self.world, self.states, self.parallel, choose)

    def must_be_acknowledgeable(self, legs: tuple[Leg, ...], acknowledged: str) -> None:
        """
        Make sure that somebody can acknowledge each one-way door on the way.

        Raises:
            click.UsageError: Another migration was *acknowledged*, or none, and nobody is there.
        """
        must_be_acknowledgeable(
            legs,
            self.manifest.migration,
            acknowledged,
            can_ask=sys.stdin.isatty() and not self.is_aside,
        )

    def is_acknowledged(self, legs: Sequence[Leg], acknowledged: str) -> bool:
        """Tell whether the door without a way back was acknowledged, if it is still to come."""
        name, closing = self.manifest.migration, closing_in(legs)
        return (
            not closing
            or acknowledged == name
            or is_typed(name, closing[0], "begin", is_aside=self.is_aside)
        )

    def write(self, text: str) -> None:
        """Tell the operator."""
        out = beside(is_aside=self.is_aside)
        out.write(text)
        out.flush()

    def crew(self) -> Crew:
        """Return who does what the run consists of."""
        from compiler.deploy.clock import WallClock
        from compiler.deploy.cutover.steps import Crew

        return Crew(
            states=self.states,
            folder=self.named,
            cross=self.cross,
            ask=self.ask,
            stands=self.stands,
            clock=WallClock(),
            chance=random.random,
            course=self.course,
            told=self,
        )

    def stands(self) -> Standing:
        """
        Return where the migration stands.

        Raises:
            AwsError: AWS refused to tell.
        """
        from compiler.deploy.path.standing import standing

        return standing(self.world.aws, manifests_of(self.states), self.pool)

    def cross(self, legs: Sequence[Leg]) -> Iterator[Walked]:
        """Carry out *legs*, each with its plan shown, and no question asked."""
        from compiler.deploy.path.walking import walk

        def crossing(leg: Leg) -> Crossing:
            is_forced = leg.to == self.forced
            carried = crossings(
                self.states, self.world.acting, self.folder, self.named, is_forced=is_forced
            )
            return carried(leg)

        return walk(legs, crossing, self.wish, self._deploy, self._agree, show=self._show)

    def ask(self, origin: PhaseName, opens: PhaseName, wait: timedelta) -> Evidence:
        """Ask the gates of *origin*, and keep what they answer as evidence."""
        from compiler.deploy.clock import WallClock
        from compiler.deploy.gates.evidence import evidence_path, write_evidence
        from compiler.deploy.gates.run import Asking, gather
        from compiler.report.gate_text import GateLines

        lines = GateLines(self.write)
        manifest = self.states[origin].manifest
        lines.begin(manifest, opens)
        asking = Asking(
            aws=self.world.aws,
            running=self.running,
            pool=self.pool,
            clock=WallClock(),
            by=self.by,
            told=lines.told,
            waits=partial(self._waits, lines),
        )
        evidence = gather(asking, manifest, opens, wait=wait)
        try:
            write_evidence(evidence_path(Path(self.folder), opens), evidence)
        except OSError as error:
            # The transition that demands it refuses, and the run ends as safely as at a red gate.
            sys.stderr.write(f"cannot write the evidence: {error.strerror}\n")
        return evidence

    def enters(self, leg: Leg) -> None:
        """Hear that a transition begins."""
        from compiler.report.transition_text import title_of

        self.write(f"\n{title_of(leg)}.{self._clock()}\n")

    def entered(self, walked: Walked) -> None:
        """Hear how it went."""
        from compiler.report.outcome import deployed_text

        result, leg = walked.result, walked.leg
        if walked.is_undoing:
            self.write(f"{leg.origin} was left again, since it could not be brought about.\n")
        if walked.is_done:
            self.write(f"{leg.to} stands.{self._clock()}\n")
            return
        if result.findings:
            if self.is_aside:
                self.write("".join(f"{one.detail} {one.way_out}\n" for one in result.findings))
            else:
                show(result.findings, self.states[leg.to].manifest, self.loaded)
        self.write(
            deployed_text(
                result,
                locator(self.loaded),
                self.named,
                again=as_typed(),
                columns=look().columns,
            )
        )

    def asks(self, origin: PhaseName, opens: PhaseName, wait: timedelta) -> None:
        """Hear that gates are asked."""
        from compiler.report.durations import duration

        del origin, opens
        again = f", for {duration(wait)} at most until they are green" if wait else ""
        self.write(f"\nGates are asked{again}.{self._clock()}\n")

    def answered(self, evidence: Evidence) -> None:
        """Hear what they answered."""
        left = [one for one in evidence.answers if one.verdict != "green"]
        if left:
            self.write(f"{len(left)} of {len(evidence.answers)} not green.{self._clock()}\n")
        elif evidence.answers:
            self.write(f"All gates are green.{self._clock()}\n")

    def goes_back(self, trouble: Trouble) -> None:
        """Hear that the fence is taken back, and why."""
        from compiler.report.cutover_text import back_text

        self.write("\n" + back_text(trouble, look().columns))

    def report(self, run: Run, folder: str | None, document: Callable[..., object]) -> object:
        """
        Write the report of *run*, and return what the verb prints with `--json`.

        Args:
            run: What it came to.
            folder: Where to write it; nothing for beside the manifest.
            document: Makes the document, given the files of the report.
        """
        place = Path(folder) if folder is not None else Path(self.folder) / REPORTS
        return write_report(run, place, document, self.write)

    def _waits(self, lines: GateLines, left: int) -> None:
        """Say what is still asked, and each minute for how long nobody has been served."""
        from compiler.deploy.clock import WallClock

        lines.waits(left)
        minute = WallClock().now().replace(second=0, microsecond=0)
        if minute != self._minute and (said := self._clock()):
            self._minute = minute
            self.write(f"{left} not green yet{said}\n")

    def _clock(self) -> str:
        from compiler.deploy.clock import WallClock

        said = self.clock(WallClock().now())
        return f" [{said}]" if said else ""

    def _agree(self, plan: Plan) -> bool:
        self._show(plan)
        return True

    def _show(self, plan: Plan) -> None:
        from compiler.report.plan_text import plan_text

        # Time is short: what stays as it is was told before, by what is done.
        busy = tuple(step for step in plan.steps if not step.is_idle)
        self.write(plan_text(replace(plan, steps=busy), locator(self.loaded), look().columns))

    def _deploy(
        self, compiled: Compiled, wish: Wish, confirm: Callable[[Plan], bool]
    ) -> DeployResult:
        from compiler.deploy import deploying
        from compiler.deploy.clock import WallClock

        if wish.crossing is None:
            message = "a run goes from phase to phase"
            raise ValueError(message)
        hearing = partial(self.course.hearing, wish.crossing.leg)
        with progress(is_aside=self.is_aside, clock=self.clock) as listener:
            return deploying.deploy(
                compiled,
                aws=self.world.aws,
                clock=WallClock(),
                listener=hearing(listener),
                taker=this_run(),
                chance=random.random,
                confirm=confirm,
                wish=wish,
                parallel=self.parallel,
                other=self.world.other,
            )
