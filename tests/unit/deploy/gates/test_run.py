"""Gates of a phase asked together, once or until all are green; and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.facts import look_at
from compiler.deploy.gates.fence import Fence, closed_at
from compiler.deploy.gates.port import Alarm, Database, Sample
from compiler.deploy.gates.run import Asking, exit_code_of, fence_of, gather
from compiler.deploy.port import AwsError
from compiler.manifest import Computed, Gate, Manifest
from compiler.report.documents import render
from compiler.report.documents.gate import document
from compiler.report.gate_text import GateLines
from tests.fakes.clock import CallingPool
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, migration, stack, template
from tests.fakes.operator import Operator
from tests.fakes.running import FakeRunning
from tests.functional.documents import valid

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


def closed(scene: Scene, manifest: Manifest) -> datetime | None:
    looked = look_at(scene.operator.aws, manifest, [f"{SOURCE}/access"], CallingPool())
    return closed_at(scene.running, manifest, looked)


def test_the_access_is_closed_when_its_stack_took_its_form() -> None:
    scene = Scene(CONNECTIONS)

    assert closed(scene, scene.manifest) == scene.closed


def test_an_access_that_is_not_current_or_not_there_is_not_known_to_be_closed() -> None:
    scene = Scene(CONNECTIONS)
    assert closed_at(scene.running, migration().manifest, {}) is None

    scene.operator.aws.refuses["instances"] = AwsError(
        code="AccessDenied", reason="no", call="ListStackInstances"
    )
    with pytest.raises(AwsError):
        closed(scene, scene.manifest)

    never = Operator()
    looked = look_at(never.aws, scene.manifest, [f"{SOURCE}/access"], CallingPool())
    assert closed_at(scene.running, scene.manifest, looked) is None


def test_the_fence_is_known_when_the_connections_are_gone() -> None:
    scene = Scene(CONNECTIONS)
    scene.measure("DatabaseConnections", SOURCE, 9, 0, 0)
    scene.at_minute(3)

    assert fence_of(scene.asking, scene.manifest, scene.clock.now()) == Fence(
        closed=scene.closed, severed=scene.start + 2 * MINUTE
    )


def test_the_fence_is_known_when_the_database_restarted() -> None:
    scene = Scene(CONNECTIONS)
    restarted = scene.closed + timedelta(seconds=20)
    scene.running.restarts[SOURCE, ORDERS] = (scene.closed - MINUTE, restarted)

    assert fence_of(scene.asking, scene.manifest, scene.clock.now()) == Fence(
        closed=scene.closed, severed=restarted
    )


def test_a_phase_that_fences_nothing_asks_for_no_fence() -> None:
    scene = Scene(QUIET)
    before = len(scene.operator.aws.calls)

    assert fence_of(scene.asking, scene.manifest, scene.clock.now()) == Fence()
    assert len(scene.operator.aws.calls) == before


def test_all_green_is_evidence_that_opens_the_door() -> None:
    scene = Scene(CONNECTIONS, DRAINED, QUIET)
    scene.measure("DatabaseConnections", SOURCE, 9, 0, 0)
    scene.measure("ReplicaLag", TARGET, 3, 2, 0)
    scene.at_minute(3)

    found = gather(scene.asking, scene.manifest, "promote")

    assert found.is_green
    assert exit_code_of(found) == 0
    assert (found.phase, found.opens, found.by) == ("fence", "promote", "ada@laptop")
    assert found.fenced == scene.start + 2 * MINUTE
    assert (found.asked, found.answered) == (scene.clock.now(), scene.clock.now())
    assert found.good_until == scene.clock.now() + 30 * MINUTE
    assert [one.kind for one in found.answers] == [
        "connections gone",
        "replica drained",
        "alarms quiet",
    ]


def test_a_phase_without_gates_is_open() -> None:
    scene = Scene()

    found = gather(scene.asking, scene.manifest, "promote")

    assert (found.is_green, found.answers, found.asked) == (True, (), scene.clock.now())


def test_a_fence_that_is_given_is_not_asked_for() -> None:
    scene = Scene(DRAINED, CONNECTIONS)
    scene.measure("ReplicaLag", TARGET, 0, 0)
    scene.measure("DatabaseConnections", SOURCE, 0, 0)
    scene.at_minute(2)
    fence = Fence(closed=scene.start - MINUTE, severed=scene.start)
    scene.running.refused.add("formed")

    found = gather(scene.asking, scene.manifest, "promote", fence=fence)

    assert (found.is_green, found.fenced) == (True, scene.start)


def test_with_wait_only_what_is_not_green_is_asked_again_until_it_is() -> None:
    scene = Scene(CONNECTIONS, DRAINED, QUIET)
    scene.measure("DatabaseConnections", SOURCE, 9, 0, 0, 0, 0)
    scene.measure("ReplicaLag", TARGET, 3, 2, 0, 0, 0)
    scene.at_minute(0.5)
    began = scene.clock.now()

    found = gather(scene.asking, scene.manifest, "promote", wait=10 * MINUTE)

    assert found.is_green
    # Asked each quarter of a minute; what the fake measures at a minute is seen at once.
    assert scene.clock.now() - began == 1.5 * MINUTE
    assert [one.gate.kind for one in scene.told].count("alarms quiet") == 1
    # The oldest answer counts for how long it is good.
    assert found.asked == began
    assert found.good_until == began + 30 * MINUTE
    assert found.fenced == scene.start + 2 * MINUTE


def test_who_waits_long_asks_green_gates_again_before_their_answers_are_old() -> None:
    scene = Scene(QUIET, replace(QUIET, key="other", facts={"names": Computed(value="none")}))
    began = scene.clock.now()

    found = gather(scene.asking, scene.manifest, "promote", wait=40 * MINUTE)

    quiet, other = found.answers
    assert (quiet.verdict, other.verdict) == ("green", "red")
    # Half of the half hour for which an answer is good, and the quarter minute after it, twice.
    assert quiet.at - began == 30.5 * MINUTE
    assert found.good_until > scene.clock.now() + 15 * MINUTE


def test_waiting_ends_when_its_time_is_over() -> None:
    scene = Scene(QUIET)
    scene.running.all_alarms[TARGET, "cpu"] = Alarm(name="cpu", state="ALARM", reason="Hot.")
    began = scene.clock.now()

    found = gather(scene.asking, scene.manifest, "promote", wait=timedelta(seconds=40))

    assert exit_code_of(found) == 1
    assert scene.clock.now() - began == timedelta(seconds=30)
    assert len(scene.told) == 3


def test_what_aws_refuses_is_told_apart_from_what_is_red() -> None:
    scene = Scene(CONNECTIONS, DRAINED, QUIET)
    scene.running.refused.add("formed")

    found = gather(scene.asking, scene.manifest, "promote")

    assert exit_code_of(found) == 3
    assert [(one.verdict, one.is_refused) for one in found.answers] == [
        ("unknown", True),
        ("unknown", True),
        ("green", False),
    ]


def told(scene: Scene, wait: timedelta = timedelta(0)) -> str:
    scene.lines.begin(scene.manifest, "promote")
    found = gather(scene.asking, scene.manifest, "promote", wait=wait)
    scene.lines.end(
        found,
        "out/evidence/promote.json",
        "stackferry gate out promote",
        has_waited=bool(wait),
    )
    return scene.text


def red_scene() -> Scene:
    scene = Scene(CONNECTIONS, DRAINED, QUIET)
    scene.running.all_alarms[TARGET, "cpu"] = Alarm(
        name="cpu",
        state="ALARM",
        reason="Threshold Crossed: 1 datapoint [97.0] was greater than the threshold (80.0).",
    )
    scene.measure("DatabaseConnections", SOURCE, 9, 0, 0)
    scene.measure("ReplicaLag", TARGET, 300, 360, 420)
    scene.at_minute(3)
    return scene


def test_answers_are_told_as_they_come_and_the_end_says_what_to_type() -> None:
    assert told(red_scene()) == (
        """\
