"""
Where templates lie that are too large for a request: a bucket of the migration in each region.

The buckets are the target account's, where stack sets live; `compiler.bootstrap` makes them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spec.names import shortened

if TYPE_CHECKING:
    from compiler.deploy.port import Aws, Definition
    from compiler.deploy.targets import Via
    from compiler.manifest import Manifest, Stack


def artifact_bucket(manifest: Manifest, region: str) -> str:
    """
    Return the name of the bucket for the templates of *manifest* in *region*.

    Limit: 63 (S3 user guide, "Bucket naming rules", 2026-11). It does not begin as the names of the
    migration's own buckets do, so none of them can be called the same.
    """
    name = manifest.migration
    return shortened(f"stackferry-{name}-{manifest.target_account}-{region}", 63)


def artifact_region(manifest: Manifest, stack: Stack, via: Via) -> str:
    """
    Return the region of the bucket for the template of *stack*.

    StackSets reads a template where the stack sets live, CloudFormation where the stack stands.
    """
    return manifest.target_region if via == "stacksets" else stack.region


def uploaded(
    aws: Aws, stack: Stack, definition: Definition, *, manifest: Manifest, region: str
) -> Definition:
    """
    Return *definition* with the address of its template, where that is too large for a request.

    The object is named by the template's digest, so that the same text is put there once, and no
    text ever takes the place of another.

    Args:
        aws: Whom to ask.
        stack: The stack.
        definition: What its stack set is to be.
        manifest: The migration whose bucket it is.
        region: The region of the bucket.

    Raises:
        AwsError: AWS refused it.
    """
    if not stack.needs_artifact_bucket:
        return definition
    bucket = artifact_bucket(manifest, region)
    url = aws.upload(bucket, region, f"{stack.sha256}.json", definition.template)
    return replace(definition, template_url=url)
