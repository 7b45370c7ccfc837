"""Verdicts on single resources, between states made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.manifest import FromLookup, FromOutput
from compiler.prove import prove
from tests.unit.prove.bodies import (
    BUCKET,
    DATABASE,
    GROUPS,
    PROMOTED,
    REPLICA,
    database,
    only,
    told,
    with_,
)
from tests.unit.prove.states import state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.prove import State

# Promotion


def test_taking_only_its_source_from_a_replica_promotes_it_in_place() -> None:
    verdict = only(database(REPLICA), database(PROMOTED, keeps_tags=True))

    assert (verdict.fate, verdict.fails, [one.name for one in verdict.changes]) == (
        "in place",
        False,
        ["SourceDBInstanceIdentifier"],
    )
    assert verdict.reason == (
        "SourceDBInstanceIdentifier changes, and that is done in place (promotion: UpdateHandler of"
        " aws-cloudformation-resource-providers-rds, commit 5a410e84 of 2025-07-29)."
    )


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (
            with_(PROMOTED, BackupRetentionPeriod=14),
            "a promotion must change nothing else, and BackupRetentionPeriod changes too",
        ),
        (
            with_(PROMOTED, Tags=[{"Key": "MigrationPhase", "Value": "promote"}]),
            "a promotion must change nothing else, and Tags changes too",
        ),
    ],
)
def test_a_promotion_that_changes_anything_else_is_not_proven(
    after: Mapping[str, Any], reason: str
) -> None:
    assert told(database(REPLICA), database(after, keeps_tags=True)) == (
        "unknown",
        "SF412",
        f"SourceDBInstanceIdentifier changes, and that may take a new resource ({reason}).",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("StorageEncrypted", True), ("MasterUsername", "admin"), ("DBName", "orders")],
)
def test_a_promotion_that_adds_what_a_replica_never_had_replaces_the_database(
    name: str, value: object
) -> None:
    fate, code, reason = told(
        database(REPLICA), database(with_(PROMOTED, **{name: value}), keeps_tags=True)
    )

    assert (fate, code) == ("replaced", "SF410")
    assert reason.startswith(f"{name} changes, and that takes a new resource (createOnlyProperties")


def test_a_promotion_whose_stack_passes_tags_is_not_proven() -> None:
    fate, code, reason = told(database(REPLICA), database(PROMOTED))

    assert (fate, code) == ("unknown", "SF412")
    assert "its stack's tags change too" in reason


def test_a_promotion_beside_another_change_in_its_stack_is_not_proven() -> None:
    parameter = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/a", "Value": "1"}}

    fate, code, reason = told(
        database(REPLICA, Other=parameter),
        database(PROMOTED, keeps_tags=True, Other=with_(parameter, Value="2")),
    )

    assert (fate, code) == ("unknown", "SF412")
    assert "its stack changes elsewhere" in reason


def test_no_database_becomes_a_replica_again() -> None:
    fate, code, reason = told(database(PROMOTED), database(REPLICA))

    assert (fate, code) == ("replaced", "SF410")
    assert "a source that is named later is not updatable" in reason


# Properties


@pytest.mark.parametrize(
    "name",
    [
        "AutoMinorVersionUpgrade",
        "BackupRetentionPeriod",
        "DBParameterGroupName",
        "MultiAZ",
        "PreferredMaintenanceWindow",
    ],
)
def test_what_the_handler_changes_in_place_is_in_place_though_the_registry_leaves_it_open(
    name: str,
) -> None:
    assert told(database(PROMOTED), database(with_(PROMOTED, **{name: "other"})))[:2] == (
        "in place",
        "",
    )


def test_a_conditional_property_that_no_rule_decides_is_unknown() -> None:
    assert told(database(PROMOTED), database(with_(PROMOTED, AvailabilityZone="x"))) == (
        "unknown",
        "SF412",
        (
            "AvailabilityZone changes, and that may take a new resource"
            " (conditionalCreateOnlyProperties of its registry schema)."
        ),
    )


def test_a_key_whose_kind_changes_is_refused() -> None:
    key = {"Type": "AWS::KMS::Key", "DeletionPolicy": "Retain", "Properties": {"KeyPolicy": {}}}

    assert told(database(key), database(with_(key, MultiRegion=True))) == (
        "refused",
        "SF413",
        (
            "MultiRegion changes, and that is refused (the update of it fails: MultiRegion in the"
            " registry schema)."
        ),
    )


def test_a_public_zone_that_would_become_a_private_one_is_refused() -> None:
    zone = {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "shop.example.com"}}
    private = with_(zone, VPCs=[{"VPCId": "vpc-1"}])

    assert told(database(zone), database(private))[:2] == ("refused", "SF413")
    assert told(database(private), database(zone))[:2] == ("refused", "SF413")
    others = with_(private, VPCs=[{"VPCId": "vpc-2"}])
    assert prove(database(private), database(others)) == ()


def test_a_secret_that_would_be_generated_anew_fails() -> None:
    secret = {
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {"Name": "shop/orders", "GenerateSecretString": {"PasswordLength": 32}},
    }
    after = with_(secret, GenerateSecretString={"PasswordLength": 40})

    assert told(database(secret), database(after)) == (
        "overwritten",
        "SF410",
        (
            "GenerateSecretString changes, and that writes over what it holds (GenerateSecretString"
            " in the registry schema)."
        ),
    )


def test_another_name_makes_another_resource() -> None:
    assert told(database(BUCKET), database(with_(BUCKET, BucketName="shop-prod-films"))) == (
        "replaced",
        "SF410",
        (
            "BucketName changes, and that takes a new resource (createOnlyProperties of its"
            " registry schema). What it is called never changes between states. The old one stays,"
            " but outside of the stack."
        ),
    )


def test_a_change_inside_a_property_that_stays_changeable_is_in_place() -> None:
    before = with_(BUCKET, VersioningConfiguration={"Status": "Suspended"})
    after = with_(BUCKET, VersioningConfiguration={"Status": "Enabled"})

    verdict = only(database(before), database(after))

    assert (verdict.fate, verdict.changes[0].place) == (
        "in place",
        ("VersioningConfiguration", "Status"),
    )


def test_a_type_that_is_not_in_the_extract_is_unknown_and_told_for_information() -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 1}}

    verdict = only(database(queue), database(with_(queue, DelaySeconds=2)))

    assert (verdict.fate, verdict.is_stateful, verdict.fails) == ("unknown", False, False)


# Parameters


def referring(source: FromOutput | FromLookup, outputs: Mapping[str, Any]) -> State:
    return state(
        {
            GROUPS: {
                "Key": {"Type": "AWS::KMS::Key", "Properties": {}},
                "OtherKey": {"Type": "AWS::KMS::Key", "Properties": {}},
            },
            DATABASE: {"It": PROMOTED},
        },
        parameters={DATABASE: {"Key": source}},
        outputs={GROUPS: outputs},
    )


KEY = {"Fn::GetAtt": ["Key", "Arn"]}


def fate_of_database(before: State, after: State) -> tuple[str, str]:
    found = {one.key.stack: (one.fate, one.code) for one in prove(before, after)}
    return found[DATABASE]


def test_a_parameter_that_leads_to_the_same_value_by_another_output_is_unchanged() -> None:
    before = referring(FromOutput(stack=GROUPS, output="KeyArn"), {"KeyArn": KEY})
    after = referring(FromOutput(stack=GROUPS, output="Arn"), {"Arn": KEY})

    assert fate_of_database(before, after) == ("unchanged", "")


def test_a_parameter_that_leads_to_another_resource_is_unknown_where_it_would_replace() -> None:
    before = referring(FromOutput(stack=GROUPS, output="KeyArn"), {"KeyArn": KEY})
    after = referring(
        FromOutput(stack=GROUPS, output="KeyArn"),
        {"KeyArn": {"Fn::GetAtt": ["OtherKey", "Arn"]}},
    )

    assert fate_of_database(before, after) == ("unknown", "SF412")


def test_a_value_that_is_looked_up_under_another_name_is_unknown_where_it_would_replace() -> None:
    before = referring(FromLookup(kind="image", name="/one"), {})
    after = referring(FromLookup(kind="image", name="/two"), {})

    assert fate_of_database(before, after) == ("unknown", "SF412")


def test_a_resource_that_refers_to_a_replaced_one_is_judged_by_its_new_value() -> None:
    """A subnet group in another stack gets another name of AWS's, so the instance is replaced."""
    group = {
        "Type": "AWS::RDS::DBSubnetGroup",
        "Properties": {"DBSubnetGroupName": "shop-orders", "SubnetIds": ["subnet-1"]},
    }
    instance = with_(PROMOTED, DBSubnetGroupName={"Fn::Sub": "${Group}"})

    def made(name: str) -> State:
        return state(
            {GROUPS: {"Group": with_(group, DBSubnetGroupName=name)}, DATABASE: {"It": instance}},
            parameters={DATABASE: {"Group": FromOutput(stack=GROUPS, output="Group")}},
            outputs={GROUPS: {"Group": {"Ref": "Group"}}},
        )

    found = {one.key.stack: one for one in prove(made("shop-orders"), made("shop-orders-2"))}

    assert (found[GROUPS].fate, found[GROUPS].fails) == ("replaced", False)
    assert (found[DATABASE].fate, found[DATABASE].code) == ("replaced", "SF410")
    assert found[DATABASE].reason.startswith("DBSubnetGroupName changes, and that takes a new")


