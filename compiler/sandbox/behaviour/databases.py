"""What RDS does beside changing properties: statuses, reboots, promotions, backups."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.rds.exceptions import DBInstanceNotFoundError, RDSClientError
from moto.rds.models import DBInstance, Event, RDSBackend, rds_backends
from moto.rds.utils import valid_preferred_maintenance_window as valid_window

from compiler.sandbox.behaviour.connections import close_all, see_connections
from compiler.sandbox.behaviour.course import Course, places_of
from compiler.sandbox.faults import names_in
from compiler.sandbox.handlers.rds_lineage import leave_source
from compiler.sandbox.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOG_INTERVAL = timedelta(minutes=5)
"""
How often RDS uploads transaction logs, so what the newest restorable time lags behind.

Source: RDS user guide, "Restoring a DB instance to a specified time", 2026-11.
"""

_MAINTAINED = "wed:06:38-wed:07:08"
_BACKED_UP = "13:14-13:44"
"""moto's maintenance and backup windows where none is asked for."""

REPLICATING = {"StatusType": "read replication", "Normal": True, "Status": "replicating"}
BROKEN = {
    "StatusType": "read replication",
    "Normal": False,
    "Status": "error",
    "Message": "Replication has stopped.",
}
"""How a replica tells of itself. Source: RDS API Reference, DBInstanceStatusInfo, 2026-11."""


@contextmanager
def with_databases(course: Course) -> Iterator[None]:
    """Let RDS behave."""
    with ExitStack() as stack:
        for owner, name, wrap in (
            (DBInstance, "__init__", lambda by_moto: _making(course, by_moto)),
            (DBInstance, "status", lambda _: _status(course)),
            (DBInstance, "status_infos", lambda _: _status_infos(course)),
            (DBInstance, "latest_restorable_time", lambda _: _restorable(course)),
            (DBInstance, "pending_modified_values", lambda _: {}),
            (DBInstance, "save_automated_backup", lambda _: lambda self: _back_up(course, self)),
            (RDSBackend, "reboot_db_instance", lambda by_moto: _rebooting(course, by_moto)),
            (RDSBackend, "promote_read_replica", lambda by_moto: _promoting(course, by_moto)),
        ):
            stack.enter_context(wrapped(owner, name, wrap))
        yield


def see_databases(course: Course) -> None:
    """Let clients connect, replicas stall and backups be taken, as far as they would by now."""
    for _, instance in instances():
        see_connections(course, instance)
        life = course.life(instance)
        if life.busy_until is not None and life.busy_until <= course.now():
            _tell_restart(instance, life.busy_until)
            life.busy_until = None
        if not course.faults.holds("lag-grows", *named(instance)):
            life.stalled_since = None
        elif life.stalled_since is None:
            life.stalled_since = course.now()
        if not _has_backup(course, instance):
            _back_up(course, instance)


def instances() -> Iterator[tuple[tuple[str, str], DBInstance]]:
    """Yield every instance of the sandbox with its account and region."""
    for place, backend in places_of(rds_backends):
        for instance in list(backend.databases.values()):
            yield place, instance


def is_broken(course: Course, replica: DBInstance) -> bool:
    """Tell whether a replica has stopped to replicate."""
    return course.life(replica).is_broken or course.faults.holds("replica-broken", *named(replica))


def named(instance: DBInstance) -> tuple[str, str]:
    """Return the names under which a fault of *instance* can be asked for."""
    return names_in(instance.region, instance.db_instance_identifier)


def has_infos(instance: DBInstance) -> bool:
    """Tell whether an instance tells of read replication, as one does whose source went."""
    return bool(getattr(instance, "status_infos", None))


def _status(course: Course) -> property:
    def told(self: DBInstance) -> str:
        if course.faults.holds("backing-up", *named(self)):
            return "backing-up"
        busy = course.life(self).busy_until
        if busy is not None and course.now() < busy:
            return "rebooting"
        return str(self.__dict__["_status_of_moto"])

    def keep(self: DBInstance, value: str) -> None:
        self.__dict__["_status_of_moto"] = value

    return property(told, keep)


def _status_infos(course: Course) -> property:
    def told(self: DBInstance) -> list[dict[str, Any]]:
        if given := self.__dict__.get("_infos_of_moto"):
            return list(given)
        if not self.is_replica:
            return []
        return [BROKEN if is_broken(course, self) else REPLICATING]

    def keep(self: DBInstance, value: list[dict[str, Any]]) -> None:
        self.__dict__["_infos_of_moto"] = value

    return property(told, keep)


def _restorable(course: Course) -> property:
    def told(self: DBInstance) -> datetime | None:
        if not self.backup_retention_period:
            return None
        now = course.now()
        newest = now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % _LOG_INTERVAL
        return max(newest, course.life(self).since)

    return property(told)


