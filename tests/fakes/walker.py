"""An operator who walks the small migration through its phases, and agrees to every plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from compiler.deploy.deploying import DeployResult, deploy
from compiler.deploy.outcome import Done
from compiler.deploy.path.crossing import Crossing, Leg
from compiler.deploy.path.standing import Standing, standing
from compiler.deploy.path.walking import Walked, walk
from compiler.deploy.path.way import backward, onward, up_to_date
from compiler.deploy.wish import ANYTHING, Wish
from spec.findings import Finding
from tests.fakes.aws import FakeAws
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.phases import FakeActing, states
from tests.fakes.taker import new_taker

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.deploy.folder import Compiled
    from compiler.deploy.path.states import States
    from compiler.deploy.path.way import Way
    from compiler.deploy.plan import Plan
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName

FOLDER = "out/shop-prod"


class Walker:
    """The operator's side of a walk."""

    def __init__(self, *, via: Literal["stacksets", "stacks"] = "stacksets") -> None:
        self.clock = SimulatedClock()
        self.aws = FakeAws(self.clock, via=via)
        self.heard = Heard()
        self.shown: list[Plan] = []
        self.told: list[Plan] = []
        self.demanded: list[str] = []
        self.missing: tuple[Finding, ...] = ()
        self.is_forced = False
        self.states: States = states()
        self.acting = FakeActing(self.aws)

    def agree(self, plan: Plan) -> bool:
        self.shown.append(plan)
        return True

    def stands(self) -> Standing:
        manifests = [one.manifest for one in self.states.values()]
        return standing(self.aws, manifests, CallingPool())

    def way_to(self, phase: PhaseName) -> Way:
        return onward(self.stands(), tuple(self.states), phase, FOLDER)

    def to(self, phase: PhaseName) -> list[Walked]:
        return self.walk(self.way_to(phase))

    def up_to_date(self) -> list[Walked]:
        return self.walk(up_to_date(self.stands(), tuple(self.states), FOLDER))

    def back(self, to: PhaseName | None = None) -> list[Walked]:
        return self.walk(backward(self.stands(), tuple(self.states), to, FOLDER))

    def walk(self, way: Way, wish: Wish = ANYTHING) -> list[Walked]:
        assert not isinstance(way, Finding), way
        return list(walk(way, self.crossing, wish, self.deploy, self.agree, show=self.told.append))

    def crossing(self, leg: Leg) -> Crossing:
        return Crossing(
            leg=leg,
            states=self.states,
            acting=self.acting,
            demand=self.demand,
            is_forced=self.is_forced,
        )

    def demand(self, manifest: Manifest) -> tuple[Finding, ...]:
        self.demanded.append(manifest.phase)
        return self.missing

    def deploy(
        self, compiled: Compiled, wish: Wish, confirm: Callable[[Plan], bool]
    ) -> DeployResult:
        return deploy(
            compiled,
            aws=self.aws,
            clock=self.clock,
            listener=self.heard,
            taker=new_taker(),
            wish=wish,
            pool=CallingPool(),
            confirm=confirm,
        )


def ends(walked: Walked) -> dict[str, str]:
    """What was done, or how it ended, in a word."""
    assert walked.result.outcome is not None, walked.result.findings
    return {
        node: end.what if isinstance(end, Done) else type(end).__name__
        for node, end in walked.result.outcome.ends.items()
    }


def codes(walked: list[Walked]) -> list[str]:
    """Codes of all that spoke against it."""
    return [finding.code for one in walked for finding in one.result.findings]


def sets_of(walker: Walker) -> set[str]:
    """Names of the stack sets that there are, without the migration's."""
    return {name.removeprefix("shop-prod-") for name in walker.aws.stack_sets}