def test_what_a_resource_is_called_stays_when_it_is_changed_in_place() -> None:
    def made(description: str) -> State:
        return state(
            {
                GROUPS: {
                    "Key": {
                        "Type": "AWS::KMS::Key",
                        "Properties": {"Description": description},
                    }
                },
                DATABASE: {"It": PROMOTED},
            },
            parameters={DATABASE: {"Key": FromOutput(stack=GROUPS, output="KeyArn")}},
            outputs={GROUPS: {"KeyArn": KEY}},
        )

    assert fate_of_database(made("one"), made("two")) == ("unchanged", "")


# Names


def test_a_named_resource_that_would_need_a_replacement_fails_although_it_holds_nothing() -> None:
    group = {
        "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
        "Properties": {"Name": "shop-prod-web", "Port": 80, "VpcId": "vpc-1"},
    }

    assert told(database(group), database(with_(group, Port=8080))) == (
        "refused",
        "SF414",
        (
            "Port changes, and that takes a new resource (createOnlyProperties of its registry"
            " schema)."
            ' CloudFormation refuses that as long as it is called "shop-prod-web", as the new one'
            " would be."
        ),
    )


def test_one_that_aws_names_is_replaced_and_told_for_information() -> None:
    group = {
        "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
        "Properties": {"Port": 80, "VpcId": "vpc-1"},
    }

    verdict = only(database(group), database(with_(group, Port=8080)))

    assert (verdict.fate, verdict.is_stateful, verdict.code) == ("replaced", False, "")
