"""What actions and gates both look up in the histories that services keep, by boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.deploy.aws.errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

_JOBS = 1000
"""How many jobs S3 tells at a time at most (S3 control API reference, ListJobs, 2026-11-24)."""

_LONGEST_MINUTES = 14 * 24 * 60
"""How far back RDS knows events (RDS API reference, DescribeEvents, read 2026-11-24)."""

_RESTARTED = "restarted"
"""
What an event says of a restart.

"DB instance restarted" (RDS user guide, "Amazon RDS event categories and event messages",
RDS-EVENT-0006, read 2026-11-24); `DescribeEvents` tells the sentence and not the number.
"""


def formed(cloudformation: Any, stack_id: str) -> datetime | None:  # noqa: ANN401 -- boto3 makes clients at run time
    """
    Return when a stack took its present form.

    Its events are told newest first, for 90 days; where there are none any more, what the stack
    itself says of its last update will do.
    """
    with translated("DescribeStackEvents"):
        pages = cloudformation.get_paginator("describe_stack_events")
        for page in pages.paginate(StackName=stack_id):
            for one in page["StackEvents"]:
                if one.get("PhysicalResourceId") == stack_id and one.get(
                    "ResourceStatus", ""
                ).endswith("_COMPLETE"):
                    at: datetime = one["Timestamp"]
                    return at
    with translated("DescribeStacks"):
        found = cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
    last: datetime | None = None
    for stack in found:
        last = stack.get("LastUpdatedTime") or stack["CreationTime"]
    return last


def restarts(rds: Any, database: str, since: datetime) -> Iterator[datetime]:  # noqa: ANN401 -- likewise
    """Yield when a database instance restarted, from *since* on."""
    pages = rds.get_paginator("describe_events")
    with translated("DescribeEvents"):
        for page in pages.paginate(
            SourceIdentifier=database, SourceType="db-instance", Duration=_LONGEST_MINUTES
        ):
            for one in page.get("Events", ()):
                if _RESTARTED in one.get("Message", "") and one["Date"] >= since:
                    yield one["Date"]


def batch_jobs(s3control: Any, account: str) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 -- likewise
    """Yield the jobs of S3 Batch Operations of *account*, as a list tells them, in its order."""
    more: dict[str, str] = {}
    while True:
        with translated("ListJobs"):
            page = s3control.list_jobs(AccountId=account, MaxResults=_JOBS, **more)
        yield from page.get("Jobs", ())
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}
