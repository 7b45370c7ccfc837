"""Tests of the buckets' alarms from phase to phase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.components import alarms
from compiler.phases import ORDER
from tests.unit.compiler.components.media import media
from tests.unit.compiler.components.places import built

if TYPE_CHECKING:
    from compiler.phases import PhaseName

BOTH = {"ReplicationFailuresMedia", "ReplicationLatencyMedia"}


def found(phase: PhaseName) -> dict[tuple[str, str], Any]:
    return {
        (address.stack.side, address.logical_id): resource.body.to_dict()["Properties"]
        for address, resource in built(media(), alarms, phase=phase).items()
        if resource.component[0] == "buckets"
    }


def test_replication_is_watched_where_it_comes_from() -> None:
    watched = {phase: frozenset(side for side, _ in found(phase)) for phase in ORDER}

    assert watched == {
        "prepare": frozenset(),
        **dict.fromkeys(("replicate", "warm", "fence", "promote", "switch"), frozenset({"source"})),
        **dict.fromkeys(("settle", "unprotect"), frozenset({"target"})),
        "retire": frozenset(),
    }
    assert {name for _, name in found("settle")} == {name for _, name in found("switch")} == BOTH


def test_replication_back_is_told_by_the_bucket_that_it_leaves() -> None:
    assert found("settle")["target", "ReplicationLatencyMedia"]["Dimensions"] == [
        {"Name": "SourceBucket", "Value": "streaming-staging-media-111122223333-eu-central-1"},
        {"Name": "DestinationBucket", "Value": "streaming-staging-media-111122223333-us-east-1"},
        {"Name": "RuleId", "Value": "media"},
    ]
