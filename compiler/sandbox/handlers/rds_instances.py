"""RDS instances: primaries, replicas within and across regions, and their promotion."""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal import mock_random

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.identity import as_pairs, merged, physical_name
from compiler.sandbox.handlers.rds_groups import retag, tags_of
from compiler.sandbox.handlers.rds_lineage import (
    leave_source,
    promote,
    replicas_of,
    set_backups_aside,
    unshare,
)
from compiler.sandbox.handlers.rds_refusals import (
    refuse_groups,
    refuse_key,
    refuse_managed_password,
    refuse_replica,
)
from compiler.sandbox.handlers.rds_settings import settle
from compiler.sandbox.handlers.rds_shape import FIELDS, family, full_version, refuse_values, truth
from compiler.sandbox.handlers.rds_storage import told_storage
from compiler.sandbox.handlers.replies import Backend, ask, ask_or_none, beneath, refuse

_ENGINES = frozenset({"postgres", "mysql", "mariadb"})
_ZONE_ID = "Z2R2ITUGPM61AM"
"""The hosted zone of RDS endpoints; AWS has one for each region, the sandbox one for all."""

_WRITE_ONLY = frozenset(
    {
        "AllowMajorVersionUpgrade",
        "ApplyImmediately",
        "DeleteAutomatedBackups",
        "MasterUserPassword",
        "SourceRegion",
    }
)
_RULED = frozenset(
    {
        "AllocatedStorage",
        "AvailabilityZone",
        "DBInstanceIdentifier",
        "DBName",
        "DBParameterGroupName",
        "DBSubnetGroupName",
        "Engine",
        "EngineVersion",
        "KmsKeyId",
        "ManageMasterUserPassword",
        "MasterUsername",
        "MaxAllocatedStorage",
        "Port",
        "SourceDBInstanceIdentifier",
        "StorageEncrypted",
        "StorageThroughput",
        "StorageType",
        "Tags",
        "VPCSecurityGroups",
    }
)


