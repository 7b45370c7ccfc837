"""
What gates ask of the running system, in their own words.

One adapter (`compiler.deploy.aws.running`) answers with boto3; a fake plays the system in the
tests. No boto3 type passes this door. Nothing that is asked here changes anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """
    What an address answered.

    Attributes:
        status: Of HTTP; 0 if there was no answer.
        reason: Why there was none; empty if there was.
        took: How long it took.
    """

    status: int
    took: timedelta
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """
    How a command ended; what it printed is not kept, for it may hold anything.

    Attributes:
        code: What it exited with; `None` if it never ran, or not to its end.
        took: How long it took.
        reason: Why it has no code; empty if it has.
    """

    code: int | None
    took: timedelta
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """
    A statement for a database.

    Attributes:
        engine: `postgres`, `mysql` or `mariadb`.
        host: Where the database is.
        port: Where it listens.
        database: Name of the database in the instance.
        secret: Name of the secret that has its user and password.
        statement: What is asked.
    """

    engine: str
    host: str
    port: int
    database: str
    secret: str
    statement: str


class NotSupportedError(Exception):
    """What was asked for cannot be asked on this machine; the text says why."""


class NoAnswerError(Exception):
    """What was asked, and is not AWS, did not answer; the text says why."""


class Running(Protocol):
    """
    What can be asked of the running system.

    Each method may be called from several threads. Those with a `Place` raise
    `compiler.deploy.port.AwsError` where AWS refuses to tell.
    """

    def formed(self, place: Place, stack_id: str) -> datetime | None:
        """Return when a stack took its present form; nothing if AWS has forgotten it."""

    def samples(
        self, place: Place, metric: Metric, since: datetime, until: datetime
    ) -> tuple[Sample, ...]:
        """
        Return what *metric* said between *since* and *until*, oldest first.

        By the minute where it is at most a day, in longer periods else.
        """

    def database(self, place: Place, identifier: str) -> Database | None:
        """Return the database instance with that identifier, if there is one."""

    def restarted(self, place: Place, database: str, since: datetime) -> datetime | None:
        """
        Return when a database instance first restarted after *since*; nothing if it did not.

        RDS knows of 14 days (API reference, DescribeEvents, read 2026-11-24).
        """

    def snapshots(self, place: Place, database: str) -> tuple[Snapshot, ...]:
        """Return the snapshots of a database instance, also of a deleted one, sorted by id."""

    def batch_jobs(self, place: Place, bucket: str) -> tuple[BatchJob, ...]:
        """
        Return the jobs that replicate what a bucket holds, oldest first.

        S3 tells of a job for 90 days after its end (S3 user guide, "Tracking job status and
        completion reports", read 2026-11-24).
        """

    def objects(self, place: Place, bucket: str, prefix: str) -> Iterator[StoredObject]:
        """
        Yield the present objects whose keys begin with *prefix*, page by page.

        In the order of their keys' UTF-8 bytes, which is S3's (API reference, ListObjectsV2, read
        2026-11-24). Old versions and delete markers are left out.
        """

    def replication_rules(self, place: Place, bucket: str) -> tuple[Rule, ...]:
        """Return the rules by which a bucket replicates, sorted by id; none of one that is gone."""

    def targets(self, place: Place, target_group: str) -> tuple[Target, ...]:
        """Return what is registered with the target group of this ARN, sorted by id."""

    def alarms(self, place: Place, names: tuple[str, ...]) -> tuple[Alarm, ...]:
        """Return those of the alarms called *names* that there are, sorted by name."""

    def secret(self, place: Place, name: str) -> Secret | None:
        """Return a secret, without its value, if there is one."""

    def certificate(self, place: Place, arn: str) -> Certificate | None:
        """Return the certificate with this ARN, if there is one in that region."""

    def image_state(self, place: Place, image: str) -> str | None:
        """Return the state of a machine image, such as `available`; nothing if there is none."""

    def parameter(self, place: Place, name: str) -> str | None:
        """Return the value of an SSM parameter there, if there is one."""

    def key_state(self, place: Place, key: str) -> str | None:
        """Return the state of a KMS key, such as `Enabled`; nothing if there is none."""

    def records(self, place: Place, zone: str) -> tuple[Record, ...]:
        """Return the records of the hosted zone with that id, in Route 53's order."""

    def routes(self, place: Place, vpc: str) -> tuple[Route, ...]:
        """Return the routes of a VPC, sorted by table and destination."""

    def get(self, url: str, timeout: timedelta) -> Response:
        """Get *url* from this machine, without following what it redirects to."""

    def run(self, command: str, timeout: timedelta) -> Ended:
        """
        Run *command* on this machine, without a shell.

        Raises:
            ValueError: It has a quote that does not end.
        """

    def query(self, place: Place, query: Query, timeout: timedelta) -> str:
        """
        Return the first value of the first row of an answer, as text; empty if there is no row.

        Raises:
            NotSupportedError: There is no driver for that engine on this machine.
            NoAnswerError: The database did not answer.
            AwsError: AWS refused the secret.
        """
