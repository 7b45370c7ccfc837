"""Runs after others: what is kept, followed, tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compiler.deploy.outcome import NeverStarted, StillRunning
from tests.fakes.aws import Failing
from tests.fakes.migration import SOURCE, TARGET, TEXTS, template
from tests.fakes.operator import Operator, ends

DATABASE, REPLICA = f"{SOURCE}/database-catalog", f"{TARGET}/database-catalog"
SERVICE, PEERING = f"{TARGET}/service-web", f"{SOURCE}/peering"


@pytest.fixture
def operator() -> Operator:
    return Operator()


def test_a_second_run_writes_nothing_and_asks_for_no_consent(operator: Operator) -> None:
    operator.deploy()
    operator.aws.calls.clear()
    operator.shown.clear()
    operator.aws.images["/al2023"] = "ami-0000000000000002"
    operator.clock.time += timedelta(days=30)

    result = operator.deploy()

    assert result.exit_code == 0
    assert operator.aws.writes == []
    assert operator.shown == []
    assert not [call for call in operator.aws.calls if call[0] == "image"]


def test_the_timestamp_is_a_tag_of_the_stack_sets_that_a_deploy_changes(
    operator: Operator,
) -> None:
    operator.deploy()
    first = operator.aws.stack_sets[f"shop-prod-{SOURCE}-network"].definition.tags
    operator.clock.time += timedelta(days=1)

    operator.deploy(
        {DATABASE: template({"Database": "AWS::RDS::DBInstance"}, parameters=("VpcId", "X"))}
    )

    assert first == {"Environment": "prod", "Timestamp": "2026-11-24T12:00:00Z"}
    assert operator.aws.stack_sets[f"shop-prod-{SOURCE}-network"].definition.tags == first
    changed = operator.aws.stack_sets[f"shop-prod-{SOURCE}-database-catalog"].definition.tags
    assert changed["Timestamp"].startswith("2026-11-25T12:")


def test_what_failed_is_tried_again_by_the_next_run(operator: Operator) -> None:
    operator.aws.failing["shop-prod-us-east-1-database-catalog"] = Failing("Database")
    operator.deploy()
    operator.aws.calls.clear()

    result = operator.deploy()

    assert result.exit_code == 0
    assert operator.aws.writes == [
        ("update_stack_set", f"shop-prod-{SOURCE}-database-catalog"),
        ("create_stack_set", f"shop-prod-{TARGET}-database-catalog"),
        ("create_instances", f"shop-prod-{TARGET}-database-catalog"),
    ]


def test_a_changed_output_is_handed_on_and_an_unchanged_one_changes_nothing(
    operator: Operator,
) -> None:
    operator.deploy()
    operator.aws.calls.clear()

    result = operator.deploy(
        {
            f"{SOURCE}/network": template({"Vpc": "AWS::EC2::VPC"}, outputs={"VpcId": "vpc-new"}),
            f"{TARGET}/network": template(
                {"Vpc": "AWS::EC2::VPC", "More": "AWS::EC2::Subnet"},
                outputs={"VpcId": "vpc-target"},
            ),
        }
    )

    assert operator.actions() == {
        f"{SOURCE}/network": "update",
        f"{TARGET}/network": "update",
        PEERING: "check",
        DATABASE: "check",
        REPLICA: "check",
        SERVICE: "check",
    }
    assert ends(result) == {
        f"{SOURCE}/network": "updated",
        f"{TARGET}/network": "updated",
        PEERING: "updated",
        DATABASE: "updated",
        REPLICA: "unchanged",
        SERVICE: "unchanged",
    }
    assert operator.parameters(PEERING)["VpcId"] == "vpc-new"


def test_another_image_name_in_the_spec_is_looked_up_although_one_is_in_use(
    operator: Operator,
) -> None:
    operator.deploy()
    operator.aws.images["/arm"] = "ami-arm"
    changed = TEXTS[SERVICE].replace("The ImageId", "The image of /arm")

    operator.deploy({SERVICE: changed}, image="/arm")

    assert operator.parameters(SERVICE)["ImageId"] == "ami-arm"


def test_images_are_refreshed_on_request(operator: Operator) -> None:
    operator.deploy()
    operator.aws.images["/al2023"] = "ami-0000000000000002"

    operator.deploy(refresh_images=True)

    assert operator.parameters(SERVICE)["ImageId"] == "ami-0000000000000002"
    assert operator.shown[-1].steps[-1].reasons == (
        "ImageId becomes ami-0000000000000002, was ami-0000000000000001",
    )


def test_an_interrupt_says_what_aws_still_does_and_the_next_run_follows_it(
    operator: Operator,
) -> None:
    operator.clock.interrupt_at = operator.clock.time + timedelta(seconds=20)

    result = operator.deploy()

    assert result.exit_code == 130
    assert result.outcome is not None
    assert result.outcome.ends[f"{SOURCE}/network"] == StillRunning(doing="creating")
    assert result.outcome.ends[REPLICA] == NeverStarted(because=())

    operator.aws.calls.clear()
    again = operator.deploy()

    assert again.exit_code == 0
    assert operator.actions()[f"{SOURCE}/network"] == "follow"
    assert ("create_stack_set", f"shop-prod-{SOURCE}-network") not in operator.aws.calls


def test_a_run_that_died_between_stack_set_and_stack_is_continued(operator: Operator) -> None:
    operator.aws.busy = {"create_instances": 2}
    operator.deploy()
    changed = {f"{SOURCE}/network": TEXTS[f"{SOURCE}/network"].replace("vpc-source", "vpc-other")}

    result = operator.deploy(changed)

    assert result.exit_code == 0
    assert operator.parameters(DATABASE) == {"VpcId": "vpc-other"}


def test_a_failure_of_what_is_no_longer_wanted_does_not_stop_the_corrected_spec(
    operator: Operator,
) -> None:
    network = f"{SOURCE}/network"
    operator.aws.failing[f"shop-prod-{SOURCE}-network"] = Failing("Vpc")
    operator.clock.interrupt_at = operator.clock.time + timedelta(seconds=5)
    operator.deploy()

    result = operator.deploy({network: TEXTS[network].replace("vpc-source", "vpc-other")})

    assert result.exit_code == 0
    assert operator.parameters(PEERING)["VpcId"] == "vpc-other"


class KilledError(BaseException):
    """The process is gone; no handler of ours may see it."""


def wanted(operator: Operator) -> dict[str, tuple[dict[str, str], list[str]]]:
    return {
        name: (
            dict(found.definition.parameters),
            [one.status for one in found.instances.values()],
        )
        for name, found in sorted(operator.aws.stack_sets.items())
    }


# Others measure what runs here again and again; tracing it takes longer than it does itself.
@pytest.mark.no_cover
@pytest.mark.parametrize("moment", ["before the call", "after the call"])
def test_whenever_a_run_is_killed_the_next_one_ends_as_if_nothing_had_been(moment: str) -> None:
    undisturbed = Operator()
    undisturbed.deploy()
    stacks = len(TEXTS)
    calls = len(undisturbed.aws.calls)

    for number in range(1, calls + 1, 3):
        operator = Operator()
        operator.aws.kill(KilledError(), number, after=moment == "after the call")
        with pytest.raises(KilledError):
            operator.deploy()

        # What it had started in AWS is still at work: somebody saw that it is dead, and unlocked.
        operator.aws.parameters.clear()
        result = operator.deploy()

        assert (number, result.exit_code) == (number, 0)
        assert wanted(operator) == wanted(undisturbed)
        made = [call for call in operator.aws.writes if call[0] == "create_instances"]
        assert len(set(made)) == stacks
        assert operator.aws.taken == stacks
        assert operator.deploy().exit_code == 0
        assert operator.aws.taken == stacks


@pytest.mark.parametrize("method", ["create_stack_set", "create_instances", "update_stack_set"])
def test_an_answer_that_is_lost_starts_nothing_twice(operator: Operator, method: str) -> None:
    operator.aws.lost = {method: 1}
    network = f"{SOURCE}/network"
    changed = {network: TEXTS[network].replace("vpc-source", "vpc-other")}

    codes = [operator.deploy().exit_code, operator.deploy(changed).exit_code]
    last = operator.deploy(changed)

    assert codes == [0, 0]
    assert last.exit_code == 0
    assert operator.parameters(PEERING)["VpcId"] == "vpc-other"
    assert operator.aws.taken == len(TEXTS)
