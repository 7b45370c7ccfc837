"""A plan of stacks in several accounts as an operator reads it, as whole texts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.deploy.targets import Scope, Targets
from compiler.deploy.wish import Wish
from compiler.report.plan_text import plan_text
from tests.fakes.migration import TARGET, place
from tests.fakes.operator import Operator
from tests.unit.report.planned import planned

OTHER = "444455556666"


@pytest.fixture
def operator() -> Operator:
    return Operator()


def test_fanned_out_stacks_show_where_they_come_and_go(operator: Operator) -> None:
    network = f"{TARGET}/network"
    only = Scope(stacks=(network,))
    first = planned(operator, Wish(scope=only, targets=Targets(accounts=(OTHER,))))
    operator.wish(Wish(scope=only, targets=Targets(accounts=(OTHER,), failure_tolerance=1)))

    second = planned(
        operator,
        Wish(scope=only, targets=Targets(accounts=("777788889999",), max_concurrent=2)),
    )

    assert plan_text(first) == (
        """\
Plan for shop-prod, only eu-central-1/network
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  + eu-central-1/network: create, since it is not there yet
        creates its stack in 111122223333, 444455556666

1 to create.
"""
    )
    assert plan_text(second) == (
        """\
Plan for shop-prod, only eu-central-1/network
Stack sets live in eu-central-1 of 111122223333; phase replicate.
In up to 2 accounts at the same time.

  + eu-central-1/network: add, since it is to stand in 777788889999 too; it is not to stand in \
444455556666
      any more
        creates its stack in 777788889999
        deletes its stack in 444455556666

1 to add an account to, 1 to remove an account from.
"""
    )


def test_service_managed_stack_sets_name_their_units(operator: Operator) -> None:
    operator.aws.units = {"ou-1": ("111122223333", OTHER)}
    targets = Targets(
        organizational_units=("ou-1",),
        permission_model="SERVICE_MANAGED",
        call_as="DELEGATED_ADMIN",
    )

    plan = planned(
        operator,
        Wish(scope=Scope(stacks=(f"{TARGET}/network",)), targets=targets, in_all_units=True),
    )

    assert plan_text(plan) == (
        """\
Plan for shop-prod, only eu-central-1/network
Stack sets live in eu-central-1 of 111122223333; phase replicate.
Service-managed by a delegated administrator, in the units ou-1.

  + eu-central-1/network: create, since it is not there yet
        creates its stack in 111122223333, 444455556666

1 to create.
"""
    )


def test_a_removed_stack_shows_what_becomes_of_what_it_holds(operator: Operator) -> None:
    database = f"{TARGET}/database-catalog"
    operator.deploy()
    found = operator.aws.stack_sets[f"shop-prod-{TARGET}-database-catalog"]
    elsewhere = replace(place(database), account=OTHER)
    found.instances[elsewhere] = replace(found.instances[place(database)], place=elsewhere)

    plan = planned(
        operator,
        Wish(scope=Scope(stacks=(database,)), targets=Targets(accounts=())),
    )

    assert plan_text(plan) == (
        """\
Plan for shop-prod, only eu-central-1/database-catalog
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  - eu-central-1/database-catalog: remove, since it is not to stand in 444455556666 any more
        deletes its stack in 444455556666
          Database of 444455556666 would go with its stack; it is deleted with all that it holds

1 to remove an account from.
"""
    )
