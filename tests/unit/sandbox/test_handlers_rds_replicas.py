from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused
from tests.unit.sandbox.handlers_databases import (
    INSTANCES,
    PRIMARY,
    described,
    key_in,
    parameter_group,
    primary,
    replica_of,
    security_group,
    subnet_group,
    vpc_of,
)
from tests.unit.sandbox.handlers_ground import assert_refused, pairs, scope_in, services, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Properties, Scope


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


@pytest.fixture(name="there")
def _there(scope: Scope) -> Scope:
    assert scope.region == "us-east-1"
    return scope_in("eu-west-1")


def encrypted(scope: Scope, **changed: Any) -> str:  # noqa: ANN401 -- JSON
    return primary(scope, StorageEncrypted=True, KmsKeyId=key_in(scope), **changed)


def without_source(properties: Properties) -> Properties:
    return {k: v for k, v in properties.items() if k != "SourceDBInstanceIdentifier"}


def test_a_replica_in_another_region_stands_in_its_own_network(scope: Scope, there: Scope) -> None:
    source = encrypted(scope, DBSubnetGroupName=subnet_group(scope, zones="ac"))
    group = subnet_group(there, zones="bc")
    door = security_group(there, vpc_of(there, group))
    key = key_in(there)
    given = replica_of(
        source,
        KmsKeyId=key,
        DBSubnetGroupName=group,
        VPCSecurityGroups=[door],
        DBParameterGroupName=parameter_group(there, "copy"),
        BackupRetentionPeriod=3,
        AllocatedStorage="100",
        Tags=pairs(("Name", "copy")),
    )

    created = INSTANCES.create(there, given)

    told = described(there, "orders-copy")
    assert told["DBInstanceArn"] == "arn:aws:rds:eu-west-1:123456789012:db:orders-copy"
    assert created.attributes["Endpoint.Address"] == told["Endpoint"]["Address"]
    assert ".eu-west-1." in told["Endpoint"]["Address"]
    assert told["ReadReplicaSourceDBInstanceIdentifier"] == source
    assert told["DBSubnetGroup"]["VpcId"] == vpc_of(there, group)
    assert told["AvailabilityZone"] == "eu-west-1b"
    assert told["KmsKeyId"] == key
    assert told["DBParameterGroups"][0]["DBParameterGroupName"] == "copy"
    assert described(scope, "orders")["ReadReplicaDBInstanceIdentifiers"] == [told["DBInstanceArn"]]
    read = INSTANCES.read(there, "orders-copy") or {}
    expected = {k: v for k, v in given.items() if k not in {"SourceRegion", "Tags"}}
    assert {name: read.get(name) for name in expected} == expected
    assert read["Tags"] == tags(("Name", "copy"))


def test_a_replica_takes_nothing_from_its_source_afterwards(scope: Scope, there: Scope) -> None:
    logs = {**PRIMARY, "EnableCloudwatchLogsExports": ["postgresql"]}
    source = str(INSTANCES.create(scope, logs).attributes["DBInstanceArn"])
    given = replica_of(source, Tags=pairs(("Name", "copy")))
    INSTANCES.create(there, given)
    before = INSTANCES.read(scope, "orders")

    INSTANCES.update(
        there, "orders-copy", given, {**given, "EnableCloudwatchLogsExports": ["upgrade"]}
    )

    assert INSTANCES.read(scope, "orders") == before
    one, two = (described(*where) for where in ((scope, "orders"), (there, "orders-copy")))
    assert one["DbiResourceId"] != two["DbiResourceId"]


def test_a_replica_in_the_same_region_is_known_by_name(scope: Scope) -> None:
    primary(scope)
    given = {"DBInstanceIdentifier": "copy", "SourceDBInstanceIdentifier": "orders"}

    INSTANCES.create(scope, given)

    assert described(scope, "orders")["ReadReplicaDBInstanceIdentifiers"] == ["copy"]
    assert (INSTANCES.read(scope, "copy") or {})["SourceDBInstanceIdentifier"] == "orders"
    INSTANCES.delete(scope, "copy", given)
    assert described(scope, "orders")["ReadReplicaDBInstanceIdentifiers"] == []


def test_a_replica_starts_without_backups_unless_its_template_says_so(
    scope: Scope, there: Scope
) -> None:
    INSTANCES.create(there, replica_of(primary(scope)))

    assert described(there, "orders-copy")["BackupRetentionPeriod"] == 0


