"""The kinds of actions, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.actions.copy_objects import CopyObjects
from compiler.deploy.actions.empty_bucket import EmptyBucket
from compiler.deploy.actions.invalidate import Invalidate
from compiler.deploy.actions.peering_dns import PeeringDns
from compiler.deploy.actions.sever import Sever

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from compiler.deploy.actions.asked import Kind, Undoable
    from compiler.kinds import ActionKind
    from compiler.manifest import Action

_PEERING_DNS, _COPY_OBJECTS = PeeringDns(), CopyObjects()

KINDS: Mapping[ActionKind, Kind] = {
    "peering dns": _PEERING_DNS,
    "copy existing objects": _COPY_OBJECTS,
    "sever connections": Sever(),
    "invalidate cache": Invalidate(),
    "empty bucket": EmptyBucket(),
}
"""All of them."""

UNDOABLE: Mapping[ActionKind, Undoable] = {
    "peering dns": _PEERING_DNS,
    "copy existing objects": _COPY_OBJECTS,
}
"""
Those that can be taken back.

Connections that were cut are opened anew by whoever had them; a cache fills again; what was deleted
is gone.
"""


def describe(action: Action) -> str:
    """Say what an action does, as a plan says it, without the region."""
    return KINDS[action.kind].describe(action)


def describe_undo(action: Action) -> str:
    """Say what taking an action back does; empty if there is nothing to take back."""
    undoable = UNDOABLE.get(action.kind)
    return undoable.describe_undo(action) if undoable else ""


def expected(action: Action) -> timedelta:
    """Return how long an action is expected to take."""
    return KINDS[action.kind].expected
