"""
Since when nothing can have written to the source.

Two moments: when the access to it was closed, which is when its access stacks took their present
form; and when the last connection that was open before was gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy.facts import missing
from compiler.deploy.port import AwsError
from compiler.deploy.wanted import place_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from compiler.deploy.facts import Looked
    from compiler.deploy.gates.port import Running
    from compiler.manifest import Manifest, Stack

ACCESS = "access"
"""Name of the stack that lets users, services and writers into a side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """
    What is known about the fence.

    Attributes:
        closed: When the access to the source was closed; `None` if that is not known.
        severed: The moment after which nothing can have written; `None` if that is not known.
    """

    closed: datetime | None = None
    severed: datetime | None = None


def access_stacks(manifest: Manifest) -> tuple[Stack, ...]:
    """Return the stacks that let anybody into the source."""
    return tuple(one for one in manifest.stacks if one.side == "source" and one.name == ACCESS)


def closed_at(running: Running, manifest: Manifest, looked: Looked) -> datetime | None:
    """
    Return when the last of the source's access stacks took its present form.

    A later change that has nothing to do with the fence makes the moment later, which is safe.

    Args:
        running: Has the stacks' histories.
        manifest: Has the stacks.
        looked: What AWS has of them.

    Returns:
        `None` if one is not current, or there is none.

    Raises:
        AwsError: AWS refused to tell.
    """
    moments: dict[str, datetime | None] = {}
    for stack in access_stacks(manifest):
        moments[stack.id] = _formed(running, stack, looked)
    return _last(moments)


def _formed(running: Running, stack: Stack, looked: Looked) -> datetime | None:
    seen = looked[stack.id]
    if isinstance(seen, AwsError):
        raise seen
    instance = seen.instance(place_of(stack))
    if missing(stack, seen) or instance is None:
        return None
    return running.formed(instance.place, instance.stack_id)


def _last(moments: Mapping[str, datetime | None]) -> datetime | None:
    known = [moment for moment in moments.values() if moment is not None]
    return max(known) if known and len(known) == len(moments) else None
