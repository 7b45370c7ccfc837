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

    from compiler.deploy.actions.asked import Kind
    from compiler.kinds import ActionKind
    from compiler.manifest import Action

KINDS: Mapping[ActionKind, Kind] = {
    "peering dns": PeeringDns(),
    "copy existing objects": CopyObjects(),
    "sever connections": Sever(),
    "invalidate cache": Invalidate(),
    "empty bucket": EmptyBucket(),
}
"""All of them."""


def node_of(action: Action) -> str:
    """Return what an action is called among the nodes of a run: unique, and never a stack's id."""
    return " ".join(word for word in (action.region, action.kind, action.key) if word)


def describe(action: Action) -> str:
    """Say what an action does, as a plan says it, without the region."""
    return KINDS[action.kind].describe(action)


def describe_undo(action: Action) -> str:
    """Say what taking an action back does; empty if there is nothing to take back."""
    return KINDS[action.kind].describe_undo(action)


def expected(action: Action) -> timedelta:
    """Return how long an action is expected to take."""
    return KINDS[action.kind].expected
