"""
What a bucket held before it replicated: copied by a job of S3 Batch Replication.

A replication rule is about what is written after it (S3 user guide, "Replicating existing objects
with Batch Replication", read 2026-11-24). S3 lists what the rule is about and has not been
replicated, or failed to be. The job is waited for until it is at work; when it is through is asked
by the gate "objects replicated".
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.actions.asked import Problem, told, until
from compiler.deploy.actions.port import Copy, CopyWish
from compiler.deploy.patience import answered
from spec.regions import partition_of

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from compiler.deploy.actions.asked import Asked, Doing, Verifying
    from compiler.manifest import Action

LISTING_LIMIT = timedelta(minutes=15)
"""For how long S3 is waited for while it lists; a bucket of very many objects takes longer."""

SHOWS_LIMIT = timedelta(minutes=2)
"""For how long the list of jobs may lag behind the start of one."""

_LISTING = frozenset({"New", "Preparing", "Ready", "Suspended"})
"""Not at work yet. Only jobs of the console are ever suspended."""

_AT_WORK = frozenset({"Active", "Completing", "Pausing", "Paused"})

_UNFINISHED = _LISTING | _AT_WORK

_NO_KEYS = "found no keys matching the filter criteria"
"""
How S3 fails a job that has nothing to copy.

Objects in Glacier count as nothing, too (S3 user guide, "Troubleshoot Batch Operations", read
2026-11-24): the gate "objects equal" sees that they are missing.
"""


class CopyObjects:
    """See the module."""

    needs = ("bucket", "destination_bucket", "role_arn")
    expected = timedelta(minutes=3)

    def describe(self, action: Action) -> str:
        """Say what it does, as a plan says it."""
        return (
            f"copy what the bucket {told(action, 'bucket')} held before it replicated to "
            f"{told(action, 'destination_bucket')} (S3 Batch Replication)"
        )

    def describe_undo(self, action: Action) -> str:
        """Say what taking it back does."""
        return f"stop copying what the bucket {told(action, 'bucket')} held before it replicated"

    def by_hand(self, action: Action, words: Mapping[str, str]) -> tuple[str, ...]:
        """Return the commands that do it."""
        bucket = words["bucket"]
        listed = (
            '{"S3JobManifestGenerator": {"SourceBucket": "arn:'
            f'{partition_of(action.region)}:s3:::{bucket}", "EnableManifestOutput": false, '
            '"Filter": {"EligibleForReplication": true, "ObjectReplicationStatuses": ["NONE", '
            '"FAILED"]}}}'
        )
        return (
            (
                f"aws s3control create-job --region {action.region} --account-id {action.account} "
                "--no-confirmation-required --priority 10 "
                "--operation '{\"S3ReplicateObject\": {}}' "
                f"--report '{{\"Enabled\": false}}' --role-arn {words['role_arn']} "
                f"--manifest-generator '{listed}'"
            ),
            f"aws s3control list-jobs --region {action.region} --account-id {action.account}",
        )

    def is_done(self, asked: Asked) -> bool:
        """Tell whether a job is at work or through, or there is nothing to copy."""
        found = _newest(asked)
        if found is None:
            return not asked.aws.is_filled(asked.place, asked.facts["bucket"])
        return found.status in _AT_WORK or _is_through(found)

    def do(self, asked: Asked) -> Doing:
        """Start a job, unless one is at work or through."""
        before = yield from answered(partial(_all, asked), "looking")
        if before and (before[0].status in _UNFINISHED or _is_through(before[0])):
            return None
        # A job after a failed one has a token of its own: S3 answers the old one with the old job.
        token = f"{asked.reference}-{len(before)}"
        job = yield from answered(
            partial(asked.port.start_copy, asked.place, _wish(asked), token), "starting the copy"
        )

        def shows() -> bool | None:
            return any(one.id == job for one in _all(asked)) or None

        # Else an old job that failed would be taken for this one.
        yield from until(asked, SHOWS_LIMIT, "starting the copy", shows)
        return None

    def verify(self, asked: Asked) -> Verifying:
        """Wait until the job is at work, or ended."""
        found = yield from _begun(asked)
        if found is None:
            return "listing what to copy"
        if found.status in _AT_WORK:
            so_far = f" {found.total:,} objects, {found.succeeded:,} so far" if found.total else ""
            return f"copying{so_far}"
        if found.status == "Failed" and _NO_KEYS in found.reason:
            return "nothing to copy"
        if found.status == "Complete" and not found.failed:
            return f"copied {found.succeeded:,} objects"
        return _problem(asked, found)

    def undo(self, asked: Asked) -> Verifying:
        """Cancel the job, if it is at work; what it copied stays."""
        found = yield from answered(
            partial(asked.port.copies, asked.place, _about(asked)), "looking"
        )
        unfinished = [one for one in found if one.status in _UNFINISHED]
        for one in unfinished:
            yield from answered(
                partial(asked.port.cancel_copy, asked.place, one.id), "stopping the copy"
            )
        return "stopped copying" if unfinished else "nothing to take back"


def description_of(asked: Asked) -> str:
    """Return what the jobs of this action are called on this occasion; at most 256 characters."""
    return f"{_about(asked)}({asked.reference})"


def _about(asked: Asked) -> str:
    """Return how the description begins, whatever the occasion."""
    return f"stackferry {asked.migration}: what {asked.facts['bucket']} held before it replicated "


def _wish(asked: Asked) -> CopyWish:
    return CopyWish(
        bucket=asked.facts["bucket"],
        destination=asked.facts["destination_bucket"],
        prefix=asked.facts.get("prefix", ""),
        role_arn=asked.facts["role_arn"],
        description=description_of(asked),
    )


def _all(asked: Asked) -> tuple[Copy, ...]:
    """Return the jobs of this occasion, newest first; why the newest failed is told."""
    found = asked.port.copies(asked.place, description_of(asked))
    if not found or found[0].status != "Failed":
        return found
    return (asked.port.copy(asked.place, found[0].id) or found[0], *found[1:])


def _newest(asked: Asked) -> Copy | None:
    return next(iter(_all(asked)), None)


def _begun(asked: Asked) -> Generator[str, None, Copy | None]:
    def look() -> Copy | None:
        found = _newest(asked)
        return None if found is None or found.status in _LISTING else found

    return (yield from until(asked, LISTING_LIMIT, "listing objects", look))


def _is_through(copy: Copy) -> bool:
    if copy.status == "Failed":
        return _NO_KEYS in copy.reason
    return copy.status == "Complete" and not copy.failed


def _problem(asked: Asked, found: Copy) -> Problem:
    bucket = asked.facts["bucket"]
    look = (
        f"aws s3control describe-job --region {asked.place.region} --account-id "
        f"{asked.place.account} --job-id {found.id}"
    )
    if found.status == "Complete":
        return Problem(
            code="SF624",
            reason=(
                f"Of {found.total:,} objects that {bucket} held before it replicated, "
                f"{found.failed:,} could not be handed to replication."
            ),
            way_out=(
                f"See that the role {asked.facts['role_arn']} may read them and use their key, and "
                f"run this again: only what is missing is copied. `{look}` shows the job."
            ),
        )
    said = f": {found.reason.rstrip('.')}" if found.reason else ""
    return Problem(
        code="SF623",
        reason=f'The job that copies what {bucket} held before it replicated is "{found.status}"'
        f"{said}.",
        way_out=(
            f"Correct what it says, and run this again: a new job is started. `{look}` shows the "
            "old one."
        ),
    )
