"""A migration through all phases: what is done, in which order, and where it stands."""

from __future__ import annotations

from itertools import pairwise

import pytest

from compiler.deploy.actions import MustUndo
from compiler.deploy.outcome import Failure
from compiler.deploy.path.standing import Standing
from compiler.deploy.path.walking import exit_code_of
from compiler.deploy.port import AwsError
from compiler.phases import ORDER
from spec.findings import Finding, at
from tests.fakes.aws import Failing
from tests.fakes.migration import SOURCE, TARGET, place
from tests.fakes.phases import DATABASE, MARKER, REPLICA, SERVICE, SOURCE_ACCESS, states
from tests.fakes.walker import Walker, codes, ends, sets_of

SEVER = f"{SOURCE} sever connections orders"
PEERING_DNS = f"{TARGET} peering dns orders"


@pytest.fixture
def walker() -> Walker:
    return Walker()


def test_each_phase_is_reached_through_the_one_before(walker: Walker) -> None:
    walked = walker.to("retire")

    assert [(one.leg.origin, one.leg.to) for one in walked] == [
        (None, "prepare"),
        *pairwise(ORDER),
    ]
    assert [one.is_done for one in walked] == [True] * len(ORDER)
    assert walker.stands() == Standing(phase="retire")
    assert sets_of(walker) == {
        "eu-central-1-access",
        "eu-central-1-database-orders",
        "eu-central-1-network",
        "eu-central-1-phase",
        "eu-central-1-service-web",
    }


def test_a_transition_does_only_what_differs(walker: Walker) -> None:
    did = {one.leg.to: ends(one) for one in walker.to("retire")}

    assert did["replicate"] == {
        SERVICE: "created",
        PEERING_DNS: "done",
        REPLICA: "created",
        MARKER: "updated",
    }
    assert did["warm"] == {SERVICE: "updated", MARKER: "updated"}
    assert did["fence"] == {SOURCE_ACCESS: "updated", SEVER: "done", MARKER: "updated"}
    assert did["promote"] == {REPLICA: "updated", MARKER: "updated"}
    assert did["retire"] == {
        SOURCE_ACCESS: "deleted",
        DATABASE: "deleted",
        f"{SOURCE}/network": "deleted",
        MARKER: "updated",
    }


def test_the_word_that_a_phase_stands_comes_after_everything_else(walker: Walker) -> None:
    walker.to("retire")

    for schedule in walker.heard.schedules:
        assert schedule.needs[MARKER] == {*schedule.nodes} - {MARKER}


def test_an_action_waits_for_the_stacks_before_it_and_others_wait_for_it(walker: Walker) -> None:
    walker.to("fence")

    assert walker.heard.schedules[1].needs[REPLICA] == {PEERING_DNS}
    assert walker.heard.schedules[3].needs[SEVER] == {SOURCE_ACCESS}
    assert [call for call in walker.aws.calls if call[0] == "do"] == [
        ("do", PEERING_DNS, "replicate"),
        ("do", SEVER, "fence"),
    ]


def test_what_goes_goes_after_all_else_and_what_others_need_last(walker: Walker) -> None:
    walker.to("retire")

    needs = walker.heard.schedules[-1].needs
    assert needs[f"{SOURCE}/network"] == {DATABASE, SOURCE_ACCESS}
    assert needs[DATABASE] == frozenset()


def test_a_promotion_leaves_the_tags_as_they_are(walker: Walker) -> None:
    walker.to("warm")
    name = "shop-prod-eu-central-1-database-orders"
    before = walker.aws.stack_sets[name].definition

    walker.to("promote")
    promoted = walker.aws.stack_sets[name].definition
    walker.to("settle")

    assert "SourceDBInstanceIdentifier" not in promoted.template
    assert promoted.tags == before.tags
    assert promoted.tags["MigrationPhase"] == "replicate"
    assert walker.aws.stack_sets[name].definition.tags["MigrationPhase"] == "settle"


def test_each_stack_set_is_tagged_with_the_phase_of_its_form(walker: Walker) -> None:
    walker.to("fence")

    assert {
        name.removeprefix("shop-prod-"): one.definition.tags["MigrationPhase"]
        for name, one in walker.aws.stack_sets.items()
    } == {
        "eu-central-1-access": "prepare",
        "eu-central-1-database-orders": "replicate",
        "eu-central-1-network": "prepare",
        "eu-central-1-phase": "fence",
        "eu-central-1-service-web": "warm",
        "us-east-1-access": "fence",
        "us-east-1-database-orders": "prepare",
        "us-east-1-network": "prepare",
    }


def test_gates_are_asked_of_the_state_that_is_left(walker: Walker) -> None:
    walker.to("switch")

    # Once for the plan, and once more when the lock is held.
    assert walker.demanded == ["warm", "warm", "fence", "fence", "promote", "promote"]


def test_without_evidence_nothing_is_begun_and_no_phase_after_it(walker: Walker) -> None:
    walker.to("warm")
    walker.aws.calls.clear()
    walker.missing = (Finding(code="SF640", where=at(), detail="none", way_out="ask"),)

    walked = walker.to("promote")

    assert [one.leg.to for one in walked] == ["fence"]
    assert (codes(walked), exit_code_of(walked)) == (["SF640"], 1)
    assert walker.aws.writes == []
    assert walker.stands() == Standing(phase="warm")


