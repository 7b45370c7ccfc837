"""Questions of any kind, asked of a running system."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.facts import Fact
from compiler.deploy.gates.asking import Question, ask
from compiler.deploy.gates.fence import Fence
from compiler.manifest import Computed, Gate
from tests.fakes.clock import SimulatedClock
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET

if TYPE_CHECKING:
    from compiler.deploy.gates.answer import Judgement
    from compiler.kinds import GateKind
    from tests.fakes.running import FakeRunning

NOW = SimulatedClock().now()
MINUTE = timedelta(minutes=1)
FENCE = Fence(closed=NOW - 6 * MINUTE, severed=NOW - 4 * MINUTE)
IN_SOURCE = {"connections gone", "objects equal", "objects replicated"}


def gate(kind: GateKind, **facts: str) -> Gate:
    is_in_source = kind in IN_SOURCE
    return Gate(
        kind=kind,
        key="orders",
        side="source" if is_in_source else "target",
        region=SOURCE if is_in_source else TARGET,
        account=ACCOUNT,
        component=("databases", "orders"),
        facts={name: Computed(value=value) for name, value in facts.items()},
    )


def question(kind: GateKind, **facts: str) -> Question:
    return Question(
        gate=gate(kind, **facts),
        facts={name: Fact(value=value) for name, value in facts.items()},
    )


def judged(running: FakeRunning, kind: GateKind, **facts: str) -> Judgement:
    return ask(question(kind, **facts), running, FENCE, NOW).judgement