class DbInstanceHandler:
    """
    Instances of PostgreSQL, MySQL and MariaDB; clusters and the other engines are not played.

    Everything takes effect at once, and an instance is `available` as soon as it is created.
    """

    type_name = "AWS::RDS::DBInstance"
    supported = frozenset(FIELDS) | _RULED | _WRITE_ONLY

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a primary, or a replica where there is a source."""
        name = str(
            properties.get("DBInstanceIdentifier") or physical_name(scope, limit=63, lower=True)
        ).lower()
        if _find(scope, name) is not None:
            refuse("DBInstanceAlreadyExists", "DB instance already exists")
        if "SourceDBInstanceIdentifier" in properties:
            self._create_replica(scope, name, properties)
        else:
            self._create_primary(scope, name, properties)
        return _described(scope, name)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """
        Change the instance in place; a source that left the template promotes the replica.

        Raises:
            Refused: Also for a source that is new or another, which RDS cannot change.
        """
        held = _held(scope, physical_id)
        before, after = (part.get("SourceDBInstanceIdentifier") or None for part in (old, new))
        if after is not None and after != before:
            # Source: aws-cloudformation-resource-providers-rds, UpdateHandler, 2025-07-29; so also
            # when an update is taken back.
            refuse("NotUpdatable", "Resource is immutable")
        version = held.engine_version
        if new.get("EngineVersion") != old.get("EngineVersion"):
            version = self._upgrade(held, new)
        refuse_values(held.engine, new)
        refuse_groups(scope, held.engine, version, new)
        _refuse_unprotected_source(held, new)
        if before is not None and after is None and held.is_replica:
            promote(scope, held, new)
        held.engine_version = version
        settle(scope, held, new)
        if (
            "MasterUserPassword" in new
            and old.get("MasterUserPassword") != new["MasterUserPassword"]
        ):
            held.master_user_password = str(new["MasterUserPassword"])
        retag(scope, held.arn, new)
        return _described(scope, physical_id)

    def adopt(self, scope: Scope, physical_id: str) -> Created:
        """Put the stack's tags on an instance that exists."""
        arn, tags = _held(scope, physical_id).arn, as_pairs(scope.tags)
        ask(scope.client("rds"), "add_tags_to_resource", ResourceName=arn, Tags=tags)
        return _described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """
        Delete the instance; a final snapshot is a matter of the stack, and taken before.

        Replicas of a deleted PostgreSQL source in other regions stay read-only; all other replicas
        are promoted. Source: RDS user guide, "Deleting read replicas across Regions", 2026-11-23.
        """
        if _find(scope, physical_id) is None:
            return
        held = _held(scope, physical_id)
        if held.deletion_protection:
            refuse(
                "InvalidParameterCombination",
                "Cannot delete protected DB Instance, please disable deletion protection and try "
                "again.",
            )
        leave_source(held)
        for replica in replicas_of(scope, held):
            # moto would look the source up again when the replica is deleted.
            replica.is_replica = False
            if held.engine == "postgres" and replica.region != held.region:
                replica.status_infos = [
                    {"StatusType": "read replication", "Normal": False, "Status": "terminated"}
                ]
            else:
                replica.source_db_instance_identifier = None
        ask(
            scope.client("rds"),
            "delete_db_instance",
            DBInstanceIdentifier=physical_id,
            SkipFinalSnapshot=True,
            DeleteAutomatedBackups=properties.get("DeleteAutomatedBackups", True),
        )
        set_backups_aside(scope, held)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the instance; the version is told as the template spelled it while it still fits."""
        told = _find(scope, physical_id)
        if told is None:
            return None
        held = _held(scope, physical_id)
        read: dict[str, Any] = {
            name: told[field.told]
            for name, field in FIELDS.items()
            if told.get(field.told) not in (None, [])
        }
        read |= {
            "DBInstanceIdentifier": told["DBInstanceIdentifier"],
            "Engine": told["Engine"],
            "EngineVersion": getattr(held, "kept_version", None) or told["EngineVersion"],
            "Port": str(told["Endpoint"]["Port"]),
            "AvailabilityZone": told["AvailabilityZone"],
            "StorageEncrypted": told["StorageEncrypted"],
            "ManageMasterUserPassword": "MasterUserSecret" in told,
            "VPCSecurityGroups": [g["VpcSecurityGroupId"] for g in told["VpcSecurityGroups"]],
            "DBParameterGroupName": told["DBParameterGroups"][0]["DBParameterGroupName"],
            "Tags": tags_of(scope, told["DBInstanceArn"]),
        }
        read |= told_storage(told)
        for name, member in (
            ("DBName", "DBName"),
            ("KmsKeyId", "KmsKeyId"),
            ("MasterUsername", "MasterUsername"),
            ("SourceDBInstanceIdentifier", "ReadReplicaSourceDBInstanceIdentifier"),
        ):
            if told.get(member):
                read[name] = told[member]
        if "DBSubnetGroup" in told:
            read["DBSubnetGroupName"] = told["DBSubnetGroup"]["DBSubnetGroupName"]
        return read

    def _create_primary(self, scope: Scope, name: str, properties: Properties) -> None:
        engine = str(properties.get("Engine"))
        _refuse_engine(engine)
        version = full_version(engine, properties.get("EngineVersion"))
        _refuse_missing(properties)
        refuse_values(engine, properties)
        refuse_groups(scope, engine, version, properties)
        encrypted = truth(properties.get("StorageEncrypted", False))
        key = properties.get("KmsKeyId")
        if key is not None and not encrypted:
            refuse(
                "InvalidParameterCombination",
                "KmsKeyId cannot be specified if StorageEncrypted is not enabled.",
            )
        held_key = refuse_key(scope, key or "alias/aws/rds") if encrypted else None
        ask(
            scope.client("rds"),
            "create_db_instance",
            DBInstanceIdentifier=name,
            DBInstanceClass=properties["DBInstanceClass"],
            Engine=engine,
            EngineVersion=version,
            AllocatedStorage=properties["AllocatedStorage"],
            DBName=properties.get("DBName"),
            MasterUsername=properties.get("MasterUsername"),
            MasterUserPassword=properties.get("MasterUserPassword"),
            ManageMasterUserPassword=properties.get("ManageMasterUserPassword"),
            Port=properties.get("Port"),
            StorageEncrypted=encrypted,
            KmsKeyId=held_key.arn if held_key else None,
            Tags=as_pairs(merged(scope, properties.get("Tags"))),
        )
        self._finish(scope, name, properties)

    def _create_replica(self, scope: Scope, name: str, properties: Properties) -> None:
        source = refuse_replica(scope, properties)
        if "Engine" in properties and properties["Engine"] != source.engine:
            refuse(
                "InvalidParameterCombination",
                f"The engine of a read replica must be {source.engine}.",
            )
        version = source.engine_version
        if "EngineVersion" in properties:
            version = full_version(source.engine, properties["EngineVersion"])
        refuse_values(source.engine, properties)
        refuse_groups(scope, source.engine, version, properties)
        across = source.region != scope.region
        ask(
            scope.client("rds"),
            "create_db_instance_read_replica",
            DBInstanceIdentifier=name,
            SourceDBInstanceIdentifier=properties["SourceDBInstanceIdentifier"],
            DBInstanceClass=properties.get("DBInstanceClass"),
            # moto copies the source's group, which does not exist here, and cannot answer with it.
            DBParameterGroupName=str(
                properties.get("DBParameterGroupName", f"default.{family(source.engine, version)}")
            ).lower(),
        )
        held = _held(scope, name)
        unshare(held)
        held.backend = beneath("rds", scope.account, scope.region)
        # RDS lists a source within the region by name, one of another region by ARN.
        held.source_db_instance_identifier = source.arn if across else source.db_instance_identifier
        held.engine_version = version
        held.backup_retention_period = 0
        if across and source.storage_encrypted:
            held.kms_key_id = refuse_key(scope, properties["KmsKeyId"]).arn
        held.tags = as_pairs(merged(scope, properties.get("Tags")))
        if across:
            # A replica without groups of its own gets its region's default ones; moto copies those
            # of the source.
            held.__dict__.pop("db_subnet_group", None)
            held.option_group_name = _default_option_group(source.engine, version)
        self._finish(scope, name, properties)

    def _finish(self, scope: Scope, name: str, properties: Properties) -> None:
        """Set what moto's create call leaves out; take the instance away if RDS refuses it."""
        held = _held(scope, name)
        held.dbi_resource_id = f"db-{mock_random.get_random_hex(26).upper()}"
        held.kept_version = properties.get("EngineVersion")
        try:
            settle(scope, held, properties)
        except Refused:
            held.deletion_protection = False
            self.delete(scope, name, properties)
            raise

    def _upgrade(self, held: Backend, new: Properties) -> str:
        version = full_version(held.engine, new.get("EngineVersion"))
        if "EngineVersion" not in new:
            return str(held.engine_version)
        if version.split(".")[0] != held.engine_version.split(".")[0] and not truth(
            new.get("AllowMajorVersionUpgrade", False)
        ):
            refuse(
                "InvalidParameterCombination",
                "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major "
                "version.",
            )
        return version


