"""What is told of gates: line by line as they answer, and as a document."""

from __future__ import annotations

from datetime import timedelta

from compiler.deploy.gates.run import gather
from compiler.deploy.gates.system import Alarm
from compiler.report.documents import render
from compiler.report.documents.gate import document
from tests.fakes.migration import SOURCE, TARGET
from tests.functional.documents import valid
from tests.unit.deploy.gates.scene import (
    CONNECTIONS,
    DRAINED,
    QUIET,
    Scene,
)


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
