"""What a rehearsal tells of its transitions: gates belong to the one that they open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from compiler.deploy.cutover.course import Asked, Crossed
from compiler.deploy.deploying import DeployResult
from compiler.deploy.gates.evidence import Evidence
from compiler.deploy.outcome import Outcome
from compiler.deploy.path.crossing import Leg
from compiler.deploy.path.standing import Standing
from compiler.deploy.path.walking import Walked
from compiler.rehearsal.course import Stage, stages_of

if TYPE_CHECKING:
    from compiler.phases import PhaseName

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def crossed(origin: PhaseName | None, to: PhaseName, minutes: int = 1, code: int = 0) -> Crossed:
    return Crossed(
        walked=Walked(
            leg=Leg(origin=origin, to=to, standing=Standing(phase=origin)),
            result=DeployResult(exit_code=code, outcome=Outcome(ends={})),
        ),
        began=NOON,
        ended=NOON + minutes * MINUTE,
    )


def asked(phase: PhaseName, opens: PhaseName) -> Asked:
    return Asked(
        evidence=Evidence(
            migration="shop-prod",
            phase=phase,
            opens=opens,
            spec_file="shop.yaml",
            spec_sha256="",
            by="somebody@here",
            asked=NOON,
            answered=NOON,
            good_until=NOON,
            fenced=None,
            answers=(),
        ),
        began=NOON,
        ended=NOON + 2 * MINUTE,
    )


def test_gates_belong_to_the_transition_that_they_open() -> None:
    first, gates, second = (
        crossed(None, "prepare"),
        asked("prepare", "replicate"),
        crossed("prepare", "replicate", 3),
    )

    found = tuple(stages_of((first, gates, second), (MINUTE, 40 * MINUTE)))

    assert found == (
        Stage(asked=None, crossed=first, expected=MINUTE),
        Stage(asked=gates, crossed=second, expected=40 * MINUTE),
    )
    assert [(one.origin, one.to, one.waited, one.took) for one in found] == [
        (None, "prepare", timedelta(), MINUTE),
        ("prepare", "replicate", 2 * MINUTE, 3 * MINUTE),
    ]


def test_gates_that_keep_their_phase_shut_are_a_stage_of_their_own() -> None:
    gates, back = asked("fence", "promote"), crossed("fence", "warm")

    found = tuple(stages_of((gates, back), (MINUTE,)))

    assert [(one.origin, one.to, one.is_done, one.is_back) for one in found] == [
        ("fence", "promote", False, False),
        ("fence", "warm", True, True),
    ]


def test_gates_at_the_end_are_told_though_nothing_follows() -> None:
    (found,) = stages_of((asked("warm", "fence"),), ())

    assert (found.to, found.took, found.did()) == ("fence", timedelta(), {})


def test_a_transition_that_failed_is_not_done() -> None:
    (found,) = stages_of((crossed("warm", "fence", code=3),), (MINUTE,))

    assert not found.is_done
