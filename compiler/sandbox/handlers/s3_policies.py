"""The handler of `AWS::S3::BucketPolicy`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.grants import listed, parsed, principals, statements
from compiler.sandbox.handlers.replies import ask, ask_or_none, document, refuse
from compiler.sandbox.handlers.s3_settings import exists

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_IAM_NAME = re.compile(r"arn:[a-z-]+:iam::(\d{12}):(role|user)/(?:.*/)?([\w+=,.@-]+)")


class BucketPolicyHandler:
    """Bucket policies: at most one on each bucket."""

    type_name = "AWS::S3::BucketPolicy"
    supported = frozenset({"Bucket", "PolicyDocument"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Give a bucket its policy, unless it has one."""
        bucket = properties["Bucket"]
        if self.read(scope, bucket) is not None:
            refuse("AlreadyExists", f"The bucket policy already exists on bucket {bucket}.")
        return self.update(scope, bucket, {}, properties)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Replace the policy whole."""
        del old
        _refuse(scope, physical_id, new["PolicyDocument"])
        ask(
            scope.client("s3"),
            "put_bucket_policy",
            Bucket=physical_id,
            Policy=document(new["PolicyDocument"]),
        )
        return Created(physical_id=physical_id, attributes={})

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Take the policy away."""
        del properties
        if exists(scope, physical_id):
            ask(scope.client("s3"), "delete_bucket_policy", Bucket=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the policy."""
        if not exists(scope, physical_id):
            return None
        answer = ask_or_none(
            scope.client("s3"), "get_bucket_policy", "NoSuchBucketPolicy", Bucket=physical_id
        )
        if answer is None:
            return None
        return {"Bucket": physical_id, "PolicyDocument": json.loads(answer["Policy"])}


def _refuse(scope: Scope, bucket: str, policy: str | Mapping[str, Any]) -> None:
    if not exists(scope, bucket):
        refuse("NoSuchBucket", "The specified bucket does not exist")
    try:
        read = parsed(policy)
    except ValueError:
        refuse("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")
    if complaint := next(_complaints(scope, bucket, read), None):
        refuse("MalformedPolicy", complaint)
    _refuse_public(scope, bucket, read)


def _complaints(scope: Scope, bucket: str, policy: Mapping[str, Any]) -> Iterator[str]:
    arn = f"arn:{scope.partition}:s3:::{bucket}"
    if "Statement" not in policy:
        yield "Missing required field Statement"
    for statement in statements(policy):
        if "Principal" not in statement and "NotPrincipal" not in statement:
            yield "Missing required field Principal"
        if "Action" not in statement and "NotAction" not in statement:
            yield "Missing required field Action"
        for resource in listed(statement.get("Resource")):
            if resource != arn and not resource.startswith(f"{arn}/"):
                yield "Policy has invalid resource"
        yield from _action_complaints(arn, statement)
        if not all(_is_known(scope, name) for kind, name in principals(statement) if kind == "AWS"):
            yield "Invalid principal in policy"


def _action_complaints(arn: str, statement: Mapping[str, Any]) -> Iterator[str]:
    """Complain about an action of another service, or one that fits none of the resources."""
    resources = listed(statement.get("Resource"))
    for action in listed(statement.get("Action")):
        service, _, name = str(action).partition(":")
        if action != "*" and service.lower() != "s3":
            yield "Policy has invalid action"
        if "*" in action or "?" in action or not resources:
            continue
        on_bucket = _is_on_bucket(name)
        fitting = {True: [arn], False: [r for r in resources if r != arn], None: resources}
        if not set(fitting[on_bucket]) & set(resources):
            yield "Action does not apply to any resource(s) in statement"


def _is_on_bucket(name: str) -> bool | None:
    """
    Tell whether an action is on buckets or on objects, by its name; `None` where that is not told.

    Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
    """
    if name.startswith("Object"):
        return False
    if "Bucket" in name:
        return True
    if "Object" in name or "Multipart" in name or name.startswith("Replicate"):
        return False
    return True if name.endswith("Configuration") else None


def _is_known(scope: Scope, name: str) -> bool:
    """Tell whether S3 can resolve an IAM principal; those of other accounts are taken on trust."""
    named = _IAM_NAME.fullmatch(name)
    if named is None or named[1] != scope.account:
        return True
    operation, key = ("get_role", "RoleName") if named[2] == "role" else ("get_user", "UserName")
    return (
        ask_or_none(scope.client("iam"), operation, "NoSuchEntity", **{key: named[3]}) is not None
    )


def _refuse_public(scope: Scope, bucket: str, policy: Mapping[str, Any]) -> None:
    answer = ask_or_none(
        scope.client("s3"),
        "get_public_access_block",
        "NoSuchPublicAccessBlockConfiguration",
        Bucket=bucket,
    )
    if not answer or not answer["PublicAccessBlockConfiguration"].get("BlockPublicPolicy"):
        return
    for statement in statements(policy):
        everyone = ("AWS", "*") in principals(statement)
        if statement.get("Effect") == "Allow" and everyone and not statement.get("Condition"):
            refuse(
                "AccessDenied",
                "User is not authorized to perform: s3:PutBucketPolicy because public policies "
                "are blocked by the BlockPublicPolicy block public access setting.",
            )


HANDLERS: tuple[Handler, ...] = (BucketPolicyHandler(),)
