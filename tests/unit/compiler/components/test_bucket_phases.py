"""Tests of buckets from phase to phase: where they replicate to, who may write, what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.components import access, keys, storage
from compiler.components.addresses import (
    bucket,
    bucket_policy,
    key,
    key_arn,
    log_bucket_policy,
    replication_role,
)
from compiler.components.sides import SIDES, standing
from compiler.phases import ORDER, PHASES
from tests.unit.compiler.components.media import media
from tests.unit.compiler.components.places import built, symbol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.phases import PhaseName
    from compiler.symbols import Resource
    from spec.model import Spec
    from spec.names import Side

SOURCE = "arn:aws:s3:::streaming-staging-media-111122223333-us-east-1"
TARGET = "arn:aws:s3:::streaming-staging-media-111122223333-eu-central-1"
FORWARD = "arn:aws:iam::111122223333:role/streaming-staging-replication-media-us-east-1"
BACK = "arn:aws:iam::111122223333:role/streaming-staging-replication-media-eu-central-1"

PREPARING: tuple[PhaseName, ...] = ("prepare",)
FORWARDS: tuple[PhaseName, ...] = ("replicate", "warm", "fence", "promote", "switch")
FENCED: tuple[PhaseName, ...] = ("fence", "promote", "switch", "settle", "unprotect")
BACKWARDS: tuple[PhaseName, ...] = ("settle", "unprotect")


def of(phase: PhaseName, side: Side, spec: Spec | None = None) -> Resource:
    return built(spec or media(), storage, phase=phase)[bucket(side, "media")]


def properties(phase: PhaseName, side: Side, spec: Spec | None = None) -> dict[str, Any]:
    found: dict[str, Any] = of(phase, side, spec).body.to_dict()["Properties"]
    return found


def rule(phase: PhaseName, side: Side, spec: Spec | None = None) -> dict[str, Any]:
    (found,) = properties(phase, side, spec)["ReplicationConfiguration"]["Rules"]
    assert isinstance(found, dict)
    return found


def statements(phase: PhaseName, side: Side, spec: Spec | None = None) -> Mapping[str, Any]:
    """Return the statements of a bucket's policy by Sid."""
    policy = built(spec or media(), access, phase=phase)[bucket_policy(side, "media")]
    found = policy.body.to_dict()["Properties"]["PolicyDocument"]["Statement"]
    return {statement["Sid"]: statement for statement in found}


def key_statement(phase: PhaseName, side: Side) -> Any:  # noqa: ANN401 - a piece of a policy
    policy = built(media(), keys, phase=phase)[key(side, "buckets")].body.to_dict()
    found = policy["Properties"]["KeyPolicy"]["Statement"]
    return next((one for one in found if one["Sid"] == "Replication"), None)


def test_a_bucket_replicates_to_the_target_then_back_and_never_both_ways() -> None:
    origins: dict[PhaseName, tuple[str, ...]] = {}
    for phase in ORDER:
        found = built(media(), storage, phase=phase)
        origins[phase] = tuple(
            address.stack.side
            for address, resource in found.items()
            if "ReplicationConfiguration" in resource.body.to_dict()["Properties"]
        )
        roles = [address for address in found if address.logical_id == "ReplicationRole"]
        assert tuple(address.stack.side for address in roles) == origins[phase]

    assert origins == {
        **dict.fromkeys(PREPARING, ()),
        **dict.fromkeys(FORWARDS, ("source",)),
        **dict.fromkeys(BACKWARDS, ("target",)),
        "retire": (),
    }


def test_plain_buckets_have_their_versions_from_the_start() -> None:
    for side in SIDES:
        assert properties("prepare", side)["VersioningConfiguration"] == {"Status": "Enabled"}
        assert of("prepare", side).after == (log_bucket_policy(side),)


def test_replication_back_is_the_same_rule_in_the_other_direction() -> None:
    back, forward = rule("settle", "target"), rule("switch", "source")

    assert back == {
        **forward,
        "Destination": {
            **forward["Destination"],
            "Bucket": SOURCE,
            "EncryptionConfiguration": {"ReplicaKmsKeyID": key_arn("source", "buckets").to_dict()},
        },
    }
    assert properties("settle", "target")["ReplicationConfiguration"]["Role"] == symbol(
        replication_role("target", "media"), "Arn"
    )
    assert of("settle", "target").after == (log_bucket_policy("target"), bucket("source", "media"))
    assert of("settle", "source").after == (log_bucket_policy("source"),)


def test_the_role_that_replicates_back_reads_the_target_and_writes_the_source() -> None:
    role = built(media(), storage, phase="settle")[replication_role("target", "media")]
    found = role.body.to_dict()["Properties"]
    policy = found["Policies"][0]["PolicyDocument"]["Statement"]

    assert (found["RoleName"], found["Description"]) == (
        BACK.rpartition("/")[2],
        "Replicates the bucket media to us-east-1.",
    )
    assert {one["Sid"]: one["Resource"] for one in policy} == {
        "ReadConfiguration": TARGET,
        "ListExisting": TARGET,
        "ReplicateExisting": f"{TARGET}/*",
        "ReadVersions": f"{TARGET}/*",
        "WriteReplicas": f"{SOURCE}/*",
        "DecryptObjects": key_arn("target", "buckets").to_dict(),
        "EncryptReplicas": key_arn("source", "buckets").to_dict(),
    }


