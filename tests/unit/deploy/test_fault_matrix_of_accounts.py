"""One stack in several accounts: what fails in one of them, and what is added and removed."""

from __future__ import annotations

import pytest

from compiler.deploy.port import Place
from compiler.deploy.targets import Scope, Targets
from tests.fakes.migration import SOURCE, migration
from tests.fakes.operator import Operator, ends
from tests.fakes.stacks import Failing

NETWORK = f"{SOURCE}/network"
NAME = f"shop-prod-{SOURCE}-network"
OWN, SECOND, THIRD = "111122223333", "222233334444", "333344445555"


def places(operator: Operator) -> dict[str, str]:
    return {
        place.account: one.status
        for place, one in sorted(operator.aws.stack_sets[NAME].instances.items())
    }


def deploy(operator: Operator, *accounts: str, tolerance: int = 0) -> int:
    operator.aws.tolerance = tolerance
    result = operator.deploy_this(
        migration(),
        scope=Scope(stacks=(NETWORK,)),
        targets=Targets(accounts=accounts, failure_tolerance=tolerance),
    )
    return result.exit_code


def test_a_stack_that_stands_alone_is_fanned_out_and_taken_back() -> None:
    operator = Operator()

    assert deploy(operator, SECOND, THIRD) == 0
    assert places(operator) == {OWN: "CURRENT", SECOND: "CURRENT", THIRD: "CURRENT"}

    assert deploy(operator, THIRD) == 0
    assert places(operator) == {OWN: "CURRENT", THIRD: "CURRENT"}
    (step,) = operator.shown[-1].steps
    assert (step.action, step.removes) == ("remove", (Place(account=SECOND, region=SOURCE),))


def test_without_a_word_about_accounts_those_that_are_there_stay() -> None:
    operator = Operator()
    deploy(operator, SECOND)

    result = operator.deploy()

    assert result.exit_code == 0
    assert places(operator) == {OWN: "CURRENT", SECOND: "CURRENT"}


@pytest.mark.parametrize("tolerance", [0, 1])
def test_a_failure_in_one_account_is_told_also_where_the_operation_tolerates_it(
    tolerance: int,
) -> None:
    operator = Operator()
    operator.aws.failing[NAME] = Failing(accounts=(SECOND,))
    operator.aws.tolerance = tolerance

    result = operator.deploy_this(
        migration(),
        scope=Scope(stacks=(NETWORK,)),
        targets=Targets(accounts=(SECOND,), failure_tolerance=tolerance),
    )

    assert result.exit_code == 3
    assert result.outcome is not None
    (failure,) = result.outcome.failures
    assert (failure.stack, failure.place.account, failure.reason) == (NETWORK, SECOND, "refused")
    assert places(operator) == {OWN: "CURRENT", SECOND: "OUTDATED"}

    operator.aws.failing.clear()
    again = operator.deploy()
    assert ends(again)[NETWORK] == "updated"
    assert places(operator) == {OWN: "CURRENT", SECOND: "CURRENT"}
    assert again.exit_code == 0
