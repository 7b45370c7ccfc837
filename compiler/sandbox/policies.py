"""
Reads IAM policies as far as the sandbox asks: who may come in, and what a role may do.

Only what is written is looked at: an `Allow` whose principal, action, resource and conditions fit,
and for a role's own policies no `Deny`. Source: IAM User Guide, policy evaluation, 2026-11-24.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

Document = dict[str, Any]
"""A policy. Any: JSON."""

_OPERATORS = {
    "ArnEquals": True,
    "ArnLike": True,
    "Bool": False,
    "StringEquals": False,
    "StringLike": True,
}
"""Operators of conditions, and whether they know wildcards (IAM User Guide, 2026-11-24)."""


def lets_in(
    document: Mapping[str, Any],
    principals: Mapping[str, Collection[str]],
    action: str,
    *,
    resource: str = "",
    facts: Mapping[str, str] | None = None,
) -> bool:
    """
    Tell whether a policy of a resource or a role lets somebody do something.

    Args:
        document: A bucket's policy, a role's trust policy, ….
        principals: By kind (`AWS`, `Service`): names that somebody goes by, of which the policy
            need have one.
        action: What is to be done.
        resource: To what; empty in a trust policy, which has no resources.
        facts: The keys that conditions may ask for.
    """
    return any(
        statement.get("Effect") == "Allow"
        and _does(statement, action)
        and (not resource or _matches(statement.get("Resource"), resource))
        and any(
            set(_texts(_principals(statement).get(kind))) & set(names)
            for kind, names in principals.items()
        )
        and _holds(statement.get("Condition") or {}, facts or {})
        for statement in _statements(document)
    )


def may(documents: Iterable[Mapping[str, Any]], action: str, resource: str) -> bool:
    """Tell whether the policies of a role let it do *action* to *resource*."""
    effects = {
        statement.get("Effect")
        for document in documents
        for statement in _statements(document)
        if _does(statement, action)
        and _matches(statement.get("Resource"), resource)
        and _holds(statement.get("Condition") or {}, {})
    }
    return "Allow" in effects and "Deny" not in effects


def names_of(account: str, partition: str) -> set[str]:
    """Return the names under which a policy means *account* as a whole."""
    return {account, f"arn:{partition}:iam::{account}:root", "*"}


def unconditional(document: Mapping[str, Any], facts: Mapping[str, str]) -> Document:
    """Return a policy of those statements whose conditions hold, without the conditions."""
    return {
        **document,
        "Statement": [
            {key: value for key, value in statement.items() if key != "Condition"}
            for statement in _statements(document)
            if _holds(statement.get("Condition") or {}, facts)
        ],
    }


def _statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = document.get("Statement") or []
    return [found] if isinstance(found, dict) else list(found)


def _principals(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    found = statement.get("Principal") or {}
    return {"AWS": "*"} if found == "*" else found


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _does(statement: Mapping[str, Any], action: str) -> bool:
    # Names of actions are the one thing in a policy whose case does not matter.
    patterns = [pattern.lower() for pattern in _texts(statement.get("Action"))]
    return _matches(patterns, action.lower())


def _matches(patterns: object, text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in _texts(patterns))


def _holds(condition: Mapping[str, Any], facts: Mapping[str, str]) -> bool:
    """Tell whether *condition* holds; what it asks and nobody here knows does not."""
    known = {name.lower(): value for name, value in facts.items()}
    for operator, asked in condition.items():
        for key, patterns in asked.items():
            value = known.get(key.lower())
            if value is None or operator not in _OPERATORS:
                return False
            has_wildcards = _OPERATORS[operator]
            if not (_matches(patterns, value) if has_wildcards else value in _texts(patterns)):
                return False
    return True