def test_replicas_that_go_back_to_another_account_belong_to_that_account() -> None:
    spec = media(
        accounts={"source": "111122223333", "target": "444455556666"}, databases={}, services={}
    )

    destination = rule("settle", "target", spec)["Destination"]
    role = built(spec, storage, phase="settle")[replication_role("target", "media")]

    assert (destination["Account"], destination["AccessControlTranslation"]) == (
        "111122223333",
        {"Owner": "Destination"},
    )
    assert statements("fence", "source", spec)["ReplicateObjects"] == {
        "Sid": "ReplicateObjects",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
        "Action": [
            "s3:ObjectOwnerOverrideToBucketOwner",
            "s3:ReplicateDelete",
            "s3:ReplicateObject",
            "s3:ReplicateTags",
        ],
        "Resource": f"{SOURCE}/*",
        "Condition": {
            "ArnEquals": {
                "aws:PrincipalArn": f"arn:aws:iam::444455556666:role/"
                f"{role.body.to_dict()['Properties']['RoleName']}"
            }
        },
    }


def test_what_a_bucket_takes_is_admitted_a_phase_before_it_comes() -> None:
    """Else a policy and the bucket that waits for it would be a loop through the distribution."""
    admitted = {
        side: [
            phase
            for phase in ORDER
            if PHASES[phase].stands(side) and "ReplicateObjects" in statements(phase, side)
        ]
        for side in SIDES
    }

    assert admitted == {
        "source": ["fence", "promote", "switch", "settle", "unprotect"],
        "target": ["prepare", "replicate", "warm", "fence", "promote", "switch"],
    }


def test_a_fenced_source_takes_only_what_replicates_back_to_it() -> None:
    assert "ClosedToWriters" not in statements("warm", "source")
    for phase in FENCED:
        closed = statements(phase, "source")["ClosedToWriters"]

        assert closed["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": BACK}}
        assert closed["Resource"] == f"{SOURCE}/*"


def test_the_target_is_open_to_writers_from_the_switch_on() -> None:
    closed = [phase for phase in ORDER if "ClosedToWriters" in statements(phase, "target")]

    assert closed == ["prepare", "replicate", "warm", "fence", "promote"]
    assert statements("fence", "target")["ClosedToWriters"]["Condition"] == {
        "ArnNotEquals": {"aws:PrincipalArn": FORWARD}
    }


def test_the_distribution_reads_the_buckets_of_both_sides_in_every_phase() -> None:
    for phase in ORDER:
        for side in standing(PHASES[phase]):
            assert "ReadByCdn" in statements(phase, side)


def test_keys_admit_the_role_that_replicates_in_the_direction_of_the_phase() -> None:
    forward, back = key_statement("prepare", "source"), key_statement("settle", "source")

    assert (forward["Action"], back["Action"]) == (
        ["kms:Decrypt"],
        ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"],
    )
    for phase in (*PREPARING, *FORWARDS):
        assert key_statement(phase, "source") == forward
        assert key_statement(phase, "target")["Action"] == back["Action"]
    for phase in BACKWARDS:
        assert key_statement(phase, "source") == back
        assert key_statement(phase, "target")["Action"] == ["kms:Decrypt"]
    assert forward["Condition"]["ArnEquals"] == {"aws:PrincipalArn": [FORWARD]}
    assert back["Condition"]["ArnEquals"] == {"aws:PrincipalArn": [BACK]}


def test_a_retired_source_has_neither_buckets_nor_keys_nor_any_right() -> None:
    found = built(media(), storage, access, keys, phase="retire")

    assert {address.stack.side for address in found} == {"target"}
    assert key_statement("retire", "target") is None
    assert statements("retire", "target").keys() == {"TlsOnly", "ReadByCdn"}


@pytest.mark.parametrize("phase", ORDER[:-1])
def test_buckets_outlive_their_stacks_unless_the_spec_says_otherwise(phase: PhaseName) -> None:
    emptied = media(buckets={"media": {"on_retire": "empty"}})
    last: PhaseName = "unprotect"

    def policies(spec: Spec, side: Side) -> tuple[str, str]:
        found = of(phase, side, spec).body.to_dict()
        return found["DeletionPolicy"], found["UpdateReplacePolicy"]

    assert policies(media(), "source") == ("RetainExceptOnCreate", "Retain")
    assert policies(emptied, "target") == ("RetainExceptOnCreate", "Retain")
    assert policies(emptied, "source") == (
        "Delete" if phase == last else "RetainExceptOnCreate",
        "Retain",
    )


def test_a_bucket_that_is_to_be_emptied_lets_objects_go_at_last_and_takes_none() -> None:
    emptied = media(buckets={"media": {"on_retire": "empty"}})
    writes = ["s3:PutObject*", "s3:Replicate*", "s3:RestoreObject"]

    assert statements("unprotect", "source", emptied)["ClosedToWriters"]["Action"] == writes
    for closed in (
        statements("settle", "source", emptied)["ClosedToWriters"],
        statements("unprotect", "source")["ClosedToWriters"],
    ):
        assert closed["Action"] == ["s3:AbortMultipartUpload", "s3:DeleteObject*", *writes]


def test_a_bucket_that_does_not_replicate_is_plain_in_every_phase() -> None:
    spec = media(buckets={"media": {"replication": False}})

    for phase in ORDER:
        found = built(spec, storage, phase=phase)
        assert {address.logical_id for address in found} == {"Bucket"}
    assert statements("fence", "source", spec).keys() == {
        "TlsOnly",
        "ClosedToWriters",
        "ReadByCdn",
    }
    assert "Condition" not in statements("fence", "source", spec)["ClosedToWriters"]
