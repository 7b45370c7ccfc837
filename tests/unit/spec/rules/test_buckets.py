from __future__ import annotations

import pytest

from spec.findings import Finding, at
from tests.unit.spec.rules.specs import codes, found


def test_a_bucket_that_is_emptied_should_have_a_copy() -> None:
    assert found("buckets: {scratch: {replication: false, on_retire: empty}}") == (
        Finding(
            code="SF690",
            where=at("buckets", "scratch", "on_retire"),
            detail="At last this bucket is emptied and deleted in the source, and nothing of it is"
            " in the target.",
            way_out='Say "on_retire: keep", or replicate all of it; leave it so if nothing in it is'
            " wanted.",
            related=((at("buckets", "scratch", "replication"), "what replicates"),),
        ),
    )


def test_a_copy_of_a_part_is_not_enough() -> None:
    (finding,) = found("buckets: {media: {replication: {prefix: videos/}, on_retire: empty}}")

    assert finding.detail == (
        "At last this bucket is emptied and deleted in the source, and only what begins with"
        ' "videos/" is in the target too.'
    )
    assert finding.related == (
        (at("buckets", "media", "replication", "prefix"), "what replicates"),
    )


@pytest.mark.parametrize(
    "bucket", ["{on_retire: empty}", "{replication: false}", "{replication: {prefix: videos/}}"]
)
def test_a_bucket_that_is_kept_or_copied_whole_is_sound(bucket: str) -> None:
    assert codes(f"buckets: {{media: {bucket}}}") == []
