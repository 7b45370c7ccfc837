"""
Errors that people meet in migrations and that no compiled template can lead to.

Asserted on everything that the examples compile to.
"""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from compiler.manifest import FromOutput
from compiler.pipeline import compile_spec
from spec.load import load
from tests.functional.standing import MIGRATIONS, compiled_in, templates_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.manifest import Stack


class Placed(NamedTuple):
    """A resource, the stack that makes it, and its logical id."""

    migration: str
    stack: Stack
    name: str
    resource: dict[str, Any]

    @property
    def properties(self) -> dict[str, Any]:
        properties: dict[str, Any] = self.resource.get("Properties", {})
        return properties

    @property
    def place(self) -> str:
        return f"{self.migration}/{self.stack.id}/{self.name}"


STACKS = {
    migration: {stack.id: stack for stack in compiled_in(migration).manifest.stacks}
    for migration in MIGRATIONS
}
RESOURCES = tuple(
    Placed(migration, STACKS[migration][stack], name, resource)
    for migration in MIGRATIONS
    for stack, template in templates_of(compiled_in(migration)).items()
    for name, resource in template["Resources"].items()
)


def of(type_name: str) -> tuple[Placed, ...]:
    found = tuple(placed for placed in RESOURCES if placed.resource["Type"] == type_name)
    assert found, type_name
    return found


def having(kind: str, name: str) -> tuple[Placed, ...]:
    """Return the resources of a type that have the property *name*; there are some."""
    found = tuple(placed for placed in of(kind) if name in placed.properties)
    assert found, name
    return found


def replicas() -> tuple[Placed, ...]:
    return having("AWS::RDS::DBInstance", "SourceDBInstanceIdentifier")


def linked(placed: Placed, value: object) -> FromOutput:
    """Return the output that the parameter behind a `Ref` is read from."""
    assert isinstance(value, dict), value
    source = placed.stack.parameters[value["Ref"]]
    assert isinstance(source, FromOutput)
    return source


def before(placed: Placed) -> frozenset[str]:
    """Return the ids of all stacks that stand before the resource's, however far."""
    found: set[str] = set()
    ahead = list(placed.stack.after)
    while ahead:
        stack = ahead.pop()
        if stack not in found:
            found.add(stack)
            ahead += STACKS[placed.migration][stack].after
    return frozenset(found)


def test_peering_is_asked_for_once_and_routes_on_both_sides_wait_for_it() -> None:
    peerings = of("AWS::EC2::VPCPeeringConnection")
    assert [placed.stack.side for placed in peerings] == ["source"] * len(MIGRATIONS)
    for placed in peerings:
        regions = {stack.region for stack in STACKS[placed.migration].values()}
        assert placed.properties["PeerRegion"] in regions - {placed.stack.region}
    over = having("AWS::EC2::Route", "VpcPeeringConnectionId")
    for route in over:
        source = linked(route, route.properties["VpcPeeringConnectionId"])
        assert STACKS[route.migration][source.stack].name == "peering"
    assert {(r.migration, r.stack.side) for r in over} == {
        (migration, side) for migration in MIGRATIONS for side in ("source", "target")
    }


def test_a_peering_between_accounts_names_the_role_that_accepts_it() -> None:
    path = Path("tests/cases/accept/two_accounts.yaml")
    spec = load(path.read_bytes(), path.name).spec
    assert spec is not None
    emitted = compile_spec(spec, path.name).emitted
    assert emitted is not None

    found = [
        (resource["Properties"].get("PeerOwnerId"), resource["Properties"].get("PeerRoleArn"))
        for stack in emitted.manifest.stacks
        for resource in json.loads(emitted.files[stack.file])["Resources"].values()
        if resource["Type"] == "AWS::EC2::VPCPeeringConnection"
    ]

    assert found == [(spec.accounts.target, spec.accounts.peering_role)]
    assert None not in found[0]


def ranges(migration: str, region: str) -> frozenset[str]:
    """Return every range of the VPC in *region*, secondary ones included."""
    return frozenset(
        placed.properties["CidrBlock"]
        for kind in ("AWS::EC2::VPC", "AWS::EC2::VPCCidrBlock")
        for placed in of(kind)
        if (placed.migration, placed.stack.region) == (migration, region)
    )


def test_each_private_route_table_leads_to_each_range_of_the_peer() -> None:
    tables = {
        (table.migration, table.stack.id, table.name): table.stack.region
        for table in of("AWS::EC2::RouteTable")
        if table.name.startswith("Private")
    }
    routes: dict[tuple[str, str, str], set[str]] = {table: set() for table in tables}
    for route in having("AWS::EC2::Route", "VpcPeeringConnectionId"):
        source = linked(route, route.properties["RouteTableId"])
        table = (route.migration, source.stack, source.output)
        if table in routes:
            routes[table].add(route.properties["DestinationCidrBlock"])
    peers = {
        (migration, here): ranges(migration, there)
        for migration in MIGRATIONS
        for here, there in permutations(
            {region for (name, *_), region in tables.items() if name == migration}
        )
    }

    assert any(len(found) > 1 for found in peers.values())
    assert routes == {table: peers[table[0], region] for table, region in tables.items()}


