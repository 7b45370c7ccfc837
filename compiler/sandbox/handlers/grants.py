"""
Reads what a policy document grants, as far as S3 and the load balancers look at it.

Actions and resources match with `*` and `?`. A Deny counts only without a condition, and an Allow
counts whatever its condition says: the services that look at a policy beforehand try one plain
request of their own, whose context the usual conditions (account, source ARN, TLS) admit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

Document = Mapping[str, Any]
"""A policy document. Any: JSON."""

Policy: TypeAlias = str | bytes | Document
"""A policy document, or its text."""


def parsed(policy: Policy) -> Document:
    """Return a policy as a mapping, however it is kept."""
    if isinstance(policy, str | bytes):
        read: Document = json.loads(policy)
        return read
    return policy


def listed(value: Any) -> list[Any]:  # noqa: ANN401 -- JSON: one value, or a list of them
    """Return *value* as a list: IAM lets one element stand without brackets."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def statements(policy: Policy) -> Iterator[Document]:
    """Yield each statement of *policy*."""
    yield from listed(parsed(policy).get("Statement"))


def principals(statement: Document) -> list[tuple[str, str]]:
    """Return `(kind, name)` of each principal; a bare `*` is `("AWS", "*")`."""
    principal = statement.get("Principal")
    if isinstance(principal, str):
        return [("AWS", principal)]
    return [(kind, name) for kind, names in (principal or {}).items() for name in listed(names)]


def allows(
    policies: Iterable[Policy],
    *,
    action: str,
    resource: str | None,
    principal: Iterable[tuple[str, str]] | None = None,
) -> bool:
    """
    Tell whether *policies* together allow *action*.

    Args:
        policies: Every document that applies.
        action: For example `s3:PutObject`.
        resource: An ARN; `None` for a trust policy, which names none.
        principal: Names under any of which the caller is known, for example
            `("Service", "s3.amazonaws.com")`; `None` for an identity policy, which names none.
    """
    names = None if principal is None else frozenset(principal)
    allowed = False
    for policy in policies:
        for statement in statements(policy):
            if not _applies(statement, action, resource, names):
                continue
            if statement.get("Effect") == "Deny":
                if not statement.get("Condition"):
                    return False
                continue
            allowed = True
    return allowed


def matches(pattern: str, value: str) -> bool:
    """Tell whether *value* fits a pattern of IAM's, in which only `*` and `?` are special."""
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch("".join(parts), value, re.DOTALL) is not None


def _applies(
    statement: Document,
    action: str,
    resource: str | None,
    names: frozenset[tuple[str, str]] | None,
) -> bool:
    actions = [str(a).lower() for a in listed(statement.get("Action"))]
    if not any(matches(pattern, action.lower()) for pattern in actions):
        return False
    if resource is not None and not any(
        matches(pattern, resource) for pattern in listed(statement.get("Resource"))
    ):
        return False
    if names is None:
        return True
    return any(given == ("AWS", "*") or given in names for given in principals(statement))
