"""An operator whose migration stands fenced, and who asks its gates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.gates.run import Asking
from compiler.deploy.gates.system import Alarm, Database, Sample
from compiler.manifest import Computed, Gate, Manifest
from compiler.report.gate_text import GateLines
from tests.fakes.clock import CallingPool
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, migration, stack, template
from tests.fakes.operator import Operator
from tests.fakes.running import FakeRunning

if TYPE_CHECKING:
    from compiler.deploy.folder import Compiled
    from compiler.deploy.gates.asking import Answer
    from compiler.kinds import GateKind, Side

MINUTE = timedelta(minutes=1)
ORDERS = "shop-prod-orders"
REPLICA = Database(
    status="available", pending=(), parameter_groups={}, backup_window="", replicates=ORDERS
)
ACCESS = template({"Rule": "AWS::EC2::SecurityGroupIngress"})


def gate(kind: GateKind, side: Side, key: str = "", **facts: str) -> Gate:
    return Gate(
        kind=kind,
        key=key,
        side=side,
        region=SOURCE if side == "source" else TARGET,
        account=ACCOUNT,
        component=("databases", key) if key else ("alarms",),
        facts={name: Computed(value=value) for name, value in facts.items()},
    )


CONNECTIONS = gate("connections gone", "source", "orders", database=ORDERS, engine="mysql")
DRAINED = gate("replica drained", "target", "orders", database=ORDERS, engine="mysql")
QUIET = gate("alarms quiet", "target", names="cpu")


def fenced(*gates: Gate) -> Compiled:
    """Return the small migration, fenced: with the stack that closes the source."""
    made = migration()
    access = stack(SOURCE, "access", ACCESS)
    return replace(
        made,
        manifest=replace(
            made.manifest,
            phase="fence",
            stacks=(*made.manifest.stacks, access),
            gates=gates,
        ),
        templates={**made.templates, access.id: ACCESS},
    )


class Scene:
    """An operator whose migration stands fenced, and asks."""

    def __init__(self, *gates: Gate) -> None:
        self.compiled = fenced(*gates)
        self.operator = Operator()
        assert self.operator.deploy_this(self.compiled).exit_code == 0
        self.clock = self.operator.clock
        self.running = FakeRunning(databases={(TARGET, ORDERS): REPLICA})
        self.running.all_alarms[TARGET, "cpu"] = Alarm(name="cpu", state="OK")
        self.told: list[Answer] = []
        self.text = ""
        self.lines = GateLines(self._write)
        # The first full minute after the access was closed.
        self.start = (self.clock.now() + MINUTE).replace(second=0, microsecond=0)
        self.closed = self.clock.now()
        self.instance = self.operator.aws.instances(f"shop-prod-{SOURCE}-access")[0]
        self.running.forms[self.instance.stack_id] = self.closed

    def _write(self, text: str) -> None:
        self.text += text

    @property
    def manifest(self) -> Manifest:
        return self.compiled.manifest

    @property
    def asking(self) -> Asking:
        return Asking(
            aws=self.operator.aws,
            running=self.running,
            pool=CallingPool(),
            clock=self.clock,
            by="ada@laptop",
            told=self._hear,
            waits=self.lines.waits,
        )

    def _hear(self, answer: Answer) -> None:
        self.told.append(answer)
        self.lines.told(answer)

    def measure(self, metric: str, region: str, *values: float) -> None:
        """Let a metric say *values*, one in each minute from the start."""
        self.running.metrics[region, metric, ORDERS] = [
            Sample(
                at=self.start + minute * MINUTE,
                lasts=MINUTE,
                lowest=value,
                highest=value,
                total=value,
            )
            for minute, value in enumerate(values)
        ]

    def at_minute(self, minute: float) -> None:
        self.clock.time = self.start + minute * MINUTE