def test_a_replica_names_nothing_that_its_source_decides() -> None:
    for placed in replicas():
        decided = {
            "AllocatedStorage",
            "DBName",
            "Engine",
            "ManageMasterUserPassword",
            "MasterUserPassword",
            "MasterUsername",
            "StorageEncrypted",
        }
        assert not decided & placed.properties.keys(), placed.place


def test_a_replica_uses_a_key_and_groups_of_its_own_region_and_follows_its_source() -> None:
    for placed in replicas():
        for value in (
            placed.properties["KmsKeyId"],
            placed.properties["DBSubnetGroupName"],
            placed.properties["DBParameterGroupName"],
            *placed.properties["VPCSecurityGroups"],
        ):
            assert linked(placed, value).stack.startswith(f"{placed.stack.region}/")
        arn = placed.properties["SourceDBInstanceIdentifier"].split(":")
        assert arn[3] == placed.properties["SourceRegion"] != placed.stack.region
        assert f"{arn[3]}/{placed.stack.name}" in placed.stack.after


def test_no_key_leaves_its_region_but_to_encrypt_what_is_written_there() -> None:
    """S3 and Secrets Manager encrypt over there with the key of over there, by its ARN."""
    to_over_there = {"ReplicaKmsKeyID", "ReplicaRegions"}
    met = set()
    for migration in MIGRATIONS:
        for stack_id, template in templates_of(compiled_in(migration)).items():
            stack = STACKS[migration][stack_id]
            foreign = {
                name
                for name, source in stack.parameters.items()
                if isinstance(source, FromOutput)
                and source.stack.endswith("/keys")
                and not source.stack.startswith(f"{stack.region}/")
            }
            for resource in template["Resources"].values():
                for place in places_of(resource["Properties"], foreign):
                    is_policy = "PolicyDocument" in place
                    assert to_over_there & set(place) or is_policy, (stack_id, place)
                    met |= to_over_there & set(place)
    assert met == to_over_there


