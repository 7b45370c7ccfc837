"""The bucket for templates that are too large for a request, as a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Ref, Tags, Template, s3

from compiler.bootstrap.ground import accounts
from compiler.components.bucket_policies import Statement, document, tls_only
from compiler.components.private_bucket import private_bucket, unfinished_uploads_end
from compiler.deploy.artifacts import artifact_bucket, artifact_region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.bootstrap.ground import Ground
    from compiler.deploy.targets import Via
    from compiler.manifest import Stack

_OLD_VERSIONS_DAYS = 90
"""How long a version that was overwritten is kept; content-addressed objects seldom are."""


def regions_with_buckets(ground: Ground) -> tuple[str, ...]:
    """Return where the target account gets a bucket, sorted: where a template needs one, or all."""
    if not ground.is_target:
        return ()
    return artifact_regions(
        ground,
        (
            stack
            for stack in ground.manifest.stacks
            if stack.needs_artifact_bucket or ground.wish.with_buckets
        ),
    )


def artifact_regions(ground: Ground, stacks: Iterable[Stack]) -> tuple[str, ...]:
    """Return the regions of the buckets from which the templates of *stacks* are read, sorted."""
    via: Via = "stacksets" if ground.wish.via_stack_sets else "stacks"
    return tuple(sorted({artifact_region(ground.manifest, stack, via) for stack in stacks}))


def artifacts(ground: Ground, region: str, tags: Mapping[str, str]) -> Template:
    """
    Return the template of the bucket in *region*.

    Private, encrypted, versioned, by TLS only, and kept when its stack is deleted: stack sets read
    their templates from it again at every update.
    """
    bucket = artifact_bucket(ground.manifest, region)
    template = Template(Description=f"{ground.prefix}: large templates in {region}.")
    template.add_resource(
        private_bucket(
            "Bucket",
            name=bucket,
            LifecycleConfiguration=s3.LifecycleConfiguration(
                Rules=[
                    s3.LifecycleRule(
                        Id="expire-old-versions",
                        Status="Enabled",
                        NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(
                            NoncurrentDays=_OLD_VERSIONS_DAYS
                        ),
                        AbortIncompleteMultipartUpload=unfinished_uploads_end(),
                    )
                ]
            ),
            VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
            Tags=Tags(**tags),
        )
    )
    template.add_resource(
        s3.BucketPolicy(
            "BucketPolicy",
            Bucket=Ref("Bucket"),
            PolicyDocument=document(*_statements(ground, bucket)),
        )
    )
    return template


def _statements(ground: Ground, bucket: str) -> Iterator[Statement]:
    arn = f"arn:{ground.partition}:s3:::{bucket}"
    yield tls_only(arn)
    others = [one for one in accounts(ground.manifest, ground.wish) if one != ground.account]
    if others:
        yield {
            "Sid": "ExecutionRolesRead",
            "Effect": "Allow",
            # The accounts with a condition: a bucket policy cannot name a role that its account
            # does not have yet (S3 user guide, "Principals", 2026-11-24).
            "Principal": {"AWS": [f"arn:{ground.partition}:iam::{one}:root" for one in others]},
            "Action": "s3:GetObject",
            "Resource": f"{arn}/*",
            "Condition": {
                "ArnEquals": {
                    "aws:PrincipalArn": [
                        ground.role(one, ground.wish.execution_role) for one in others
                    ]
                }
            },
        }
