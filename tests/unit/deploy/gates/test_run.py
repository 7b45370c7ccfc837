"""Gates of a phase asked together, once or until all are green."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from compiler.deploy.facts import look_at
from compiler.deploy.gates.fence import Fence, closed_at
from compiler.deploy.gates.run import exit_code_of, fence_of, gather
from compiler.deploy.gates.system import Alarm
from compiler.deploy.port import AwsError
from compiler.manifest import Computed, Manifest
from tests.fakes.clock import CallingPool
from tests.fakes.migration import SOURCE, TARGET, migration
from tests.fakes.operator import Operator
from tests.unit.deploy.gates.scene import (
    CONNECTIONS,
    DRAINED,
    MINUTE,
    ORDERS,
    QUIET,
    Scene,
)


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


@pytest.mark.parametrize("kind", ["connections gone", "replica drained"])
def test_a_refused_fence_is_asked_for_again(kind: str) -> None:
    scene = Scene(CONNECTIONS, DRAINED)
    scene.measure("DatabaseConnections", SOURCE, 0, 0, 0, 0)
    scene.measure("ReplicaLag", TARGET, 0, 0, 0, 0)
    scene.at_minute(3)
    scene.running.busy.add("formed")

    found = gather(scene.asking, scene.manifest, "promote", wait=MINUTE)

    assert {one.kind: one.verdict for one in found.answers}[kind] == "green"  # type: ignore[index]  # a text of the parameters
