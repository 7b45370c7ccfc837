"""Runs under their lock: who comes second, what changed meanwhile, and a lock that is lost."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.destroying import destroy
from compiler.deploy.lease import LEASE, RENEWAL, Lease, Taker
from compiler.deploy.port import AwsError
from tests.fakes.clock import CallingPool
from tests.fakes.migration import SOURCE, TARGET, TEXTS, migration
from tests.fakes.operator import Operator, ends
from tests.fakes.taker import new_taker

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.deploy.plan import Plan
    from compiler.deploy.removal import RemovalPlan

LOCK = "/stackferry/shop-prod/lock"
NETWORK = f"{SOURCE}/network"
CHANGED = {NETWORK: TEXTS[NETWORK].replace("vpc-source", "vpc-other")}


@pytest.fixture
def operator() -> Operator:
    return Operator()


def somebody(operator: Operator) -> Lease:
    taker = Taker(owner="bob@laptop", run="run-of-bob")
    return Lease(operator.aws, migration().manifest, taker, "destroy", operator.clock)


class Refusing(Operator):
    """An operator who says no."""

    def agree(self, plan: Plan) -> bool:
        super().agree(plan)
        return False


class Agreeing(Operator):
    """An operator while whose question something happens."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self.happens: Callable[[], object] | None = happens

    def agree(self, plan: Plan) -> bool:
        if self.happens is not None:
            happens, self.happens = self.happens, None
            happens()
        return super().agree(plan)


def test_a_run_gives_its_lock_back_at_its_end(operator: Operator) -> None:
    result = operator.deploy()

    assert (result.exit_code, result.lock) == (0, "")
    assert operator.aws.parameters == {}
    assert ("create_parameter", LOCK) in operator.aws.calls


def test_a_run_that_writes_nothing_takes_no_lock(operator: Operator) -> None:
    operator.deploy()
    operator.aws.calls.clear()

    operator.deploy()

    assert [call for call in operator.aws.calls if call[0].endswith("parameter")] == []


def test_a_plan_that_is_not_agreed_to_takes_no_lock() -> None:
    operator = Refusing()

    assert operator.deploy().exit_code == 1
    assert [call for call in operator.aws.calls if call[0].endswith("parameter")] == []


def test_who_comes_second_is_told_who_is_at_work_and_nothing_is_touched(
    operator: Operator,
) -> None:
    somebody(operator).take()

    result = operator.deploy()

    assert result.exit_code == 4
    (found,) = result.findings
    assert [found.code, found.detail, found.way_out] == [
        "SF514",
        (
            'bob@laptop is at work on "shop-prod": destroy, since 2026-11-24 12:00:00 UTC. The '
            "lock is held until 12:02:00 UTC, and is renewed as long as that run lives."
        ),
        (
            "Wait until that run has ended. If it died, the lock runs out by itself a little after "
            "that time, and the same command goes on; `stackferry unlock` removes it at once."
        ),
    ]
    assert operator.aws.writes == []
    assert list(operator.aws.parameters) == [LOCK]


def test_a_removal_is_locked_as_well(operator: Operator) -> None:
    operator.deploy()
    somebody(operator).take()
    operator.aws.calls.clear()

    assert operator.destroy().exit_code == 4
    assert operator.aws.writes == []
    operator.aws.parameters.clear()
    assert operator.destroy().exit_code == 0
    assert operator.aws.parameters == {}


def test_a_plan_that_changed_between_consent_and_lock_is_not_carried_out() -> None:
    operator = Operator()
    meanwhile = Agreeing(partial(operator.deploy))
    meanwhile.aws, meanwhile.clock = operator.aws, operator.clock

    result = meanwhile.deploy()

    assert result.exit_code == 1
    assert {one.code for one in result.findings} == {"SF511"}
    assert result.findings[0].detail == (
        f'The plan for "{NETWORK}" was "create" (it is not there yet); between that and the lock '
        'it became "skip" (unchanged). Nothing was touched.'
    )
    assert operator.aws.taken == len(TEXTS)
    assert operator.aws.parameters == {}


def test_what_an_earlier_run_started_may_end_between_consent_and_lock(
    operator: Operator,
) -> None:
    operator.clock.interrupt_at = operator.clock.time + timedelta(seconds=5)
    operator.deploy()
    later = Agreeing(partial(operator.clock.sleep, timedelta(minutes=5)))
    later.aws, later.clock = operator.aws, operator.clock

    result = later.deploy()

    assert [step.action for step in later.shown[0].steps][:2] == ["follow", "follow"]
    assert result.exit_code == 0
    assert operator.aws.taken == len(TEXTS)


