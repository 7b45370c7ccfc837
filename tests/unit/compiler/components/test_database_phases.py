"""Tests of databases from phase to phase: replica, promoted, primary, and the source's end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.components import addresses, database, private_dns, secrets
from compiler.phases import ORDER
from compiler.symbols import Address, StackKey
from tests.unit.compiler.components.media import MEDIA, media
from tests.unit.compiler.components.places import built, origin, symbol, tagged

if TYPE_CHECKING:
    from compiler.phases import PhaseName
    from compiler.symbols import Resource
    from spec.model import Spec
    from spec.names import Side


def with_catalog(**changes: Any) -> Spec:  # noqa: ANN401 - pieces of a spec
    return media(databases={"catalog": {**MEDIA["databases"]["catalog"], **changes}})


def instance(phase: PhaseName, side: Side = "target", spec: Spec | None = None) -> Resource:
    spec = spec or media()
    return built(spec, database, phase=phase)[addresses.database(spec, side, "catalog")]


def body(phase: PhaseName, side: Side = "target", spec: Spec | None = None) -> dict[str, Any]:
    found: dict[str, Any] = instance(phase, side, spec).body.to_dict()
    return found


def without_tags(resource: dict[str, Any]) -> dict[str, Any]:
    properties = {key: value for key, value in resource["Properties"].items() if key != "Tags"}
    return {**resource, "Properties": properties}


def stacks(phase: PhaseName, spec: Spec | None = None) -> set[tuple[str, str]]:
    found = built(spec or media(), database, phase=phase)
    return {(address.stack.side, address.stack.name) for address in found}


def test_before_anything_moves_the_target_has_the_groups_of_a_database_and_no_instance() -> None:
    assert stacks("prepare") == {
        ("source", "database-catalog"),
        ("source", "database-catalog-endpoint"),
        ("source", "database-catalog-groups"),
        ("target", "database-catalog-groups"),
    }


def test_promoting_takes_the_source_away_and_changes_nothing_else() -> None:
    promoted = without_tags(body("promote"))
    replica = without_tags(body("fence"))

    assert replica["Properties"].pop("SourceDBInstanceIdentifier") == (
        "arn:aws:rds:us-east-1:111122223333:db:streaming-staging-catalog"
    )
    assert promoted == replica


def test_a_promoted_instance_keeps_its_tags_and_waits_for_no_source() -> None:
    frozen = {phase: instance(phase).freezes_tags for phase in ORDER if phase != "prepare"}

    assert {phase for phase, freezes in frozen.items() if freezes} == {"promote", "switch"}
    assert instance("fence").after == (addresses.database(media(), "source", "catalog"),)
    assert instance("promote").after == ()


def test_a_promoted_instance_stays_as_it_is_while_the_traffic_moves() -> None:
    assert without_tags(body("switch")) == without_tags(body("promote"))


@pytest.mark.parametrize("phase", ["replicate", "promote", "settle", "retire"])
def test_what_would_replace_an_instance_is_the_same_in_every_form(phase: PhaseName) -> None:
    properties = body(phase)["Properties"]

    assert properties["SourceRegion"] == "us-east-1"
    assert properties["KmsKeyId"] == symbol(addresses.key("target", "databases"), "Arn")
    assert properties["DBInstanceIdentifier"] == "streaming-staging-catalog"
    assert properties.keys().isdisjoint(
        {"DBName", "Engine", "MasterUserPassword", "MasterUsername", "StorageEncrypted"}
    )


def test_a_primary_is_protected_tagged_and_backed_up_when_the_spec_says() -> None:
    spec = with_catalog(backup_window="03:00-04:00")

    assert body("settle", spec=spec)["Properties"] == {
        **body("switch", spec=spec)["Properties"],
        "DeletionProtection": True,
        "PreferredBackupWindow": "03:00-04:00",
        "Tags": tagged(MigrationPhase="settle"),
    }
    assert "PreferredBackupWindow" not in body("switch", spec=spec)["Properties"]
    assert instance("settle", spec=spec).origins["Properties.PreferredBackupWindow"] == (
        *("databases", "catalog"),
        "backup_window",
    )


def test_a_primary_is_left_unprotected_where_the_spec_says_so() -> None:
    spec = with_catalog(deletion_protection=False)

    assert body("settle", spec=spec)["Properties"]["DeletionProtection"] is False


def test_the_target_stays_as_it_is_while_the_source_is_retired() -> None:
    settled = without_tags(body("settle"))

    assert without_tags(body("unprotect")) == without_tags(body("retire")) == settled


def test_the_source_loses_its_protection_a_phase_before_it_goes() -> None:
    before, after = body("settle", "source"), body("unprotect", "source")

    assert without_tags(after) == {
        **without_tags(before),
        "Properties": {**without_tags(before)["Properties"], "DeletionProtection": False},
    }
    assert (before["Properties"]["DeletionProtection"], after["DeletionPolicy"]) == (
        True,
        "Snapshot",
    )


def test_a_retired_source_has_nothing_of_a_database() -> None:
    assert stacks("retire") == {
        ("target", "database-catalog"),
        ("target", "database-catalog-endpoint"),
        ("target", "database-catalog-groups"),
    }


@pytest.mark.parametrize(
    ("target", "replicating", "final"),
    [
        ({}, "db.t3.medium", "db.t3.medium"),
        ({"instance_class": "db.r6g.large"}, "db.r6g.large", "db.r6g.large"),
        ({"replica_instance_class": "db.t3.small"}, "db.t3.small", "db.t3.medium"),
        (
            {"instance_class": "db.r6g.large", "replica_instance_class": "db.t3.small"},
            "db.t3.small",
            "db.r6g.large",
        ),
    ],
)
def test_a_replica_may_run_in_a_class_of_its_own_until_the_target_warms_up(
    target: dict[str, str], replicating: str, final: str
) -> None:
    spec = with_catalog(target=target)

    classes = {
        phase: body(phase, spec=spec)["Properties"]["DBInstanceClass"] for phase in ORDER[1:]
    }

    assert classes == dict.fromkeys(ORDER[1:], final) | {"replicate": replicating}


def test_a_class_comes_from_the_key_that_says_it() -> None:
    spec = with_catalog(target={"replica_instance_class": "db.t3.small"})
    place = "Properties.DBInstanceClass"

    assert origin(instance("replicate", spec=spec), place) == (
        *("databases", "catalog", "target"),
        "replica_instance_class",
    )
    assert origin(instance("warm", spec=spec), place) == ("databases", "catalog", "instance_class")


def test_a_new_generation_is_seeded_beside_the_one_that_is_set_aside() -> None:
    spec = with_catalog(generation=2)

    assert stacks("replicate", spec) == {
        ("source", "database-catalog"),
        ("source", "database-catalog-endpoint"),
        ("source", "database-catalog-groups"),
        ("target", "database-catalog-g2"),
        ("target", "database-catalog-endpoint"),
        ("target", "database-catalog-groups"),
    }
    assert without_tags(body("replicate", spec=spec)) == {
        **without_tags(body("replicate")),
        "Properties": {
            **without_tags(body("replicate"))["Properties"],
            "DBInstanceIdentifier": "streaming-staging-catalog-g2",
        },
    }
    assert body("replicate", "source", spec) == body("replicate", "source")


def test_a_new_generation_is_published_under_the_same_name() -> None:
    spec = with_catalog(generation=3)
    stack = StackKey(side="target", name="database-catalog-endpoint")

    found = built(spec, database)[Address(stack=stack, logical_id="Endpoint")].body.to_dict()

    assert found["Properties"]["Name"] == "/streaming/staging/databases/catalog/endpoint"
    assert found["Properties"]["Value"] == {
        "Stackferry::Symbol": ["target", "database-catalog-g3", "Database", "Endpoint.Address"]
    }


@pytest.mark.parametrize("phase", ORDER)
def test_a_database_name_points_at_the_side_that_serves(phase: PhaseName) -> None:
    record = built(media(), private_dns, phase=phase)[addresses.private_record("catalog")]
    side: Side = "target" if phase in {"switch", "settle", "unprotect", "retire"} else "source"

    assert record.body.to_dict()["Properties"]["ResourceRecords"] == [
        symbol(addresses.database(media(), side, "catalog"), "Endpoint.Address")
    ]


def test_a_database_name_points_at_the_generation_that_was_promoted() -> None:
    spec = with_catalog(generation=2)
    record = built(spec, private_dns, phase="switch")[addresses.private_record("catalog")]

    assert record.body.to_dict()["Properties"]["ResourceRecords"] == [
        {"Stackferry::Symbol": ["target", "database-catalog-g2", "Database", "Endpoint.Address"]}
    ]


def test_the_private_zone_forgets_a_retired_source() -> None:
    zone = addresses.private_zone()

    def vpcs(phase: PhaseName) -> list[dict[str, Any]]:
        properties = built(media(), private_dns, phase=phase)[zone].body.to_dict()["Properties"]
        found: list[dict[str, Any]] = properties["VPCs"]
        return found

    target = {"VPCId": symbol(addresses.vpc("target")), "VPCRegion": "eu-central-1"}
    source = {"VPCId": symbol(addresses.vpc("source")), "VPCRegion": "us-east-1"}
    assert vpcs("unprotect") == [source, target]
    assert vpcs("retire") == [target]
    assert built(media(), private_dns, phase="retire")[zone].origins[
        "Properties.VPCs.0.VPCRegion"
    ] == (
        "target",
        "region",
    )


def test_a_secret_is_replicated_to_the_source_as_long_as_that_stands() -> None:
    secret = addresses.secret("catalog")
    found = {phase: built(media(), secrets, phase=phase)[secret].body.to_dict() for phase in ORDER}

    assert {phase for phase in ORDER if "ReplicaRegions" in found[phase]["Properties"]} == set(
        ORDER[:-1]
    )
    retired, before = without_tags(found["retire"]), without_tags(found["unprotect"])
    del before["Properties"]["ReplicaRegions"]
    assert retired == before
