from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.handlers.kms import KeyHandler
from tests.unit.sandbox.handlers_databases import (
    INSTANCES,
    PRIMARY,
    described,
    key_in,
    parameter_group,
    primary,
    security_group,
    subnet_group,
    vpc_of,
)
from tests.unit.sandbox.handlers_ground import assert_refused, pairs, scope_in, services
from tests.unit.sandbox.handlers_lives import Life, lived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Properties, Scope

SHOWN_ELSEWHERE = frozenset(
    {
        "AllocatedStorage",
        "AllowMajorVersionUpgrade",
        "DeleteAutomatedBackups",
        "EnablePerformanceInsights",
        "ManageMasterUserPassword",
        "MonitoringRoleArn",
        "StorageType",
    }
)
CREATED_WITH = frozenset(
    {
        "AvailabilityZone",
        "Engine",
        "EngineLifecycleSupport",
        "LicenseModel",
        "NetworkType",
        "PerformanceInsightsKMSKeyId",
    }
)
"""What no template of ours changes, and RDS itself only here and there."""

UNTOLD = frozenset(
    {"AllowMajorVersionUpgrade", "ApplyImmediately", "DeleteAutomatedBackups", "MasterUserPassword"}
)


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def test_an_instance_lives(scope: Scope) -> None:
    group = subnet_group(scope)
    vpc = vpc_of(scope, group)
    one, two = (security_group(scope, vpc, name) for name in ("one", "two"))
    role = scope.client("iam").create_role(
        RoleName="monitoring", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17"})
    )["Role"]["Arn"]
    key = key_in(scope)
    life = Life(
        handler=INSTANCES,
        scope=scope,
        start={
            **PRIMARY,
            "AllocatedStorage": "400",
            "MaxAllocatedStorage": 1000,
            "StorageType": "gp3",
            "Iops": 12000,
            "StorageThroughput": 500,
            "StorageEncrypted": True,
            "KmsKeyId": key,
            "BackupRetentionPeriod": 7,
            "PreferredBackupWindow": "03:00-03:30",
            "PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
            "MultiAZ": True,
            "DeletionProtection": False,
            "EnableCloudwatchLogsExports": ["postgresql"],
            "CopyTagsToSnapshot": True,
            "AutoMinorVersionUpgrade": False,
            "CACertificateIdentifier": "rds-ca-rsa4096-g1",
            "DBName": "orders",
            "Port": "5433",
            "PubliclyAccessible": False,
            "VPCSecurityGroups": [one],
            "DBSubnetGroupName": group,
            "DBParameterGroupName": parameter_group(scope),
            "EnablePerformanceInsights": True,
            "PerformanceInsightsKMSKeyId": key,
            "PerformanceInsightsRetentionPeriod": 31,
            "MonitoringInterval": 60,
            "MonitoringRoleArn": role,
            "DeleteAutomatedBackups": True,
            "AllowMajorVersionUpgrade": True,
            "ApplyImmediately": True,
            "EnableIAMDatabaseAuthentication": True,
            "NetworkType": "IPV4",
            "DatabaseInsightsMode": "advanced",
            "EngineLifecycleSupport": "open-source-rds-extended-support-disabled",
            "LicenseModel": "postgresql-license",
            "AvailabilityZone": "us-east-1b",
            "ManageMasterUserPassword": False,
            "Tags": pairs(("Name", "one")),
        },
        changes={
            "DBInstanceClass": "db.r6g.xlarge",
            "EngineVersion": "16.8",
            "MaxAllocatedStorage": 2000,
            "Iops": 14000,
            "StorageThroughput": 600,
            "BackupRetentionPeriod": 14,
            "PreferredBackupWindow": "02:00-02:30",
            "PreferredMaintenanceWindow": "mon:05:00-mon:06:00",
            "MultiAZ": False,
            "DeletionProtection": True,
            "EnableCloudwatchLogsExports": ["postgresql", "upgrade"],
            "CopyTagsToSnapshot": False,
            "AutoMinorVersionUpgrade": True,
            "CACertificateIdentifier": None,
            "Port": "5434",
            "PubliclyAccessible": True,
            "VPCSecurityGroups": [one, two],
            "DBParameterGroupName": parameter_group(scope, "other"),
            "PerformanceInsightsRetentionPeriod": 7,
            "MonitoringInterval": 30,
            "MasterUserPassword": "another-one",
            "ApplyImmediately": False,
            "EnableIAMDatabaseAuthentication": False,
            "DatabaseInsightsMode": None,
            "Tags": pairs(("Name", "two")),
        },
        untold=UNTOLD,
        elsewhere=SHOWN_ELSEWHERE | CREATED_WITH | frozenset({"SourceDBInstanceIdentifier"}),
    )
    replica = {"SourceDBInstanceIdentifier", "SourceRegion"}
    assert life.covered | replica == INSTANCES.supported
    lived(life)