def places_of(
    value: object, names: set[str], place: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        if value.get("Ref") in names:
            yield place
        for key, item in value.items():
            yield from places_of(item, names, (*place, key))
    elif isinstance(value, list):
        for item in value:
            yield from places_of(item, names, place)


def test_keys_outlive_their_stacks_and_are_never_deleted_in_haste() -> None:
    for placed in of("AWS::KMS::Key"):
        assert placed.resource["DeletionPolicy"] == "RetainExceptOnCreate", placed.place
        assert placed.resource["UpdateReplacePolicy"] == "Retain"
        assert placed.properties.get("Enabled", True) is True
        assert placed.properties["EnableKeyRotation"] is True


def test_replication_goes_to_a_versioned_bucket_that_stands_first() -> None:
    buckets = {
        (placed.migration, placed.properties["BucketName"]): placed
        for placed in of("AWS::S3::Bucket")
    }
    for placed in having("AWS::S3::Bucket", "ReplicationConfiguration"):
        assert placed.properties["VersioningConfiguration"] == {"Status": "Enabled"}
        for rule in placed.properties["ReplicationConfiguration"]["Rules"]:
            arn = rule["Destination"]["Bucket"]
            target = buckets[placed.migration, arn.rpartition(":")[2]]
            assert target.stack.side == "target"
            assert target.properties["VersioningConfiguration"] == {"Status": "Enabled"}
            assert target.stack.id in placed.stack.after


def test_a_replication_role_stands_first_and_may_read_here_and_write_there() -> None:
    for placed in having("AWS::S3::Bucket", "ReplicationConfiguration"):
        replication = placed.properties["ReplicationConfiguration"]
        name, attribute = replication["Role"]["Fn::GetAtt"]
        assert attribute == "Arn"
        (role,) = (
            found
            for found in of("AWS::IAM::Role")
            if (found.migration, found.stack.id, found.name)
            == (placed.migration, placed.stack.id, name)
        )
        allowed = {
            (action, resource)
            for policy in role.properties["Policies"]
            for statement in policy["PolicyDocument"]["Statement"]
            for action in as_list(statement["Action"])
            for resource in as_list(statement["Resource"])
            if isinstance(resource, str)
        }
        here = f"arn:aws:s3:::{placed.properties['BucketName']}"
        there = replication["Rules"][0]["Destination"]["Bucket"]
        assert allowed >= {
            ("s3:GetReplicationConfiguration", here),
            ("s3:ListBucket", here),
            ("s3:GetObjectVersionForReplication", f"{here}/*"),
            ("s3:GetObjectVersionAcl", f"{here}/*"),
            ("s3:GetObjectVersionTagging", f"{here}/*"),
            ("s3:ReplicateObject", f"{there}/*"),
            ("s3:ReplicateDelete", f"{there}/*"),
            ("s3:ReplicateTags", f"{there}/*"),
        }
        keys = {
            (action, statement["Resource"]["Ref"])
            for policy in role.properties["Policies"]
            for statement in policy["PolicyDocument"]["Statement"]
            for action in as_list(statement["Action"])
            if isinstance(statement["Resource"], dict)
        }
        assert keys >= {
            ("kms:Decrypt", "KeysBucketsKeyArn"),
            ("kms:Encrypt", "TargetKeysBucketsKeyArn"),
            ("kms:GenerateDataKey", "TargetKeysBucketsKeyArn"),
        }


def as_list(value: Any) -> list[Any]:  # noqa: ANN401 -- JSON
    return value if isinstance(value, list) else [value]


def test_security_groups_hold_no_rule_that_names_another_group() -> None:
    """Rules stand alone, so groups need no order, form no cycle, and can be deleted."""
    for placed in of("AWS::EC2::SecurityGroup"):
        assert "SecurityGroupIngress" not in placed.properties, placed.place
        assert "SecurityGroupId" not in json.dumps(placed.properties), placed.place
    for kind in ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"):
        assert any("SecurityGroupId" in key for p in of(kind) for key in p.properties)


def test_every_way_to_the_internet_waits_for_the_gateway_to_be_attached() -> None:
    """So it is taken away before the gateway, too."""
    for kind in ("AWS::EC2::EIP", "AWS::EC2::NatGateway"):
        for placed in of(kind):
            assert "InternetGatewayAttachment" in placed.resource["DependsOn"], placed.place
    for placed in having("AWS::EC2::Route", "GatewayId"):
        assert "InternetGatewayAttachment" in placed.resource["DependsOn"], placed.place
    for placed in of("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        assert f"{placed.stack.region}/network" in before(placed)


def test_each_health_check_is_admitted_by_the_group_of_the_instances() -> None:
    for placed in of("AWS::ElasticLoadBalancingV2::TargetGroup"):
        checked = placed.properties["HealthCheckPort"]
        port = placed.properties["Port"] if checked == "traffic-port" else int(checked)
        admitted = {
            (kind, rule.properties["FromPort"])
            for kind in ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")
            for rule in of(kind)
            if (rule.migration, rule.stack.id) == (placed.migration, placed.stack.id)
            and "LoadBalancerSecurityGroupGroupId" in json.dumps(rule.properties)
        }
        for kind in ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"):
            assert (kind, port) in admitted, placed.place


def test_bucket_origins_use_an_access_control_and_no_access_identity() -> None:
    for placed in of("AWS::CloudFront::Distribution"):
        origins = placed.properties["DistributionConfig"]["Origins"]
        of_buckets = [origin for origin in origins if "S3OriginConfig" in origin]
        assert of_buckets
        for origin in of_buckets:
            assert origin["S3OriginConfig"] == {"OriginAccessIdentity": ""}
            name, attribute = origin["OriginAccessControlId"]["Fn::GetAtt"]
            assert attribute == "Id"
            (control,) = (
                p
                for p in of("AWS::CloudFront::OriginAccessControl")
                if (p.migration, p.stack.id, p.name) == (placed.migration, placed.stack.id, name)
            )
            assert control.properties["OriginAccessControlConfig"]["SigningBehavior"] == "always"


GLOBAL_NAMES = {
    "AWS::IAM::Role": "RoleName",
    "AWS::S3::Bucket": "BucketName",
}


@pytest.mark.parametrize("kind", GLOBAL_NAMES)
def test_names_of_one_space_for_all_regions_carry_their_region(kind: str) -> None:
    for placed in of(kind):
        name = placed.properties[GLOBAL_NAMES[kind]]
        assert placed.stack.region in name, placed.place
        if kind == "AWS::S3::Bucket":
            assert placed.stack.account in name, placed.place


NAMES = {
    **GLOBAL_NAMES,
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::RDS::DBInstance": "DBInstanceIdentifier",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SSM::Parameter": "Name",
}


@pytest.mark.parametrize("kind", NAMES)
def test_no_physical_name_is_taken_twice_in_one_place(kind: str) -> None:
    taken = [
        (
            placed.migration,
            "everywhere" if kind in GLOBAL_NAMES else placed.stack.region,
            placed.properties[NAMES[kind]].lower(),
        )
        for placed in of(kind)
    ]

    assert sorted(set(taken)) == sorted(taken)
