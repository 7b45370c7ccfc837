"""Who does actions beside the small migration, whose stacks stand; AWS at its worst if asked to."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from compiler.deploy.actions import Performing, expected
from compiler.deploy.flow import run
from compiler.deploy.port import Place
from compiler.deploy.timeline import Schedule
from compiler.deploy.wanted import place_of
from compiler.manifest import Action, Computed, FactSource, FromOutput
from tests.fakes.actions import FakeActions
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, migration
from tests.fakes.operator import Operator

if TYPE_CHECKING:
    from compiler.deploy.outcome import End
    from compiler.kinds import ActionKind, Side
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName
    from tests.fakes.aws import FakeAws

HERE = Place(account=ACCOUNT, region=SOURCE)
THERE = Place(account=ACCOUNT, region=TARGET)

PEERING = f"{SOURCE}/peering"
NETWORK = f"{SOURCE}/network"


def action(
    kind: ActionKind,
    key: str = "",
    *,
    region: str = SOURCE,
    after: tuple[str, ...] = (NETWORK,),
    **facts: str | FactSource,
) -> Action:
    """An action with defaults for what a test does not look at."""
    side: Side = "source" if region == SOURCE else "target"
    return Action(
        kind=kind,
        key=key,
        side=side,
        region=region,
        account=ACCOUNT,
        component=("databases", key) if key else (side, "vpc"),
        facts={
            name: Computed(value=value) if isinstance(value, str) else value
            for name, value in facts.items()
        },
        after=after,
    )


ASKED_FOR = action(
    "peering dns",
    after=(PEERING,),
    peering=FromOutput(stack=PEERING, output="PeeringId"),
    role="requester",
)

ACCEPTED = action(
    "peering dns",
    region=TARGET,
    after=(PEERING,),
    peering=FromOutput(stack=PEERING, output="PeeringId"),
    role="accepter",
)

COPY = action(
    "copy existing objects",
    "media",
    bucket="shop-media",
    destination_bucket="shop-media-eu",
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/shop-prod-media",
    account=ACCOUNT,
    prefix="",
)

SEVER = action("sever connections", "catalog", database="shop-prod-catalog", engine="postgres")

INVALIDATE = action("invalidate cache", distribution="E123", paths="/media/*,/*")

EMPTY = action("empty bucket", "media", bucket="shop-media")


class Performer:
    """Does actions in a run of their own."""

    def __init__(self) -> None:
        self.clock: SimulatedClock
        self.aws: FakeAws
        self.clock, self.aws = pickle.loads(_deployed())  # noqa: S301 -- a moment ago our own
        self.port = FakeActions(self.clock)
        self.manifest = _manifest()
        self.heard = Heard()
        self.clock.time += timedelta(minutes=1)
        for stack in self.manifest.stacks:
            self.change(stack.id)

    @property
    def performing(self) -> Performing:
        return Performing(port=self.port, aws=self.aws, clock=self.clock)

    def change(self, id_: str) -> None:
        """Let a stack take its form anew, just now."""
        self.port.stacks[self._stack_id(id_)] = self.clock.now()
        self.clock.time += timedelta(seconds=1)

    def later(self, **duration: float) -> None:
        self.clock.time += timedelta(**duration)

    def do(self, one: Action, *, is_undone: bool = False) -> End:
        """Do an action, and return how it ended."""
        node = one.node
        return run(
            Schedule(nodes=(node,), needs={node: frozenset()}, expected={node: expected(one)}),
            start=lambda *_: self.performing.start(one, self.manifest, is_undone=is_undone),
            listener=self.heard,
            clock=self.clock,
            pool=CallingPool(),
            parallel=1,
        ).ends[node]

    def undo(self, one: Action) -> End:
        return self.do(one, is_undone=True)

    def _stack_id(self, id_: str) -> str:
        stack = next(stack for stack in self.manifest.stacks if stack.id == id_)
        return self.aws.stack_sets[stack.stack_set].instances[place_of(stack)].stack_id


@cache
def _manifest() -> Manifest:
    return migration().manifest


def in_phase(performer: Performer, phase: PhaseName) -> Performer:
    """Return *performer*, of a transition into another phase."""
    performer.manifest = replace(performer.manifest, phase=phase)
    return performer


@cache
def _deployed() -> bytes:
    """Deploy once for all tests: a clock, and an AWS in which the stacks stand."""
    operator = Operator()
    operator.deploy()
    operator.aws.calls.clear()
    return pickle.dumps((operator.clock, operator.aws))
