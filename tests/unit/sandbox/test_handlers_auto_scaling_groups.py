from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused, Scope
from compiler.sandbox.handlers.images import import_image
from tests.unit.sandbox.handlers_auto_scaling import (
    ARM_IMAGE,
    GROUPS,
    IMAGE,
    TEMPLATES,
    group,
    made_template,
    running,
    target,
    template,
)
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    assert_read,
    assert_refused,
    live,
    scope_in,
    services,
)
from tests.unit.sandbox.handlers_network import Network, network

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        import_image(IMAGE, account=ACCOUNT, region="us-east-1")
        import_image(ARM_IMAGE, account=ACCOUNT, region="us-east-1", architecture="arm64")
        scope = scope_in()
        scope.client("iam").create_instance_profile(InstanceProfileName="web")
        yield scope


@pytest.fixture
def net(scope: Scope) -> Network:
    return network(scope)


def test_a_group_takes_every_property_and_changes_it(scope: Scope, net: Network) -> None:
    launch = made_template(scope, net)
    newer = TEMPLATES.update(
        scope, launch["LaunchTemplateId"], template(net), template(net, InstanceType="t3.large")
    )
    first = {
        "AutoScalingGroupName": "web",
        "MinSize": "1",
        "MaxSize": "4",
        "DesiredCapacity": "2",
        "Cooldown": "60",
        "DefaultInstanceWarmup": 90,
        "HealthCheckType": "ELB",
        "HealthCheckGracePeriod": 120,
        "CapacityRebalance": True,
        "NewInstancesProtectedFromScaleIn": False,
        "LaunchTemplate": launch,
        "VPCZoneIdentifier": [net.subnets[0], net.subnets[2]],
        "TargetGroupARNs": [target(scope, net, "one")],
        "TerminationPolicies": ["OldestInstance"],
        "MetricsCollection": [{"Granularity": "1Minute", "Metrics": ["GroupMinSize"]}],
        "Tags": [{"Key": "Name", "Value": "web", "PropagateAtLaunch": True}],
    }
    assert set(first) == GROUPS.supported
    stack_tags = [
        {"Key": "Environment", "Value": "staging", "PropagateAtLaunch": True},
        {"Key": "Owner", "Value": "stack", "PropagateAtLaunch": True},
    ]
    created = GROUPS.create(scope, first)
    read = GROUPS.read(scope, created.physical_id)
    name = {"Key": "Name", "Value": "web", "PropagateAtLaunch": True}
    assert read == {**first, "Tags": [stack_tags[0], name, stack_tags[1]]}
    GROUPS.delete(scope, created.physical_id, first)

    two = target(scope, net, "two")
    changes: dict[str, Any] = {
        "MinSize": "2",
        "MaxSize": "5",
        "DesiredCapacity": "3",
        "Cooldown": "61",
        "DefaultInstanceWarmup": 91,
        "HealthCheckType": "EC2",
        "HealthCheckGracePeriod": 121,
        "CapacityRebalance": False,
        "NewInstancesProtectedFromScaleIn": True,
        "LaunchTemplate": {**launch, "Version": newer.attributes["LatestVersionNumber"]},
        "VPCZoneIdentifier": [net.subnets[1], net.subnets[3]],
        "TargetGroupARNs": [two],
        "TerminationPolicies": ["Default"],
        "MetricsCollection": [
            {"Granularity": "1Minute", "Metrics": ["GroupMaxSize", "GroupMinSize"]}
        ],
    }
    own = [{"Key": "Owner", "Value": "me", "PropagateAtLaunch": False}]
    live(
        GROUPS,
        scope,
        first,
        {name: (value, value) for name, value in changes.items()}
        | {"Tags": (own, [stack_tags[0], *own])},
    )


def test_a_group_starts_the_instances_that_its_template_describes(
    scope: Scope, net: Network
) -> None:
    given = group(net, made_template(scope, net), DesiredCapacity=2)

    created = GROUPS.create(scope, given)

    assert created.physical_id == "web"
    assert created.attributes["AutoScalingGroupARN"].endswith(":autoScalingGroupName/web")
    started = running(scope)
    assert [one["ImageId"] for one in started] == [IMAGE, IMAGE]
    assert [one["InstanceType"] for one in started] == ["t3.medium", "t3.medium"]
    assert {g["GroupId"] for one in started for g in one["SecurityGroups"]} == {net.groups[0]}
    tagged = {tag["Key"]: tag["Value"] for tag in started[0]["Tags"]}
    assert tagged["Name"] == "web"
    assert tagged["Environment"] == "staging"
    assert tagged["aws:autoscaling:groupName"] == "web"


def test_instances_started_later_are_of_the_version_that_the_group_moved_to(
    scope: Scope, net: Network
) -> None:
    launch = made_template(scope, net)
    before = group(net, launch, DesiredCapacity=1)
    GROUPS.create(scope, before)
    TEMPLATES.update(
        scope, launch["LaunchTemplateId"], template(net), template(net, InstanceType="t3.large")
    )

    after = group(net, {**launch, "Version": "2"}, DesiredCapacity=2)
    GROUPS.update(scope, "web", before, after)

    assert sorted(one["InstanceType"] for one in running(scope)) == ["t3.large", "t3.medium"]


