"""What primary and replica of a database take from the same keys of the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troposphere.rds import DBInstance

    from spec.findings import Path
    from spec.model import Database

_FIELDS: Mapping[str, str] = {
    "AllocatedStorage": "storage_gib",
    "BackupRetentionPeriod": "backup_retention_days",
    "DBInstanceClass": "instance_class",
    "DBName": "database",
    "DeletionProtection": "deletion_protection",
    "EnableCloudwatchLogsExports": "log_exports",
    "Engine": "engine",
    "EngineVersion": "version",
    "Iops": "iops",
    "MasterUsername": "user",
    "MaxAllocatedStorage": "max_storage_gib",
    "MultiAZ": "multi_az",
    "Port": "port",
    "PreferredBackupWindow": "backup_window",
    "PreferredMaintenanceWindow": "maintenance_window",
    "StorageThroughput": "throughput_mibps",
    "StorageType": "storage_type",
}
"""The key of a database in the spec, by property."""


def origins(key: str) -> dict[str, Path]:
    """Return where each property of an instance of the database *key* comes from."""
    return {f"Properties.{name}": ("databases", key, field) for name, field in _FIELDS.items()}


def set_where_given(body: DBInstance, database: Database) -> None:
    """
    Set on *body* what AWS decides where the spec does not say.

    Storage grows on a replica as on its source: one that may not grow stops replicating when the
    other has grown.
    """
    if database.iops is not None:
        body.Iops = database.iops
    if database.log_exports:
        body.EnableCloudwatchLogsExports = list(database.log_exports)
    if database.maintenance_window is not None:
        body.PreferredMaintenanceWindow = database.maintenance_window
    if database.max_storage_gib is not None:
        body.MaxAllocatedStorage = database.max_storage_gib
    if database.throughput_mibps is not None:
        body.StorageThroughput = database.throughput_mibps


def set_backup_window(body: DBInstance, database: Database) -> None:
    """Set on *body*, which is no replica, when it is backed up, if the spec says so."""
    if database.backup_window is not None:
        # Past troposphere's own check, which measures a window over midnight from its end to its
        # begin, and so refuses one that lasts nearly a day.
        body.properties["PreferredBackupWindow"] = database.backup_window
