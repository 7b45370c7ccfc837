"""Tests of the valve: what opens and what closes a side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.components import access
from compiler.components.addresses import (
    bucket,
    bucket_policy,
    database_security_group,
    distribution,
    listener,
    private_record,
    public_name,
    service_security_group,
)
from compiler.phases import ORDER
from compiler.symbols import Address, StackKey
from tests.unit.compiler.components.media import MEDIA, media, side
from tests.unit.compiler.components.places import built, symbol, tagged
from tests.unit.compiler.components.traffic import CERTIFICATES

if TYPE_CHECKING:
    from compiler.phases import PhaseName
    from spec.model import Spec
    from spec.names import Side

SOURCE = "arn:aws:s3:::streaming-staging-media-111122223333-us-east-1"
TARGET = "arn:aws:s3:::streaming-staging-media-111122223333-eu-central-1"
ROLE = "arn:aws:iam::111122223333:role/streaming-staging-replication-media-us-east-1"


def at(of: Side, logical_id: str) -> Address:
    return Address(stack=StackKey(side=of, name="access"), logical_id=logical_id)


def names_of(spec: Spec, of: Side) -> set[str]:
    return {address.logical_id for address in built(spec, access) if address.stack.side == of}


def statements(spec: Spec, of: Side) -> list[dict[str, Any]]:
    policy = built(spec, access)[bucket_policy(of, "media")].body.to_dict()
    found: list[dict[str, Any]] = policy["Properties"]["PolicyDocument"]["Statement"]
    return found


def tls_only(arn: str) -> dict[str, Any]:
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def read_by_cdn(arn: str) -> dict[str, Any]:
    own = "arn:aws:cloudfront::111122223333:distribution"
    return {
        "Sid": "ReadByCdn",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"{arn}/*",
        "Condition": {
            "StringEquals": {"aws:SourceArn": {"Fn::Join": ["/", [own, symbol(distribution())]]}}
        },
    }


def replicate(*owner: str, account: str = "111122223333", arn: str = TARGET) -> list[Any]:
    shared = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Condition": {"ArnEquals": {"aws:PrincipalArn": ROLE}},
    }
    return [
        {
            "Sid": "ReplicateObjects",
            **shared,
            "Action": [*owner, "s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
            "Resource": f"{arn}/*",
        },
        {
            "Sid": "ReplicateIntoBucket",
            **shared,
            "Action": ["s3:GetBucketVersioning", "s3:ListBucket"],
            "Resource": arn,
        },
    ]


def closed(arn: str, **condition: Any) -> dict[str, Any]:  # noqa: ANN401 - a piece of a policy
    return {
        "Sid": "ClosedToWriters",
        "Effect": "Deny",
        "Principal": "*",
        "Action": [
            "s3:AbortMultipartUpload",
            "s3:DeleteObject*",
            "s3:PutObject*",
            "s3:Replicate*",
            "s3:RestoreObject",
        ],
        "Resource": f"{arn}/*",
        **condition,
    }


def test_an_open_side_admits_services_and_the_other_side_to_its_databases() -> None:
    found = built(media(), access)

    group = symbol(database_security_group("source", "catalog"), "GroupId")
    shared = {"GroupId": group, "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
    assert names_of(media(), "source") == {
        "BucketPolicyMedia",
        "IngressCatalogFromWeb",
        "IngressCatalogFromPeer10x1x0x0x16",
    }
    assert found[at("source", "IngressCatalogFromWeb")].body.to_dict()["Properties"] == {
        **shared,
        "SourceSecurityGroupId": symbol(service_security_group("source", "web"), "GroupId"),
        "Description": "Service web",
    }
    peer = found[at("source", "IngressCatalogFromPeer10x1x0x0x16")]
    assert peer.body.to_dict()["Properties"] == {
        **shared,
        "CidrIp": "10.1.0.0/16",
        "Description": "VPC of the target",
    }


def test_a_closed_side_admits_nobody_to_its_databases_and_answers_503() -> None:
    assert names_of(media(), "target") == {"BucketPolicyMedia", "Closed"}
    assert built(media(), access)[at("target", "Closed")].body.to_dict() == {
        "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "Properties": {
            "ListenerArn": symbol(listener("target")),
            "Priority": 1,
            "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}],
            "Actions": [
                {
                    "Type": "fixed-response",
                    "FixedResponseConfig": {
                        "StatusCode": "503",
                        "ContentType": "text/plain",
                        "MessageBody": "Closed",
                    },
                }
            ],
            "Tags": tagged(),
        },
    }


def test_the_buckets_of_both_sides_are_read_by_the_one_distribution() -> None:
    assert statements(media(), "source") == [tls_only(SOURCE), read_by_cdn(SOURCE)]
    assert read_by_cdn(TARGET) in statements(media(), "target")


def test_the_distribution_reads_what_the_cdn_names_and_nothing_else() -> None:
    def readers(spec: Spec) -> list[str]:
        return [one["Sid"] for one in statements(spec, "source") if one["Effect"] == "Allow"]

    assert readers(media(cdn={"default": "media"})) == ["ReadByCdn"]
    assert readers(media(cdn={"default": "web"})) == []
    assert readers(media(cdn=None)) == []


def test_the_closed_targets_bucket_takes_what_replication_writes_and_nothing_else() -> None:
    assert statements(media(), "target") == [
        tls_only(TARGET),
        *replicate(),
        closed(TARGET, Condition={"ArnNotEquals": {"aws:PrincipalArn": ROLE}}),
        read_by_cdn(TARGET),
    ]


def test_a_bucket_policy_comes_after_its_bucket_and_waits_for_no_role() -> None:
    found = built(media(), access)[bucket_policy("target", "media")]

    assert found.after == (bucket("target", "media"),)
    assert found.body.to_dict()["Properties"]["Bucket"] == TARGET.rpartition(":")[2]


def test_a_bucket_without_replication_and_cdn_has_no_friends() -> None:
    spec = media(buckets={"media": {"replication": False}}, cdn={"default": "web"})

    assert statements(spec, "source") == [tls_only(SOURCE)]
    assert statements(spec, "target") == [tls_only(TARGET), closed(TARGET)]


def test_a_role_of_another_account_may_hand_over_what_it_replicates() -> None:
    spec = media(
        accounts={"source": "111122223333", "target": "444455556666"}, databases={}, services={}
    )

    arn = "arn:aws:s3:::streaming-staging-media-444455556666-eu-central-1"
    assert statements(spec, "target")[1:3] == replicate(
        "s3:ObjectOwnerOverrideToBucketOwner", arn=arn
    )


OPEN = {"BucketPolicyMedia", "IngressCatalogFromWeb"}
CLOSED = {"BucketPolicyMedia", "Closed"}
FROM_TARGET, FROM_SOURCE = "IngressCatalogFromPeer10x1x0x0x16", "IngressCatalogFromPeer10x0x0x0x16"


@pytest.mark.parametrize(
    ("phase", "source", "target"),
    [
        ("prepare", OPEN | {FROM_TARGET}, {"BucketPolicyMedia"}),
        ("replicate", OPEN | {FROM_TARGET}, CLOSED),
        ("warm", OPEN | {FROM_TARGET}, CLOSED),
        ("fence", CLOSED, CLOSED),
        ("promote", CLOSED, CLOSED),
        ("switch", CLOSED, OPEN | {FROM_SOURCE}),
        ("settle", CLOSED, OPEN | {FROM_SOURCE}),
        ("unprotect", CLOSED, OPEN | {FROM_SOURCE}),
        ("retire", set(), OPEN),
    ],
)
def test_each_side_opens_and_closes_on_its_own(
    phase: PhaseName, source: set[str], target: set[str]
) -> None:
    found: dict[str, set[str]] = {"source": set(), "target": set()}
    for address in built(media(), access, phase=phase):
        found[address.stack.side].add(address.logical_id)

    assert found == {"source": source, "target": target}


def test_the_target_opens_after_all_names_have_moved_there() -> None:
    """Else who still finds the source by an old name would be told so while others write here."""
    moved = {private_record("catalog"), public_name("origin", "target")}
    public = {public_name("public-name", "target")}

    def waits(phase: PhaseName, spec: Spec) -> set[Address]:
        return set.intersection(
            *(
                set(resource.after)
                for address, resource in built(spec, access, phase=phase).items()
                if address.stack.side == "target"
            )
        )

    on_cdn = media(certificates=CERTIFICATES)
    assert waits("promote", on_cdn) == set()
    assert waits("switch", on_cdn) == waits("settle", on_cdn) == moved
    assert waits("switch", media()) == moved | public
    assert waits("switch", media(cdn=None)) == {private_record("catalog")} | public
    assert waits("switch", media(dns=None)) == {private_record("catalog")}


def test_the_source_waits_for_no_name_to_be_closed_or_opened() -> None:
    for phase in ORDER[:-1]:
        for address, resource in built(media(), access, phase=phase).items():
            if address.stack.side == "source":
                after = {bucket("source", "media")} if address.logical_id != "Closed" else set()
                assert set(resource.after) <= after


def test_a_closed_side_with_nothing_to_say_has_no_stack() -> None:
    spec = media(buckets={}, services={}, cdn=None, dns=None)

    assert names_of(spec, "source") == {FROM_TARGET}
    assert built(spec, access, phase="fence") == {}
    assert {one.logical_id for one in built(spec, access, phase="switch")} == {FROM_SOURCE}


def test_every_range_of_the_other_side_is_admitted_on_the_databases_own_port() -> None:
    spec = media(
        target=side("eu-central-1", "10.1.0.0/16", secondary_cidrs=["10.3.0.0/16"]),
        databases={"catalog": {**MEDIA["databases"]["catalog"], "port": 6432}},
    )

    rules = [
        (rule["CidrIp"], rule["FromPort"], rule["ToPort"])
        for resource in built(spec, access).values()
        if "CidrIp" in (rule := resource.body.to_dict()["Properties"])
    ]
    assert rules == [("10.1.0.0/16", 6432, 6432), ("10.3.0.0/16", 6432, 6432)]


def test_the_stack_may_be_split_by_bucket_and_database_never_by_position() -> None:
    assert {address.logical_id: one.part for address, one in built(media(), access).items()} == {
        "BucketPolicyMedia": "media",
        "IngressCatalogFromWeb": "catalog",
        "IngressCatalogFromPeer10x1x0x0x16": "catalog",
        "Closed": "",
    }
