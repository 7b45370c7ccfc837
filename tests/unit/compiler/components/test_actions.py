"""Tests of what is done beside stacks, phase by phase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.components.actions import actions
from compiler.components.addresses import (
    bucket,
    bucket_policy,
    distribution,
    peering,
    phase_parameter,
)
from compiler.phases import ORDER, PHASES
from compiler.symbols import Address, StackKey
from tests.unit.compiler.components.media import MEDIA, media
from tests.unit.compiler.components.places import symbol, told

if TYPE_CHECKING:
    from spec.model import Spec

SOURCE = "streaming-staging-media-111122223333-us-east-1"
TARGET = "streaming-staging-media-111122223333-eu-central-1"
ROLE = "arn:aws:iam::111122223333:role/streaming-staging-replication-media"
WEB = MEDIA["services"]["web"]


def into(phase: str, spec: Spec) -> list[dict[str, Any]]:
    return [told(task) for task in actions(spec, PHASES[phase])]  # type: ignore[index] # a name


def kinds(spec: Spec) -> dict[str, list[tuple[str, str, str]]]:
    """Return kind, side and key of what is done in each transition that does something."""
    found: dict[str, list[tuple[str, str, str]]] = {
        phase.name: [(task.kind, task.side, task.key) for task in actions(spec, phase)]
        for phase in PHASES.values()
    }
    return {name: done for name, done in found.items() if done}


def test_each_transition_does_what_stacks_cannot() -> None:
    spec = media(buckets={"media": {"on_retire": "empty"}, "plain": {"replication": False}})

    assert kinds(spec) == {
        "prepare": [("peering dns", "source", ""), ("peering dns", "target", "")],
        "replicate": [("copy existing objects", "source", "media")],
        "fence": [("sever connections", "source", "catalog")],
        "settle": [
            ("copy existing objects", "target", "media"),
            ("invalidate cache", "global", ""),
        ],
        "retire": [("empty bucket", "source", "media")],
    }


def test_both_sides_resolve_names_across_the_peering_once_it_stands() -> None:
    assert into("prepare", media()) == [
        {
            "kind": "peering dns",
            "key": "",
            "side": side,
            "component": (side, "vpc"),
            "facts": {"peering": symbol(peering()), "role": role},
            "after": (peering(),),
            "before": (phase_parameter(),),
        }
        for side, role in (("source", "requester"), ("target", "accepter"))
    ]


def test_what_a_bucket_held_before_is_copied_by_the_role_of_its_replication() -> None:
    spec = media(buckets={"media": {"replication": {"prefix": "videos/"}}})
    (there,) = into("replicate", spec)
    back, _ = into("settle", spec)

    assert there == {
        "kind": "copy existing objects",
        "key": "media",
        "side": "source",
        "component": ("buckets", "media", "replication"),
        "facts": {
            "account": "111122223333",
            "bucket": SOURCE,
            "destination_bucket": TARGET,
            "prefix": "videos/",
            "role_arn": f"{ROLE}-us-east-1",
        },
        "after": (bucket("source", "media"), bucket_policy("target", "media")),
        "before": (phase_parameter(),),
    }
    assert back == {
        **there,
        "side": "target",
        "facts": {
            **there["facts"],
            "bucket": TARGET,
            "destination_bucket": SOURCE,
            "role_arn": f"{ROLE}-eu-central-1",
        },
        "after": (bucket("target", "media"), bucket_policy("source", "media")),
    }


def test_connections_are_severed_after_the_source_is_closed() -> None:
    (severed,) = into("fence", media())
    access = StackKey(side="source", name="access")

    assert severed == {
        "kind": "sever connections",
        "key": "catalog",
        "side": "source",
        "component": ("databases", "catalog"),
        "facts": {"database": "streaming-staging-catalog", "engine": "postgres"},
        "after": (
            Address(stack=access, logical_id="BucketPolicyMedia"),
            Address(stack=access, logical_id="Closed"),
            Address(stack=access, logical_id="Access"),
        ),
        "before": (phase_parameter(),),
    }


def invalidated(paths: dict[str, str], default: str = "web") -> str | None:
    found = [
        task.facts["paths"]
        for task in actions(media(cdn={"default": default, "paths": paths}), PHASES["settle"])
        if task.kind == "invalidate cache"
    ]
    assert all(isinstance(one, str) for one in found)
    return str(found[0]) if found else None


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ({"/static/*": "media"}, "/static/*"),
        ({"static/*": "media", "/logo.png": "media", "/api/*": "web"}, "/logo.png,/static/*"),
        ({"*.jpg": "media", "/static/*": "media"}, "/*"),
        ({"/a?c": "media"}, "/*"),
        ({"/a,b/*": "media"}, "/*"),
        ({"/api/*": "web"}, None),
        ({}, None),
    ],
)
def test_what_buckets_serve_is_asked_for_anew_and_services_are_not_cached(
    paths: dict[str, str], expected: str | None
) -> None:
    assert invalidated(paths) == expected


def test_a_bucket_that_answers_everything_else_is_asked_for_anew_altogether() -> None:
    assert invalidated({"/api/*": "web"}, default="media") == "/*"


def test_the_cache_is_invalidated_after_the_distribution_reads_the_targets_buckets() -> None:
    _, invalidation = into("settle", media())

    assert invalidation == {
        "kind": "invalidate cache",
        "key": "",
        "side": "global",
        "component": ("cdn",),
        "facts": {"distribution": symbol(distribution()), "paths": "/static/*"},
        "after": (distribution(),),
        "before": (phase_parameter(),),
    }


def test_a_bucket_is_emptied_only_where_the_spec_says_so_and_before_it_goes() -> None:
    spec = media(buckets={"media": {"on_retire": "empty"}, "archive": {}})

    assert into("retire", spec) == [
        {
            "kind": "empty bucket",
            "key": "media",
            "side": "source",
            "component": ("buckets", "media", "on_retire"),
            "facts": {"bucket": SOURCE},
            "after": (bucket("target", "media"),),
            "before": (bucket("source", "media"), phase_parameter()),
        }
    ]
    assert into("retire", media()) == []


def test_a_system_of_services_alone_needs_the_peering_only() -> None:
    spec = media(
        databases={}, buckets={}, cdn=None, services={"web": {**WEB, "uses": []}}, alarms=None
    )

    assert kinds(spec) == {
        "prepare": [("peering dns", "source", ""), ("peering dns", "target", "")]
    }
    assert list(kinds(media())) == [name for name in ORDER if into(name, media())]
