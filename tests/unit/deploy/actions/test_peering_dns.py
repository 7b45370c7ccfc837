"""Names over a peering: each side's option, once the peering is active, and off again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from compiler.deploy.actions import describe, describe_undo
from compiler.deploy.outcome import Done, Failed
from compiler.deploy.port import AwsError
from tests.fakes.performer import ACCEPTED, ASKED_FOR, HERE, PEERING, THERE, Performer


@pytest.fixture
def performer() -> Performer:
    made = Performer()
    made.port.add_peering("pcx-1")
    return made


def what(performer: Performer, *, undone: bool = False) -> str:
    end = performer.do(ASKED_FOR, is_undone=undone)
    assert isinstance(end, Done)
    return end.what


def test_each_side_is_set_in_its_own_region(performer: Performer) -> None:
    assert what(performer) == "turned on"
    assert isinstance(performer.do(ACCEPTED), Done)

    assert performer.port.peerings["pcx-1"].resolves == {(HERE, "requester"), (THERE, "accepter")}
    assert performer.port.writes == [
        ("resolve_over", "us-east-1", "pcx-1", "requester", "on"),
        ("resolve_over", "eu-central-1", "pcx-1", "accepter", "on"),
    ]


def test_what_is_on_is_left_alone(performer: Performer) -> None:
    what(performer)
    performer.port.calls.clear()

    assert what(performer) == "unchanged"
    assert performer.port.writes == []


def test_a_peering_that_comes_is_waited_for(performer: Performer) -> None:
    performer.port.add_peering("pcx-1", active_in=timedelta(minutes=2))

    assert what(performer) == "turned on"
    assert "us-east-1 peering dns waiting for the peering" in performer.heard.lines


def test_a_side_that_does_not_know_the_peering_yet_is_asked_again(performer: Performer) -> None:
    performer.port.hidden = {"peering": 4, "resolve_over": 3}

    assert what(performer) == "turned on"


@pytest.mark.parametrize("fault", ["busy", "lost"])
def test_an_aws_that_is_too_busy_is_waited_out(performer: Performer, fault: str) -> None:
    setattr(performer.port, fault, {"peering": 2, "resolve_over": 2, "formed": 1})

    assert what(performer) == "turned on"


def test_a_peering_that_failed_is_told_with_what_aws_says(performer: Performer) -> None:
    performer.port.add_peering("pcx-1", failed="Overlapping CIDR ranges")

    end = performer.do(ASKED_FOR)

    assert isinstance(end, Failed)
    assert (end.failure.code, end.failure.stack) == ("SF621", "us-east-1 peering dns")
    assert end.failure.reason == 'The peering pcx-1 is "failed": Overlapping CIDR ranges.'
    assert end.failure.path == ("source", "vpc")
    assert end.failure.next_command == "stackferry deploy FOLDER --to replicate"
    assert performer.port.writes == []


def test_a_peering_that_never_comes_is_given_up(performer: Performer) -> None:
    performer.port.peerings.clear()
    began = performer.clock.now()

    end = performer.do(ASKED_FOR)

    assert isinstance(end, Failed)
    assert end.failure.reason == "The peering pcx-1 is not active after 10 minutes."
    assert timedelta(minutes=10) <= performer.clock.now() - began < timedelta(minutes=11)


def test_a_side_that_takes_no_option_is_given_up(performer: Performer) -> None:
    performer.port.hidden = {"resolve_over": 10_000}

    end = performer.do(ASKED_FOR)

    assert isinstance(end, Failed)
    assert end.failure.reason == (
        "The peering pcx-1 takes no option after 10 minutes, although it is active."
    )


def test_an_option_that_does_not_show_is_no_success(performer: Performer) -> None:
    performer.port.peerings["pcx-1"].forgets = True

    end = performer.do(ASKED_FOR)

    assert isinstance(end, Failed)
    assert end.failure.code == "SF622"


def test_it_is_turned_off_when_it_is_taken_back(performer: Performer) -> None:
    what(performer)

    assert what(performer, undone=True) == "turned off"
    assert what(performer, undone=True) == "is off"
    assert performer.port.peerings["pcx-1"].resolves == set()


def test_of_a_peering_that_is_gone_nothing_is_taken_back(performer: Performer) -> None:
    performer.port.peerings.clear()

    assert what(performer, undone=True) == "is off"


def test_a_refusal_is_translated(performer: Performer) -> None:
    performer.port.refuses["resolve_over"] = AwsError(
        code="UnauthorizedOperation",
        reason="You are not authorized to perform: ec2:ModifyVpcPeeringConnectionOptions",
        call="ModifyVpcPeeringConnectionOptions",
    )

    end = performer.do(ASKED_FOR)

    assert isinstance(end, Failed)
    assert end.failure.code == "SF529"
    assert end.failure.way_out == (
        "Allow ec2:ModifyVpcPeeringConnectionOptions to the role or user that asked, and deploy "
        "again."
    )


def test_nothing_is_done_as_long_as_its_stack_does_not_stand(performer: Performer) -> None:
    del performer.aws.stack_sets["shop-prod-us-east-1-peering"]

    end = performer.do(ASKED_FOR)

    assert isinstance(end, Failed)
    assert end.failure.code == "SF620"
    assert end.failure.reason == (
        "To let names of this VPC resolve to private addresses for the other one (requester side "
        f"of the peering), something is not known: {PEERING} is not deployed yet."
    )
    assert performer.port.calls == []


def test_a_manifest_without_the_fact_is_compiled_again(performer: Performer) -> None:
    bare = replace(ASKED_FOR, facts={"role": ASKED_FOR.facts["role"]})

    end = performer.do(bare)

    assert isinstance(end, Failed)
    assert end.failure.reason.endswith("the manifest does not say peering; compile again.")


def test_a_plan_says_what_it_does() -> None:
    assert describe(ACCEPTED) == (
        "let names of this VPC resolve to private addresses for the other one (accepter side of "
        "the peering)"
    )
    assert describe_undo(ACCEPTED) == (
        "let names of this VPC resolve to public addresses for the other one again (accepter side "
        "of the peering)"
    )
