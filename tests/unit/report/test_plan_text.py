"""A plan as an operator reads it, as whole texts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.answers import Change, Preview
from compiler.deploy.plan import Guard
from compiler.deploy.port import AwsError
from compiler.deploy.prepare import ANYTHING, Wish
from compiler.deploy.targets import Scope, Targets
from compiler.report.plan_text import plan_text
from tests.fakes.migration import SOURCE, TARGET, TEXTS, place
from tests.fakes.operator import Operator

if TYPE_CHECKING:
    from compiler.deploy.plan import Plan
    from spec.findings import Path

DATABASE, SERVICE = f"{SOURCE}/database-catalog", f"{TARGET}/service-web"
OTHER = "444455556666"


@pytest.fixture
def operator() -> Operator:
    return Operator()


def locate(path: Path) -> str:
    return f"shop.yaml:7 ({'.'.join(str(part) for part in path)})"


def planned(
    operator: Operator, wish: Wish = ANYTHING, changed: dict[str, str] | None = None
) -> Plan:
    prepared = operator.plan(wish, changed)
    assert prepared.plan is not None
    return prepared.plan


def with_property(id_: str, logical_id: str, name: str, value: object) -> dict[str, str]:
    template = json.loads(TEXTS[id_])
    template["Resources"][logical_id]["Properties"][name] = value
    return {id_: json.dumps(template)}


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


def test_a_later_plan_shows_what_changes_and_why(operator: Operator) -> None:
    operator.deploy()
    network = f"{SOURCE}/network"

    plan = planned(operator, ANYTHING, {network: TEXTS[network].replace("vpc-source", "vpc-other")})

    assert plan_text(plan) == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  ~ us-east-1/network: update, since the template changed
        CloudFormation says: no resource changes
  = eu-central-1/network: unchanged
  ? us-east-1/peering: update only if a value that it reads changes
        PeerVpcId = vpc-target
        VpcId = (known after us-east-1/network: VpcId)
  ? us-east-1/database-catalog: update only if a value that it reads changes
        VpcId = (known after us-east-1/network: VpcId)
        CloudFormation is asked again right before its update, as it holds Database
  = eu-central-1/database-catalog: unchanged
  = eu-central-1/service-web: unchanged

1 to update, 2 to check, 3 unchanged.
"""
    )


def test_an_update_shows_what_happens_to_each_resource_and_where_that_comes_from(
    operator: Operator,
) -> None:
    operator.deploy()
    service = "shop-prod-eu-central-1-service-web"
    operator.aws.previews[service] = Preview(
        place=place(SERVICE),
        changes=(
            Change(logical_id="Alarm", type="AWS::CloudWatch::Alarm", action="Add"),
            Change(
                logical_id="Group",
                type="AWS::AutoScaling::AutoScalingGroup",
                action="Modify",
                replacement="True",
                policy_action="ReplaceAndDelete",
                physical_id="shop-prod-web",
                properties=("AvailabilityZones", "VPCZoneIdentifier"),
            ),
            Change(
                logical_id="Listener",
                type="AWS::ElasticLoadBalancingV2::Listener",
                action="Modify",
                replacement="False",
                physical_id="arn:listener",
                properties=("Port",),
            ),
            Change(
                logical_id="Network",
                type="AWS::EC2::Subnet",
                action="Modify",
                replacement="Conditional",
                policy_action="ReplaceAndSnapshot",
                physical_id="subnet-1",
            ),
            Change(logical_id="Nested", type="AWS::CloudFormation::Stack", action="Dynamic"),
            Change(
                logical_id="Old",
                type="AWS::EC2::EIP",
                action="Remove",
                policy_action="Retain",
                physical_id="192.0.2.1\x1b[31m",
            ),
            Change(logical_id="Rule", type="AWS::EC2::SecurityGroup", action="Import"),
            Change(logical_id="Role", type="AWS::IAM::Role", action="Modify"),
            Change(logical_id="Queue", type="AWS::SQS::Queue", action="Remove"),
        ),
    )

    plan = planned(
        operator,
        Wish(scope=Scope(stacks=(SERVICE,))),
        with_property(SERVICE, "Group", "MinSize", 2),
    )

    assert plan_text(plan, locate) == (
        """\
Plan for shop-prod, only eu-central-1/service-web
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  ~ eu-central-1/service-web: update, since the template changed
        ImageId = ami-0000000000000001
        VpcId = vpc-target
        CloudFormation says:
          + Alarm (AWS::CloudWatch::Alarm) new
              shop.yaml:7 (services.web)
          -/+ Group (AWS::AutoScaling::AutoScalingGroup shop-prod-web) replaced: AvailabilityZones,
              VPCZoneIdentifier; the old one is deleted
              shop.yaml:7 (services.web)
          ~ Listener (AWS::ElasticLoadBalancingV2::Listener arn:listener) in place: Port
              shop.yaml:7 (services.web)
          -/+ Network (AWS::EC2::Subnet subnet-1) perhaps replaced; the old one is deleted but \
for a snapshot
              shop.yaml:7 (services.web)
          ? Nested (AWS::CloudFormation::Stack) CloudFormation cannot tell what happens to it
              shop.yaml:7 (services.web)
          - Old (AWS::EC2::EIP 192.0.2.1\\x1b[31m) removed, retained
              shop.yaml:7 (services.web)
          > Rule (AWS::EC2::SecurityGroup) taken over as it is
              shop.yaml:7 (services.web)
          ~ Role (AWS::IAM::Role) in place
              shop.yaml:7 (services.web)
          - Queue (AWS::SQS::Queue) removed, AWS does not say what becomes of it
              shop.yaml:7 (services.web)

1 to update.
"""
    )


