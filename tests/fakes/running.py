"""A running system that is as a test says, and refuses what a test says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.gates.port import Ended, NoAnswerError, NotSupportedError, Response
from compiler.deploy.port import AwsBusyError, AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from compiler.deploy.gates.port import Query
    from compiler.deploy.gates.system import (
        Alarm,
        BatchJob,
        Certificate,
        Database,
        Metric,
        Record,
        Route,
        Rule,
        Sample,
        Secret,
        Snapshot,
        StoredObject,
        Target,
    )
    from compiler.deploy.port import Place

TOOK = timedelta(seconds=0.3)


@dataclass
class FakeRunning:
    """
    Answers the port of gates.

    What stands at a place is known by its region and name: `("eu-central-1", "shop-prod-orders")`.
    """

    metrics: dict[tuple[str, str, str], list[Sample]] = field(default_factory=dict)
    databases: dict[tuple[str, str], Database] = field(default_factory=dict)
    restarts: dict[tuple[str, str], tuple[datetime, ...]] = field(default_factory=dict)
    all_snapshots: dict[tuple[str, str], tuple[Snapshot, ...]] = field(default_factory=dict)
    jobs: dict[tuple[str, str], tuple[BatchJob, ...]] = field(default_factory=dict)
    stored: dict[tuple[str, str], list[StoredObject]] = field(default_factory=dict)
    rules: dict[tuple[str, str], tuple[Rule, ...]] = field(default_factory=dict)
    registered: dict[tuple[str, str], tuple[Target, ...]] = field(default_factory=dict)
    all_alarms: dict[tuple[str, str], Alarm] = field(default_factory=dict)
    secrets: dict[tuple[str, str], Secret] = field(default_factory=dict)
    certificates: dict[tuple[str, str], Certificate] = field(default_factory=dict)
    images: dict[tuple[str, str], str] = field(default_factory=dict)
    parameters: dict[tuple[str, str], str] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    zones: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    vpcs: dict[tuple[str, str], tuple[Route, ...]] = field(default_factory=dict)
    addresses: dict[str, int] = field(default_factory=dict)
    commands: dict[str, int] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    """Hosts of databases that do not answer."""
    refused: set[str] = field(default_factory=set)
    """Names of the methods that AWS refuses."""
    busy: set[str] = field(default_factory=set)
    """Names of the methods that AWS is too busy for, once."""
    forms: dict[str, datetime] = field(default_factory=dict)
    """When stacks took their form, by their id."""

    def formed(self, place: Place, stack_id: str) -> datetime | None:
        del place
        self._ask("formed")
        return self.forms.get(stack_id)

    def samples(
        self, place: Place, metric: Metric, since: datetime, until: datetime
    ) -> tuple[Sample, ...]:
        self._ask("samples")
        dimension = metric.dimensions[-1][1]
        found = self.metrics.get((place.region, metric.name, dimension), [])
        return tuple(one for one in found if since <= one.at <= until)

    def database(self, place: Place, identifier: str) -> Database | None:
        self._ask("database")
        return self.databases.get((place.region, identifier))

    def restarted(self, place: Place, database: str, since: datetime) -> datetime | None:
        self._ask("restarted")
        found = self.restarts.get((place.region, database), ())
        return min((one for one in found if one >= since), default=None)

    def snapshots(self, place: Place, database: str) -> tuple[Snapshot, ...]:
        self._ask("snapshots")
        return self.all_snapshots.get((place.region, database), ())

    def batch_jobs(self, place: Place, bucket: str) -> tuple[BatchJob, ...]:
        self._ask("batch_jobs")
        return self.jobs.get((place.region, bucket), ())

    def objects(self, place: Place, bucket: str, prefix: str) -> Iterator[StoredObject]:
        self._ask("objects")
        for one in self.stored.get((place.region, bucket), []):
            if one.key.startswith(prefix):
                yield one

    def replication_rules(self, place: Place, bucket: str) -> tuple[Rule, ...]:
        self._ask("replication_rules")
        return self.rules.get((place.region, bucket), ())

    def targets(self, place: Place, target_group: str) -> tuple[Target, ...]:
        self._ask("targets")
        return self.registered.get((place.region, target_group), ())

    def alarms(self, place: Place, names: tuple[str, ...]) -> tuple[Alarm, ...]:
        self._ask("alarms")
        found = (self.all_alarms.get((place.region, name)) for name in sorted(names))
        return tuple(one for one in found if one is not None)

    def secret(self, place: Place, name: str) -> Secret | None:
        self._ask("secret")
        return self.secrets.get((place.region, name))

    def certificate(self, place: Place, arn: str) -> Certificate | None:
        self._ask("certificate")
        return self.certificates.get((place.region, arn))

    def image_state(self, place: Place, image: str) -> str | None:
        self._ask("image_state")
        return self.images.get((place.region, image))

    def parameter(self, place: Place, name: str) -> str | None:
        self._ask("parameter")
        return self.parameters.get((place.region, name))

    def key_state(self, place: Place, key: str) -> str | None:
        self._ask("key_state")
        return self.keys.get((place.region, key))

    def records(self, place: Place, zone: str) -> tuple[Record, ...]:
        del place
        self._ask("records")
        return self.zones.get(zone, ())

    def routes(self, place: Place, vpc: str) -> tuple[Route, ...]:
        self._ask("routes")
        return self.vpcs.get((place.region, vpc), ())

    def get(self, url: str, timeout: timedelta) -> Response:
        del timeout
        if url not in self.addresses:
            return Response(status=0, took=TOOK, reason="the name does not resolve")
        return Response(status=self.addresses[url], took=TOOK)

    def run(self, command: str, timeout: timedelta) -> Ended:
        if command.count('"') % 2:
            message = "No closing quotation"
            raise ValueError(message)
        if command not in self.commands:
            return Ended(code=None, took=timeout, reason="it took too long, and was ended")
        return Ended(code=self.commands[command], took=TOOK)

    def query(self, place: Place, query: Query, timeout: timedelta) -> str:
        del place, timeout
        self._ask("query")
        if query.engine not in {"postgres", "mysql"}:
            message = f"nothing here talks to {query.engine}"
            raise NotSupportedError(message)
        if query.host in self.silent:
            message = "connection timed out"
            raise NoAnswerError(message)
        return self.values.get(query.statement, "")

    def _ask(self, method: str) -> None:
        if method in self.busy:
            self.busy.remove(method)
            raise AwsBusyError(code="Throttling", reason="Rate exceeded", call=method)
        if method in self.refused:
            raise AwsError(code="AccessDenied", reason="not authorized", call=method)
