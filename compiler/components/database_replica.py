"""
The replica of a database, in the target: derived data until it is promoted.

Promoting it will take `SourceDBInstanceIdentifier` away and change nothing else, so this form
settles for ever what can never be added or taken away without a replacement: `SourceRegion` and
`KmsKeyId` are there, `Engine`, `StorageEncrypted`, `MasterUsername` and `DBName` are not. It has
its backup retention already, since a promoted instance needs backups from its first minute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import rds

from compiler.components import addresses, arns
from compiler.components.database_settings import origins, set_where_given
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Resource, Symbol
from spec import names

if TYPE_CHECKING:
    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Database, Spec


def resource(spec: Spec, phase: Phase, key: str) -> Resource:
    """Return the replica of the database *key*, alone in its stack."""
    address = addresses.database("target", key)
    database = spec.databases[key]
    body = rds.DBInstance(
        address.logical_id,
        # troposphere asks for Engine and StorageEncrypted where AWS and cfn-lint (E3020) refuse
        # them, and refuses MultiAZ, which AWS takes (RDS API reference,
        # `CreateDBInstanceReadReplica`, 2026-11).
        validation=False,
        AutoMinorVersionUpgrade=False,
        BackupRetentionPeriod=database.backup_retention_days,
        CopyTagsToSnapshot=True,
        DBInstanceClass=database.target.instance_class or database.instance_class,
        DBInstanceIdentifier=names.database(spec, key),
        DBParameterGroupName=Symbol(addresses.database_parameter_group("target", key)),
        DBSubnetGroupName=Symbol(addresses.database_subnet_group("target", key)),
        # It can be made again from its source; and AWS keeps no final snapshot of a replica.
        DeletionPolicy="Delete",
        DeletionProtection=False,
        KmsKeyId=addresses.key_arn("target", "databases"),
        MultiAZ=_multi_az(database),
        PubliclyAccessible=False,
        SourceDBInstanceIdentifier=_source_arn(spec, key),
        SourceRegion=spec.source.region,
        StorageType=database.storage_type,
        Tags=tag_list(spec, phase),
        UpdateReplacePolicy="Delete",
        VPCSecurityGroups=[Symbol(addresses.database_security_group("target", key), "GroupId")],
    )
    set_where_given(body, database)
    if database.port is not None:
        body.Port = str(database.port)
    return Resource(
        stack=address.stack,
        body=body,
        component=("databases", key),
        origins={
            **origins(key),
            "Properties.DBInstanceClass": _overridden(
                key, "instance_class", database.target.instance_class
            ),
            "Properties.MultiAZ": _overridden(key, "multi_az", database.target.multi_az),
            "Properties.SourceDBInstanceIdentifier": ("source", "region"),
            "Properties.SourceRegion": ("source", "region"),
            **tag_origins(spec, phase),
        },
        # The ARN can be computed, but there must be something behind it.
        after=(addresses.database("source", key),),
    )


def _source_arn(spec: Spec, key: str) -> str:
    """Return the ARN of the primary: across regions its identifier alone is refused."""
    region, account = spec.source.region, spec.accounts.source
    return f"arn:{arns.partition(spec)}:rds:{region}:{account}:db:{names.database(spec, key)}"


def _multi_az(database: Database) -> bool:
    own = database.target.multi_az
    return database.multi_az if own is None else own


def _overridden(key: str, field: str, value: object) -> Path:
    """Return where a value stands that the target may have of its own."""
    return ("databases", key, field) if value is None else ("databases", key, "target", field)
