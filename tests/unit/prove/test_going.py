"""What goes, comes and moves between states made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from compiler.manifest import Action, Computed
from compiler.prove import prove
from compiler.prove.states import Key
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET
from tests.unit.prove.bodies import BUCKET, DATABASE, REPLICA, SNAPSHOT, only, told, with_
from tests.unit.prove.states import state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.phases import PhaseName


def gone(
    body: Mapping[str, Any],
    *,
    phase: PhaseName = "retire",
    region: str = SOURCE,
    actions: tuple[Action, ...] = (),
) -> tuple[str, str]:
    before = state({f"{region}/it": {"It": body}}, phase="unprotect")
    after = state({}, phase=phase, actions=actions)
    verdict = only(before, after)
    return verdict.fate, verdict.code


@pytest.mark.parametrize(
    ("body", "fate"),
    [
        (BUCKET, "kept"),
        ({**BUCKET, "DeletionPolicy": "Retain"}, "kept"),
        (SNAPSHOT, "deleted with snapshot"),
        (
            {name: part for name, part in SNAPSHOT.items() if name != "DeletionPolicy"},
            "deleted wit",
        ),
    ],
)
def test_retiring_the_source_lets_go_what_leaves_a_copy(body: Mapping[str, Any], fate: str) -> None:
    found, code = gone(body)

    assert found.startswith(fate)
    assert code == ""


@pytest.mark.parametrize(
    "body",
    [
        {"Type": "AWS::KMS::Key", "Properties": {}},
        {**BUCKET, "DeletionPolicy": "Delete"},
        {**BUCKET, "DeletionPolicy": "Snapshot"},
        {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "shop/orders"}},
        {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "shop.example.com"}},
        {**SNAPSHOT, "DeletionPolicy": "Delete"},
    ],
)
def test_retiring_the_source_lets_nothing_go_that_leaves_no_copy(body: Mapping[str, Any]) -> None:
    assert gone(body) == ("deleted", "SF411")


def test_a_bucket_that_the_spec_empties_may_go_with_what_it_held() -> None:
    emptied = Action(
        kind="empty bucket",
        key="media",
        side="source",
        region=SOURCE,
        account=ACCOUNT,
        component=("buckets", "media"),
        facts={"bucket": Computed(value="shop-prod-media")},
    )
    deleted = {**BUCKET, "DeletionPolicy": "Delete"}

    assert gone(deleted, actions=(emptied,)) == ("deleted", "")
    assert gone(with_(deleted, BucketName="shop-prod-films"), actions=(emptied,)) == (
        "deleted",
        "SF411",
    )


@pytest.mark.parametrize(("body", "fate"), [(BUCKET, "kept"), (SNAPSHOT, "deleted with snapshot")])
def test_nothing_goes_in_another_phase_or_on_another_side_whatever_it_leaves(
    body: Mapping[str, Any], fate: str
) -> None:
    assert gone(body, phase="settle") == (fate, "SF411")
    assert gone(body, region=TARGET) == (fate, "SF411")


def test_a_replica_may_go_in_any_phase() -> None:
    before = state({DATABASE: {"It": REPLICA}}, phase="replicate")

    verdict = only(before, state({}, phase="prepare"))

    assert (verdict.fate, verdict.is_derived, verdict.fails) == ("deleted", True, False)


def test_a_protected_database_does_not_go_unless_it_stays_where_it_is() -> None:
    assert gone(with_(SNAPSHOT, DeletionProtection=True)) == ("refused", "SF413")
    kept = {**SNAPSHOT, "DeletionPolicy": "Retain"}
    assert gone(with_(kept, DeletionProtection=True)) == ("kept", "")


def test_a_resource_that_moves_to_another_stack_fails() -> None:
    before = state({f"{SOURCE}/one": {"It": BUCKET}})
    after = state({f"{SOURCE}/two": {"It": BUCKET}})

    created, moved = prove(before, after)

    assert (created.fate, created.key) == ("created", Key(stack=f"{SOURCE}/two", logical_id="It"))
    assert (moved.fate, moved.code, moved.reason) == (
        "replaced",
        "SF415",
        (
            'it moves to "us-east-1/two:It", and to CloudFormation that is another resource: it'
            " makes a new one there and lets this one go."
        ),
    )


def test_a_resource_that_gets_another_logical_id_fails() -> None:
    key = {"Type": "AWS::KMS::Key", "DeletionPolicy": "Retain", "Properties": {}}
    before = state({f"{SOURCE}/keys": {"Key": key}})
    after = state({f"{SOURCE}/keys": {"BucketsKey": key}})

    _, moved = prove(before, after)

    assert (moved.fate, moved.code, moved.reason) == (
        "replaced",
        "SF415",
        (
            'its logical id becomes "BucketsKey", and to CloudFormation that is another resource:'
            " it makes a new one and lets this one go."
        ),
    )


def test_another_generation_of_a_replica_is_no_move() -> None:
    before = state({f"{TARGET}/database": {"It": REPLICA}})
    next_ = with_(REPLICA, DBInstanceIdentifier="shop-prod-orders-g2")
    after = state({f"{TARGET}/database-g2": {"It": next_}})

    assert [(one.fate, one.fails) for one in prove(before, after)] == [
        ("created", False),
        ("deleted", False),
    ]


def test_a_stack_that_moves_to_another_account_makes_everything_anew() -> None:
    before = state({DATABASE: {"It": BUCKET}})
    stacks = tuple(replace(one, account="222222222222") for one in before.manifest.stacks)
    after = replace(before, manifest=replace(before.manifest, stacks=stacks))

    assert told(before, after) == (
        "replaced",
        "SF415",
        "its stack moves to 222222222222, and makes a new one there.",
    )


def test_a_private_zone_holds_nothing() -> None:
    zone = {
        "Type": "AWS::Route53::HostedZone",
        "Properties": {"Name": "shop.internal", "VPCs": [{"VPCId": "vpc-1"}]},
    }

    assert prove(state({DATABASE: {"It": zone}}), state({})) == ()
