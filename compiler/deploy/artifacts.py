"""Where templates lie that are too large for a request: one bucket per account and region."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.deploy.port import Aws, Definition
    from compiler.manifest import Stack


def artifact_bucket(account: str, region: str) -> str:
    """Return the name of the bucket for templates of *account* in *region*."""
    return f"stackferry-artifacts-{account}-{region}"


def uploaded(
    aws: Aws, stack: Stack, definition: Definition, *, account: str, region: str
) -> Definition:
    """
    Return *definition* with the address of its template, where that is too large for a request.

    The object is named by the template's digest, so that the same text is put there once, and no
    text ever takes the place of another.

    Args:
        aws: Whom to ask.
        stack: The stack.
        definition: What its stack set is to be.
        account: The account whose bucket it is.
        region: The region of the bucket.

    Raises:
        AwsError: AWS refused it.
    """
    if not stack.needs_artifact_bucket:
        return definition
    bucket = artifact_bucket(account, region)
    url = aws.upload(bucket, region, f"{stack.sha256}.json", definition.template)
    return replace(definition, template_url=url)
