"""plan and deploy as they are typed: what holds data is not lost by an update."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.migration import SOURCE
from tests.functional.planned_shop import (
    NETWORK,
    STORAGE,
    everything,
    said,
    texts,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from compiler.sandbox.embedded import Served


def test_a_bucket_is_not_replaced_unless_somebody_said_so(
    served: Served, folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "deploy", folder, "--yes")
    before = everything(served)
    changed = written(tmp_path / "changed", texts(bucket="shop-prod-films"))

    refused = said(capsys, "deploy", changed, "--yes", code=1)

    assert refused == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  = us-east-1/network: unchanged
  ~ us-east-1/bucket-media: update, since the template changed
        VpcId = vpc-1
        CloudFormation says:
          -/+ Bucket (AWS::S3::Bucket shop-prod-media) replaced: BucketName; the old one is retained
              buckets.media
  = eu-central-1/topics: unchanged

1 to update, 2 unchanged.

error[SF512]: Resource that holds data would be lost
  --> shop.yaml: buckets.media
"Bucket" (shop-prod-media) of "us-east-1/bucket-media", in us-east-1 of 111122223333, would be
replaced by a new one, since BucketName changes; the old one stays, but outside of the stack.
help: Take the change back. Only if nothing needs what it holds, run this again with
--allow-replacement us-east-1/bucket-media:Bucket.
"""
    )
    assert everything(served) == before
    allowed = said(capsys, "deploy", changed, "--yes", "--allow-replacement", "shop-prod-media")
    assert "Done in " in allowed
    buckets = served.sandbox.client("s3", SOURCE).list_buckets()["Buckets"]
    assert sorted(one["Name"] for one in buckets) == ["shop-prod-films", "shop-prod-media"]


def test_a_loss_that_shows_only_when_a_value_is_known_stops_the_update(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = texts()
    named[STORAGE] = named[STORAGE].replace('"shop-prod-media"', '{"Fn::Sub": "media-${VpcId}"}')
    said(capsys, "deploy", written(tmp_path / "named", named), "--yes")
    moved = {**named, NETWORK: texts(cidr="10.9.0.0/16")[NETWORK]}

    told = said(capsys, "deploy", written(tmp_path / "moved", moved), "--yes", code=3)

    assert "? us-east-1/bucket-media: update only if a value that it reads changes" in told
    assert "error[SF512]: us-east-1/bucket-media failed" in told
    assert len(served.sandbox.client("s3", SOURCE).list_buckets()["Buckets"]) == 1
