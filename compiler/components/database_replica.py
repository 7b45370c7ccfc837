"""
The replica of a database, in the target, and what it becomes: promoted, then a primary.

It is derived data until it is promoted. Promoting it takes `SourceDBInstanceIdentifier` away and
changes nothing else, so its first form settles for ever what can never be added or taken away
without a replacement: `SourceRegion` and `KmsKeyId` are there, `Engine`, `StorageEncrypted`,
`MasterUsername` and `DBName` are not, in any form. It has its backup retention already, since a
promoted instance needs backups from its first minute.

What is left out in all forms stays as the source has it: engine version and allocated storage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import rds

from compiler.components import addresses, arns
from compiler.components.database_settings import origins, set_backup_window, set_where_given
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Resource, Symbol
from spec import names

if TYPE_CHECKING:
    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Database, Spec


def resource(spec: Spec, phase: Phase, key: str) -> Resource:
    """Return the target's instance of the database *key*, alone in its stack."""
    address = addresses.database(spec, "target", key)
    database = spec.databases[key]
    follows = phase.target_databases == "replica"
    is_primary = phase.target_databases == "primary"
    instance_class, class_path = _instance_class(phase, key, database)
    body = rds.DBInstance(
        address.logical_id,
        # troposphere asks for Engine and StorageEncrypted where AWS and cfn-lint (E3020) refuse
        # them, and refuses MultiAZ, which AWS takes (RDS API reference,
        # `CreateDBInstanceReadReplica`, 2026-11).
        validation=False,
        AutoMinorVersionUpgrade=False,
        BackupRetentionPeriod=database.backup_retention_days,
        CopyTagsToSnapshot=True,
        DBInstanceClass=instance_class,
        DBInstanceIdentifier=names.database(spec, "target", key),
        DBParameterGroupName=Symbol(addresses.database_parameter_group("target", key)),
        DBSubnetGroupName=Symbol(addresses.database_subnet_group("target", key)),
        # Of a replica AWS keeps no final snapshot, whatever this says (CloudFormation template
        # reference, `AWS::RDS::DBInstance`, 2026-11): it can be made again from its source. Once
        # promoted it cannot, and promoting it must not have to change this.
        DeletionPolicy="Snapshot",
        DeletionProtection=is_primary and database.deletion_protection,
        KmsKeyId=addresses.key_arn("target", "databases"),
        MultiAZ=_multi_az(database),
        PubliclyAccessible=False,
        SourceRegion=spec.source.region,
        StorageType=database.storage_type,
        Tags=tag_list(spec, phase),
        UpdateReplacePolicy="Snapshot",
        VPCSecurityGroups=[Symbol(addresses.database_security_group("target", key), "GroupId")],
    )
    set_where_given(body, database)
    if follows:
        # Across regions its identifier alone is refused.
        body.SourceDBInstanceIdentifier = arns.database(spec, "source", key)
    if is_primary:
        set_backup_window(body, database)
    if database.port is not None:
        body.Port = str(database.port)
    return Resource(
        stack=address.stack,
        body=body,
        component=("databases", key),
        origins={
            **origins(key),
            "Properties.DBInstanceClass": class_path,
            "Properties.DBInstanceIdentifier": ("databases", key, "generation"),
            "Properties.MultiAZ": _multi_az_path(key, database),
            "Properties.SourceDBInstanceIdentifier": ("source", "region"),
            "Properties.SourceRegion": ("source", "region"),
            **tag_origins(spec, phase),
        },
        # The ARN can be computed, but there must be something behind it.
        after=(addresses.database(spec, "source", key),) if follows else (),
        freezes_tags=phase.target_databases == "promoted",
    )


def _instance_class(phase: Phase, key: str, database: Database) -> tuple[str, Path]:
    """Return the class that the instance has in *phase*, and where the spec says so."""
    of_target: Path = ("databases", key, "target")
    of_replica, own = database.target.replica_instance_class, database.target.instance_class
    if phase.target_classes == "replicating" and of_replica is not None:
        return of_replica, (*of_target, "replica_instance_class")
    if own is not None:
        return own, (*of_target, "instance_class")
    return database.instance_class, ("databases", key, "instance_class")


def _multi_az(database: Database) -> bool:
    own = database.target.multi_az
    return database.multi_az if own is None else own


def _multi_az_path(key: str, database: Database) -> Path:
    own: Path = () if database.target.multi_az is None else ("target",)
    return ("databases", key, *own, "multi_az")
