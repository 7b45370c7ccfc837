"""Deploying, on an AWS that is slow, by a clock that runs as fast as it is told to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes.migration import SOURCE, TARGET, TEXTS
from tests.fakes.operator import Operator, ends

DATABASE, REPLICA = f"{SOURCE}/database-catalog", f"{TARGET}/database-catalog"
SERVICE, PEERING = f"{TARGET}/service-web", f"{SOURCE}/peering"


@pytest.fixture
def operator() -> Operator:
    return Operator()


def test_every_stack_is_created_and_reads_the_outputs_of_those_before_it(
    operator: Operator,
) -> None:
    result = operator.deploy()

    assert result.exit_code == 0
    assert ends(result) == dict.fromkeys(TEXTS, "created")
    assert operator.parameters(PEERING) == {"PeerVpcId": "vpc-target", "VpcId": "vpc-source"}
    assert operator.parameters(SERVICE) == {
        "ImageId": "ami-0000000000000001",
        "VpcId": "vpc-target",
    }


def test_what_exists_is_read_back(operator: Operator) -> None:
    result = operator.deploy()

    assert {one.stack: one.status for one in result.standing} == dict.fromkeys(
        TEXTS, "CURRENT (CREATE_COMPLETE)"
    )


def test_independent_stacks_are_created_side_by_side(operator: Operator) -> None:
    operator.aws.takes = {
        "shop-prod-us-east-1-network": timedelta(minutes=2),
        "shop-prod-eu-central-1-network": timedelta(minutes=3),
        "shop-prod-us-east-1-database-catalog": timedelta(minutes=10),
        "shop-prod-eu-central-1-database-catalog": timedelta(minutes=30),
        "shop-prod-eu-central-1-service-web": timedelta(minutes=5),
    }

    result = operator.deploy()

    critical_path = timedelta(minutes=2 + 10 + 30)
    assert result.outcome is not None
    assert critical_path <= result.outcome.took <= critical_path * 1.05


def test_no_more_stacks_than_allowed_are_dealt_with_at_a_time(operator: Operator) -> None:
    result = operator.deploy(parallel=1)

    assert result.exit_code == 0
    started = [line.split()[0] for line in operator.heard.lines if line.endswith(" started")]
    ended = [line.split()[0] for line in operator.heard.lines if line.endswith(" Done")]
    assert started == ended


def test_one_region_deploys_what_is_ready_there_and_says_what_waits(operator: Operator) -> None:
    result = operator.deploy(region=TARGET)

    assert result.plan is not None
    assert [(step.stack.id, step.action, step.reasons) for step in result.plan.steps] == [
        (f"{TARGET}/network", "create", ("it is not there yet",)),
        (REPLICA, "wait", (f"needs {DATABASE}, which is not deployed yet",)),
        (SERVICE, "create", ("it is not there yet",)),
    ]
    assert ends(result) == {f"{TARGET}/network": "created", SERVICE: "created"}


def test_regions_in_turn_come_to_the_same_as_all_at_once(operator: Operator) -> None:
    for region in (TARGET, SOURCE, TARGET):
        assert operator.deploy(region=region).exit_code == 0
    operator.aws.calls.clear()

    result = operator.deploy()

    assert result.plan is not None
    assert result.plan.is_idle
    assert operator.aws.writes == []