def test_an_instance_tells_its_attributes(scope: Scope) -> None:
    created = INSTANCES.create(scope, PRIMARY)

    told = described(scope, "orders")
    assert created.physical_id == "orders"
    assert created.attributes == {
        "DBInstanceArn": "arn:aws:rds:us-east-1:123456789012:db:orders",
        "DbiResourceId": told["DbiResourceId"],
        "Endpoint.Address": told["Endpoint"]["Address"],
        "Endpoint.Port": "5432",
        "Endpoint.HostedZoneId": "Z2R2ITUGPM61AM",
    }


def test_instances_have_resource_ids_of_their_own(scope: Scope) -> None:
    one = INSTANCES.create(scope, PRIMARY).attributes["DbiResourceId"]
    two = INSTANCES.create(scope, {**PRIMARY, "DBInstanceIdentifier": "two"})

    assert str(one).startswith("db-")
    assert one != two.attributes["DbiResourceId"]


@pytest.mark.parametrize(
    ("engine", "given", "told"),
    [
        ("postgres", "16", "16.8"),
        ("postgres", None, "17.4"),
        ("mysql", "8.0", "8.0.41"),
        ("mysql", "8.0.35", "8.0.35"),
        ("mariadb", "11.4", "11.4.5"),
    ],
)
def test_a_major_version_stands_for_its_newest_minor_one(
    scope: Scope, engine: str, given: str | None, told: str
) -> None:
    properties = {**PRIMARY, "Engine": engine, "EngineVersion": given}
    if given is None:
        del properties["EngineVersion"]

    INSTANCES.create(scope, properties)

    assert described(scope, "orders")["EngineVersion"] == told
    assert (INSTANCES.read(scope, "orders") or {})["EngineVersion"] == given or told


def test_an_instance_without_a_parameter_group_has_its_familys_default(scope: Scope) -> None:
    INSTANCES.create(scope, PRIMARY)

    told = INSTANCES.read(scope, "orders") or {}

    assert told["DBParameterGroupName"] == "default.postgres16"


def test_an_encrypted_instance_without_a_key_has_the_accounts(scope: Scope) -> None:
    INSTANCES.create(scope, {**PRIMARY, "StorageEncrypted": True})

    key = described(scope, "orders")["KmsKeyId"]
    aliases = scope.client("kms").list_aliases(KeyId=key.rsplit("/", 1)[-1])["Aliases"]
    assert [alias["AliasName"] for alias in aliases] == ["alias/aws/rds"]


def test_a_password_in_secrets_managers_care_is_a_secret(scope: Scope) -> None:
    given = {key: value for key, value in PRIMARY.items() if key != "MasterUserPassword"}
    created = INSTANCES.create(scope, {**given, "ManageMasterUserPassword": True})

    secret = created.attributes["MasterUserSecret.SecretArn"]
    found = scope.client("secretsmanager").get_secret_value(SecretId=secret)

    assert json.loads(found["SecretString"])
    assert (INSTANCES.read(scope, "orders") or {})["ManageMasterUserPassword"] is True


