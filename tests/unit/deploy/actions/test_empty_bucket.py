"""A bucket is emptied by the action that a plan named it in, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.actions import describe, describe_undo
from compiler.deploy.outcome import Done, Failed
from compiler.deploy.port import AwsError
from compiler.manifest import FromOutput
from tests.fakes.performer import EMPTY, PEERING, Performer, in_phase

if TYPE_CHECKING:
    from compiler.kinds import Side
    from compiler.phases import PhaseName


@pytest.fixture
def performer() -> Performer:
    made = in_phase(Performer(), "retire")
    made.aws.filled.add("shop-media")
    made.aws.filled.add("shop-other")
    return made


def what(performer: Performer) -> str:
    end = performer.do(EMPTY)
    assert isinstance(end, Done), end
    return end.what


def test_the_bucket_is_emptied_and_no_other(performer: Performer) -> None:
    assert what(performer) == "emptied of 3 versions"

    assert performer.aws.filled == {"shop-other"}
    assert what(performer) == "unchanged"


@pytest.mark.parametrize("fault", ["busy", "lost"])
def test_an_aws_that_is_too_busy_is_waited_out(performer: Performer, fault: str) -> None:
    setattr(performer.aws, fault, {"empty": 2, "is_filled": 2})

    assert what(performer) == ("emptied" if fault == "lost" else "emptied of 3 versions")
    assert performer.aws.filled == {"shop-other"}


def test_somebody_who_writes_into_it_is_told_of(performer: Performer) -> None:
    def write() -> None:
        performer.aws.filled.add("shop-media")

    # Between the deletion and the look at what is left.
    performer.aws.at_call = {len(performer.aws.calls) + 6: write}

    end = performer.do(EMPTY)

    assert isinstance(end, Failed)
    assert (end.failure.code, end.failure.reason) == (
        "SF629",
        "The bucket shop-media was emptied, and holds something again.",
    )


def test_a_bucket_that_no_plan_could_name_is_left_as_it_is(performer: Performer) -> None:
    performer.aws.filled.add("pcx-1")
    unnamed = replace(EMPTY, facts={"bucket": FromOutput(stack=PEERING, output="PeeringId")})

    end = performer.do(unnamed)

    assert isinstance(end, Failed)
    assert (end.failure.code, end.failure.reason) == (
        "SF630",
        "No plan could name the bucket pcx-1, so nothing of it was deleted.",
    )
    assert "pcx-1" in performer.aws.filled


@pytest.mark.parametrize(
    ("phase", "side"), [("settle", "source"), ("unprotect", "source"), ("retire", "target")]
)
def test_only_the_source_is_emptied_and_only_when_it_goes(
    performer: Performer, phase: PhaseName, side: Side
) -> None:
    end = in_phase(performer, phase).do(replace(EMPTY, side=side))

    assert isinstance(end, Failed)
    assert (end.failure.code, end.failure.reason) == (
        "SF630",
        (
            f'The manifest empties the bucket shop-media of the {side} in "{phase}". Only buckets '
            "of the source are emptied, when the source goes. Nothing was deleted."
        ),
    )
    assert "shop-media" in performer.aws.filled


def test_a_refusal_leads_on_with_the_transition_and_destroys_nothing(performer: Performer) -> None:
    performer.aws.refuses["empty"] = AwsError(
        code="Odd", reason="5 objects of shop-media stay", call="DeleteObjects"
    )

    end = performer.do(EMPTY)

    assert isinstance(end, Failed)
    assert end.failure.reason == "DeleteObjects: 5 objects of shop-media stay"
    assert end.failure.next_command == "stackferry deploy FOLDER --to retire"


def test_nothing_is_taken_back(performer: Performer) -> None:
    assert isinstance(performer.undo(EMPTY), Done)
    assert performer.aws.writes == []


def test_a_plan_says_what_it_does() -> None:
    assert describe(EMPTY) == (
        "delete every version of every object in the bucket shop-media, which its stack deletes "
        "then"
    )
    assert describe_undo(EMPTY) == ""
