"""
What the role of a Batch Replication job must be allowed, so that the job does not fail.

Source: S3 user guide, "Configuring an IAM role for S3 Batch Replication", 2026-11: for a manifest
that S3 generates and keeps to itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from compiler.sandbox.handlers.grants import allows

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROLE_ARN = re.compile(r"arn:([a-z-]+):iam::(\d{12}):role/(?:.*/)?([\w+=,.@-]+)")
_SERVICE = ("Service", "batchoperations.s3.amazonaws.com")


def objection_to(role_arn: str, bucket: str) -> str:
    """Return what keeps the role from replicating what lies in *bucket*; empty if nothing."""
    named = _ROLE_ARN.fullmatch(role_arn)
    role = None if named is None else _role(named[1], named[2], named[3])
    if named is None or role is None:
        return f"The role {role_arn} does not exist."
    trust = [role.assume_role_policy_document]
    if not allows(trust, action="sts:AssumeRole", resource=None, principal=[_SERVICE]):
        return f"The role {role_arn} does not trust {_SERVICE[1]}."
    source = f"arn:{named[1]}:s3:::{bucket}"
    policies = list(_policies(role))
    for action, resource in (
        ("s3:GetReplicationConfiguration", source),
        ("s3:PutInventoryConfiguration", source),
        ("s3:InitiateReplication", f"{source}/*"),
    ):
        if not allows(policies, action=action, resource=resource):
            return f"The role {role_arn} does not have permission to {action} on {resource}."
    return ""


def _role(partition: str, account: str, name: str) -> Any:  # noqa: ANN401 -- moto's `Role`
    roles = iam_backends[account][partition].get_roles()
    return next((role for role in roles if role.name == name), None)


def _policies(role: Any) -> Iterator[str]:  # noqa: ANN401 -- moto's `Role`
    yield from role.policies.values()
    for policy in role.managed_policies.values():
        yield from (one.document for one in policy.versions if one.is_default)