def _back_up(course: Course, instance: DBInstance) -> None:
    """Take the automated backup that RDS takes as soon as an instance is to have backups."""
    course.life(instance)
    if not instance.backup_retention_period:
        return
    now = course.now()
    name = f"rds:{instance.db_instance_identifier}-{now:%Y-%m-%d-%H-%M}"
    snapshot = instance.backend.create_auto_snapshot(instance.db_instance_identifier, name)
    snapshot.created = snapshot.original_snapshot_create_time = now


def _has_backup(course: Course, instance: DBInstance) -> bool:
    """Tell whether there is an automated backup of it, and not of an earlier one of its name."""
    return any(
        snapshot.db_instance_identifier == instance.db_instance_identifier
        and snapshot.snapshot_type == "automated"
        and snapshot.created >= course.life(instance).since
        for snapshot in list(instance.backend.database_snapshots.values())
    )


def _rebooting(course: Course, by_moto: Callable[..., DBInstance]) -> Callable[..., DBInstance]:
    def reboot_db_instance(self: RDSBackend, db_instance_identifier: str) -> DBInstance:
        found = _available(self, db_instance_identifier)
        close_all(course, found)
        course.life(found).busy_until = course.now() + course.pace()
        for replica in _replicas(found):
            if course.faults.holds("replica-breaks", *named(replica)):
                course.life(replica).is_broken = True
        return by_moto(self, db_instance_identifier)

    return reboot_db_instance


def _tell_restart(instance: DBInstance, when: datetime) -> None:
    """
    Enter the event of a restart.

    Source: RDS user guide, "Amazon RDS event categories and event messages", RDS-EVENT-0006,
    2026-11.
    """
    event = Event("DB_INSTANCE_CREATE", instance)
    event.message, event.event_categories = "DB instance restarted", ["availability"]
    event.date = when
    instance.backend.events.append(event)


def _promoting(course: Course, by_moto: Callable[..., DBInstance]) -> Callable[..., DBInstance]:
    """
    Refuse what RDS refuses, and let the instance and its source forget each other.

    Source: RDS API Reference, PromoteReadReplica, 2026-11: it cannot be called while the replica is
    in the status `backing-up`; RDS reboots the instance.
    """

    def promote_read_replica(self: RDSBackend, db_kwargs: dict[str, Any]) -> DBInstance:
        found = _available(self, db_kwargs["db_instance_identifier"])
        if not found.is_replica:
            code = "InvalidDBInstanceState"
            message = "DB Instance is not a read replica."
            raise RDSClientError(code, message)
        days = db_kwargs.get("backup_retention_period")
        promoted = by_moto(
            self, {**db_kwargs, "backup_retention_period": 1 if days is None else days}
        )
        promoted.is_replica = True
        leave_source(promoted)
        promoted.source_db_instance_identifier = None
        held: Any = promoted
        held.status_infos = []
        held.fails_half_way = course.faults.holds("promotion-fails", *named(promoted))
        close_all(course, promoted)
        return promoted

    return promote_read_replica


def _making(course: Course, by_moto: Callable[..., None]) -> Callable[..., None]:
    """
    Choose a backup window where none is asked for: RDS draws one, and this one is far off.

    moto's own is the same part of every day, in which nothing could be promoted. Source: RDS user
    guide, "Backup window", 2026-11: half an hour, and not within the maintenance window.
    """

    def make(self: DBInstance, *args: Any, **named: Any) -> None:  # noqa: ANN401 -- moto's
        if not named.get("preferred_backup_window"):
            maintained = named.get("preferred_maintenance_window") or _MAINTAINED
            hours = (course.now() + timedelta(hours=hour) for hour in range(12, 24))
            windows = (f"{hour:%H}:05-{hour:%H}:35" for hour in hours)
            free = (one for one in windows if not valid_window(maintained, one))
            # What moto refuses for another reason is refused with its own window.
            named["preferred_backup_window"] = next(free, _BACKED_UP)
        by_moto(self, *args, **named)

    return make


def _available(backend: RDSBackend, name: str) -> DBInstance:
    found = backend.databases.get(name)
    if found is None:
        raise DBInstanceNotFoundError(name)
    if found.status != "available":
        code = "InvalidDBInstanceState"
        message = f"Instance {name} is not in available state."
        raise RDSClientError(code, message)
    return found


def _replicas(source: DBInstance) -> Iterator[DBInstance]:
    listed = set(source.replicas)
    for _, instance in instances():
        names = {instance.arn}
        if instance.region == source.region and instance.account_id == source.account_id:
            names.add(instance.db_instance_identifier)
        if names & listed:
            yield instance