@pytest.mark.parametrize(
    ("code", "part", "changed"),
    [
        ("InvalidParameterCombination", "Cannot find version 99.9", {"EngineVersion": "99.9"}),
        ("InvalidParameterCombination", "Cannot find version x", {"EngineVersion": "x"}),
        ("InvalidParameterValue", "Invalid DB engine: oracle-ee", {"Engine": "oracle-ee"}),
        ("InvalidParameterValue", "Invalid DB Instance class", {"DBInstanceClass": "db.huge"}),
        ("InvalidParameterValue", "Invalid DB Instance class", {"DBInstanceClass": "m6g.large"}),
        ("InvalidParameterValue", "shorter than 8", {"MasterUserPassword": "short"}),
        ("InvalidParameterValue", "printable ASCII", {"MasterUserPassword": "at@example"}),
        ("InvalidParameterValue", "MasterUsername must be", {"MasterUsername": None}),
        ("InvalidParameterValue", "AllocatedStorage must be", {"AllocatedStorage": None}),
        ("InvalidParameterValue", "storage size", {"AllocatedStorage": "5"}),
        ("InvalidParameterValue", "storage type", {"StorageType": "tape"}),
        ("InvalidParameterCombination", "Max storage", {"MaxAllocatedStorage": 100}),
        ("InvalidParameterCombination", "IOPS", {"StorageType": "io1"}),
        ("InvalidParameterCombination", "IOPS", {"StorageType": "gp3", "Iops": 12000}),
        ("InvalidParameterCombination", "IOPS", {"StorageType": "gp2", "Iops": 12000}),
        ("InvalidParameterCombination", "throughput", {"StorageThroughput": 500}),
        ("InvalidParameterValue", "between 0 and 35", {"BackupRetentionPeriod": 36}),
        ("InvalidParameterCombination", "audit", {"EnableCloudwatchLogsExports": ["audit"]}),
        ("InvalidParameterCombination", "MonitoringRoleARN", {"MonitoringInterval": 60}),
        ("InvalidParameterCombination", "MonitoringInterval", {"MonitoringRoleArn": "x"}),
        ("DBSubnetGroupNotFoundFault", "'missing'", {"DBSubnetGroupName": "missing"}),
        ("DBParameterGroupNotFound", "missing", {"DBParameterGroupName": "missing"}),
        ("InvalidParameterValue", "sg-0", {"VPCSecurityGroups": ["sg-0123456789abcdef0"]}),
        ("KMSKeyNotAccessibleFault", "[no]", {"StorageEncrypted": True, "KmsKeyId": "no"}),
        ("InvalidParameterCombination", "StorageEncrypted", {"KmsKeyId": "no"}),
        (
            "KMSKeyNotAccessibleFault",
            "[no]",
            {"EnablePerformanceInsights": True, "PerformanceInsightsKMSKeyId": "no"},
        ),
        (
            "InvalidParameterCombination",
            "ManageMasterUserPassword",
            {"ManageMasterUserPassword": True},
        ),
        ("InvalidParameterValue", "", {"DBInstanceIdentifier": "1-orders"}),
        ("InvalidParameterValue", "", {"DBInstanceIdentifier": "orders--x"}),
        ("InvalidParameterValue", "", {"PreferredBackupWindow": "04:00-04:10"}),
    ],
)
def test_a_wrong_instance_is_refused_and_leaves_nothing(
    scope: Scope, code: str, part: str, changed: Properties
) -> None:
    given = {key: value for key, value in {**PRIMARY, **changed}.items() if value is not None}

    assert_refused(code, part, INSTANCES, scope, given)

    assert scope.client("rds").describe_db_instances()["DBInstances"] == []


def test_an_identifier_is_taken_whatever_its_case(scope: Scope) -> None:
    INSTANCES.create(scope, PRIMARY)
    given = {**PRIMARY, "DBInstanceIdentifier": "ORDERS"}

    assert_refused("DBInstanceAlreadyExists", "already exists", INSTANCES, scope, given)


def test_a_parameter_group_of_another_family_is_refused(scope: Scope) -> None:
    group = parameter_group(scope, "old", "postgres15")
    given = {**PRIMARY, "DBParameterGroupName": group}

    assert_refused(
        "InvalidParameterCombination",
        "The parameter group old with DBParameterGroupFamily postgres15 can't be used for this "
        "instance. Use a parameter group with DBParameterGroupFamily postgres16.",
        INSTANCES,
        scope,
        given,
    )


def test_a_key_of_another_region_or_one_that_dies_is_refused(scope: Scope) -> None:
    dying = key_in(scope)
    KeyHandler().delete(scope, dying.rsplit("/", 1)[-1], {})

    for key in (dying, key_in(scope_in("eu-west-1"))):
        given = {**PRIMARY, "StorageEncrypted": True, "KmsKeyId": key}
        assert_refused("KMSKeyNotAccessibleFault", key, INSTANCES, scope, given)


def test_a_security_group_of_another_vpc_is_refused(scope: Scope) -> None:
    other = vpc_of(scope, subnet_group(scope, "other"))
    given = {
        **PRIMARY,
        "DBSubnetGroupName": subnet_group(scope),
        "VPCSecurityGroups": [security_group(scope, other)],
    }

    assert_refused("InvalidVPCNetworkStateFault", "different VPCs", INSTANCES, scope, given)


def test_a_zone_that_the_subnets_do_not_cover_is_refused(scope: Scope) -> None:
    given = {
        **PRIMARY,
        "DBSubnetGroupName": subnet_group(scope),
        "AvailabilityZone": "us-east-1c",
    }

    assert_refused("InvalidVPCNetworkStateFault", "us-east-1c", INSTANCES, scope, given)
    assert scope.client("rds").describe_db_instances()["DBInstances"] == []


def test_an_instance_stands_in_a_zone_of_its_subnets(scope: Scope) -> None:
    primary(scope, DBSubnetGroupName=subnet_group(scope, zones="cb"))

    assert described(scope, "orders")["AvailabilityZone"] == "us-east-1b"


def test_an_instance_is_made_anew_beside_the_backups_that_an_earlier_one_left(scope: Scope) -> None:
    for _ in range(3):
        primary(scope)
        INSTANCES.delete(scope, "orders", {"DeleteAutomatedBackups": False})
    primary(scope)

    kept = scope.client("rds").describe_db_snapshots(SnapshotType="automated")["DBSnapshots"]
    assert [each["DBInstanceIdentifier"] for each in kept] == ["orders"] * 4
