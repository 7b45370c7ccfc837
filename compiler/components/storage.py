"""
Buckets: private, encrypted, versioned; one side's replicates to the other's.

A bucket outlives its stack. Only where the spec says that the source's is to be emptied at last, it
is let go of in the step before, together with the protection of the databases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import s3

from compiler.components import replication
from compiler.components.addresses import bucket, key_arn, log_bucket_policy
from compiler.components.origins import below
from compiler.components.private_bucket import goes, private_bucket, unfinished_uploads_end
from compiler.components.sides import other, standing
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
    """Yield each bucket on each side, and the role that replicates it."""
    origin = replication.origin_of(phase)
    for key, model in spec.buckets.items():
        for side in standing(phase):
            yield _bucket(spec, phase, side, key, model)
        if model.replication and origin is not None:
            yield replication.role(spec, phase, origin, key)


def _bucket(spec: Spec, phase: Phase, side: Side, key: str, model: Bucket) -> Resource:
    address = bucket(side, key)
    component: Path = ("buckets", key)
    body = private_bucket(
        address.logical_id,
        name=names.bucket(spec, side, key),
        key=key_arn(side, "buckets"),
        deletion_policy="Delete" if goes(phase, side, model) else "RetainExceptOnCreate",
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
        "DeletionPolicy": (*component, "on_retire"),
    }
    # Without its policy the log bucket takes nothing, and S3 says nothing.
    after: tuple[Address, ...] = (log_bucket_policy(side),)
    if side == replication.origin_of(phase) and model.replication:
        body.ReplicationConfiguration = replication.configuration(
            spec, side, key, model.replication
        )
        origins |= replication.configuration_origins(spec, side, key, model.replication)
        # S3 refuses to replicate into a bucket that is not there with its versions. That bucket's
        # policy admits the role since a phase before, so nothing has to wait for it.
        after = (*after, bucket(other(side), key))
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
