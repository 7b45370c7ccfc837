"""The primary of a database, in the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import rds

from compiler.components import addresses
from compiler.components.database_settings import origins, set_backup_window, set_where_given
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Resource, Symbol
from spec import names
from spec.engines import ENGINES, first_database

if TYPE_CHECKING:
    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Database, Spec


def resource(spec: Spec, phase: Phase, key: str) -> Resource:
    """Return the primary of the database *key*, alone in its stack."""
    address = addresses.database(spec, "source", key)
    database = spec.databases[key]
    body = rds.DBInstance(
        address.logical_id,
        # troposphere holds io2 to the 50 IOPS for each GiB that io1 has; RDS takes up to 1,000 (RDS
        # user guide, "Amazon RDS DB instance storage", 2026-11).
        validation=database.storage_type != "io2",
        AllocatedStorage=str(database.storage_gib),
        # A replica must not run a lower version than its source, and AWS would upgrade each side
        # in a window of its own.
        AutoMinorVersionUpgrade=False,
        BackupRetentionPeriod=database.backup_retention_days,
        CopyTagsToSnapshot=True,
        DBInstanceClass=database.instance_class,
        DBInstanceIdentifier=names.database(spec, "source", key),
        DBName=first_database(key, database.database),
        DBParameterGroupName=Symbol(addresses.database_parameter_group("source", key)),
        DBSubnetGroupName=Symbol(addresses.database_subnet_group("source", key)),
        DeleteAutomatedBackups=False,
        DeletionPolicy="Snapshot",
        DeletionProtection=database.deletion_protection and phase.source_protected,
        Engine=database.engine,
        EngineVersion=database.version,
        KmsKeyId=addresses.key_arn("source", "databases"),
        MasterUserPassword=_password(spec, key),
        MasterUsername=database.user,
        MultiAZ=database.multi_az,
        Port=str(database.port or ENGINES[database.engine].port),
        PubliclyAccessible=False,
        StorageEncrypted=True,
        StorageType=database.storage_type,
        Tags=tag_list(spec, phase),
        UpdateReplacePolicy="Snapshot",
        VPCSecurityGroups=[Symbol(addresses.database_security_group("source", key), "GroupId")],
    )
    set_where_given(body, database)
    set_backup_window(body, database)
    return Resource(
        stack=address.stack,
        body=body,
        component=("databases", key),
        origins={
            **origins(key),
            **_port_origin(database, key),
            **tag_origins(spec, phase),
        },
        # The password is read from the secret's replica in this region, by its name.
        after=(addresses.secret(key),),
    )


def _password(spec: Spec, key: str) -> str:
    """Return the dynamic reference that CloudFormation resolves while it creates the instance."""
    return f"{{{{resolve:secretsmanager:{names.secret(spec, key)}:SecretString:password}}}}"


def _port_origin(database: Database, key: str) -> dict[str, Path]:
    """Return where the port comes from where it is the engine's own."""
    return {} if database.port else {"Properties.Port": ("databases", key, "engine")}
