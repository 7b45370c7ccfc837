"""An operator who cuts the small migration over, on the simulated clock."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from compiler.deploy.cutover.allowance import Allowance, allowance_of
from compiler.deploy.cutover.beginning import cutover_from
from compiler.deploy.cutover.conduct import cut_over
from compiler.deploy.cutover.course import Course, doors_of
from compiler.deploy.cutover.stages import stages_of
from compiler.deploy.cutover.steps import Crew
from compiler.deploy.deploying import DeployResult, deploy
from compiler.deploy.gates.port import Response
from compiler.deploy.gates.run import Asking, gather
from compiler.deploy.path.walking import Walked, walk
from compiler.deploy.patience import no_chance
from compiler.deploy.wish import ANYTHING, Wish
from compiler.manifest import Computed, Gate
from compiler.phases import ORDER
from spec.findings import Finding
from tests.fakes.clock import CallingPool
from tests.fakes.migration import ACCOUNT, TARGET
from tests.fakes.phases import FakeActing
from tests.fakes.running import TOOK, FakeRunning
from tests.fakes.taker import new_taker
from tests.fakes.walker import FOLDER, Walker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from compiler.deploy.cutover.ending import Ending, Trouble
    from compiler.deploy.flow import Listener
    from compiler.deploy.folder import Compiled
    from compiler.deploy.gates.evidence import Evidence
    from compiler.deploy.path.crossing import Leg
    from compiler.deploy.plan import Plan
    from compiler.deploy.targets import Via
    from compiler.phases import PhaseName

MINUTE = timedelta(minutes=1)


@cache
def _warmed(via: Via) -> bytes:
    """Go to `warm` once for all tests: a clock, and an AWS in which that stands."""
    conductor = Conductor(via=via)
    conductor.to("warm")
    conductor.aws.calls.clear()
    return pickle.dumps((conductor.clock, conductor.aws))


def question(phase: PhaseName) -> Gate:
    """A gate that is asked while *phase* stands."""
    facts = {"url": f"https://{phase}", "status": "200", "timeout_seconds": "5"}
    return Gate(
        kind="http",
        key=phase,
        side="target",
        region=TARGET,
        account=ACCOUNT,
        component=("cutover", "gates", phase),
        facts={name: Computed(value=value) for name, value in facts.items()},
    )


class Answering(FakeRunning):
    """Addresses that answer 200, but for those in `red`: these from a moment on, or never."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.now = now
        self.red: dict[str, datetime | None] = {}

    def get(self, url: str, timeout: timedelta) -> Response:
        del timeout
        phase = url.removeprefix("https://")
        if phase not in self.red:
            return Response(status=200, took=TOOK)
        until = self.red[phase]
        is_green = until is not None and self.now() >= until
        return Response(status=200 if is_green else 503, took=TOOK)


class Conductor(Walker):
    """
    The operator's side of a cutover.

    `lines` is what they are told, in short; `stop_at_gates` of a phase is where they press Ctrl-C.
    """

    def __init__(self, *, max_downtime: timedelta = 30 * MINUTE, via: Via = "stacksets") -> None:
        super().__init__(via=via)
        seconds = int(max_downtime.total_seconds())
        self.states = {
            phase: replace(
                state,
                manifest=replace(
                    state.manifest,
                    max_downtime_seconds=seconds,
                    gates=(question(phase),) if phase in {*ORDER[2:8]} else (),
                ),
            )
            for phase, state in self.states.items()
        }
        self.running = Answering(self.clock.now)
        self.lines: list[str] = []
        self.course = Course(doors=doors_of(self.states))
        self.listener: Listener = self.heard
        self.stop_at_gates: PhaseName | None = None

    def warm(self) -> Conductor:
        """Stand in `warm`."""
        warmed = _warmed(self.aws.via)
        self.clock, self.aws = pickle.loads(warmed)  # noqa: S301 -- a moment ago our own
        self.acting = FakeActing(self.aws)
        self.running = Answering(self.clock.now)
        return self

    def legs(self) -> tuple[Leg, ...]:
        """Return what is left of the cutover."""
        found = cutover_from(self.stands(), tuple(self.states), FOLDER)
        assert not isinstance(found, Finding), found
        return found

    def allowance(self, *, is_forced: bool = False) -> Allowance:
        """Return how long it may take."""
        stages = stages_of(self.legs(), self.states, self.acting)
        return allowance_of(stages, self.states, None, is_forced=is_forced)

    def cut_over(self, *, settles: bool = False, is_forced: bool = False) -> tuple[Ending, int]:
        """Carry out what is left of it."""
        return self.cut_over_by(self.crew(), settles=settles, is_forced=is_forced)

    def cut_over_by(
        self, crew: Crew, *, settles: bool = False, is_forced: bool = False
    ) -> tuple[Ending, int]:
        """Let somebody else carry it out."""
        return cut_over(
            crew,
            self.legs(),
            self.allowance(is_forced=is_forced),
            verify_for=5 * MINUTE,
            settles=settles,
        )

    def crew(self) -> Crew:
        """Return who does it."""
        return Crew(
            states=self.states,
            folder=FOLDER,
            cross=self.cross,
            ask=self.ask,
            stands=self.stands,
            clock=self.clock,
            chance=no_chance,
            course=self.course,
            told=self,
        )

    def cross(self, legs: Sequence[Leg]) -> Iterator[Walked]:
        """Go through transitions, and remember their steps."""
        return walk(
            legs, self.crossing, ANYTHING, self.heard_deploy, self.agree, show=self.told.append
        )

    def heard_deploy(
        self, compiled: Compiled, wish: Wish, confirm: Callable[[Plan], bool]
    ) -> DeployResult:
        """Deploy, and let the course hear of it."""
        assert wish.crossing is not None
        return deploy(
            compiled,
            aws=self.aws,
            clock=self.clock,
            listener=self.course.hearing(wish.crossing.leg, self.listener),
            taker=new_taker(),
            wish=wish,
            pool=CallingPool(),
            confirm=confirm,
        )

    def ask(self, origin: PhaseName, opens: PhaseName, wait: timedelta) -> Evidence:
        """Ask the gates of *origin*."""
        if origin == self.stop_at_gates:
            raise KeyboardInterrupt
        asking = Asking(
            aws=self.aws,
            running=self.running,
            pool=CallingPool(),
            clock=self.clock,
            by="ada@desk",
            told=lambda _: None,
            waits=lambda _: None,
        )
        return gather(asking, self.states[origin].manifest, opens, wait=wait)

    def enters(self, leg: Leg) -> None:
        """Hear that a transition begins."""
        self.lines.append(f"into {leg.to}")

    def entered(self, walked: Walked) -> None:
        """Hear how it went."""
        back = "back " if walked.is_undoing or walked.leg.is_back else ""
        end = "done" if walked.is_done else f"exit {walked.result.exit_code}"
        self.lines.append(f"{back}{walked.leg.to}: {end}")

    def asks(self, origin: PhaseName, opens: PhaseName, wait: timedelta) -> None:
        """Hear that gates are asked."""
        self.lines.append(f"asks {origin} before {opens}, for {wait.total_seconds():.0f} s")

    def answered(self, evidence: Evidence) -> None:
        """Hear what they answered."""
        self.lines.append("green" if evidence.is_green else "red")

    def goes_back(self, trouble: Trouble) -> None:
        """Hear that the fence is taken back."""
        self.lines.append(f"takes the fence back: {trouble.why}")
