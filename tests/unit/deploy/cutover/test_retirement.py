"""Retiring the source on the simulated clock, and what is left of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.cutover.beginning import retirement_from
from compiler.deploy.cutover.ending import Trouble
from compiler.deploy.cutover.events import Run
from compiler.deploy.cutover.leavings import Kept, Leaving, kept_by, leavings
from compiler.deploy.cutover.retirement import ending_before, going, retire
from compiler.deploy.gates.system import Database, Secret, Snapshot, StoredObject
from compiler.deploy.path.standing import Standing
from compiler.deploy.port import AwsError, StackResource
from compiler.phases import ORDER
from compiler.report.retire_text import going_text, retired_text
from tests.fakes.aws import Failing
from tests.fakes.clock import CallingPool
from tests.fakes.conductor import Conductor
from tests.fakes.migration import SOURCE
from tests.fakes.performer import HERE
from tests.fakes.running import FakeRunning
from tests.fakes.walker import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.cutover.ending import Ending
    from compiler.deploy.port import Place

KEY = "arn:aws:kms:us-east-1:111122223333:key/1"


@pytest.fixture(name="settled")
def _settled() -> Conductor:
    conductor = Conductor().warm()
    conductor.to("settle")
    conductor.aws.calls.clear()
    return conductor


def retired(conductor: Conductor) -> tuple[Ending, int]:
    legs = retirement_from(conductor.stands(), ORDER, FOLDER)
    assert isinstance(legs, tuple)
    return retire(conductor.crew(), legs)


def kept(type_: str, name: str, *, is_snapshot: bool = False) -> Kept:
    resource = StackResource(logical_id="Thing", type=type_, physical_id=name)
    return Kept(resource=resource, place=HERE, is_snapshot=is_snapshot)


def test_protection_goes_first_and_the_last_gate_is_asked_before_anything_else_does(
    settled: Conductor,
) -> None:
    ending, code = retired(settled)

    assert settled.lines == [
        "into unprotect",
        "unprotect: done",
        "asks unprotect before retire, for 0 s",
        "green",
        "into retire",
        "retire: done",
    ]
    assert (code, ending.stands, ending.serving) == (0, Standing(phase="retire"), "target")
    assert (ending.trouble, ending.choices) == (None, ())


def test_while_something_points_at_the_source_nothing_is_deleted(settled: Conductor) -> None:
    settled.running.red["unprotect"] = None

    ending, code = retired(settled)

    assert settled.lines[-1] == "red"
    assert (code, ending.stands) == (1, Standing(phase="unprotect"))
    assert ending.trouble == Trouble(
        why="red gate", phase="retire", says="Not green: http unprotect."
    )
    assert [one.command for one in ending.choices] == [
        "stackferry retire out/shop-prod",
        "stackferry rollback out/shop-prod --to settle",
    ]


def test_a_deletion_that_fails_is_gone_on_with(settled: Conductor) -> None:
    settled.aws.failing["shop-prod-us-east-1-access"] = Failing("Rule")

    ending, code = retired(settled)

    assert (code, ending.stands) == (3, Standing(phase="unprotect", begun="retire"))
    assert [one.command for one in ending.choices] == ["stackferry retire out/shop-prod", ""]


def test_what_goes_is_told_beforehand_in_order_with_what_is_kept(settled: Conductor) -> None:
    plan = going(settled.aws, settled.states, CallingPool())

    assert settled.aws.writes == []
    deeds = ("us-east-1: delete every version of every object in the bucket films",)

    assert going_text(plan, deeds, 100) == (
        """\
What is done before the source goes:
  * us-east-1: delete every version of every object in the bucket films

What goes with the source, in this order:
  - us-east-1/access: delete
  - us-east-1/database-orders: delete
        leaves a final snapshot of shop-prod-us-east-1-database-orders-Database
            (AWS::RDS::DBInstance); it goes on costing snapshot storage, until you delete it
  - us-east-1/network: delete

3 to delete; of what they hold 1 kept.

