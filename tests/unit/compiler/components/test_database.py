"""Tests of databases: primary, replica, and what they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.components import addresses, database
from compiler.symbols import Address, StackKey
from tests.unit.compiler.components.media import MEDIA, media, side
from tests.unit.compiler.components.places import built, symbol, tagged

if TYPE_CHECKING:
    from spec.model import Spec


def with_catalog(**changes: Any) -> Spec:  # noqa: ANN401 - pieces of a spec
    return media(databases={"catalog": {**MEDIA["databases"]["catalog"], **changes}})


def body(spec: Spec, address: Address) -> dict[str, Any]:
    found: dict[str, Any] = built(spec, database)[address].body.to_dict()
    return found


def primary(spec: Spec) -> dict[str, Any]:
    found: dict[str, Any] = body(spec, addresses.database(media(), "source", "catalog"))[
        "Properties"
    ]
    return found


def replica(spec: Spec) -> dict[str, Any]:
    found: dict[str, Any] = body(spec, addresses.database(media(), "target", "catalog"))[
        "Properties"
    ]
    return found


def test_the_primary_is_encrypted_protected_and_keeps_its_backups() -> None:
    assert body(media(), addresses.database(media(), "source", "catalog")) == {
        "Type": "AWS::RDS::DBInstance",
        "DeletionPolicy": "Snapshot",
        "UpdateReplacePolicy": "Snapshot",
        "Properties": {
            "AllocatedStorage": "100",
            "AutoMinorVersionUpgrade": False,
            "BackupRetentionPeriod": 7,
            "CopyTagsToSnapshot": True,
            "DBInstanceClass": "db.t3.medium",
            "DBInstanceIdentifier": "streaming-staging-catalog",
            "DBName": "catalog",
            "DBParameterGroupName": symbol(addresses.database_parameter_group("source", "catalog")),
            "DBSubnetGroupName": symbol(addresses.database_subnet_group("source", "catalog")),
            "DeleteAutomatedBackups": False,
            "DeletionProtection": True,
            "Engine": "postgres",
            "EngineVersion": "16.4",
            "KmsKeyId": symbol(addresses.key("source", "databases"), "Arn"),
            "MasterUserPassword": "{{resolve:secretsmanager:streaming/staging/catalog"
            ":SecretString:password}}",
            "MasterUsername": "stackferry",
            "MultiAZ": True,
            "Port": "5432",
            "PubliclyAccessible": False,
            "StorageEncrypted": True,
            "StorageType": "gp3",
            "Tags": tagged(),
            "VPCSecurityGroups": [
                symbol(addresses.database_security_group("source", "catalog"), "GroupId")
            ],
        },
    }


def test_the_primary_comes_after_the_secret_that_it_reads_by_name() -> None:
    found = built(media(), database)

    assert found[addresses.database(media(), "source", "catalog")].after == (
        addresses.secret("catalog"),
    )


def test_the_replica_is_made_from_the_primary_under_the_targets_key() -> None:
    found = built(media(), database)[addresses.database(media(), "target", "catalog")]

    assert found.body.to_dict() == {
        "Type": "AWS::RDS::DBInstance",
        "DeletionPolicy": "Snapshot",
        "UpdateReplacePolicy": "Snapshot",
        "Properties": {
            "AutoMinorVersionUpgrade": False,
            "BackupRetentionPeriod": 7,
            "CopyTagsToSnapshot": True,
            "DBInstanceClass": "db.t3.medium",
            "DBInstanceIdentifier": "streaming-staging-catalog",
            "DBParameterGroupName": symbol(addresses.database_parameter_group("target", "catalog")),
            "DBSubnetGroupName": symbol(addresses.database_subnet_group("target", "catalog")),
            "DeletionProtection": False,
            "KmsKeyId": symbol(addresses.key("target", "databases"), "Arn"),
            "MultiAZ": True,
            "PubliclyAccessible": False,
            "SourceDBInstanceIdentifier": "arn:aws:rds:us-east-1:111122223333:db"
            ":streaming-staging-catalog",
            "SourceRegion": "us-east-1",
            "StorageType": "gp3",
            "Tags": tagged(),
            "VPCSecurityGroups": [
                symbol(addresses.database_security_group("target", "catalog"), "GroupId")
            ],
        },
    }
    assert found.after == (addresses.database(media(), "source", "catalog"),)


def test_the_target_may_have_a_smaller_class_and_no_standby() -> None:
    spec = with_catalog(target={"instance_class": "db.t3.small", "multi_az": False})

    assert (replica(spec)["DBInstanceClass"], replica(spec)["MultiAZ"]) == ("db.t3.small", False)
    assert (primary(spec)["DBInstanceClass"], primary(spec)["MultiAZ"]) == ("db.t3.medium", True)


def test_the_replica_has_a_standby_only_where_its_source_has_one() -> None:
    assert replica(with_catalog(multi_az=False))["MultiAZ"] is False


def test_what_the_spec_says_more_reaches_both_sides_where_both_take_it() -> None:
    plain = media()
    full = with_catalog(
        storage_type="io2",
        iops=3000,
        max_storage_gib=800,
        throughput_mibps=500,
        port=6432,
        database="films",
        user="catalog_admin",
        backup_retention_days=14,
        backup_window="03:00-04:00",
        maintenance_window="sun:05:00-sun:06:00",
        log_exports=["postgresql", "upgrade"],
        deletion_protection=False,
    )
    both = {
        "BackupRetentionPeriod": 14,
        "EnableCloudwatchLogsExports": ["postgresql", "upgrade"],
        "Iops": 3000,
        "MaxAllocatedStorage": 800,
        "Port": "6432",
        "PreferredMaintenanceWindow": "sun:05:00-sun:06:00",
        "StorageThroughput": 500,
        "StorageType": "io2",
    }

    assert primary(full) == {
        **primary(plain),
        **both,
        "DBName": "films",
        "DeletionProtection": False,
        "MasterUsername": "catalog_admin",
        "PreferredBackupWindow": "03:00-04:00",
    }
    assert replica(full) == {**replica(plain), **both}


@pytest.mark.parametrize("window", ["23:45-00:15", "00:10-00:00"])
def test_a_backup_window_may_pass_midnight(window: str) -> None:
    assert primary(with_catalog(backup_window=window))["PreferredBackupWindow"] == window


def test_io2_may_have_more_operations_for_each_gib_than_io1() -> None:
    spec = with_catalog(storage_type="io2", storage_gib=100, iops=100_000)

    assert (primary(spec)["Iops"], replica(spec)["Iops"]) == (100_000, 100_000)


@pytest.mark.parametrize(
    ("engine", "version", "port", "family"),
    [
        ("postgres", "16.13", "5432", "postgres16"),
        ("postgres", "17.2", "5432", "postgres17"),
        ("mysql", "8.0.46", "3306", "mysql8.0"),
        ("mysql", "8.4.9", "3306", "mysql8.4"),
        ("mariadb", "10.11.19", "3306", "mariadb10.11"),
        ("mariadb", "11.4.13", "3306", "mariadb11.4"),
    ],
)
def test_each_engine_has_its_port_and_family(
    engine: str, version: str, port: str, family: str
) -> None:
    spec = with_catalog(engine=engine, version=version)

    assert (primary(spec)["Engine"], primary(spec)["Port"]) == (engine, port)
    for which in ("source", "target"):
        group = addresses.database_parameter_group(
            "source" if which == "source" else "target", "catalog"
        )
        assert body(spec, group)["Properties"]["Family"] == family


def test_a_parameter_group_holds_what_the_spec_sets_and_nothing_else() -> None:
    group = addresses.database_parameter_group("target", "catalog")
    spec = with_catalog(parameters={"work_mem": "65536", "log_min_duration_statement": "500"})

    assert body(media(), group) == {
        "Type": "AWS::RDS::DBParameterGroup",
        "Properties": {
            "Description": "Database catalog",
            "Family": "postgres16",
            "Tags": tagged(),
        },
    }
    assert list(body(spec, group)["Properties"]["Parameters"].items()) == [
        ("log_min_duration_statement", "500"),
        ("work_mem", "65536"),
    ]


def test_an_instance_stands_in_the_database_subnets_and_lets_nothing_out() -> None:
    assert body(media(), addresses.database_subnet_group("source", "catalog"))["Properties"] == {
        "DBSubnetGroupDescription": "Database catalog",
        "SubnetIds": [
            symbol(addresses.subnet("source", "database", "us-east-1a")),
            symbol(addresses.subnet("source", "database", "us-east-1b")),
        ],
        "Tags": tagged(),
    }
    assert body(media(), addresses.database_security_group("source", "catalog"))["Properties"] == {
        "GroupDescription": "Database catalog",
        "SecurityGroupEgress": [
            {
                "CidrIp": "127.0.0.1/32",
                "Description": "Nothing leaves from here",
                "IpProtocol": "-1",
            }
        ],
        "Tags": tagged("streaming-staging-catalog"),
        "VpcId": symbol(addresses.vpc("source")),
    }


def test_the_instance_is_alone_in_its_stack() -> None:
    stacks: dict[tuple[str, str], set[str]] = {}
    for address in built(media(), database):
        stacks.setdefault((address.stack.side, address.stack.name), set()).add(address.logical_id)

    groups = {"SecurityGroup", "SubnetGroup", "ParameterGroup"}
    assert stacks == {
        ("source", "database-catalog-groups"): groups,
        ("source", "database-catalog"): {"Database"},
        ("source", "database-catalog-endpoint"): {"Endpoint"},
        ("target", "database-catalog-groups"): groups,
        ("target", "database-catalog"): {"Database"},
        ("target", "database-catalog-endpoint"): {"Endpoint"},
    }


def test_each_region_publishes_the_endpoint_of_its_own_instance() -> None:
    stack = StackKey(side="target", name="database-catalog-endpoint")

    assert body(media(), Address(stack=stack, logical_id="Endpoint")) == {
        "Type": "AWS::SSM::Parameter",
        "Properties": {
            "Description": "Address of the database catalog in this region",
            "Name": "/streaming/staging/databases/catalog/endpoint",
            "Tags": {
                "CostCenter": "4711",
                "Environment": "staging",
                "MigrationPhase": "replicate",
                "SourceRegion": "us-east-1",
                "TargetRegion": "eu-central-1",
            },
            "Type": "String",
            "Value": symbol(addresses.database(media(), "target", "catalog"), "Endpoint.Address"),
        },
    }


@pytest.mark.parametrize(
    ("source", "target", "partition"),
    [
        ("cn-north-1", "cn-northwest-1", "aws-cn"),
        ("us-gov-west-1", "us-gov-east-1", "aws-us-gov"),
    ],
)
def test_the_replica_names_its_source_in_the_right_partition(
    source: str, target: str, partition: str
) -> None:
    spec = media(source=side(source, "10.0.0.0/16"), target=side(target, "10.1.0.0/16"))

    assert replica(spec)["SourceDBInstanceIdentifier"] == (
        f"arn:{partition}:rds:{source}:111122223333:db:streaming-staging-catalog"
    )
