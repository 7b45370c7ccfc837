"""A first plan as an operator reads it, as whole texts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.deploy.targets import Scope
from compiler.deploy.wish import Wish
from compiler.report.plan_text import plan_text
from tests.fakes.migration import SOURCE, TARGET
from tests.fakes.operator import Operator
from tests.unit.report.planned import planned


@pytest.fixture
def operator() -> Operator:
    return Operator()


def test_a_first_plan_shows_what_is_known_and_what_is_known_later(operator: Operator) -> None:
    assert plan_text(planned(operator)) == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  + us-east-1/network: create, since it is not there yet
  + eu-central-1/network: create, since it is not there yet
  + us-east-1/peering: create, since it is not there yet
        PeerVpcId = (known after eu-central-1/network: VpcId)
        VpcId = (known after us-east-1/network: VpcId)
  + us-east-1/database-catalog: create, since it is not there yet
        VpcId = (known after us-east-1/network: VpcId)
  + eu-central-1/database-catalog: create, since it is not there yet
        VpcId = (known after eu-central-1/network: VpcId)
  + eu-central-1/service-web: create, since it is not there yet
        ImageId = ami-0000000000000001
        VpcId = (known after eu-central-1/network: VpcId)

6 to create.
"""
    )


def test_a_plan_for_one_region_shows_what_waits(operator: Operator) -> None:
    assert plan_text(planned(operator, Wish(scope=Scope(region=TARGET)))) == (
        """\
Plan for shop-prod in eu-central-1
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  + eu-central-1/network: create, since it is not there yet
  ! eu-central-1/database-catalog: not now: needs us-east-1/database-catalog, which is not \
deployed yet
  + eu-central-1/service-web: create, since it is not there yet
        ImageId = ami-0000000000000001
        VpcId = (known after eu-central-1/network: VpcId)

2 to create, 1 waiting for another region.
"""
    )


def test_a_large_template_is_said_to_go_through_a_bucket(operator: Operator) -> None:
    plan = planned(operator, Wish(scope=Scope(stacks=(f"{SOURCE}/network",))))
    (step,) = plan.steps
    large = replace(step, stack=replace(step.stack, needs_artifact_bucket=True))

    assert plan_text(replace(plan, steps=(large,))) == (
        """\
Plan for shop-prod, only us-east-1/network
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  + us-east-1/network: create, since it is not there yet
        its template is put into the bucket stackferry-shop-prod-111122223333-eu-central-1

1 to create.
"""
    )