def _default_option_group(engine: str, version: str) -> str:
    return f"default:{engine}-{'-'.join(version.split('.')[:2])}"


def _refuse_engine(engine: str) -> None:
    if engine not in _ENGINES:
        refuse("InvalidParameterValue", f"Invalid DB engine: {engine}")


def _refuse_missing(properties: Properties) -> None:
    code = "InvalidParameterValue"
    managed = truth(properties.get("ManageMasterUserPassword", False))
    needed = ["DBInstanceClass", "AllocatedStorage", "MasterUsername"]
    if managed and "MasterUserPassword" in properties:
        refuse(
            "InvalidParameterCombination",
            "You can't specify MasterUserPassword when ManageMasterUserPassword is enabled.",
        )
    if not managed:
        needed.append("MasterUserPassword")
    for name in needed:
        if name not in properties:
            refuse(code, f"The parameter {name} must be provided and must not be blank.")


def _refuse_unprotected_source(held: Backend, new: Properties) -> None:
    """Refuse what a source of replicas may not become."""
    if not held.replicas:
        return
    if int(new.get("BackupRetentionPeriod", 1)) == 0:
        refuse(
            "InvalidParameterCombination",
            "Cannot disable backups: the instance is the source of read replicas.",
        )
    if truth(new.get("ManageMasterUserPassword", False)):
        refuse_managed_password(held.engine)


def _held(scope: Scope, name: str) -> Backend:
    return beneath("rds", scope.account, scope.region).databases[name]


def _find(scope: Scope, name: str) -> dict[str, Any] | None:
    answer = ask_or_none(
        scope.client("rds"),
        "describe_db_instances",
        "DBInstanceNotFound",
        "DBInstanceNotFoundFault",
        DBInstanceIdentifier=name,
    )
    return answer["DBInstances"][0] if answer and answer["DBInstances"] else None


def _described(scope: Scope, name: str) -> Created:
    told = _find(scope, name) or {}
    attributes = {
        "DBInstanceArn": told["DBInstanceArn"],
        "DbiResourceId": told["DbiResourceId"],
        "Endpoint.Address": told["Endpoint"]["Address"],
        "Endpoint.Port": str(told["Endpoint"]["Port"]),
        "Endpoint.HostedZoneId": _ZONE_ID,
    }
    if "MasterUserSecret" in told:
        attributes["MasterUserSecret.SecretArn"] = told["MasterUserSecret"]["SecretArn"]
    return Created(physical_id=name, attributes=attributes)


HANDLERS: tuple[Handler, ...] = (DbInstanceHandler(),)
