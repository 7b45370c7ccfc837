"""
Sources and replicas of RDS instances on moto's objects: who lists whom, and what ends it.

moto copies the source's instance with all that it holds, looks for a name where it put an ARN, and
leaves the source set after a promotion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.handlers.replies import Backend, ask, beneath, refuse

if TYPE_CHECKING:
    from compiler.sandbox.handler import Properties, Scope


def unshare(held: Backend) -> None:
    """Give a replica lists of its own: moto copies the instance, but not what it holds."""
    for name in (
        "enabled_cloudwatch_logs_exports",
        "vpc_security_group_ids",
        "db_security_groups",
        "domain_memberships",
        "_associated_roles",
    ):
        setattr(held, name, list(getattr(held, name)))


def leave_source(held: Backend) -> None:
    """Take a replica off its source's list: moto looks for a name where it put an ARN."""
    if not held.is_replica:
        return
    given = str(held.source_db_instance_identifier)
    region = given.split(":")[3] if given.startswith("arn:") else held.region
    source = beneath("rds", held.account_id, region).databases.get(given.rsplit(":", 1)[-1])
    if source is not None:
        names = {held.arn, held.db_instance_identifier}
        source.replicas = [name for name in source.replicas if name not in names]
    held.is_replica = False


def replicas_of(scope: Scope, held: Backend) -> list[Backend]:
    """Return moto's objects of the replicas that still exist."""
    found = []
    for name in held.replicas:
        region = name.split(":")[3] if name.startswith("arn:") else scope.region
        replica = beneath("rds", scope.account, region).databases.get(name.rsplit(":", 1)[-1])
        if replica is not None:
            found.append(replica)
    return found


def promote(scope: Scope, held: Backend, new: Properties) -> None:
    """
    Make a replica an instance of its own, in place.

    Raises:
        Refused: RDS refuses it, and nothing has changed; or what follows it fails, and nothing
            makes the instance a replica again.
    """
    ask(
        scope.client("rds"),
        "promote_read_replica",
        DBInstanceIdentifier=held.db_instance_identifier,
        BackupRetentionPeriod=new.get("BackupRetentionPeriod"),
        PreferredBackupWindow=new.get("PreferredBackupWindow"),
    )
    # moto leaves the source set, and leaves the source its list.
    held.is_replica = True
    leave_source(held)
    held.source_db_instance_identifier = None
    held.status_infos = []
    if held.__dict__.pop("fails_half_way", False):
        refuse("InternalFailure", "The request processing has failed because of an unknown error.")


def set_backups_aside(scope: Scope, gone: Backend) -> None:
    """
    Give the automated backups that a deleted instance left names that no later one makes.

    moto backs an instance up as it creates it, and calls that by the instance and the minute; in
    the same minute another of the same name could not be created.
    """
    held = beneath("rds", scope.account, scope.region).database_snapshots
    name = gone.db_instance_identifier
    as_made = len(f"rds:{name}-2026-11-24-22-56")
    for called, snapshot in list(held.items()):
        if (snapshot.snapshot_type, snapshot.db_instance_identifier, len(called)) == (
            "automated",
            name,
            as_made,
        ):
            del held[called]
            snapshot.dbi_resource_id = gone.dbi_resource_id
            snapshot.db_snapshot_identifier = f"{called}-{gone.dbi_resource_id}"
            held[snapshot.db_snapshot_identifier] = snapshot
