"""Buckets: private, encrypted, versioned; the source's replicates to the target's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import s3

from compiler.components import replication
from compiler.components.addresses import bucket, key_arn, log_bucket_policy
from compiler.components.origins import below
from compiler.components.private_bucket import private_bucket, unfinished_uploads_end
from compiler.components.sides import SIDES
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Address, Resource
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Bucket, Spec
    from spec.names import Side


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """Yield each bucket of both sides, and the role that replicates it."""
    for key, model in spec.buckets.items():
        for side in SIDES:
            yield _bucket(spec, phase, side, key, model)
        if model.replication:
            yield replication.role(spec, phase, key)


def _bucket(spec: Spec, phase: Phase, side: Side, key: str, model: Bucket) -> Resource:
    address = bucket(side, key)
    component: Path = ("buckets", key)
    body = private_bucket(
        address.logical_id,
        name=names.bucket(spec, side, key),
        key=key_arn(side, "buckets"),
        LifecycleConfiguration=s3.LifecycleConfiguration(Rules=list(_lifecycle(model))),
        LoggingConfiguration=s3.LoggingConfiguration(
            DestinationBucketName=names.bucket(spec, side, "logs"), LogFilePrefix=f"s3/{key}/"
        ),
        Tags=tag_list(spec, phase),
        VersioningConfiguration=s3.VersioningConfiguration(
            Status="Enabled" if model.versioning else "Suspended"
        ),
    )
    origins = {
        **tag_origins(spec, phase),
        **below(
            component,
            {
                "VersioningConfiguration": ("versioning",),
                "LifecycleConfiguration.Rules.1": ("expire_versions_days",),
            },
        ),
    }
    # Without its policy the log bucket takes nothing, and S3 says nothing.
    after: tuple[Address, ...] = (log_bucket_policy(side),)
    if side == "source" and model.replication:
        body.ReplicationConfiguration = replication.configuration(spec, key, model.replication)
        origins |= replication.configuration_origins(spec, key, model.replication)
        after = (*after, *replication.needs_first(spec, key))
    return Resource(
        stack=address.stack, body=body, component=component, origins=origins, after=after
    )


def _lifecycle(model: Bucket) -> Iterator[s3.LifecycleRule]:
    yield s3.LifecycleRule(
        Id="abort-uploads",
        Status="Enabled",
        AbortIncompleteMultipartUpload=unfinished_uploads_end(),
    )
    if model.expire_versions_days is not None:
        yield s3.LifecycleRule(
            Id="expire-versions",
            Status="Enabled",
            ExpiredObjectDeleteMarker=True,
            NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(
                NoncurrentDays=model.expire_versions_days
            ),
        )
