"""Finds KMS keys by any of their names, and tells whether a service may use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.grants import listed, matches, principals, statements
from compiler.sandbox.handlers.replies import Backend, beneath

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.handler import Scope


def find_key(scope: Scope, given: str, *, region: str | None = None) -> Backend | None:
    """
    Find the key that *given* names.

    Args:
        scope: Whose account it is.
        given: A key id, key ARN, alias name (`alias/…`) or alias ARN.
        region: Where the key must be; the stack's region by default.

    Returns:
        moto's key, or `None` where no such key exists in that region. Keys of AWS (`alias/aws/…`)
        always exist.
    """
    where = region or scope.region
    account = scope.account
    name = given
    if given.startswith("arn:"):
        _, _, _, of_region, account, name = given.split(":", 5)
        if of_region != where:
            return None
        name = name.removeprefix("key/")
    held = beneath("kms", account, where)
    if name.startswith("alias/"):
        name = held.get_key_id_from_alias(name)
    return held.keys.get(name)


def is_usable(key: Backend | None) -> bool:
    """Tell whether *key* exists and is enabled: one that waits for its deletion is not."""
    return key is not None and key.key_state == "Enabled"


def admits(key: Backend, service: str, action: str, context: Mapping[str, str]) -> bool:
    """
    Tell whether the key's policy lets a service principal use the key.

    Args:
        key: moto's key.
        service: For example `logs.eu-west-1.amazonaws.com`.
        action: For example `kms:GenerateDataKey`.
        context: Condition keys that the service sends, by name; a condition on any other key is
            taken as met, since the services fill in account and source themselves.
    """
    for statement in statements(key.policy):
        if statement.get("Effect") != "Allow":
            continue
        if not any(matches(str(a).lower(), action.lower()) for a in listed(statement["Action"])):
            continue
        named = principals(statement)
        if ("AWS", "*") not in named and ("Service", service) not in named:
            continue
        if all(_meets(wanted, context) for wanted in _conditions(statement)):
            return True
    return False


def _conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for wanted in statement.get("Condition", {}).values():
        for key, values in wanted.items():
            yield key, [str(value) for value in listed(values)]


def _meets(wanted: tuple[str, list[str]], context: Mapping[str, str]) -> bool:
    key, patterns = wanted
    sent = {name.lower(): value for name, value in context.items()}
    if key.lower() not in sent:
        return True
    return any(matches(pattern, sent[key.lower()]) for pattern in patterns)