shop-prod: the gates of fence, before promote

green    connections gone, orders in us-east-1: 0 connections at 12:04:00 UTC
red      replica drained, orders in eu-central-1: replayed up to 11:57:00 UTC: a
         lag of 300 s at 12:02:00 UTC
         wanted: all that was written before 12:04:00 UTC is replayed
         to do: Wait: CloudWatch tells of a sample a minute or two after it was
             taken.
red      alarms quiet, eu-central-1: cpu in alarm
         wanted: 1 alarm quiet
         to do: Threshold Crossed: 1 datapoint [97.0] was greater than the
             threshold (80.0).

2 of 3 gates are not green; promote is not open.
Evidence: out/evidence/promote.json, good until 12:35 UTC on 2026-11-24.
To go on: stackferry gate out promote
"""
    )


def test_what_is_asked_again_is_told_again_only_when_its_verdict_changes() -> None:
    scene = red_scene()

    assert told(scene, wait=timedelta(seconds=35)) == (
        """\
shop-prod: the gates of fence, before promote

green    connections gone, orders in us-east-1: 0 connections at 12:04:00 UTC
red      replica drained, orders in eu-central-1: replayed up to 11:57:00 UTC: a
         lag of 300 s at 12:02:00 UTC
         wanted: all that was written before 12:04:00 UTC is replayed
         to do: Wait: CloudWatch tells of a sample a minute or two after it was
             taken.
