"""Failures: their cause, what they stop, and what surfaces."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from compiler.deploy.answers import Change, Preview
from compiler.deploy.flow import run
from compiler.deploy.outcome import Failed, Failure, NeverStarted
from compiler.deploy.patience import no_chance, pause
from compiler.deploy.port import Definition
from compiler.deploy.targets import Scope, Targets
from compiler.deploy.timeline import Schedule
from compiler.deploy.wish import Wish
from tests.fakes.aws import Failing
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard, Throttling
from tests.fakes.migration import SOURCE, TARGET, TEXTS, place
from tests.fakes.operator import Operator, ends

DATABASE, REPLICA = f"{SOURCE}/database-catalog", f"{TARGET}/database-catalog"
SERVICE, PEERING = f"{TARGET}/service-web", f"{SOURCE}/peering"


@pytest.fixture
def operator() -> Operator:
    return Operator()


def test_a_failure_stops_what_needs_it_and_nothing_else(operator: Operator) -> None:
    operator.aws.failing["shop-prod-us-east-1-database-catalog"] = Failing(
        "Database", "AWS::RDS::DBInstance", "KMSKeyNotAccessibleFault: The specified KMS key"
    )

    result = operator.deploy()

    assert result.exit_code == 3
    assert ends(result) == {
        f"{SOURCE}/network": "created",
        f"{TARGET}/network": "created",
        PEERING: "created",
        DATABASE: "Failed",
        REPLICA: "NeverStarted",
        SERVICE: "created",
    }
    assert result.outcome is not None
    assert result.outcome.ends[REPLICA] == NeverStarted(because=(DATABASE,))
    assert f"shop-prod-{TARGET}-database-catalog" not in operator.aws.stack_sets


def test_a_failure_is_walked_down_to_the_resource_and_its_place_in_the_spec(
    operator: Operator,
) -> None:
    operator.aws.failing[f"shop-prod-{TARGET}-network"] = Failing(
        "Vpc", "AWS::EC2::VPC", "The maximum number of VPCs has been reached."
    )

    result = operator.deploy()

    assert result.outcome is not None
    (failure,) = result.outcome.failures
    operation = next(iter(operator.aws.stack_sets[f"shop-prod-{TARGET}-network"].operations))
    assert failure == Failure(
        stack=f"{TARGET}/network",
        place=place(f"{TARGET}/network"),
        stack_set=f"shop-prod-{TARGET}-network",
        operation=operation,
        stack_id=failure.stack_id,
        resource="Vpc",
        type="AWS::EC2::VPC",
        reason="The maximum number of VPCs has been reached.",
        code="SF524",
        way_out=failure.way_out,
        path=("target", "vpc", "cidr"),
        next_command=(
            f"aws service-quotas list-service-quotas --service-code vpc --region {TARGET}"
        ),
    )
    assert failure.way_out.startswith("Ask for more in Service Quotas")


def test_the_stack_sets_own_word_serves_where_there_are_no_events(operator: Operator) -> None:
    operator.aws.failing[f"shop-prod-{TARGET}-network"] = Failing(
        "Vpc", "AWS::EC2::VPC", "nobody knows this one", kind="no events"
    )

    result = operator.deploy()

    assert result.outcome is not None
    (failure,) = result.outcome.failures
    assert (failure.resource, failure.reason, failure.code) == (
        "Vpc",
        "nobody knows this one",
        "SF530",
    )


def test_an_operation_that_succeeds_with_an_outdated_stack_is_a_failure(
    operator: Operator,
) -> None:
    operator.aws.failing[f"shop-prod-{TARGET}-network"] = Failing(kind="lie")

    result = operator.deploy()

    assert result.outcome is not None
    (failure,) = result.outcome.failures
    assert failure.reason == "the operation ended as SUCCEEDED, but the stack is OUTDATED"
    assert isinstance(result.outcome.ends[SERVICE], NeverStarted)


def test_a_poll_that_is_throttled_is_asked_again_at_the_next_interval(operator: Operator) -> None:
    operator.aws.busy = {"operation": 3}

    assert operator.deploy().exit_code == 0


@pytest.mark.parametrize(
    "method", ["stack_set", "instances", "operation", "outputs", "create_instances"]
)
def test_a_call_that_is_throttled_in_a_run_is_waited_out(operator: Operator, method: str) -> None:
    operator.heard = Throttling(operator.aws, {method: 10})

    result = operator.deploy()

    assert result.exit_code == 0
    assert operator.aws.busy == {method: 0}


def test_a_throttled_call_comes_back_after_a_pause_that_doubles_and_chance_divides() -> None:
    middle = [pause(tries, no_chance).total_seconds() for tries in (1, 2, 3, 6, 7, 16)]

    assert middle == [0.5, 1, 2, 16, 30, 30]
    assert pause(7, lambda: 0.0) == timedelta(seconds=0.05)
    assert pause(7, lambda: 0.999) == timedelta(seconds=59.94)


def test_a_write_that_stays_throttled_fails_its_stack_and_the_next_run_goes_on(
    operator: Operator,
) -> None:
    operator.aws.busy = {"create_instances": 32}

    result = operator.deploy()

    assert result.exit_code == 3
    assert result.outcome is not None
    assert {one.code for one in result.outcome.failures} == {"SF525"}
    operator.aws.busy = {}
    assert operator.deploy().exit_code == 0


def test_a_mistake_of_ours_surfaces_with_the_stack_it_came_from(operator: Operator) -> None:
    operator.aws.breaks["create_instances"] = ZeroDivisionError("our bug")

    with pytest.raises(ZeroDivisionError, match="our bug") as raised:
        operator.deploy()

    assert raised.value.__notes__ == [
        f'While the stack "{SOURCE}/network" was dealt with (starting).'
    ]


def test_jobs_that_need_each_other_are_our_bug_and_do_not_hang() -> None:
    with pytest.raises(RuntimeError, match="need each other"):
        run(
            Schedule(nodes=("a", "b"), needs={"a": frozenset({"b"}), "b": frozenset({"a"})}),
            start=lambda _node, _given: iter(()),  # type: ignore[arg-type, return-value] # never called
            listener=Heard(),
            clock=SimulatedClock(),
            pool=CallingPool(),
            parallel=8,
        )


def test_a_failed_end_carries_how_long_it_took(operator: Operator) -> None:
    operator.aws.failing[f"shop-prod-{TARGET}-network"] = Failing()

    result = operator.deploy()

    assert result.outcome is not None
    end = result.outcome.ends[f"{TARGET}/network"]
    assert isinstance(end, Failed)
    assert timedelta(seconds=30) <= end.took <= timedelta(seconds=35)


def test_a_new_stack_without_an_output_of_its_template_gives_none_to_others(
    operator: Operator,
) -> None:
    operator.aws.hides_outputs = True

    result = operator.deploy()

    assert result.outcome is not None
    assert result.outcome.failures[0].reason == (
        'DescribeStacks: the stack of eu-central-1/network has no output "VpcId"'
    )


def test_an_update_that_would_lose_data_once_its_values_are_known_is_not_started(
    operator: Operator,
) -> None:
    operator.deploy()
    operator.aws.previews["shop-prod-us-east-1-database-catalog"] = Preview(
        place=place(DATABASE),
        changes=(
            Change(
                logical_id="Database",
                type="AWS::RDS::DBInstance",
                action="Modify",
                replacement="True",
                physical_id="catalog",
            ),
        ),
    )
    operator.aws.calls.clear()

    result = operator.deploy(
        {f"{SOURCE}/network": TEXTS[f"{SOURCE}/network"].replace("vpc-source", "vpc-other")}
    )

    assert result.exit_code == 3
    assert result.outcome is not None
    assert [(one.stack, one.code) for one in result.outcome.failures] == [(DATABASE, "SF512")]
    updated = [call[1] for call in operator.aws.writes if call[0] == "update_stack_set"]
    assert updated == ["shop-prod-us-east-1-network", "shop-prod-us-east-1-peering"]


def test_a_stack_that_failed_in_one_account_within_the_tolerance_is_a_failure_there(
    operator: Operator,
) -> None:
    operator.aws.tolerance = 1
    other = "444455556666"
    operator.aws.failing["shop-prod-us-east-1-network"] = Failing("Vpc", accounts=(other,))

    result = operator.wish(
        Wish(
            scope=Scope(stacks=(f"{SOURCE}/network",)),
            targets=Targets(accounts=(other,), failure_tolerance=1),
        )
    )

    assert result.outcome is not None
    assert [(one.place.account, one.reason) for one in result.outcome.failures] == [
        (other, "refused")
    ]


def test_a_stack_set_that_somebody_made_meanwhile_is_left_alone(operator: Operator) -> None:
    name = "shop-prod-us-east-1-network"
    foreign = Definition(
        name=name, description="mine", template="{}", parameters={}, tags={}, capabilities=()
    )

    class Meanwhile(Heard):
        def planned(self, schedule: Schedule, at: datetime) -> None:
            super().planned(schedule, at)
            operator.aws.create_stack_set(foreign, "token")

    operator.heard = Meanwhile()

    result = operator.deploy()

    assert result.outcome is not None
    assert [(one.stack, one.code) for one in result.outcome.failures] == [
        (f"{SOURCE}/network", "SF550")
    ]
    assert operator.aws.stack_sets[name].definition == foreign