def test_a_long_run_renews_its_lock(operator: Operator) -> None:
    operator.aws.takes[f"shop-prod-{TARGET}-database-catalog"] = timedelta(minutes=40)

    result = operator.deploy()

    assert result.exit_code == 0
    renewals = operator.aws.calls.count(("replace_parameter", LOCK))
    assert renewals == pytest.approx(timedelta(minutes=41) / RENEWAL, abs=2)


def test_a_run_whose_lock_somebody_else_has_starts_nothing_new(operator: Operator) -> None:
    operator.aws.takes[f"shop-prod-{NETWORK.replace('/', '-')}"] = timedelta(minutes=5)
    lost = somebody(operator)

    def taken_away() -> None:
        operator.aws.parameters.clear()
        lost.take()

    operator.aws.at_call[120] = taken_away

    result = operator.deploy()

    assert result.exit_code == 4
    assert result.outcome is not None
    assert result.outcome.stopped == "the lock is held by bob@laptop now"
    assert ends(result)[NETWORK] == "StillRunning"
    assert ends(result)[f"{SOURCE}/peering"] == "NeverStarted"
    assert operator.aws.parameters[LOCK].count("bob@laptop") == 1
    lost.give_back()
    assert operator.deploy().exit_code == 0


def test_a_run_that_cannot_renew_its_lock_stops_when_it_runs_out(operator: Operator) -> None:
    operator.aws.takes = {f"shop-prod-{NETWORK.replace('/', '-')}": timedelta(hours=1)}
    operator.aws.refuses["replace_parameter"] = AwsError(
        code="AccessDenied", reason="not allowed", call="PutParameter"
    )
    began = operator.clock.time

    result = operator.deploy()

    assert result.exit_code == 4
    assert result.outcome is not None
    assert result.outcome.stopped == "the lock could not be renewed: not allowed"
    assert timedelta() <= operator.clock.time - began - LEASE <= timedelta(seconds=1)


def test_a_run_that_cannot_take_the_lock_is_refused(operator: Operator) -> None:
    operator.aws.refuses["create_parameter"] = AwsError(
        code="AccessDeniedException", reason="not authorized", call="PutParameter"
    )

    result = operator.deploy()

    assert (result.exit_code, [one.code for one in result.findings]) == (3, ["SF529"])
    assert operator.aws.writes == []


def test_a_mistake_of_ours_gives_the_lock_back(operator: Operator) -> None:
    operator.aws.breaks["create_instances"] = ZeroDivisionError("our bug")

    with pytest.raises(ZeroDivisionError, match="our bug"):
        operator.deploy()
    assert operator.aws.parameters == {}


def test_an_interrupt_gives_the_lock_back(operator: Operator) -> None:
    operator.clock.interrupt_at = operator.clock.time + timedelta(seconds=5)

    assert operator.deploy().exit_code == 130
    assert operator.aws.parameters == {}


def test_a_value_that_changed_between_consent_and_lock_is_another_plan() -> None:
    operator = Operator()
    operator.deploy()
    meanwhile = Agreeing(partial(operator.aws.images.update, {"/al2023": "ami-2"}))
    meanwhile.aws, meanwhile.clock = operator.aws, operator.clock

    result = meanwhile.deploy(CHANGED, refresh_images=True)

    assert (result.exit_code, [one.code for one in result.findings]) == (1, ["SF511"])


def test_a_removal_of_more_than_was_agreed_to_is_not_carried_out(operator: Operator) -> None:
    operator.deploy(region=TARGET)
    asked: list[int] = []

    def agree_while_somebody_deploys(plan: RemovalPlan) -> bool:
        asked.append(len(plan.steps))
        return operator.deploy().exit_code == 0

    result = destroy(
        migration(),
        aws=operator.aws,
        clock=operator.clock,
        listener=operator.heard,
        taker=new_taker(),
        confirm=agree_while_somebody_deploys,
        pool=CallingPool(),
    )

    assert asked == [2]
    assert result.exit_code == 1
    assert {one.code for one in result.findings} == {"SF511"}
    assert not any(call[0] == "delete_instances" for call in operator.aws.calls)
    assert operator.aws.parameters == {}
