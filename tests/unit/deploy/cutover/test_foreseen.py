"""What CloudFormation says of a whole cutover before the clock starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.deploy.answers import Change, Preview
from compiler.deploy.cutover.foreseen import foresee
from compiler.deploy.wish import ANYTHING
from compiler.report.cutover_text import foreseen_text
from tests.fakes.clock import CallingPool
from tests.fakes.conductor import Conductor
from tests.fakes.performer import THERE
from tests.fakes.phases import MARKER, REPLICA, SOURCE_ACCESS, TARGET_ACCESS

if TYPE_CHECKING:
    from compiler.deploy.cutover.foreseen import Foreseen


@pytest.fixture(name="warm")
def _warm() -> Conductor:
    return Conductor().warm()


def seen_by(warm: Conductor) -> tuple[Foreseen, ...]:
    return foresee(warm.aws, warm.states, warm.legs(), ANYTHING, CallingPool())


def test_each_transition_is_asked_about_and_nothing_is_changed(warm: Conductor) -> None:
    found = seen_by(warm)

    assert [
        (one.leg.to, [(step.stack.id, step.action) for step in one.plan.steps], one.findings)
        for one in found
    ] == [
        ("fence", [(SOURCE_ACCESS, "update"), (MARKER, "update")], ()),
        ("promote", [(REPLICA, "update"), (MARKER, "update")], ()),
        ("switch", [(TARGET_ACCESS, "update"), (MARKER, "update")], ()),
    ]
    assert warm.aws.writes == []


def test_a_promotion_that_would_replace_its_database_is_known_before_the_clock_starts(
    warm: Conductor,
) -> None:
    change = Change(
        action="Modify",
        logical_id="Database",
        type="AWS::RDS::DBInstance",
        physical_id="shop-prod-orders-g1",
        replacement="True",
        properties=("StorageEncrypted",),
    )
    name = "shop-prod-eu-central-1-database-orders"
    warm.aws.previews[name] = Preview(place=THERE, changes=(change,))

    found = seen_by(warm)

    assert [[finding.code for finding in one.findings] for one in found] == [[], ["SF512"], []]
    assert (
        "  promote, eu-central-1/database-orders: update\n"
        "    -/+ Database (AWS::RDS::DBInstance shop-prod-orders-g1) replaced: StorageEncrypted; "
    ) in foreseen_text(found, None, 110)
