"""
Templates that a call names by their address in S3, read with the rights of the caller's account.

Source: CloudFormation API Reference, CreateStack, TemplateURL, 2026-11-24: the address starts with
`https://` and is that of an object of a bucket, not of a website.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.exceptions import ClientError

from compiler.sandbox.engine.errors import invalid

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from compiler.sandbox.handler import Clients

_MORE = (
    "\nFor more information check "
    "http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
)

_S3_HOST = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.-]+)\.)?"
    r"s3(?:[.-](?:dualstack\.)?[a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com(?:\.cn)?"
)
"""`bucket.s3.<region>.amazonaws.com`, `s3.<region>.amazonaws.com`, and both without a region."""

_OWN_HOST = re.compile(r"(?:localhost|127\.0\.0\.1)(?::\d+)?")
"""The served sandbox: the AWS CLI makes a template's address of its endpoint (`deploy`)."""


def template_from_url(url: str, clients: Clients) -> str:
    """
    Return the text of a template in S3.

    Args:
        url: `https://bucket.s3.region.amazonaws.com/key` or
            `https://s3.region.amazonaws.com/bucket/key`; `?versionId=` chooses a version.
        clients: Of the caller's account.

    Raises:
        ApiError: `ValidationError`: the address is none of S3, or the object cannot be read.
    """
    parts = urlsplit(url)
    bucket, key = _object(parts)
    version = parse_qs(parts.query).get("versionId")
    chosen = {"VersionId": version[0]} if version else {}
    try:
        answer = clients("s3").get_object(Bucket=bucket, Key=key, **chosen)
        body: bytes = answer["Body"].read()
    except ClientError as error:
        message = f"S3 error: {error.response['Error'].get('Message', '')}{_MORE}"
        raise invalid(message) from error
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        message = "Template format error: the template is not UTF-8 text."
        raise invalid(message) from error


def _object(parts: SplitResult) -> tuple[str, str]:
    if parts.scheme == "s3":
        message = f"S3 error: Domain name specified in {parts.netloc} is not a valid S3 domain"
        raise invalid(message)
    found = _S3_HOST.fullmatch(parts.netloc)
    path = unquote(parts.path.removeprefix("/"))
    if parts.scheme == "https" and found is not None:
        bucket, key = found["bucket"], path
        if bucket is None:
            bucket, _, key = path.partition("/")
        if bucket and key:
            return bucket, key
    bucket, _, key = path.partition("/")
    if parts.scheme == "http" and _OWN_HOST.fullmatch(parts.netloc) and bucket and key:
        return bucket, key
    message = "TemplateURL must be a supported URL."
    raise invalid(message)