def test_a_replica_without_a_subnet_group_stands_in_no_network_of_its_source(
    scope: Scope, there: Scope
) -> None:
    source = primary(scope, DBSubnetGroupName=subnet_group(scope))

    INSTANCES.create(there, replica_of(source))

    told = described(there, "orders-copy")
    assert "DBSubnetGroup" not in told
    assert told["AvailabilityZone"] == "eu-west-1a"


def test_a_replica_that_is_deleted_leaves_its_sources_list(scope: Scope, there: Scope) -> None:
    given = replica_of(primary(scope))
    INSTANCES.create(there, given)

    INSTANCES.delete(there, "orders-copy", given)

    assert INSTANCES.read(there, "orders-copy") is None
    assert described(scope, "orders")["ReadReplicaDBInstanceIdentifiers"] == []


def test_removing_the_source_promotes_in_place(scope: Scope, there: Scope) -> None:
    old = replica_of(
        encrypted(scope),
        KmsKeyId=key_in(there),
        DBSubnetGroupName=subnet_group(there),
        BackupRetentionPeriod=3,
    )
    before = INSTANCES.create(there, old)

    after = INSTANCES.update(there, "orders-copy", old, without_source(old))

    told = described(there, "orders-copy")
    assert after == before
    assert told.get("ReadReplicaSourceDBInstanceIdentifier") is None
    assert told["BackupRetentionPeriod"] == 3
    assert told["StorageEncrypted"] is True
    assert described(scope, "orders")["ReadReplicaDBInstanceIdentifiers"] == []
    assert "SourceDBInstanceIdentifier" not in (INSTANCES.read(there, "orders-copy") or {})


def test_a_promoted_instance_has_a_life_of_its_own(scope: Scope, there: Scope) -> None:
    old = replica_of(primary(scope), BackupRetentionPeriod=3)
    new = without_source(old)
    INSTANCES.create(there, old)
    INSTANCES.update(there, "orders-copy", old, new)

    INSTANCES.delete(scope, "orders", {})
    INSTANCES.update(there, "orders-copy", new, {**new, "BackupRetentionPeriod": 14})

    assert described(there, "orders-copy")["BackupRetentionPeriod"] == 14
    again = replica_of(
        described(there, "orders-copy")["DBInstanceArn"], DBInstanceIdentifier="orders-g2"
    )
    INSTANCES.create(scope, again)
    assert len(described(there, "orders-copy")["ReadReplicaDBInstanceIdentifiers"]) == 1


def test_replication_over_regions_ends_when_a_postgresql_source_goes(
    scope: Scope, there: Scope
) -> None:
    given = replica_of(primary(scope))
    INSTANCES.create(there, given)

    INSTANCES.delete(scope, "orders", {})

    told = described(there, "orders-copy")
    assert [info["Status"] for info in told["StatusInfos"]] == ["terminated"]
    INSTANCES.delete(there, "orders-copy", given)
    assert INSTANCES.read(there, "orders-copy") is None


def test_a_mysql_replica_is_promoted_when_its_source_goes(scope: Scope, there: Scope) -> None:
    source = primary(scope, Engine="mysql", EngineVersion="8.0.35")
    INSTANCES.create(there, replica_of(source))

    INSTANCES.delete(scope, "orders", {})

    told = described(there, "orders-copy")
    assert told.get("ReadReplicaSourceDBInstanceIdentifier") is None


@pytest.mark.parametrize(
    ("code", "part", "changed"),
    [
        (
            "DBInstanceNotFound",
            "DBInstance missing not found",
            {"SourceDBInstanceIdentifier": "arn:aws:rds:us-east-1:123456789012:db:missing"},
        ),
        (
            "DBInstanceNotFound",
            "DBInstance orders not found",
            {"SourceDBInstanceIdentifier": "orders"},
        ),
        ("InvalidParameterCombination", "MasterUsername", {"MasterUsername": "shop"}),
        ("InvalidParameterCombination", "MasterUserPassword", {"MasterUserPassword": "secretly"}),
        ("InvalidParameterCombination", "StorageEncrypted", {"StorageEncrypted": True}),
        ("InvalidParameterCombination", "DBName", {"DBName": "orders"}),
        ("InvalidParameterCombination", "must be postgres", {"Engine": "mysql"}),
        ("InvalidParameterCombination", "encrypted cross region", {"KmsKeyId": "any"}),
        ("DBSubnetGroupNotFoundFault", "'shop'", {"DBSubnetGroupName": "shop"}),
        ("DBParameterGroupNotFound", "shop", {"DBParameterGroupName": "shop"}),
        ("DBInstanceAlreadyExists", "", {"DBInstanceIdentifier": "taken"}),
    ],
)
def test_a_wrong_replica_is_refused_and_leaves_nothing(
    scope: Scope, there: Scope, code: str, part: str, changed: Properties
) -> None:
    subnet_group(scope)
    parameter_group(scope)
    primary(there, DBInstanceIdentifier="taken")
    given = {**replica_of(primary(scope)), **changed}

    assert_refused(code, part, INSTANCES, there, given)

    assert described(scope, "orders")["ReadReplicaDBInstanceIdentifiers"] == []
    found = there.client("rds").describe_db_instances()["DBInstances"]
    assert [instance["DBInstanceIdentifier"] for instance in found] == ["taken"]


