"""What a destroy would do and leaves behind, as whole texts."""

from __future__ import annotations

import json

from compiler.deploy.destroying import DestroyResult
from compiler.deploy.emptying import Emptying
from compiler.deploy.outcome import Done, Outcome
from compiler.deploy.port import Place, StackResource
from compiler.deploy.removal import Removal, RemovalPlan
from compiler.report.documents import render
from compiler.report.documents.destroy import destroyed
from compiler.report.removal_text import removal_text, stays_lines
from tests.fakes.migration import SOURCE, TARGET, migration

SERVICE, DATABASE = f"{TARGET}/service-web", f"{SOURCE}/database-catalog"
STACKS = {one.id: one for one in migration().manifest.stacks}
HERE = Place(account="111122223333", region=TARGET)
THERE = Place(account="444455556666", region=TARGET)


def resource(logical_id: str, type_: str, physical_id: str) -> StackResource:
    return StackResource(logical_id=logical_id, type=type_, physical_id=physical_id)


KEY = resource("Key", "AWS::KMS::Key", "1234-abcd")
LOGS = resource("Logs", "AWS::S3::Bucket", "shop-logs")
ORDERS = resource("Database", "AWS::RDS::DBInstance", "orders")
GROUP = (
    "the log group /aws/rds/instance/orders/postgresql, which RDS made; it goes on costing storage"
)

PLAN = RemovalPlan(
    manifest=migration().manifest,
    steps=(
        Removal(
            stack=STACKS[SERVICE],
            has_stack=True,
            unprotect=(),
            keeps=(KEY,),
            empties=(Emptying(bucket=LOGS, place=HERE, versions=1234),),
            elsewhere=(THERE,),
            inoperable=(THERE,),
        ),
        Removal(
            stack=STACKS[DATABASE],
            has_stack=True,
            unprotect=("Database",),
            keeps=(),
            snapshots=(ORDERS,),
            kept_by_aws=(GROUP,),
        ),
        Removal(stack=STACKS[f"{SOURCE}/network"], has_stack=False, unprotect=(), keeps=()),
    ),
)

OUTCOME = Outcome(
    ends={
        SERVICE: Done(what="deleted", left=(KEY,), emptied={"shop-logs": 1240}),
        DATABASE: Done(what="deleted", snapshots=(ORDERS,)),
        f"{SOURCE}/network": Done(what="deleted"),
    }
)


def test_a_plan_says_what_goes_what_stays_and_what_that_costs() -> None:
    assert removal_text(PLAN, 100) == (
        """\
Plan to destroy shop-prod
Stack sets live in eu-central-1 of 111122223333.

  - eu-central-1/service-web: delete
        also in 444455556666, eu-central-1
        INOPERABLE in 444455556666: an earlier deletion failed. This tries once more; if it fails
            again, see `stackferry recover`
        first empties shop-logs, as asked for: 1,234 versions and delete markers, for good
        keeps 1234-abcd (AWS::KMS::Key): its template retains it, since what it holds cannot be made
            again; it goes on costing a fee each month, until you schedule its deletion; then
            nothing that it encrypted can be read any more, snapshots included
  - us-east-1/database-catalog: delete
        first turns off the deletion protection of Database, as asked for
        leaves a final snapshot of orders (AWS::RDS::DBInstance); it goes on costing snapshot
            storage, until you delete it
        AWS keeps the log group /aws/rds/instance/orders/postgresql, which RDS made; it goes on
            costing storage
  - us-east-1/network: delete its empty stack set

3 to delete; buckets to empty: 1 (1,234 versions and delete markers); resources that stay behind: 1.
"""
    )


def test_an_end_says_what_was_emptied_and_what_stays() -> None:
    assert "".join(f"{line}\n" for line in stays_lines(OUTCOME, PLAN)) == (
        """\
Emptied, as asked for:
  shop-logs (of eu-central-1/service-web): 1,240 versions and delete markers

Retained on purpose, since what they hold cannot be made again:
  1234-abcd (AWS::KMS::Key, of eu-central-1/service-web): goes on costing a fee each month, until \
you schedule its deletion; then nothing that it encrypted can be read any more, snapshots included

A final snapshot was left of:
  orders (AWS::RDS::DBInstance, of us-east-1/database-catalog): goes on costing snapshot storage, \
until you delete it

AWS keeps what its services made:
  the log group /aws/rds/instance/orders/postgresql, which RDS made; it goes on costing storage \
(of us-east-1/database-catalog)

"""
    )


def test_an_end_that_leaves_nothing_says_nothing() -> None:
    nothing = Outcome(ends={f"{SOURCE}/network": Done(what="deleted")})

    assert tuple(stays_lines(nothing, PLAN)) == ()


def test_a_document_says_the_same_for_programs() -> None:
    result = DestroyResult(exit_code=0, plan=PLAN, outcome=OUTCOME)

    document = json.loads(render(destroyed(result, migration().manifest, None, folder="x")))

    assert document["migration"] == "shop-prod"
    assert (document["is_started"], document["is_interrupted"], document["took"]) == (
        True,
        False,
        0.0,
    )
    service = document["stacks"][0]
    assert service == {
        "stack": SERVICE,
        "accounts": ["111122223333", "444455556666"],
        "unprotects": [],
        "empties": [{"bucket": "shop-logs", "planned": 1234, "deleted": 1240}],
        "keeps": [
            {
                "resource": "Key",
                "type": "AWS::KMS::Key",
                "physical_id": "1234-abcd",
                "cost": "a fee each month, until you schedule its deletion; then nothing that it "
                "encrypted can be read any more, snapshots included",
            }
        ],
        "snapshots": [],
        "kept_by_aws": [],
        "end": "deleted",
    }
