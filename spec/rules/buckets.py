"""Rules about buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.findings import Finding, at, key_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.findings import Path
    from spec.model import Spec


def replicated_bucket_without_versioning(spec: Spec) -> Iterator[Finding]:
    """SF248: S3 replicates versions."""
    for key, bucket in spec.buckets.items():
        if not bucket.versioning and bucket.replication is not False:
            yield Finding(
                code="SF248",
                where=at("buckets", key, "versioning"),
                detail="S3 replicates between versioned buckets only, and this one replicates.",
                way_out='Leave "versioning" out (it is on by default), or say "replication: false"'
                " for a bucket whose objects need not move.",
                related=((at("buckets", key, "replication"), "replicates by default"),)
                if "replication" not in bucket.model_fields_set
                else ((at("buckets", key, "replication"), "replicates"),),
            )


def bucket_named_like_another(spec: Spec) -> Iterator[Finding]:
    """SF249: a name in `uses` or in the cdn means one thing."""
    for key in spec.buckets:
        for kind, meant in (
            ("databases", '"uses" of a service names databases and buckets'),
            ("services", "the cdn names services and buckets"),
        ):
            if key in getattr(spec, kind):
                yield Finding(
                    code="SF249",
                    where=key_at("buckets", key),
                    detail=f'"{key}" is one of the {kind} too, and {meant} by this name alone.',
                    way_out="Rename one of them; in AWS, a renamed bucket is a new one.",
                    related=((key_at(kind, key), "the other one"),),
                )


def bucket_emptied_without_copy(spec: Spec) -> Iterator[Finding]:
    """SF690: what is emptied at last should be in the target by then."""
    for key, bucket in spec.buckets.items():
        if bucket.on_retire != "empty" or (bucket.replication and not bucket.replication.prefix):
            continue
        path: Path = ("buckets", key, "replication")
        if bucket.replication:
            detail = f'only what begins with "{bucket.replication.prefix}" is in the target too'
            path = (*path, "prefix")
        else:
            detail = "nothing of it is in the target"
        yield Finding(
            code="SF690",
            where=at("buckets", key, "on_retire"),
            detail=f"At last this bucket is emptied and deleted in the source, and {detail}.",
            way_out='Say "on_retire: keep", or replicate all of it; leave it so if nothing in it is'
            " wanted.",
            related=((at(*path), "what replicates"),),
        )
