"""
From statements to policies of a size that IAM takes. The same statements, the same policies.

A managed policy may have 6,144 characters and a role ten of them; all inline policies of a role may
have 10,240 together, and its trust policy 2,048 (IAM user guide, "IAM and AWS STS quotas",
2026-11-24).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from compiler.bootstrap.statements import Statement

MANAGED_SIZE = 6_144
MANAGED_COUNT = 10
INLINE_SIZE = 10_240
TRUST_SIZE = 2_048

SPLIT = "Split the migration into two specs, each with an environment of its own."
"""The way out for a migration that is too large for a role."""

_FRAME = len('{"Version":"2012-10-17","Statement":[]}')
"""What a policy has around its statements."""


class TooLargeError(Exception):
    """
    Something does not fit into what IAM or CloudFormation take.

    Attributes:
        detail: What, and how much there may be.
        way_out: What to do about it.
    """

    def __init__(self, detail: str, way_out: str) -> None:
        """Say what does not fit, and what to do about it."""
        super().__init__(detail)
        self.detail = detail
        self.way_out = way_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """
    Statements in policies.

    Attributes:
        managed: Those of each managed policy.
        inline: Those of the inline policy; none if the managed ones hold everything.
    """

    managed: tuple[tuple[Statement, ...], ...]
    inline: tuple[Statement, ...] = ()


def pack(statements: Iterable[Statement]) -> Packed:
    """
    Fill managed policies one after the other, in the order of *statements*, then an inline one.

    Raises:
        TooLargeError: They do not fit.
    """
    everything = [part for one in statements for part in _parts(one)]
    managed: list[tuple[Statement, ...]] = []
    rest: Sequence[Statement] = everything
    while rest and len(managed) < MANAGED_COUNT:
        count = _fitting(rest, MANAGED_SIZE)
        managed.append(tuple(rest[:count]))
        rest = rest[count:]
    if _fitting(rest, INLINE_SIZE) < len(rest):
        raise _too_large(sum(one.size + 1 for one in everything))
    return Packed(managed=tuple(managed), inline=tuple(rest))


def _fitting(statements: Sequence[Statement], limit: int) -> int:
    """Return how many of the first *statements* fit into one policy."""
    size = _FRAME
    for count, one in enumerate(statements):
        size += one.size + 1
        if size > limit:
            return count
    return len(statements)


def _parts(statement: Statement) -> Iterator[Statement]:
    """
    Cut a statement that no policy can hold, by its actions and then by its resources.

    Raises:
        TooLargeError: Its condition alone is too large.
    """
    parts = [statement]
    while any(_is_too_large(one) for one in parts):
        parts = [half for one in parts for half in (_halves(one) if _is_too_large(one) else (one,))]
    for number, one in enumerate(parts, 1):
        yield one if number == 1 else replace(one, sid=f"{statement.sid}Part{number}")


def _is_too_large(statement: Statement) -> bool:
    # Room for the number that a part's Sid gets.
    return _FRAME + statement.size + len("Part99") > MANAGED_SIZE


def _halves(one: Statement) -> tuple[Statement, Statement]:
    if len(one.actions) > 1:
        middle = len(one.actions) // 2
        return replace(one, actions=one.actions[:middle]), replace(
            one, actions=one.actions[middle:]
        )
    if len(one.resources) > 1:
        middle = len(one.resources) // 2
        return (
            replace(one, resources=one.resources[:middle]),
            replace(one, resources=one.resources[middle:]),
        )
    raise _too_large(one.size)


def _too_large(size: int) -> TooLargeError:
    return TooLargeError(
        f"What the stacks need has {size:,} characters as policies. A role takes {MANAGED_COUNT} "
        f"managed ones of {MANAGED_SIZE:,} and {INLINE_SIZE:,} characters of its own.",
        SPLIT,
    )
