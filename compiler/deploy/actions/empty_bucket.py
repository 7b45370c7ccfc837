"""
A bucket of the source that goes with its stack: emptied first, since the spec says so.

S3 deletes no bucket that holds a version of an object. Only what a plan has shown is deleted.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.actions.asked import Problem, told
from compiler.deploy.patience import answered
from compiler.phases import PHASES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.actions.asked import Asked, Doing, Verifying
    from compiler.manifest import Action


class EmptyBucket:
    """See the module."""

    needs = ("bucket",)
    expected = timedelta(minutes=5)

    def describe(self, action: Action) -> str:
        """Say what it does, as a plan says it."""
        return (
            f"delete every version of every object in the bucket {told(action, 'bucket')}, which "
            "its stack deletes then"
        )

    def by_hand(self, action: Action, words: Mapping[str, str]) -> tuple[str, ...]:
        """Return the commands that do it, a thousand versions at a time."""
        bucket = f"--region {action.region} --bucket {words['bucket']}"
        return (
            "# Again and again, until the first one finds nothing:",
            (
                f"aws s3api list-object-versions {bucket} --max-items 1000 --output json --query "
                "'{Objects: [Versions, DeleteMarkers][].{Key: Key, VersionId: VersionId}}' "
                "> versions.json"
            ),
            f"aws s3api delete-objects {bucket} --delete file://versions.json",
        )

    def is_done(self, asked: Asked) -> bool:
        """Tell whether it holds nothing, or is gone."""
        return not asked.aws.is_filled(asked.place, asked.facts["bucket"])

    def do(self, asked: Asked) -> Doing:
        """Delete what it holds; a second run finds what the first one left."""
        bucket = asked.facts["bucket"]
        if (why_not := _why_not(asked)) is not None:
            return why_not
        count = yield from answered(
            partial(asked.aws.empty, asked.place, bucket), f"emptying {bucket}"
        )
        # After a lost answer it is not known how many there were before.
        return f"emptied of {count:,} versions" if count else None

    def verify(self, asked: Asked) -> Verifying:
        """See that it holds nothing."""
        bucket = asked.facts["bucket"]
        if (yield from answered(partial(self.is_done, asked), "looking")):
            return "emptied"
        return Problem(
            code="SF629",
            reason=f"The bucket {bucket} was emptied, and holds something again.",
            way_out=(
                "Find out who writes into it: nothing should use the source any more. Then run "
                "this again."
            ),
        )


def _why_not(asked: Asked) -> Problem | None:
    """
    Return why nothing may be deleted, if nothing may.

    The manifest says what is emptied, and it is a file that anybody can edit; so it is taken at its
    word only where a bucket goes with its side.
    """
    bucket, action = asked.facts["bucket"], asked.action
    if action.facts["bucket"].kind != "computed":
        return Problem(
            code="SF630",
            reason=f"No plan could name the bucket {bucket}, so nothing of it was deleted.",
            way_out="Empty it by hand if nothing in it is needed any more, and run this again.",
        )
    phase = next((one for one in PHASES.values() if one.name == asked.phase), None)
    if action.side == "source" and phase is not None and not phase.source_stands:
        return None
    return Problem(
        code="SF630",
        reason=(
            f'The manifest empties the bucket {bucket} of the {action.side} in "{asked.phase}". '
            "Only buckets of the source are emptied, when the source goes. Nothing was deleted."
        ),
        way_out="Compile again with this version; if that changes nothing, report it as a bug.",
    )
