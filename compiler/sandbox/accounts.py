"""
Keeps accounts apart where moto does not: buckets, topics by ARN, and roles that nobody made.

Elsewhere moto has a backend for each account, so that a thing of one is not found from another.
"""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlparse
from xml.sax.saxutils import escape

from moto.iam.access_control import IAMPolicy
from moto.iam.models import iam_backends
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, s3_backends
from moto.s3.responses import S3Response
from moto.sns.exceptions import SNSException
from moto.sns.models import SNSBackend
from moto.sts.models import sts_backends
from moto.sts.responses import TokenResponse

from compiler.sandbox.policies import lets_in, names_of, unconditional
from compiler.sandbox.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from moto.core.responses import BaseResponse

    from compiler.sandbox.engine.world import World

_LISTING = frozenset(
    {"continuation-token", "delimiter", "encoding-type", "fetch-owner", "list-type", "marker"}
    | {"max-keys", "prefix", "start-after"}
)
"""Parameters of a bucket's address that ask for no more than its list of objects."""

_OF_BUCKETS = {"location": "GetBucketLocation", "versioning": "GetBucketVersioning"}
_REFUSAL = """<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>\
<Type>Sender</Type><Code>AccessDenied</Code><Message>{message}</Message></Error>\
<RequestId>sandbox</RequestId></ErrorResponse>"""
"""moto can raise no error that the service's description lacks, as STS's lacks this one."""

_ANY_OTHER = "s3:AnyOther"
"""An action that no policy names, so that only `s3:*` and `*` allow it."""


@contextmanager
def with_accounts_apart(world: World) -> Iterator[None]:
    """
    Let an account reach another's buckets and topics only where their policy says so.

    A policy may name the account or the role whose session asks; connections count as encrypted.
    With `World.needs_roles` a role that is assumed must be there, and trust who assumes it.
    """
    with ExitStack() as stack:
        stack.enter_context(wrapped(S3Response, "_bucket_response", _watching_buckets))
        stack.enter_context(wrapped(S3Response, "_key_response", _watching_objects))
        stack.enter_context(wrapped(FakeBucket, "get_permission", _watching_conditions))
        stack.enter_context(wrapped(SNSBackend, "get_topic", _watching_topics))
        if world.needs_roles:
            stack.enter_context(wrapped(TokenResponse, "assume_role", _watching_roles))
        yield


def _watching_buckets(by_moto: Callable[..., Any]) -> Callable[..., Any]:
    def respond(self: S3Response, request: Any, full_url: str) -> Any:  # noqa: ANN401 -- moto's
        bucket = self.parse_bucket_name_from_url(request, full_url)
        asked = set(parse_qs(urlparse(full_url).query, keep_blank_values=True))
        special = asked - _LISTING
        is_creation = request.method == "PUT" and not special
        if bucket and not is_creation:
            action = _ANY_OTHER
            if request.method in {"GET", "HEAD"}:
                action = "s3:ListBucket" if not special else _ANY_OTHER
                for name in special & _OF_BUCKETS.keys():
                    action = f"s3:{_OF_BUCKETS[name]}"
            _refuse_foreign_bucket(self, bucket, action, "")
        return by_moto(self, request, full_url)

    return respond


def _watching_objects(by_moto: Callable[..., Any]) -> Callable[..., Any]:
    def respond(self: S3Response, request: Any, full_url: str) -> Any:  # noqa: ANN401 -- moto's
        bucket = self.parse_bucket_name_from_url(request, full_url)
        verb = {"HEAD": "Get", "POST": "Put"}.get(request.method, request.method.capitalize())
        _refuse_foreign_bucket(self, bucket, f"s3:{verb}Object", f"/{self.parse_key_name()}")
        copied = str(request.headers.get("x-amz-copy-source") or "").lstrip("/")
        if copied:
            source, _, key = copied.partition("?")[0].partition("/")
            _refuse_foreign_bucket(self, source, "s3:GetObject", f"/{key}")
        return by_moto(self, request, full_url)

    return respond


def _refuse_foreign_bucket(response: S3Response, bucket: str, action: str, key: str) -> None:
    """
    Refuse a bucket of another account whose policy does not let the caller's in.

    Raises:
        S3ClientError: `AccessDenied`.
    """
    partition, owner = s3_backends.bucket_accounts.get(bucket, ("", ""))
    if not owner or owner == response.current_account:
        return
    policy = s3_backends[owner][partition].buckets[bucket].policy
    resource = f"arn:{partition}:s3:::{bucket}{key}"
    if policy is not None and lets_in(
        json.loads(policy),
        {"AWS": _callers_names(response, partition)},
        action,
        resource=resource,
        facts=_facts(response, partition),
    ):
        return
    code, message = "AccessDenied", "Access Denied"
    raise S3ClientError(code, message)


def _watching_conditions(by_moto: Callable[..., Any]) -> Callable[..., Any]:
    """Let a statement say nothing where its condition does not hold; in moto it denies."""

    def get_permission(self: FakeBucket, action: str, resource: str) -> Any:  # noqa: ANN401 -- moto's
        if self.policy is None:
            return by_moto(self, action, resource)
        policy = unconditional(json.loads(self.policy), {"aws:SecureTransport": "true"})
        return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)

    return get_permission


def _watching_topics(by_moto: Callable[..., Any]) -> Callable[..., Any]:
    def get_topic(self: SNSBackend, arn: str) -> Any:  # noqa: ANN401 -- moto's
        topic = by_moto(self, arn)
        partition, owner = arn.split(":")[1], arn.split(":")[4]
        names = names_of(self.account_id, partition)
        # moto asks for a topic without saying what for: the policy must allow to publish.
        if owner == self.account_id or lets_in(
            json.loads(topic.policy), {"AWS": names}, "sns:Publish", resource=arn
        ):
            return topic
        code = "AuthorizationError"
        message = f"User is not authorized to perform this action on resource: {arn}"
        raise SNSException(code, message)

    return get_topic


def _watching_roles(by_moto: Callable[..., Any]) -> Callable[..., Any]:
    def assume_role(self: TokenResponse) -> Any:  # noqa: ANN401 -- moto's
        arn = str(self._get_param("RoleArn"))
        partition, account = arn.split(":")[1], arn.split(":")[4]
        trust = _trust(account, partition, arn)
        names = {"AWS": _callers_names(self, partition)}
        if not lets_in(trust, names, "sts:AssumeRole", facts=_facts(self, partition)):
            message = (
                f"User: arn:{partition}:iam::{self.current_account}:root is not authorized to "
                f"perform: sts:AssumeRole on resource: {arn}"
            )
            return _REFUSAL.format(message=escape(message)), {"status": 403}
        return by_moto(self)

    return assume_role


def _callers_names(response: BaseResponse, partition: str) -> set[str]:
    """Return what a policy may call the caller: the account, and the role of its session."""
    return {*names_of(response.current_account, partition), *_facts(response, partition).values()}


def _facts(response: BaseResponse, partition: str) -> Mapping[str, str]:
    """Return what a policy may ask about the caller: its role, or that it is the account itself."""
    account = response.current_account
    session = sts_backends[account][partition].get_assumed_role_from_access_key(
        response.get_access_key()
    )
    arn = f"arn:{partition}:iam::{account}:root" if session is None else session.role_arn
    return {"aws:PrincipalArn": arn}


def _trust(account: str, partition: str, role_arn: str) -> Mapping[str, Any]:
    for role in iam_backends[account][partition].get_roles():
        if role.arn == role_arn:
            found: Mapping[str, Any] = json.loads(role.assume_role_policy_document)
            return found
    return {}