def test_a_group_that_rolls_has_instances_of_its_version_only(scope: Scope, net: Network) -> None:
    arn = target(scope, net, "one")
    launch = made_template(scope, net)
    before = group(net, launch, DesiredCapacity=2, TargetGroupARNs=[arn])
    GROUPS.create(scope, before)
    TEMPLATES.update(
        scope, launch["LaunchTemplateId"], template(net), template(net, InstanceType="t3.large")
    )
    GROUPS.update(scope, "web", before, before | {"LaunchTemplate": {**launch, "Version": "2"}})

    GROUPS.roll(scope, "web")
    GROUPS.roll(scope, "nobody")

    assert [one["InstanceType"] for one in running(scope)] == ["t3.large", "t3.large"]
    healthy = scope.client("elbv2").describe_target_health(TargetGroupArn=arn)
    registered = {one["Target"]["Id"] for one in healthy["TargetHealthDescriptions"]}
    assert registered == {one["InstanceId"] for one in running(scope)}


def test_a_group_registers_its_instances_and_takes_them_with_it(scope: Scope, net: Network) -> None:
    arn = target(scope, net, "one")
    given = group(net, made_template(scope, net), DesiredCapacity=2, TargetGroupARNs=[arn])
    GROUPS.create(scope, given)
    healthy = scope.client("elbv2").describe_target_health(TargetGroupArn=arn)
    assert len(healthy["TargetHealthDescriptions"]) == 2

    GROUPS.delete(scope, "web", given)

    assert running(scope) == []


def test_capacity_that_the_template_leaves_alone_is_left_alone(scope: Scope, net: Network) -> None:
    given = group(net, made_template(scope, net), DesiredCapacity="1")
    GROUPS.create(scope, given)
    scope.client("autoscaling").set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=3)

    created = GROUPS.update(scope, "web", given, {**given, "Cooldown": "10"})

    assert_read(GROUPS, scope, created, {"DesiredCapacity": "3", "Cooldown": "10"})


@pytest.mark.parametrize(
    ("changed", "code", "part"),
    [
        ({"ImageId": ARM_IMAGE.replace("f1", "f9")}, "InvalidAMIID.NotFound", "does not exist"),
        ({"ImageId": "ami-x"}, "InvalidAMIID.Malformed", 'Invalid id: "ami-x"'),
        ({"ImageId": "resolve:ssm:/none"}, "InvalidParameterValue", "/none is not found"),
        ({"ImageId": ARM_IMAGE}, "InvalidParameterValue", "architecture 'x86_64'"),
        ({"InstanceType": "t9.medium"}, "InvalidParameterValue", "Invalid value 't9.medium'"),
        ({"IamInstanceProfile": {"Name": "nobody"}}, "InvalidParameterValue", "(nobody)"),
        (
            {"IamInstanceProfile": {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/nobody"}},
            "InvalidParameterValue",
            "iamInstanceProfile.arn",
        ),
        (
            {"SecurityGroupIds": ["sg-0123456789abcdef0"]},
            "InvalidGroup.NotFound",
            "does not exist in VPC",
        ),
    ],
)
def test_a_template_that_starts_nothing_is_refused_when_a_group_tries_it(
    scope: Scope, net: Network, changed: dict[str, Any], code: str, part: str
) -> None:
    launch = made_template(scope, net, **changed)

    assert_refused(code, part, GROUPS, scope, group(net, launch))
    assert GROUPS.read(scope, "web") is None


def test_an_image_may_be_named_by_a_parameter(scope: Scope, net: Network) -> None:
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    newest = scope.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    import_image(newest, account=ACCOUNT, region="us-east-1")
    launch = made_template(scope, net, ImageId=f"resolve:ssm:{name}")

    GROUPS.create(scope, group(net, launch))

    assert len(running(scope)) == 1


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"MinSize": 4}, "must be greater than or equal to min bound, 4"),
        ({"DesiredCapacity": 9}, "Desired capacity:9"),
        ({"DesiredCapacity": 0}, "Desired capacity:0"),
        ({"VPCZoneIdentifier": []}, "At least one Availability Zone or VPC Subnet"),
        ({"VPCZoneIdentifier": ["subnet-0123456789abcdef0"]}, "does not exist"),
        ({"TargetGroupARNs": ["arn:none"]}, "Provided Target Groups may not be valid"),
        ({"LaunchTemplate": {"LaunchTemplateId": "lt-0123456789abcdef0"}}, "does not exist"),
        ({"LaunchTemplate": {"LaunchTemplateName": "none"}}, "template name none"),
        ({"LaunchTemplate": {"Version": "1"}}, "either launchTemplateId or LaunchTemplateName"),
        ({"LaunchTemplate": {"LaunchTemplateName": "web", "Version": "7"}}, "version 7"),
    ],
)
def test_a_group_that_cannot_be_is_refused(
    scope: Scope, net: Network, changed: dict[str, Any], part: str
) -> None:
    launch = made_template(scope, net)

    assert_refused("ValidationError", part, GROUPS, scope, group(net, launch, **changed))


def test_a_group_name_is_taken_once(scope: Scope, net: Network) -> None:
    given = group(net, made_template(scope, net))
    GROUPS.create(scope, given)

    assert_refused("AlreadyExists", "the name web already exists", GROUPS, scope, given)


def test_a_refused_update_of_a_group_changes_nothing(scope: Scope, net: Network) -> None:
    given = group(net, made_template(scope, net))
    created = GROUPS.create(scope, given)

    with pytest.raises(Refused):
        GROUPS.update(scope, "web", given, {**given, "MinSize": "2", "MaxSize": "1"})

    assert_read(GROUPS, scope, created, {"MinSize": "1", "MaxSize": "3"})
