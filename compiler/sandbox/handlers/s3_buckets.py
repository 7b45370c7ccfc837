"""The handler of `AWS::S3::Bucket`; what a bucket can be set to is in `s3_settings`."""

from __future__ import annotations

import ipaddress
import re

from moto.s3.models import s3_backends

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.identity import physical_name
from compiler.sandbox.handlers.replies import ask, refuse
from compiler.sandbox.handlers.s3_settings import SETTINGS, bucket_beneath, exists, put_tags

_NAME = re.compile(r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ENDINGS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
"""Endings that S3 keeps for itself.

Source: S3 user guide, "General purpose bucket naming rules", read 2026-11-23.
"""


class BucketHandler:
    """Buckets."""

    type_name = "AWS::S3::Bucket"
    supported = frozenset({"BucketName", *SETTINGS})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a bucket with all its settings, or none at all."""
        name = properties.get("BucketName") or physical_name(scope, limit=63, lower=True)
        _refuse_name(scope, name)
        placed = {} if scope.region == "us-east-1" else {"LocationConstraint": scope.region}
        ask(
            scope.client("s3"),
            "create_bucket",
            Bucket=name,
            CreateBucketConfiguration=placed or None,
        )
        try:
            self._set(scope, name, {}, properties)
            put_tags(scope, name, properties.get("Tags"))
        except Refused:
            ask(scope.client("s3"), "delete_bucket", Bucket=name)
            raise
        return _described(scope, name)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Set, and clear, what differs."""
        self._set(scope, physical_id, old, new)
        put_tags(scope, physical_id, new.get("Tags"))
        return _described(scope, physical_id)

    def adopt(self, scope: Scope, physical_id: str) -> Created:
        """Put the stack's tags on a bucket that exists."""
        put_tags(scope, physical_id, SETTINGS["Tags"].get(scope, physical_id))
        return _described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete an empty bucket."""
        del properties
        if not exists(scope, physical_id):
            return
        held = bucket_beneath(scope, physical_id)
        # A delete marker or an old version keeps a bucket too; moto looks at the newest versions
        # only.
        if held.keys:
            refuse(
                "BucketNotEmpty",
                "The bucket you tried to delete is not empty. You must delete all versions in "
                "the bucket.",
            )
        ask(scope.client("s3"), "delete_bucket", Bucket=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read every setting."""
        if not exists(scope, physical_id):
            return None
        told = {name: setting.get(scope, physical_id) for name, setting in SETTINGS.items()}
        return {"BucketName": physical_id} | {k: v for k, v in told.items() if v is not None}

    def _set(self, scope: Scope, bucket: str, old: Properties, new: Properties) -> None:
        for name in reversed(tuple(SETTINGS)):
            if name in old and name not in new:
                SETTINGS[name].clear(scope, bucket)
        for name, setting in SETTINGS.items():
            if name in new and new[name] != old.get(name):
                setting.put(scope, bucket, new[name])


def _refuse_name(scope: Scope, name: str) -> None:
    valid = _NAME.fullmatch(name) and not name.endswith(_ENDINGS) and not _is_address(name)
    if not valid:
        refuse("InvalidBucketName", f"The specified bucket is not valid: {name}")
    owner = s3_backends.bucket_accounts.get(name)
    if owner is None:
        return
    # S3 itself answers a second create by the owner in us-east-1 with success; CloudFormation looks
    # first, or two stacks would share a bucket.
    if owner[1] == scope.account:
        refuse(
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        )
    refuse(
        "BucketAlreadyExists",
        "The requested bucket name is not available. The bucket namespace is shared by all users "
        "of the system. Please select a different name and try again.",
    )


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True


def _described(scope: Scope, name: str) -> Created:
    suffix = "amazonaws.com.cn" if scope.partition == "aws-cn" else "amazonaws.com"
    return Created(
        physical_id=name,
        attributes={
            "Arn": f"arn:{scope.partition}:s3:::{name}",
            "DomainName": f"{name}.s3.{suffix}",
            "RegionalDomainName": f"{name}.s3.{scope.region}.{suffix}",
            "DualStackDomainName": f"{name}.s3.dualstack.{scope.region}.{suffix}",
        },
    )


HANDLERS: tuple[Handler, ...] = (BucketHandler(),)
