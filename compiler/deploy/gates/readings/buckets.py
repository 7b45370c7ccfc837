"""What is read about buckets."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.gates import objects
from compiler.deploy.gates.system import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.gates.answer import Judgement
    from compiler.deploy.gates.readings.context import Context
    from compiler.deploy.gates.system import StoredObject

_PENDING = timedelta(hours=1)
"""How far back is looked for the newest word on what is pending."""


def replicated(context: Context) -> Judgement:
    """Ask whether everything that a bucket holds was replicated."""
    running, place, facts = context.running, context.place, context.facts
    bucket = facts["bucket"]
    jobs = running.batch_jobs(place, bucket)
    since = objects.failures_since(jobs, context.now)
    return objects.replicated(
        objects.ReplicationReading(
            rule=facts["rule"],
            destination=facts["destination_bucket"],
            rules=running.replication_rules(place, bucket),
            jobs=jobs,
            failed=running.samples(
                place, _metric(context, "OperationsFailedReplication"), since, context.now
            ),
            pending_bytes=running.samples(
                place,
                _metric(context, "BytesPendingReplication"),
                context.now - _PENDING,
                context.now,
            ),
            left_behind=None if jobs else _left_behind(context),
        )
    )


def equal(context: Context) -> Judgement:
    """Ask whether two buckets hold the same objects."""
    return objects.equal(objects.compare(_here(context), _there(context)))


def _left_behind(context: Context) -> objects.Difference:
    before = context.now - objects.PENDING
    return objects.compare((one for one in _here(context) if one.at < before), _there(context))


def _here(context: Context) -> Iterator[StoredObject]:
    facts = context.facts
    return context.running.objects(context.place, facts["bucket"], facts.get("prefix", ""))


def _there(context: Context) -> Iterator[StoredObject]:
    facts = context.facts
    place = context.elsewhere(
        region=facts["destination_region"], account=facts["destination_account"]
    )
    return context.running.objects(place, facts["destination_bucket"], facts.get("prefix", ""))


def _metric(context: Context, name: str) -> Metric:
    return Metric(
        namespace="AWS/S3",
        name=name,
        dimensions=(
            ("DestinationBucket", context.facts["destination_bucket"]),
            ("RuleId", context.facts["rule"]),
            ("SourceBucket", context.facts["bucket"]),
        ),
    )
