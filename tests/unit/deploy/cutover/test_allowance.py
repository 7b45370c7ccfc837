"""How long a cutover needs, and what speaks against beginning it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.cutover.allowance import Allowance, Part, against, allowance_of
from compiler.deploy.cutover.beginning import retirement_from
from compiler.deploy.cutover.rehearsal import (
    Rehearsal,
    read_rehearsal,
    rehearsal_path,
    to_text,
    write_rehearsal,
)
from compiler.deploy.cutover.stages import Task, stages_of, target_access
from spec.findings import Finding, at
from tests.fakes.conductor import MINUTE, Conductor
from tests.fakes.migration import SOURCE
from tests.fakes.phases import MARKER, REPLICA, SOURCE_ACCESS, TARGET_ACCESS

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.manifest import Manifest
    from compiler.phases import PhaseName

AGAIN = "stackferry rehearse out/shop-prod"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SEVER = f"{SOURCE} sever connections orders"


@pytest.fixture(name="warm")
def _warm() -> Conductor:
    return Conductor().warm()


def rehearsal(manifest: Manifest) -> Rehearsal:
    return Rehearsal(
        migration="shop-prod",
        spec_file=manifest.spec_file,
        spec_sha256=manifest.spec_sha256,
        rehearsed=NOW,
        seconds={"fence": 2.0, "promote": 3.5, "switch": 1.25},
        downtime_seconds=6.5,
    )


def manifest_of(warm: Conductor, max_downtime: timedelta = 30 * MINUTE) -> Manifest:
    seconds = int(max_downtime.total_seconds())
    return replace(warm.states["warm"].manifest, max_downtime_seconds=seconds)


def test_each_stage_tells_its_work_in_order_with_what_it_waits_for(warm: Conductor) -> None:
    fence, promote, switch = stages_of(warm.legs(), warm.states, warm.acting)

    assert fence.tasks == (
        Task(
            node=SOURCE_ACCESS,
            work="update",
            needs=frozenset(),
            lasts=timedelta(seconds=40.5),
            touches=("Rule",),
        ),
        Task(
            node=SEVER,
            work="act",
            needs=frozenset({SOURCE_ACCESS}),
            lasts=MINUTE,
            says="reboot",
        ),
        Task(
            node=MARKER,
            work="update",
            needs=frozenset({SOURCE_ACCESS, SEVER}),
            lasts=timedelta(seconds=40.5),
            touches=("Phase",),
        ),
    )
    assert [(task.node, task.lasts) for task in promote.tasks] == [
        # A promotion takes several minutes or longer, whatever else the update of a database takes.
        (REPLICA, timedelta(seconds=35 + 540)),
        (MARKER, timedelta(seconds=40.5)),
    ]
    assert [task.node for task in switch.tasks] == [TARGET_ACCESS, MARKER]
    assert [gate.key for gate in promote.gates] == ["fence"]


def test_what_goes_is_told_after_what_is_brought_and_its_users_first(warm: Conductor) -> None:
    warm.to("unprotect")
    legs = retirement_from(warm.stands(), tuple(warm.states), "out")
    assert isinstance(legs, tuple)
    (retire,) = stages_of(legs, warm.states, warm.acting)

    assert [(task.node, task.work) for task in retire.tasks] == [
        (SOURCE_ACCESS, "delete"),
        (f"{SOURCE}/database-orders", "delete"),
        (f"{SOURCE}/network", "delete"),
        (MARKER, "update"),
    ]


def test_it_needs_what_was_measured_and_what_aws_takes_until_the_target_is_open(
    warm: Conductor,
) -> None:
    stages = stages_of(warm.legs(), warm.states, warm.acting)
    measured = rehearsal(manifest_of(warm))

    allowance = allowance_of(stages, warm.states, measured)

    assert target_access(warm.states["switch"].manifest) == TARGET_ACCESS
    assert allowance.parts == (
        Part(what="measured by the rehearsal", lasts=timedelta(seconds=6.5)),
        Part(what="for AWS to enter fence", lasts=timedelta(seconds=141), phase="fence"),
        Part(
            what="for samples of the gates before promote",
            lasts=MINUTE,
            phase="promote",
            is_gates=True,
        ),
        Part(what="for AWS to enter promote", lasts=timedelta(seconds=615.5), phase="promote"),
        Part(
            what="for samples of the gates before switch",
            lasts=MINUTE,
            phase="switch",
            is_gates=True,
        ),
        # Without the word that the phase stands: users are served by then.
        Part(what="for AWS to enter switch", lasts=timedelta(seconds=40.5), phase="switch"),
    )
    assert allowance.needed == timedelta(seconds=6.5 + 141 + 60 + 615.5 + 60 + 40.5)


def test_less_announced_than_it_needs_is_refused_with_the_sum(warm: Conductor) -> None:
    stages = stages_of(warm.legs(), warm.states, warm.acting)
    manifest = manifest_of(warm, 15 * MINUTE)
    measured = rehearsal(manifest)
    allowance = replace(
        allowance_of(stages, warm.states, measured), announced=timedelta(minutes=15)
    )

    assert list(against(allowance, manifest, measured, AGAIN)) == [
        Finding(
            code="SF660",
            where=at("cutover", "max_downtime"),
            detail="Nobody may be served for 900 s at most, and the cutover is expected to take 924"
            " s: 6 s measured by the rehearsal + 141 s for AWS to enter fence + 60 s for samples of"
            " the gates before promote + 616 s for AWS to enter promote + 60 s for samples of the "
            "gates before switch + 40 s for AWS to enter switch.",
            way_out='Announce at least that as "max_downtime", and compile; or go on by --force '
            "with a --reason, which is recorded.",
        )
    ]


def test_enough_announced_and_rehearsed_is_fine(warm: Conductor) -> None:
    manifest = manifest_of(warm)
    measured = rehearsal(manifest)

    assert list(against(warm.allowance(), manifest, measured, AGAIN)) == []


def test_a_rehearsal_of_something_else_says_nothing(warm: Conductor) -> None:
    manifest = manifest_of(warm)
    other = replace(rehearsal(manifest), spec_sha256="0" * 64)
    foreign = replace(rehearsal(manifest), migration="blog-prod")

    found = [
        finding
        for one in (other, foreign)
        for finding in against(warm.allowance(), manifest, one, AGAIN)
    ]

    assert [(one.code, one.detail, one.way_out) for one in found] == [
        (
            "SF661",
            (
                "The rehearsal of 2026-11-24 12:00 UTC is of another shop.yaml: the spec was "
                "changed and compiled after it. So it does not say how long this one takes."
            ),
            f"Run `{AGAIN}`.",
        ),
        (
            "SF661",
            (
                "The rehearsal is of the migration blog-prod, not of shop-prod. So it does not say "
                "how long this one takes."
            ),
            f"Run `{AGAIN}`.",
        ),
    ]


def test_what_was_forced_may_take_as_long_as_it_needs() -> None:
    parts = (Part(what="for AWS to enter fence", lasts=20 * MINUTE, phase="fence"),)
    kept = Allowance(announced=15 * MINUTE, parts=parts)

    assert kept.limit == 15 * MINUTE
    assert replace(kept, is_forced=True).limit == 20 * MINUTE
    assert not kept.suffices(NOW, NOW, ("fence",))
    assert replace(kept, is_forced=True).suffices(NOW, NOW, ("fence",))


def test_gates_are_waited_for_until_the_rest_would_take_too_long() -> None:
    allowance = Allowance(
        announced=15 * MINUTE,
        parts=(
            Part(what="gates", lasts=MINUTE, phase="promote", is_gates=True),
            Part(what="promote", lasts=5 * MINUTE, phase="promote"),
            Part(what="gates", lasts=MINUTE, phase="switch", is_gates=True),
            Part(what="switch", lasts=2 * MINUTE, phase="switch"),
        ),
    )

    both: tuple[PhaseName, ...] = ("promote", "switch")
    waits = [
        allowance.wait(NOW, NOW + passed * MINUTE, both[first:], is_lost=first == 1) // MINUTE
        for passed, first in ((3, 0), (7, 0), (9, 0), (10, 1), (2, 1))
    ]

    assert waits == [4, 0, 0, 5, 11]


def test_a_rehearsal_is_read_as_it_was_written(tmp_path: Path, warm: Conductor) -> None:
    path = rehearsal_path(tmp_path)
    measured = rehearsal(manifest_of(warm))

    write_rehearsal(path, measured)

    assert read_rehearsal(path, AGAIN) == measured
    assert list(tmp_path.iterdir()) == [path]
    assert to_text(replace(measured, spec_sha256="0")) == (
        """\
{
 "downtime_seconds": 6.5,
 "migration": "shop-prod",
 "rehearsed": "2026-11-24T12:00:00Z",
 "seconds": {
  "fence": 2.0,
  "promote": 3.5,
  "switch": 1.25
 },
 "spec_file": "shop.yaml",
 "spec_sha256": "0",
 "version": 1
}
"""
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, 'There is no "{path}".'),
        ("{", "Invalid JSON: EOF while parsing an object at line 1 column 1"),
        ('{"version": 2}', "migration: Field required"),
    ],
)
def test_no_rehearsal_is_a_finding(tmp_path: Path, text: str | None, problem: str) -> None:
    path = rehearsal_path(tmp_path)
    if text is not None:
        path.write_text(text, encoding="utf-8")
        problem = f'"{{path}}" is no rehearsal of this version ({problem}).'

    found = read_rehearsal(path, AGAIN)

    assert isinstance(found, Finding)
    assert (found.code, found.detail) == (
        "SF662",
        f"{problem.format(path=path)} So nobody knows how long a cutover of this migration takes.",
    )


def test_a_run_that_goes_on_from_the_fence_waits_for_its_gates_as_well(warm: Conductor) -> None:
    warm.to("fence")
    (first, second) = stages_of(warm.legs(), warm.states, warm.acting)

    assert (first.is_asked_on_the_clock, second.is_asked_on_the_clock) == (True, True)
    assert [part.phase for part in warm.allowance().parts if part.is_gates] == [
        "promote",
        "switch",
    ]
