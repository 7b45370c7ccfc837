"""Plans of transitions as an operator reads them, as whole texts."""

from __future__ import annotations

import pytest

from compiler.report.plan_text import plan_text
from compiler.report.transition_text import still_to_come
from tests.fakes.walker import Walker


@pytest.fixture
def walker() -> Walker:
    return Walker()


def test_a_transition_tells_its_actions_in_their_places(walker: Walker) -> None:
    walker.to("prepare")

    walker.to("replicate")

    assert plan_text(walker.shown[-1], columns=80) == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase replicate.
On from prepare to replicate: it can be taken back.
Way back from replicate: Deploy prepare: replicas, services and replication of
    the target go; nothing is lost, since all of it was derived from the source.

  = us-east-1/network: unchanged
  = eu-central-1/network: unchanged
  = us-east-1/database-orders: unchanged
  + eu-central-1/database-orders: create, since it is not there yet
  + eu-central-1/service-web: create, since it is not there yet
  = us-east-1/access: unchanged
  = eu-central-1/access: unchanged
  ~ eu-central-1/phase: update, since the template changed; the tag
      MigrationPhase changed
        CloudFormation says:
          ~ Phase (AWS::SSM::Parameter shop-prod-eu-central-1-phase-Phase) in
              place: Value
  * eu-central-1 peering dns orders: let names resolve
        after eu-central-1/network
        before eu-central-1/database-orders

2 to create, 1 to update, 5 unchanged, 1 action.
"""
    )


def test_a_transition_tells_what_must_have_been_asked_and_the_way_back(walker: Walker) -> None:
    walker.to("warm")

    walker.to("fence")

    assert plan_text(walker.shown[-1], columns=80) == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase fence.
On from warm to fence: it can be taken back.
Way back from fence: Deploy warm: the source opens again. Nothing is lost, and
    the outage ends.

  = us-east-1/network: unchanged
  = eu-central-1/network: unchanged
  = us-east-1/database-orders: unchanged
  = eu-central-1/database-orders: unchanged
  = eu-central-1/service-web: unchanged
  ~ us-east-1/access: update, since the template changed; the tag MigrationPhase
      changed
        CloudFormation says:
          ~ Rule (AWS::ElasticLoadBalancingV2::ListenerRule
              shop-prod-us-east-1-access-Rule) in place: Open
  = eu-central-1/access: unchanged
  ~ eu-central-1/phase: update, since the template changed; the tag
      MigrationPhase changed
        CloudFormation says:
          ~ Phase (AWS::SSM::Parameter shop-prod-eu-central-1-phase-Phase) in
              place: Value
  * us-east-1 sever connections orders: reboot
        after us-east-1/access

Of these gates there must be fresh evidence that they are green:
  replica streams orders eu-central-1

2 to update, 6 unchanged, 1 action.
"""
    )


def test_a_one_way_door_is_told_and_what_stays_behind_it(walker: Walker) -> None:
    walker.to("unprotect")

    walker.to("retire")

    assert plan_text(walker.shown[-1], columns=80) == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase retire.
On from unprotect to retire: ONE WAY.
Way back from retire: None: the source is gone. Final snapshots, buckets that
    hold data, and the keys that decrypt them are kept.

  = eu-central-1/network: unchanged
  = eu-central-1/database-orders: unchanged
  = eu-central-1/service-web: unchanged
  = eu-central-1/access: unchanged
  ~ eu-central-1/phase: update, since the template changed; the tag
      MigrationPhase changed
        CloudFormation says:
          ~ Phase (AWS::SSM::Parameter shop-prod-eu-central-1-phase-Phase) in
              place: Value
  - us-east-1/access: delete
  - us-east-1/database-orders: delete
        leaves a final snapshot of shop-prod-us-east-1-database-orders-Database
            (AWS::RDS::DBInstance); it goes on costing snapshot storage, until
            you delete it
  - us-east-1/network: delete

1 to update, 4 unchanged, 3 to delete.
"""
    )


def test_the_way_back_tells_what_goes_and_that_nothing_is_lost_with_it(walker: Walker) -> None:
    walker.to("replicate")

    walker.back()

    assert plan_text(walker.shown[-1], columns=80) == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase prepare.
Back from replicate to prepare.

  = us-east-1/network: unchanged
  = eu-central-1/network: unchanged
  = us-east-1/database-orders: unchanged
  = us-east-1/access: unchanged
  = eu-central-1/access: unchanged
  ~ eu-central-1/phase: update, since the template changed; the tag
      MigrationPhase changed
        CloudFormation says:
          ~ Phase (AWS::SSM::Parameter shop-prod-eu-central-1-phase-Phase) in
              place: Value
  * eu-central-1 peering dns orders: let no names resolve
        after eu-central-1/database-orders
        before eu-central-1/network
  - eu-central-1/service-web: delete
  - eu-central-1/database-orders: delete
        Database only follows another database; nothing is lost with it

1 to update, 5 unchanged, 2 to delete, 1 action.
"""
    )


def test_the_way_back_tells_what_is_set_aside(walker: Walker) -> None:
    walker.to("promote")

    walker.back("fence")

    assert plan_text(walker.shown[-1], columns=80) == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase fence.
Back from promote to fence.

  = us-east-1/network: unchanged
  = eu-central-1/network: unchanged
  = us-east-1/database-orders: unchanged
  = eu-central-1/database-orders: set aside, since its database was promoted and
      no form of this phase fits it
  = eu-central-1/service-web: unchanged
  = us-east-1/access: unchanged
  = eu-central-1/access: unchanged
  ~ eu-central-1/phase: update, since the template changed; the tag
      MigrationPhase changed
        CloudFormation says:
          ~ Phase (AWS::SSM::Parameter shop-prod-eu-central-1-phase-Phase) in
              place: Value

1 to update, 7 unchanged.
"""
    )


def test_a_long_way_tells_what_is_still_to_come(walker: Walker) -> None:
    walker.to("fence")
    way = walker.way_to("settle")
    assert isinstance(way, tuple)

    assert list(still_to_come(way)) == [
        "After that, each with a plan and a question of its own:",
        "  On from promote to switch: ONE WAY for data",
        "  On from switch to settle: it can be taken back",
    ]
