"""Statements of a policy: as values, and as what IAM reads."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Condition: TypeAlias = "Mapping[str, Mapping[str, str | tuple[str, ...]]]"
"""Operator, key, values."""

EVERYTHING = ("*",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """
    What is allowed.

    Attributes:
        sid: Why, in letters and digits.
        actions: Sorted.
        resources: ARNs with `*` as a wildcard, sorted.
        condition: When.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = EVERYTHING
    condition: Condition = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the statement as IAM reads it; a single value stands without a list."""
        found: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": one_or_all(self.actions),
            "Resource": one_or_all(self.resources),
        }
        if self.condition:
            found["Condition"] = {
                operator: {key: one_or_all(values) for key, values in sorted(keys.items())}
                for operator, keys in sorted(self.condition.items())
            }
        return found

    @property
    def size(self) -> int:
        """Characters that IAM counts: all but white space (IAM user guide, quotas, 2026-11-24)."""
        return len(json.dumps(self.document(), separators=(",", ":")).replace(" ", ""))


def policy(statements: Sequence[Statement]) -> dict[str, Any]:
    """Return *statements* as a policy's document."""
    return {"Version": "2012-10-17", "Statement": [one.document() for one in statements]}


def in_regions(regions: Sequence[str]) -> Condition:
    """Return the condition that a call goes to one of *regions*."""
    return {"StringEquals": {"aws:RequestedRegion": tuple(sorted(regions))}}


def one_or_all(values: str | tuple[str, ...]) -> str | list[str]:
    """Return *values* as IAM reads them: a single one stands without a list."""
    if isinstance(values, str):
        return values
    return values[0] if len(values) == 1 else list(values)
