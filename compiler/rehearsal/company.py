"""Who does what a rehearsal consists of, each by the deployer's own code, and remembers it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy import deploying
from compiler.deploy.cutover.course import Asked, Course, doors_of
from compiler.deploy.gates.evidence import evidence_path, write_evidence
from compiler.deploy.gates.run import Asking, gather
from compiler.deploy.path.asked import demanding
from compiler.deploy.path.crossing import Crossing, Leg
from compiler.deploy.path.standing import Standing, standing
from compiler.deploy.path.walking import walk
from compiler.deploy.wish import Wish
from compiler.rehearsal.scenery import write_after, write_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from compiler.deploy.cutover.ending import Trouble
    from compiler.deploy.deploying import DeployResult
    from compiler.deploy.flow import Listener
    from compiler.deploy.folder import Compiled
    from compiler.deploy.gates.evidence import Evidence
    from compiler.deploy.outcome import End
    from compiler.deploy.path.walking import Walked
    from compiler.deploy.plan import Plan
    from compiler.deploy.timeline import Schedule
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName
    from compiler.rehearsal.stagecraft import Stagecraft
    from compiler.sandbox.embedded import Sandbox


SINCE = timedelta(seconds=30)
"""For how long something has gone wrong when the transition begins at which it is to show."""


class Company:
    """
    Does it; as `compiler.deploy.cutover.conduct.Told` it also hears of the cutover.

    Attributes:
        course: What happened.
        expected: How long AWS is expected to take for each transition, in order.
        written: How many objects were written to each bucket.
    """

    def __init__(self, craft: Stagecraft) -> None:
        """Begin with nothing done."""
        self._craft = craft
        self.course = Course(doors_of(craft.states))
        self.expected: list[timedelta] = []
        self.written: dict[str, int] = {}
        self._answered: set[PhaseName] = set()

    def stands(self) -> Standing:
        """Return where the migration stands."""
        manifests = tuple(state.manifest for state in self._craft.states.values())
        with self._pool() as pool:
            return standing(self._craft.aws, manifests, pool)

    def has_answered(self, opens: PhaseName) -> bool:
        """Tell whether the gates before a phase were asked, and were green."""
        return opens in self._answered

    def asks_for(self, origin: PhaseName, opens: PhaseName, wait: timedelta) -> Evidence:
        """Ask the gates of *origin*, which open *opens*, and keep what they answer."""
        craft = self._craft
        with self._pool() as pool:
            asking = Asking(
                aws=craft.aws,
                running=craft.running,
                pool=pool,
                clock=craft.clock,
                by=craft.taker().owner,
                told=craft.audience.answered,
                waits=craft.audience.waits,
            )
            evidence = gather(asking, craft.states[origin].manifest, opens, wait=wait)
        write_evidence(evidence_path(craft.evidence, opens), evidence)
        if evidence.is_green:
            self._answered.add(opens)
        return evidence

    def asked(self, origin: PhaseName, opens: PhaseName, wait: timedelta) -> Evidence:
        """Do as `asks_for`, and remember it, as the cutover does by itself."""
        began = self._craft.clock.now()
        evidence = self.asks_for(origin, opens, wait)
        self.course.chapters.append(
            Asked(evidence=evidence, began=began, ended=self._craft.clock.now())
        )
        return evidence

    def crosses(self, legs: Sequence[Leg]) -> Iterator[Walked]:
        """Make transitions, and yield how each went."""
        craft = self._craft
        for leg in legs:
            craft.audience.begins(leg)
            self._set(leg)
            is_done = False
            for walked in walk((leg,), self._crossing, Wish(), self._deploy, self._agrees):
                craft.audience.walked(walked)
                is_done = walked.is_done and not walked.is_undoing
                if is_done:
                    self._write(write_after, leg)
                yield walked
            if not is_done:
                return

    def told_of(self, legs: Sequence[Leg]) -> Iterator[Walked]:
        """Do as `crosses`, and remember it, as the cutover does by itself."""
        began = self._craft.clock.now()
        for walked in self.crosses(legs):
            self.course.crossed(walked, began, self._craft.clock.now())
            began = self._craft.clock.now()
            yield walked

    def enters(self, leg: Leg) -> None:
        """Hear that the cutover makes a transition."""
        self._craft.audience.begins(leg)

    def entered(self, walked: Walked) -> None:
        """Hear how it went, which was told by then."""

    def asks(self, origin: PhaseName, opens: PhaseName, wait: timedelta) -> None:
        """Hear that gates are asked."""
        del wait
        craft = self._craft
        craft.audience.begins(Leg(origin=origin, to=opens, standing=Standing(phase=origin)))
        craft.audience.asks(craft.states[origin].manifest, opens)

    def answered(self, evidence: Evidence) -> None:
        """Hear what they answered, which was told one by one."""

    def goes_back(self, trouble: Trouble) -> None:
        """Hear that the fence is taken back."""
        self._craft.audience.goes_back(trouble)

    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max_workers=self._craft.parallel, thread_name_prefix="aws")

    def _set(self, leg: Leg) -> None:
        """Begin what is to go wrong from now on, and let users write."""
        if leg.is_back:
            # What CloudFormation refuses of a new form says nothing against the one before.
            for fault in self._craft.faults:
                if fault.kind == "stack-fails":
                    fault.end(self._craft.sandbox.faults)
            return
        begun = [one for one in self._craft.faults if one.begins_before == leg.to]
        for fault in begun:
            fault.begin(self._craft.sandbox.faults)
        if begun:
            # A sandbox does nothing by itself: any call lets what goes wrong begin.
            self._craft.sandbox.client("sts").get_caller_identity()
            self._craft.clock.sleep(SINCE)
        self._write(write_before, leg)

    def _write(
        self, write: Callable[[Sandbox, Manifest], Iterator[tuple[str, int]]], leg: Leg
    ) -> None:
        if leg.is_back:
            return
        craft = self._craft
        for bucket, objects in write(craft.sandbox, craft.states[leg.to].manifest):
            self.written[bucket] = self.written.get(bucket, 0) + objects
            craft.audience.wrote(bucket, objects)

    def _crossing(self, leg: Leg) -> Crossing:
        craft = self._craft
        # Also of one that takes another back: nobody else says that it begins.
        craft.audience.begins(leg)
        return Crossing(
            leg=leg,
            states=craft.states,
            acting=craft.acting,
            demand=demanding(craft.evidence, craft.named, leg.to, craft.clock),
        )

    def _agrees(self, plan: Plan) -> bool:
        self._craft.audience.planned(plan)
        return True

    def _deploy(
        self, compiled: Compiled, wish: Wish, confirm: Callable[[Plan], bool]
    ) -> DeployResult:
        craft = self._craft
        self.expected.append(timedelta())
        with craft.audience.listening() as listener:
            hearing = _Expecting(
                self.course.hearing(wish.crossing.leg, listener) if wish.crossing else listener,
                self.expected,
            )
            return deploying.deploy(
                compiled,
                aws=craft.aws,
                clock=craft.clock,
                listener=hearing,
                taker=craft.taker(),
                confirm=confirm,
                wish=wish,
                parallel=craft.parallel,
            )


class _Expecting:
    """Keeps how long a run is expected to take, and hands everything on."""

    def __init__(self, listener: Listener, expected: list[timedelta]) -> None:
        self._listener = listener
        self._expected = expected

    def planned(self, schedule: Schedule, at: datetime) -> None:
        self._expected[-1] = schedule.critical_path
        self._listener.planned(schedule, at)

    def started(self, node: str, at: datetime) -> None:
        self._listener.started(node, at)

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        self._listener.waiting(node, doing, at)

    def ended(self, node: str, end: End, at: datetime) -> None:
        self._listener.ended(node, end, at)
