"""The last snapshot of a resource whose policy is `Snapshot`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.sandbox.engine.records import ResourceRecord
    from compiler.sandbox.handler import Scope


def take_snapshot(scope: Scope, record: ResourceRecord) -> None:
    """
    Take the last snapshot of *record*; types without snapshots are simply deleted.

    A read replica gets none: RDS refuses a final snapshot of one, and its source has the data. An
    instance that is protected gets none either: its deletion is going to be refused. RDS is asked
    what it is, as the handler of AWS asks it: it may have been promoted beside its template.
    Source: aws-cloudformation-resource-providers-rds, DeleteHandler, 2025-07-29.
    """
    name = f"{scope.stack_name}-snapshot-{record.logical_id}".lower()[:200]
    serial = record.changed_at.strftime("%Y%m%d%H%M%S%f")
    snapshot = f"{name.strip('-')}-{serial}"
    if record.type_name == "AWS::RDS::DBInstance":
        rds = scope.client("rds")
        named = [{"Name": "db-instance-id", "Values": [record.physical_id]}]
        for told in rds.describe_db_instances(Filters=named)["DBInstances"]:
            is_replica = bool(told.get("ReadReplicaSourceDBInstanceIdentifier"))
            if not is_replica and not told["DeletionProtection"]:
                rds.create_db_snapshot(
                    DBInstanceIdentifier=record.physical_id, DBSnapshotIdentifier=snapshot
                )
    elif record.type_name == "AWS::RDS::DBCluster":
        scope.client("rds").create_db_cluster_snapshot(
            DBClusterIdentifier=record.physical_id, DBClusterSnapshotIdentifier=snapshot
        )
    elif record.type_name == "AWS::EC2::Volume":
        scope.client("ec2").create_snapshot(VolumeId=record.physical_id, Description=snapshot)