red      alarms quiet, eu-central-1: cpu in alarm
         wanted: 1 alarm quiet
         to do: Threshold Crossed: 1 datapoint [97.0] was greater than the
             threshold (80.0).
         2 gates are not green; asked again every 15 s

Now:
red      replica drained, orders in eu-central-1: replayed up to 11:57:00 UTC: a
         lag of 300 s at 12:02:00 UTC
         wanted: all that was written before 12:04:00 UTC is replayed
         to do: Wait: CloudWatch tells of a sample a minute or two after it was
             taken.
red      alarms quiet, eu-central-1: cpu in alarm
         wanted: 1 alarm quiet
         to do: Threshold Crossed: 1 datapoint [97.0] was greater than the
             threshold (80.0).

2 of 3 gates are not green; promote is not open.
Evidence: out/evidence/promote.json, good until 12:35 UTC on 2026-11-24.
To go on: stackferry gate out promote
"""
    )


def test_without_gates_the_text_says_so() -> None:
    assert told(Scene()) == (
        """\
shop-prod: no gate is asked in fence before promote.

promote is open.
Evidence: out/evidence/promote.json, good until 12:31 UTC on 2026-11-24.
To go on: stackferry gate out promote
"""
    )


def test_the_document_is_valid_and_whole() -> None:
    scene = red_scene()
    found = gather(scene.asking, scene.manifest, "promote")

    assert valid("gate", render(document(found, "out/evidence/promote.json", 1))) == {
        "asked": "2026-11-24T12:05:00Z",
        "command": "gate",
        "evidence": "out/evidence/promote.json",
        "exit_code": 1,
        "fenced": "2026-11-24T12:04:00Z",
        "findings": [],
        "gates": [
            {
                "account": "111122223333",
                "at": "2026-11-24T12:05:00Z",
                "is_refused": False,
                "key": "orders",
                "kind": "connections gone",
                "measured": "0 connections at 12:04:00 UTC",
                "notes": [],
                "path": "databases.orders",
                "region": "us-east-1",
                "remedy": "",
                "side": "source",
                "verdict": "green",
                "wanted": "no connection",
            },
            {
                "account": "111122223333",
                "at": "2026-11-24T12:05:00Z",
                "is_refused": False,
                "key": "orders",
                "kind": "replica drained",
                "measured": "replayed up to 11:57:00 UTC: a lag of 300 s at 12:02:00 UTC",
                "notes": [],
                "path": "databases.orders",
                "region": "eu-central-1",
                "remedy": "Wait: CloudWatch tells of a sample a minute or two after it was taken.",
                "side": "target",
                "verdict": "red",
                "wanted": "all that was written before 12:04:00 UTC is replayed",
            },
            {
                "account": "111122223333",
                "at": "2026-11-24T12:05:00Z",
                "is_refused": False,
                "key": "",
                "kind": "alarms quiet",
                "measured": "cpu in alarm",
                "notes": [],
                "path": "alarms",
                "region": "eu-central-1",
                "remedy": "Threshold Crossed: 1 datapoint [97.0] was greater than the "
                "threshold (80.0).",
                "side": "target",
                "verdict": "red",
                "wanted": "1 alarm quiet",
            },
        ],
        "good_until": "2026-11-24T12:35:00Z",
        "is_open": False,
        "migration": "shop-prod",
        "opens": "promote",
        "phase": "fence",
        "version": 1,
    }


@pytest.mark.parametrize("kind", ["connections gone", "replica drained"])
def test_a_refused_fence_is_asked_for_again(kind: str) -> None:
    scene = Scene(CONNECTIONS, DRAINED)
    scene.measure("DatabaseConnections", SOURCE, 0, 0, 0, 0)
    scene.measure("ReplicaLag", TARGET, 0, 0, 0, 0)
    scene.at_minute(3)
    scene.running.busy.add("formed")

    found = gather(scene.asking, scene.manifest, "promote", wait=MINUTE)

    assert {one.kind: one.verdict for one in found.answers}[kind] == "green"  # type: ignore[index]
