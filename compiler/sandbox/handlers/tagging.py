"""
Tags of EC2, and what a change of tags comes to in services that add and remove them separately.

A stack's tags lie under a resource's own; both are read back, since no service tells them apart.
Only the `aws:` ones, which CloudFormation sets itself, stay out of what a handler reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.identity import as_pairs, merged
from compiler.sandbox.handlers.replies import ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.sandbox.handler import Scope

SYSTEM = "aws:"
"""Start of the keys that only AWS sets."""


def specification(
    scope: Scope, own: Iterable[Mapping[str, str]] | None, kind: str
) -> list[dict[str, Any]] | None:
    """Return EC2's `TagSpecifications` for a new resource of *kind*; `None` without tags."""
    tags = as_pairs(merged(scope, own))
    return [{"ResourceType": kind, "Tags": tags}] if tags else None


def retag(
    scope: Scope,
    resource_id: str,
    own: Iterable[Mapping[str, str]] | None,
) -> None:
    """Give an EC2 resource exactly the stack's tags and its own."""
    ec2 = scope.client("ec2")
    have = ask(ec2, "describe_tags", Filters=[{"Name": "resource-id", "Values": [resource_id]}])[
        "Tags"
    ]
    added, removed = changes(
        {tag["Key"]: tag["Value"] for tag in have},
        merged(scope, own),
    )
    if removed:
        ask(ec2, "delete_tags", Resources=[resource_id], Tags=[{"Key": key} for key in removed])
    if added:
        ask(ec2, "create_tags", Resources=[resource_id], Tags=as_pairs(added))


def changes(have: Mapping[str, str], want: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """
    Compare two sets of tags.

    Returns:
        The tags to set, and the sorted keys to remove; `aws:` tags are never removed, since they
        stay as long as the resource does.
    """
    added = {key: value for key, value in want.items() if have.get(key) != value}
    removed = sorted(key for key in have if key not in want and not key.startswith(SYSTEM))
    return added, removed


def without_system_keys(tags: Mapping[str, str]) -> dict[str, str]:
    """Leave out `aws:` tags, for the services to which CloudFormation gives none (IAM, KMS)."""
    return {key: value for key, value in tags.items() if not key.startswith(SYSTEM)}