def test_a_source_without_backups_seeds_no_replica(scope: Scope, there: Scope) -> None:
    given = replica_of(primary(scope, BackupRetentionPeriod=0))

    assert_refused(
        "InvalidDBInstanceState", "Automated backups are not enabled", INSTANCES, there, given
    )


def test_an_encrypted_source_needs_a_key_of_the_replicas_region(scope: Scope, there: Scope) -> None:
    source = encrypted(scope)
    foreign = replica_of(source, KmsKeyId=key_in(scope))

    assert_refused(
        "InvalidParameterCombination",
        "Cannot create a cross region unencrypted read replica from encrypted source",
        INSTANCES,
        there,
        replica_of(source),
    )
    assert_refused("KMSKeyNotAccessibleFault", "", INSTANCES, there, foreign)


def test_a_replica_seeds_no_replica_in_a_third_region(scope: Scope, there: Scope) -> None:
    INSTANCES.create(there, replica_of(primary(scope), BackupRetentionPeriod=3))
    given = replica_of("arn:aws:rds:eu-west-1:123456789012:db:orders-copy")

    assert_refused(
        "InvalidDBInstanceState", "from the read replica", INSTANCES, scope_in("us-west-2"), given
    )


def test_a_password_in_secrets_managers_care_and_replicas_exclude_each_other(
    scope: Scope, there: Scope
) -> None:
    managed = {k: v for k, v in PRIMARY.items() if k != "MasterUserPassword"}
    managed["ManageMasterUserPassword"] = True
    part = "where ManageMasterUserPassword is enabled is not supported"
    code = "InvalidParameterCombination"
    arn = str(INSTANCES.create(scope, managed).attributes["DBInstanceArn"])

    assert_refused(code, part, INSTANCES, there, replica_of(arn))

    plain = {**PRIMARY, "DBInstanceIdentifier": "plain"}
    arn = str(INSTANCES.create(scope, plain).attributes["DBInstanceArn"])
    INSTANCES.create(there, replica_of(arn))
    with pytest.raises(Refused, match=part):
        INSTANCES.update(scope, "plain", plain, {**managed, "DBInstanceIdentifier": "plain"})


def test_a_source_keeps_its_backups(scope: Scope, there: Scope) -> None:
    INSTANCES.create(there, replica_of(primary(scope)))

    with pytest.raises(Refused, match="Cannot disable backups"):
        INSTANCES.update(scope, "orders", PRIMARY, {**PRIMARY, "BackupRetentionPeriod": 0})


def test_a_source_cannot_be_exchanged_or_given_back(scope: Scope, there: Scope) -> None:
    old = replica_of(primary(scope))
    new = without_source(old)
    INSTANCES.create(there, old)
    INSTANCES.update(there, "orders-copy", old, new)

    with pytest.raises(Refused, match="Resource is immutable") as refused:
        INSTANCES.update(there, "orders-copy", new, old)

    assert refused.value.code == "NotUpdatable"


def test_a_replica_of_china_has_its_own_arn() -> None:
    with services():
        source = primary(scope_in("cn-north-1"))
        created = INSTANCES.create(
            scope_in("cn-northwest-1"), replica_of(source, SourceRegion="cn-north-1")
        )

    assert source == "arn:aws-cn:rds:cn-north-1:123456789012:db:orders"
    assert created.attributes["DBInstanceArn"] == (
        "arn:aws-cn:rds:cn-northwest-1:123456789012:db:orders-copy"
    )