def test_what_an_update_takes_for_granted_is_said(operator: Operator) -> None:
    operator.deploy()
    network = f"{SOURCE}/network"

    plan = planned(
        operator,
        ANYTHING,
        {
            network: TEXTS[network].replace("vpc-source", "vpc-other"),
            **with_property(DATABASE, "Database", "Port", 5433),
        },
    )

    assert plan_text(plan, locate) == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  ~ us-east-1/network: update, since the template changed
        CloudFormation says: no resource changes
  = eu-central-1/network: unchanged
  ? us-east-1/peering: update only if a value that it reads changes
        PeerVpcId = vpc-target
        VpcId = (known after us-east-1/network: VpcId)
  ~ us-east-1/database-catalog: update, since the template changed
        VpcId = (known after us-east-1/network: VpcId)
        CloudFormation says, if VpcId stays as it is:
          ~ Database (AWS::RDS::DBInstance shop-prod-us-east-1-database-catalog-Database) in \
place: Port
              shop.yaml:7 (databases.catalog)
        CloudFormation is asked again right before its update, as it holds Database
  = eu-central-1/database-catalog: unchanged
  = eu-central-1/service-web: unchanged

2 to update, 1 to check, 3 unchanged.
"""
    )


def test_no_line_needs_a_wide_terminal(operator: Operator) -> None:
    operator.deploy()
    operator.aws.previews["shop-prod-us-east-1-database-catalog"] = AwsError(
        code="AccessDenied",
        reason="User: arn:aws:iam::111122223333:user/anna is not authorized to perform: "
        "cloudformation:CreateChangeSet",
        call="CreateChangeSet",
    )

    plan = planned(operator, ANYTHING, with_property(DATABASE, "Database", "Port", 5433))

    assert plan_text(plan, locate, columns=80) == (
        """\
Plan for shop-prod
Stack sets live in eu-central-1 of 111122223333; phase replicate.

  = us-east-1/network: unchanged
  = eu-central-1/network: unchanged
  = us-east-1/peering: unchanged
  ~ us-east-1/database-catalog: update, since the template changed
        VpcId = vpc-source
        CloudFormation does not tell what happens: CreateChangeSet:
            AccessDenied: User: arn:aws:iam::111122223333:user/anna is not
            authorized to perform: cloudformation:CreateChangeSet
  = eu-central-1/database-catalog: unchanged
  = eu-central-1/service-web: unchanged

1 to update, 5 unchanged.
"""
    )
    assert max(len(line) for line in plan_text(plan, locate, columns=80).splitlines()) <= 80


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

1 to add an account to.
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


def test_a_plan_that_was_not_previewed_says_so(operator: Operator) -> None:
    operator.deploy()

    plan = planned(
        operator,
        Wish(scope=Scope(stacks=(DATABASE,)), guard=Guard(is_off=True), via="stacks"),
        with_property(DATABASE, "Database", "Port", 5433),
    )

    assert plan_text(plan) == (
        """\
Plan for shop-prod, only us-east-1/database-catalog
Stacks are made directly, by change sets; phase replicate.

  ~ us-east-1/database-catalog: update, since the template changed
        VpcId = vpc-source

CloudFormation was not asked what updates would do: --no-preview was given.
1 to update.
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