"""
    )


def test_what_deletions_kept_is_known_by_their_ends_and_by_the_templates(
    settled: Conductor,
) -> None:
    retired(settled)
    left, reached = settled.states["unprotect"], settled.states["retire"].manifest

    found = kept_by(left, reached, settled.course.chapters)
    # An earlier run deleted the stack: its template does not say what RDS called the database.
    unknown = kept_by(left, reached, ())

    database = f"shop-prod-{SOURCE}-database-orders-Database"
    assert [(one.resource.physical_id, one.place, one.is_snapshot) for one in found] == [
        (database, HERE, True)
    ]
    assert [one.resource.physical_id for one in unknown] == [""]


def test_what_is_left_is_read_back(settled: Conductor) -> None:
    running = FakeRunning()
    region = HERE.region
    at = datetime(2026, 11, 24, tzinfo=UTC)
    final = Snapshot(id="orders-final", status="available", at=at, key=KEY, is_automatic=False)
    running.all_snapshots[region, "orders"] = (final,)
    running.stored[region, "media"] = [StoredObject(key="a.jpg", size=1, at=at)]
    running.stored[region, "logs"] = []
    running.keys[region, KEY] = "Enabled"
    running.secrets[region, "password"] = Secret(is_leaving=False, has_value=True)
    running.databases[region, "other"] = Database(
        status="available", pending=(), parameter_groups={}, backup_window="", replicates=""
    )

    found = leavings(
        running,
        (
            kept("AWS::RDS::DBInstance", "orders", is_snapshot=True),
            kept("AWS::RDS::DBInstance", "gone", is_snapshot=True),
            kept("AWS::S3::Bucket", "media"),
            kept("AWS::S3::Bucket", "logs"),
            kept("AWS::KMS::Key", KEY),
            kept("AWS::KMS::Key", ""),
            kept("AWS::RDS::DBInstance", "other"),
            kept("AWS::SecretsManager::Secret", "password"),
            kept("AWS::Logs::LogGroup", "/flow"),
        ),
    )

    assert [(one.type, one.name, one.found, one.says) for one in found] == [
        ("snapshot", "orders-final", "there", "of orders, available"),
        ("snapshot", "gone", "not found", "there is no snapshot of gone"),
        ("AWS::S3::Bucket", "media", "there", "holds objects"),
        ("AWS::S3::Bucket", "logs", "there", "holds no present object"),
        ("AWS::KMS::Key", KEY, "there", "Enabled"),
        (
            "AWS::KMS::Key",
            "Thing",
            "not told",
            "its id was known to the run that deleted its stack",
        ),
        ("AWS::RDS::DBInstance", "other", "there", "available"),
        ("AWS::SecretsManager::Secret", "password", "there", "its value is not read"),
        ("AWS::Logs::LogGroup", "/flow", "not told", "not supported: it is not looked for"),
    ]
    assert {one.region for one in found} == {SOURCE}
    text = retired_text(_run(settled, found[:3]), 100)
    assert text == (
        """\
shop-prod stands in settle.
The target serves.
A gate before retire stayed red, or could not be answered.

What is left of the source, read back from AWS:
  snapshot orders-final in us-east-1 of 111122223333: of orders, available
      it goes on costing snapshot storage, until you delete it
  snapshot gone in us-east-1 of 111122223333: there is no snapshot of gone
  AWS::S3::Bucket media in us-east-1 of 111122223333: holds objects
      it goes on costing storage of what it holds, until you delete that

What that costs depends on the region, and AWS says it here:
  https://aws.amazon.com/rds/pricing/
  https://aws.amazon.com/s3/pricing/
What you are billed for each service and region is in Cost Explorer: group by service, filter by
    region.

On: see to the reason above, then run this again; it goes on from here.
    $ stackferry retire out/shop-prod
"""
    )


def test_what_aws_does_not_tell_is_told_so() -> None:
    class Refusing(FakeRunning):
        code = "AccessDenied"

        def objects(self, place: Place, bucket: str, prefix: str) -> Iterator[StoredObject]:
            del place, bucket, prefix
            raise AwsError(code=self.code, reason="not authorized", call="ListObjectsV2")

    running = Refusing()
    (refused,) = leavings(running, (kept("AWS::S3::Bucket", "media"),))
    running.code = "NoSuchBucket"
    (gone,) = leavings(running, (kept("AWS::S3::Bucket", "media"),))

    assert (refused.found, gone.found) == ("not told", "not found")
    assert refused.says.startswith("AWS refused ListObjectsV2")


def _run(conductor: Conductor, left: tuple[Leaving, ...]) -> Run:
    trouble = Trouble(why="red gate", phase="retire")
    return Run(
        verb="retire",
        manifest=conductor.states["settle"].manifest,
        by="ada@desk",
        began=conductor.clock.now(),
        ended=conductor.clock.now(),
        chapters=(),
        outage=None,
        allowance=None,
        reason="",
        ending=ending_before(Standing(phase="settle"), trouble, FOLDER),
        left=left,
    )
