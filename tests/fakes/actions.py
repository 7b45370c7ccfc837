"""What actions ask of AWS, played at its worst: slow, busy, in another state, reading behind."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.actions.port import Copy, Database, Invalidation, Peering, Role
from compiler.deploy.port import AwsError, Place
from tests.fakes.calls import Calls

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.deploy.actions.port import CopyWish
    from compiler.deploy.clock import Clock

_WRITES = frozenset({"cancel_copy", "invalidate", "reboot", "resolve_over", "start_copy"})


@dataclass
class _Peering:
    """`active_from` is when it becomes active; `failed` keeps it from that; `forgets` options."""

    active_from: datetime
    failed: str = ""
    forgets: bool = False
    resolves: set[tuple[Place, Role]] = field(default_factory=set)


@dataclass
class _Job:
    wish: CopyWish
    token: str
    place: Place
    created: datetime
    cancelled: bool = False
    ends_as: Copy = field(default_factory=lambda: Copy(id="", status="Complete"))


@dataclass
class FakeDatabase:
    """`busy` is what it is instead of `available`, until `busy_until`."""

    busy: str = ""
    busy_until: datetime | None = None
    reboots: list[datetime] = field(default_factory=list)
    restarted: list[datetime] = field(default_factory=list)
    replicas: tuple[tuple[Place, str], ...] = ()
    replication: str = ""
    replication_after: dict[str, timedelta] = field(default_factory=dict)


@dataclass
class _Invalidation:
    id: str
    created: datetime
    paths: tuple[str, ...]


class FakeActions(Calls):
    """
    Answers the port of actions.

    `listing` and `copying` are how long S3 lists and copies; `job_ends` are the ends of the jobs in
    the order of their start, `Complete` for those beyond. `rebooting` is how long a reboot takes,
    `breaks_at_reboot` what a replica's replication is from then on, and `heals_after` how long
    after the reboot it follows again, if ever. `invalidating` is how long CloudFront takes, and
    `too_many` how often it takes no invalidation. `hidden` counts reads that do not show yet what
    was written, by method; `hides_new_jobs` is how many of a list do not show a job that is new.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.stacks: dict[str, datetime] = {}
        self.peerings: dict[str, _Peering] = {}
        self.jobs: dict[str, _Job] = {}
        self.databases: dict[tuple[str, str], FakeDatabase] = {}
        self.invalidations: dict[str, _Invalidation] = {}
        self.hidden: dict[str, int] = {}
        self.hides_new_jobs = 0
        self.listing = timedelta(seconds=40)
        self.copying = timedelta(hours=2)
        self.job_ends: list[Copy] = []
        self.rebooting = timedelta(seconds=60)
        self.breaks_at_reboot = ""
        self.heals_after: timedelta | None = None
        self.invalidating = timedelta(seconds=90)
        self.too_many = 0

    @property
    def writes(self) -> list[tuple[str, ...]]:
        return [call for call in self.calls if call[0] in _WRITES]

    def add_peering(
        self, name: str, *, active_in: timedelta = timedelta(), failed: str = ""
    ) -> None:
        self.peerings[name] = _Peering(active_from=self.clock.now() + active_in, failed=failed)

    def add_database(
        self, place: Place, name: str, *replicas: tuple[Place, str], replication: str = ""
    ) -> FakeDatabase:
        made = FakeDatabase(replicas=replicas, replication=replication)
        self.databases[place.region, name] = made
        return made

    def formed(self, place: Place, stack_id: str) -> datetime | None:
        with self.called("formed", place.region, stack_id):
            return self.stacks.get(stack_id)

    def peering(self, place: Place, peering: str) -> Peering | None:
        with self.called("peering", place.region, peering):
            found = self.peerings.get(peering)
            if found is None or self._is_hidden("peering"):
                return None
            if found.failed:
                return Peering(status="failed", message=found.failed)
            if self.clock.now() < found.active_from:
                return Peering(status="provisioning")
            return Peering(
                status="active",
                resolves=frozenset(role for where, role in found.resolves if where == place),
            )

    def resolve_over(self, place: Place, peering: str, role: Role, *, on: bool) -> None:
        with self.called("resolve_over", place.region, peering, role, "on" if on else "off"):
            found = self.peerings[peering]
            if self._is_hidden("resolve_over"):
                raise AwsError(
                    code="OperationNotPermitted",
                    reason=f"Peering {peering} is not active.",
                    call="ModifyVpcPeeringConnectionOptions",
                )
            if on and not found.forgets:
                found.resolves.add((place, role))
            elif not on:
                found.resolves.discard((place, role))

    def copies(self, place: Place, beginning: str) -> tuple[Copy, ...]:
        with self.called("copies", place.region):
            found = [
                self._copy(id_, job)
                for id_, job in reversed(self.jobs.items())
                if job.place == place and job.wish.description.startswith(beginning)
            ]
            if found and self._is_hidden("copies"):
                del found[0]
            return tuple(replace(one, reason="") for one in found)

    def copy(self, place: Place, job: str) -> Copy | None:
        with self.called("copy", place.region, job):
            return self._copy(job, self.jobs[job]) if job in self.jobs else None

    def start_copy(self, place: Place, wish: CopyWish, token: str) -> str:
        with self.called("start_copy", place.region, wish.bucket):
            for id_, job in self.jobs.items():
                if job.token == token:
                    assert job.wish == wish
                    return id_
            number = len(self.jobs)
            made = _Job(wish=wish, token=token, place=place, created=self.clock.now())
            if number < len(self.job_ends):
                made.ends_as = self.job_ends[number]
            self.jobs[f"job-{number}"] = made
            self.hidden["copies"] = self.hides_new_jobs
            return f"job-{number}"

    def cancel_copy(self, place: Place, job: str) -> None:
        with self.called("cancel_copy", place.region, job):
            self.jobs[job].cancelled = True

    def database(self, place: Place, name: str) -> Database | None:
        with self.called("database", place.region, name):
            found = self.databases.get((place.region, name))
            if found is None:
                return None
            return Database(
                status=self._status(found),
                replicas=found.replicas,
                replication=found.replication,
                message="the log is gone" if found.replication == "error" else "",
            )

    def has_restarted(self, place: Place, name: str, since: datetime) -> bool:
        with self.called("has_restarted", place.region, name):
            found = self.databases.get((place.region, name))
            is_seen = found is not None and any(at >= since for at in found.restarted)
            return is_seen and not self._is_hidden("has_restarted")

    def reboot(self, place: Place, name: str) -> None:
        with self.called("reboot", place.region, name):
            found = self.databases[place.region, name]
            if self._status(found) != "available":
                raise AwsError(
                    code="InvalidDBInstanceState",
                    reason=f"Instance {name} is not in available state.",
                    call="RebootDBInstance",
                )
            now = self.clock.now()
            found.reboots.append(now)
            found.busy, found.busy_until = "rebooting", now + self.rebooting
            if self.breaks_at_reboot:
                for where, replica in found.replicas:
                    self.databases[where.region, replica].replication = self.breaks_at_reboot

    def invalidation(
        self, place: Place, distribution: str, reference: str, since: datetime | None
    ) -> Invalidation | None:
        with self.called("invalidation", place.region, distribution):
            found = self.invalidations.get(reference)
            if found is None or self._is_hidden("invalidation"):
                return None
            assert since is None or found.created >= since
            return self._invalidation(found)

    def invalidate(
        self, place: Place, distribution: str, paths: tuple[str, ...], reference: str
    ) -> Invalidation:
        with self.called("invalidate", place.region, distribution, *paths):
            if self.too_many:
                self.too_many -= 1
                raise AwsError(
                    code="TooManyInvalidationsInProgress",
                    reason="Processing your request will cause you to exceed the maximum number "
                    "of in-progress wildcard invalidations.",
                    call="CreateInvalidation",
                )
            made = self.invalidations.setdefault(
                reference,
                _Invalidation(
                    id=f"I{len(self.invalidations)}", created=self.clock.now(), paths=paths
                ),
            )
            assert made.paths == paths
            return self._invalidation(made)

    def let_time_tell(self) -> None:
        now = self.clock.now()
        for found in self.databases.values():
            if found.busy_until is None or now < found.busy_until:
                continue
            if found.busy == "rebooting":
                found.restarted.append(found.busy_until)
            found.busy, found.busy_until = "", None
        for found in self.databases.values():
            heals = self.heals_after
            if heals is None or not found.restarted or now < found.restarted[-1] + heals:
                continue
            for where, replica in found.replicas:
                self.databases[where.region, replica].replication = "replicating"

    def _status(self, found: FakeDatabase) -> str:
        return found.busy or "available"

    def _copy(self, id_: str, job: _Job) -> Copy:
        age = self.clock.now() - job.created
        if job.cancelled:
            return Copy(id=id_, status="Cancelled")
        if age < self.listing:
            return Copy(id=id_, status="Preparing")
        if job.ends_as.status == "Complete" and age < self.listing + self.copying:
            return Copy(id=id_, status="Active", total=1200, succeeded=300)
        return replace(job.ends_as, id=id_)

    def _invalidation(self, found: _Invalidation) -> Invalidation:
        is_complete = self.clock.now() >= found.created + self.invalidating
        return Invalidation(id=found.id, is_complete=is_complete)

    def _is_hidden(self, method: str) -> bool:
        if not self.hidden.get(method, 0):
            return False
        self.hidden[method] -= 1
        return True
