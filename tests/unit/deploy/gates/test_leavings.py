"""Whether anything still points at the source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.deploy.gates.answer import green, red
from compiler.deploy.gates.leavings import LeavingsReading, Replication, nothing_points
from compiler.deploy.gates.system import Record, Route, Rule, Secret, Snapshot

BALANCER = "shop-prod-1.us-east-1.elb.amazonaws.com"
DATABASE = "shop-prod-orders.abc.us-east-1.rds.amazonaws.com"
KEY = "arn:aws:kms:us-east-1:111122223333:key/1"
WANTED = "nothing points at us-east-1 but what goes with it"
BACK = Rule(id="media", destination="shop-source", is_enabled=True, is_measured=True)
READING = LeavingsReading(
    source_region="us-east-1",
    home_region="us-east-1",
    records=(
        Record(name="example.com", type="NS", values=("ns-1.example.net.",)),
        Record(name="app.example.com", type="A", values=(f"dualstack.{BALANCER}.",), weight=0),
        Record(name="app.example.com", type="A", values=("shop-2.elb.example.",), weight=100),
        Record(name="orders.shop.internal", type="CNAME", values=("new.rds.example",)),
    ),
    addresses=frozenset({BALANCER, DATABASE}),
    weighted=frozenset({"app.example.com"}),
    replications=(Replication(bucket="shop-target", pair="shop-source", rules=(BACK,)),),
    source_buckets=frozenset({"shop-source", "shop-logs"}),
    routes=(
        Route(table="rtb-1", destination="10.0.0.0/16", via="local"),
        Route(table="rtb-1", destination="10.1.0.0/16", via="pcx-1"),
    ),
    peering="pcx-1",
    own_routes=frozenset({"10.1.0.0/16"}),
    secrets={"shop/orders": Secret(is_leaving=False, has_value=True, replicas=("us-east-1",))},
    snapshots=(
        Snapshot(id="final", status="available", at=None, key=KEY, is_automatic=False),
        Snapshot(id="rds:daily", status="available", at=None, key=KEY, is_automatic=True),
    ),
    keys={KEY: "Enabled"},
)
NOTES = (
    "Global stacks stand in us-east-1, too; they stay.",
    "shop-target replicates back to the source; that ends with it.",
    "What stays in us-east-1: 1 snapshot (final).",
)


def test_what_goes_with_the_source_and_what_stays_on_purpose_is_told_and_is_green() -> None:
    assert nothing_points(READING) == green(
        "looked at 4 records, 1 replication rule, 2 routes, 1 secret, 1 key", WANTED, *NOTES
    )


def test_where_nothing_is_left_nothing_is_told() -> None:
    left = replace(READING, home_region="eu-west-1", replications=(), snapshots=())

    assert nothing_points(left).notes == ()


@pytest.mark.parametrize(
    ("reading", "measured", "remedy"),
    [
        (
            replace(
                READING,
                records=(
                    Record(name="app.example.com", type="A", values=(BALANCER,), weight=5),
                    Record(name="old.example.com", type="CNAME", values=(BALANCER.upper(),)),
                    Record(name="orders.shop.internal", type="CNAME", values=(DATABASE,)),
                ),
            ),
            (
                f"the record app.example.com leads to {BALANCER} with the weight 5, the record "
                f"old.example.com leads to {BALANCER}, the record orders.shop.internal leads to "
                f"{DATABASE}"
            ),
            "Point the record at the target, or delete it.",
        ),
        (
            replace(
                READING,
                replications=(
                    Replication(
                        bucket="shop-target",
                        pair="shop-source",
                        rules=(BACK, replace(BACK, id="own", destination="shop-logs")),
                    ),
                ),
            ),
            "the rule own of shop-target replicates to shop-logs",
            "Take the rule out of the bucket's replication.",
        ),
        (
            replace(
                READING,
                routes=(Route(table="rtb-1", destination="10.9.0.0/16", via="pcx-1"),),
            ),
            "the route to 10.9.0.0/16 in rtb-1 leads over the peering",
            "Delete the route: the peering goes with the source.",
        ),
        (
            replace(
                READING,
                secrets={
                    "shop/api": None,
                    "shop/mail": Secret(is_leaving=False, has_value=True, home="us-east-1"),
                    "shop/tax": Secret(is_leaving=False, has_value=True, home="ap-south-1"),
                },
            ),
            (
                "there is no secret shop/api in the target, the secret shop/mail is a replica of "
                "one in us-east-1"
            ),
            (
                "Make the secret in the target. Make it a secret of its own: `aws secretsmanager "
                "stop-replication-to-replica --secret-id NAME` in the target's region."
            ),
        ),
        (
            replace(READING, keys={KEY: "PendingDeletion", f"{KEY}2": None}),
            f"the key {KEY} is PendingDeletion, the key {KEY}2 is not there",
            (
                "Keep the key while there is something that it decrypts: `aws kms "
                "cancel-key-deletion` takes its deletion back."
            ),
        ),
    ],
)
def test_what_points_at_the_source_is_named(
    reading: LeavingsReading, measured: str, remedy: str
) -> None:
    found = nothing_points(reading)

    assert found == red(measured, WANTED, remedy, *found.notes)


def test_more_than_three_are_counted() -> None:
    many = tuple(
        Record(name=f"{number}.example.com", type="CNAME", values=(BALANCER,))
        for number in range(5)
    )

    assert nothing_points(replace(READING, records=many)).measured.endswith(" and 2 more")
