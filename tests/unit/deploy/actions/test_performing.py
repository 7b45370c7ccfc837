"""What a transition is told of actions, and how they end, whatever their kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from compiler.deploy.actions import (
    Performing,
    describe,
    describe_undo,
    expected,
    is_done,
)
from compiler.deploy.actions.asked import in_words
from compiler.deploy.outcome import Failed
from compiler.deploy.port import AwsError
from compiler.manifest import FromOutput
from compiler.report.failures import failure_lines
from tests.fakes.migration import SOURCE
from tests.fakes.performer import (
    ACCEPTED,
    ASKED_FOR,
    COPY,
    EMPTY,
    INVALIDATE,
    PEERING,
    SEVER,
    Performer,
)

ALL = (ASKED_FOR, ACCEPTED, COPY, SEVER, INVALIDATE, EMPTY)


@pytest.fixture
def performer() -> Performer:
    made = Performer()
    made.port.add_peering("pcx-1", failed="Overlapping CIDR ranges.")
    return made


def test_actions_are_told_apart_from_stacks_and_from_each_other() -> None:
    assert [one.node for one in ALL] == [
        "us-east-1 peering dns",
        "eu-central-1 peering dns",
        "us-east-1 copy existing objects media",
        "us-east-1 sever connections catalog",
        "us-east-1 invalidate cache",
        "us-east-1 empty bucket media",
    ]


def test_a_transition_is_told_what_each_says_and_how_long_it_takes(performer: Performer) -> None:
    acting: Performing = performer.performing

    assert [acting.says(one) for one in ALL] == [describe(one) for one in ALL]
    assert [acting.says(one, is_undone=True) for one in ALL] == [describe_undo(one) for one in ALL]
    assert [acting.lasts(one) for one in ALL] == [expected(one) for one in ALL]
    assert acting.lasts(SEVER) == timedelta(minutes=2)


def test_what_is_not_known_beforehand_is_told_by_the_component() -> None:
    unnamed = replace(COPY, facts={"bucket": FromOutput(stack=PEERING, output="PeeringId")})
    sided = replace(ASKED_FOR, facts={"role": FromOutput(stack=PEERING, output="PeeringId")})

    assert describe_undo(unnamed) == "stop copying what the bucket media held before it replicated"
    assert describe(sided).endswith("for the other one (this side of the peering)")


def test_what_is_wrong_is_not_put_into_aws_s_mouth(performer: Performer) -> None:
    end = performer.do(ASKED_FOR)

    assert isinstance(end, Failed)
    lines = list(
        failure_lines(end.failure, lambda _: "shop.yaml:3:5", folder="out", home="eu-central-1")
    )
    assert lines == [
        "error[SF621]: us-east-1 peering dns failed",
        "  --> shop.yaml:3:5",
        '  The peering pcx-1 is "failed": Overlapping CIDR ranges.',
        (
            "  Look at it with `aws ec2 describe-vpc-peering-connections --region us-east-1 "
            "--vpc-peering-connection-ids pcx-1`. One that waits is to be accepted by the other "
            "side; one that failed is made anew by its stack."
        ),
        "  account 111122223333, region us-east-1",
        "  next: stackferry deploy out --to replicate",
        "",
    ]


def test_a_refusal_on_the_way_back_goes_on_with_the_way_back(performer: Performer) -> None:
    performer.port.refuses["peering"] = AwsError(
        code="InternalOdd", reason="something odd", call="DescribeVpcPeeringConnections"
    )

    end = performer.undo(ASKED_FOR)

    assert isinstance(end, Failed)
    assert (end.failure.code, end.failure.next_command) == ("SF530", "stackferry rollback FOLDER")
    assert end.failure.is_said_by_aws


def test_a_stack_that_cannot_be_read_is_told(performer: Performer) -> None:
    performer.aws.refuses["outputs"] = AwsError(
        code="AccessDenied", reason="not you", call="DescribeStacks"
    )

    end = performer.do(ASKED_FOR)

    assert isinstance(end, Failed)
    assert (end.failure.code, end.failure.reason) == (
        "SF620",
        (
            "To let names of this VPC resolve to private addresses for the other one (requester "
            "side of the peering), something is not known: AWS refused DescribeStacks: "
            "AccessDenied: not you."
        ),
    )


def test_whether_it_is_done_can_be_asked_without_doing_it(performer: Performer) -> None:
    facts = {"bucket": "shop-media"}

    assert is_done(EMPTY, facts, performer.performing, performer.manifest)
    performer.aws.filled.add("shop-media")
    assert not is_done(EMPTY, facts, performer.performing, performer.manifest)
    assert performer.aws.writes == []


def test_an_action_that_comes_after_nothing_is_the_same_on_every_occasion(
    performer: Performer,
) -> None:
    whenever = replace(INVALIDATE, after=())

    performer.do(whenever)
    performer.change(f"{SOURCE}/network")
    performer.do(whenever)

    assert len(performer.port.invalidations) == 1


@pytest.mark.parametrize(
    ("seconds", "words"), [(30, "30 seconds"), (90, "90 seconds"), (300, "5 minutes")]
)
def test_limits_are_told_in_words(seconds: int, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words
