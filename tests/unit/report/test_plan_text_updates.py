"""A plan of updates as an operator reads it: what CloudFormation says of each, as whole texts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.answers import Change, Preview
from compiler.deploy.plan import Guard
from compiler.deploy.port import AwsError
from compiler.deploy.targets import Scope
from compiler.deploy.wish import ANYTHING, Wish
from compiler.report.plan_text import plan_text
from tests.fakes.migration import SOURCE, TARGET, TEXTS, place
from tests.fakes.operator import Operator
from tests.unit.report.planned import planned

if TYPE_CHECKING:
    from spec.findings import Path

DATABASE, SERVICE = f"{SOURCE}/database-catalog", f"{TARGET}/service-web"


@pytest.fixture
def operator() -> Operator:
    return Operator()


def locate(path: Path) -> str:
    return f"shop.yaml:7 ({'.'.join(str(part) for part in path)})"


def with_property(id_: str, logical_id: str, name: str, value: object) -> dict[str, str]:
    template = json.loads(TEXTS[id_])
    template["Resources"][logical_id]["Properties"][name] = value
    return {id_: json.dumps(template)}


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