def test_a_phase_that_stands_is_brought_up_to_date(walker: Walker) -> None:
    walker.to("warm")
    network = f"{SOURCE}/network"
    walker.states = states(
        lambda _, id_, text: text.replace('"Vpc"', '"Net"') if id_ == network else text
    )

    walked = walker.up_to_date()

    assert [ends(one) for one in walked] == [{network: "updated"}]
    assert walker.stands() == Standing(phase="warm")


def test_what_an_earlier_phase_did_is_done_for_stacks_that_come_later(walker: Walker) -> None:
    walker.to("warm")
    walker.states = states(
        lambda _, id_, text: text.replace('"Vpc"', '"Net"') if id_ == f"{TARGET}/network" else text
    )

    walked = walker.up_to_date()
    again = walker.up_to_date()

    # The peering's names resolve for a network that is another one now.
    assert ends(walked[0]) == {f"{TARGET}/network": "updated", PEERING_DNS: "done"}
    assert ends(again[0]) == {}


def test_an_edited_spec_comes_in_before_the_migration_goes_on(walker: Walker) -> None:
    walker.to("warm")
    walker.states = states(
        lambda _, id_, text: text.replace('"Vpc"', '"Net"') if "network" in id_ else text
    )

    walked = walker.to("fence")

    assert codes(walked) == ["SF609"]
    assert "us-east-1/network, eu-central-1/network would change" in (
        walked[0].result.findings[0].detail
    )


def test_a_transition_that_failed_half_way_goes_on_without_asking_its_gates_again(
    walker: Walker,
) -> None:
    walker.to("warm")
    walker.demanded.clear()
    walker.aws.failing["shop-prod-us-east-1-access"] = Failing("Rule")
    first = walker.to("fence")
    walker.aws.failing["shop-prod-eu-central-1-phase"] = Failing("Phase")
    second = walker.to("fence")
    stood = walker.stands()

    third = walker.to("fence")

    assert [exit_code_of(one) for one in (first, second, third)] == [3, 3, 0]
    assert ends(first[0]) == {
        SOURCE_ACCESS: "Failed",
        SEVER: "NeverStarted",
        MARKER: "NeverStarted",
    }
    assert stood == Standing(phase="warm", begun="fence")
    # What failed was begun, so its gates had been passed.
    assert walker.demanded == ["warm", "warm"]
    assert walker.stands() == Standing(phase="fence")


def test_what_failed_between_two_phases_leads_on_to_the_one_that_was_asked_for(
    walker: Walker,
) -> None:
    walker.to("warm")
    walker.aws.failing["shop-prod-us-east-1-access"] = Failing("Rule")

    (failed,) = walker.to("fence")

    assert failed.result.outcome is not None
    assert [one.next_command for one in failed.result.outcome.failures] == [
        "stackferry deploy FOLDER --to fence"
    ]


def test_a_fence_that_must_be_left_again_is_left_without_a_question(walker: Walker) -> None:
    walker.to("warm")
    shown = len(walker.shown)
    walker.acting.failing[SEVER] = MustUndo(failure=_failure(SEVER))

    walked = walker.to("promote")

    assert [(one.leg.origin, one.leg.to, one.is_undoing) for one in walked] == [
        ("warm", "fence", False),
        ("fence", "warm", True),
    ]
    assert ends(walked[1]) == {SOURCE_ACCESS: "updated"}
    assert exit_code_of(walked) == 3
    assert len(walker.shown) == shown + 1
    assert [plan.manifest.phase for plan in walker.told] == ["warm"]
    assert walker.stands() == Standing(phase="warm")


def test_a_stack_that_holds_data_and_does_not_keep_it_never_goes(walker: Walker) -> None:
    walker.to("unprotect")
    walker.states = states(
        lambda _, id_, text: (
            text.replace("EC2::VPC", "S3::Bucket") if id_ == f"{SOURCE}/network" else text
        )
    )
    walker.up_to_date()
    walker.aws.calls.clear()

    walked = walker.to("retire")

    assert codes(walked) == ["SF604"]
    assert walker.aws.writes == []


def test_two_operators_do_not_walk_one_migration(walker: Walker) -> None:
    walker.to("warm")
    way = walker.way_to("fence")
    walker.back("replicate")

    walked = walker.walk(way)

    assert codes(walked) == ["SF601"]


def test_aws_that_refuses_is_told(walker: Walker) -> None:
    walker.to("warm")
    way = walker.way_to("fence")
    walker.aws.refuses["stack_set"] = AwsError(code="AccessDenied", reason="no", call="Describe")

    walked = walker.walk(way)

    assert (codes(walked), exit_code_of(walked)) == (["SF529"], 3)


def _failure(node: str) -> Failure:
    return Failure(
        stack=node,
        place=place(f"{SOURCE}/network"),
        stack_set="",
        operation="",
        stack_id="",
        resource="",
        type="",
        reason="replication stopped",
        code="SF623",
        way_out="look",
        path=(),
    )
