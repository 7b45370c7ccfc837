"""Tests of services: instances, what they may reach, and how they are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.components import service
from compiler.components.addresses import (
    auto_scaling_group,
    database_security_group,
    key_arn,
    launch_template,
    listener,
    load_balancer_security_group,
    service_role,
    service_security_group,
    subnet,
    target_group,
    vpc,
)
from compiler.components.user_data import script
from compiler.symbols import LOOKUP, Address
from tests.unit.compiler.components.media import MEDIA, media, side
from tests.unit.compiler.components.places import built, symbol, tagged

if TYPE_CHECKING:
    from spec.model import Spec

NAME = "streaming-staging-web"
DATABASE = MEDIA["databases"]["catalog"]
WEB = MEDIA["services"]["web"]


def with_web(**settings: Any) -> Spec:  # noqa: ANN401 - pieces of a spec
    return media(services={"web": {**WEB, **settings}})


def body(spec: Spec, address: Address) -> dict[str, Any]:
    found: dict[str, Any] = built(spec, service)[address].body.to_dict()
    return found


def ways(spec: Spec, of: str = "source") -> dict[str, tuple[Any, Any, Any]]:
    """Return the security group rules of one side: group, other end, port; by logical id."""
    found = {}
    for address, resource in built(spec, service).items():
        rule = resource.body.to_dict().get("Properties", {})
        if address.stack.side != of or "IpProtocol" not in rule:
            continue
        ends = ("SourceSecurityGroupId", "DestinationSecurityGroupId", "CidrIp")
        assert (rule["IpProtocol"], rule["FromPort"]) == ("tcp", rule["ToPort"])
        (end,) = (rule[name] for name in ends if name in rule)
        found[address.logical_id] = (rule["GroupId"], end, rule["FromPort"])
    return found


def test_the_group_runs_over_the_private_subnets_behind_its_listener_rule() -> None:
    spec = media()
    found = built(spec, service)
    group = found[auto_scaling_group("source", "web")]
    (rule,) = (address for address in found if address in group.after)

    assert found[rule].body.resource_type == "AWS::ElasticLoadBalancingV2::ListenerRule"
    assert group.body.to_dict() == {
        "Type": "AWS::AutoScaling::AutoScalingGroup",
        "Properties": {
            "MinSize": "1",
            "MaxSize": "6",
            "DesiredCapacity": "3",
            "VPCZoneIdentifier": [
                symbol(subnet("source", "private", "us-east-1a")),
                symbol(subnet("source", "private", "us-east-1b")),
            ],
            "LaunchTemplate": {
                "LaunchTemplateId": symbol(launch_template("source", "web")),
                "Version": symbol(launch_template("source", "web"), "LatestVersionNumber"),
            },
            "TargetGroupARNs": [symbol(target_group("source", "web"))],
            "HealthCheckType": "ELB",
            "HealthCheckGracePeriod": 300,
            "Tags": [{**tag, "PropagateAtLaunch": True} for tag in tagged(NAME)],
        },
        "UpdatePolicy": {
            "AutoScalingRollingUpdate": {
                "MaxBatchSize": 1,
                "MinInstancesInService": 3,
                "SuspendProcesses": [
                    "AZRebalance",
                    "AlarmNotification",
                    "HealthCheck",
                    "ReplaceUnhealthy",
                    "ScheduledActions",
                ],
            },
            "AutoScalingScheduledAction": {"IgnoreUnmodifiedGroupSizeProperties": True},
        },
    }


@pytest.mark.parametrize(
    ("settings", "source", "target"),
    [
        ({"count": 3}, ("1", "3", "6", 3), ("1", "1", "6", 1)),
        ({"count": 0}, ("0", "0", "0", None), ("0", "0", "0", None)),
        ({"count": 1, "maximum": 1}, ("1", "1", "1", 0), ("1", "1", "1", 0)),
        (
            {"count": 4, "minimum": 2, "maximum": 8, "target": {"minimum": 3, "maximum": 5}},
            *(("2", "4", "8", 4), ("3", "3", "5", 3)),
        ),
    ],
)
def test_the_target_waits_at_its_minimum(
    settings: dict[str, Any], source: tuple[Any, ...], target: tuple[Any, ...]
) -> None:
    spec = with_web(**settings)

    def sizes(of: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a side
        group = body(spec, auto_scaling_group(of, "web"))
        size = (group["Properties"][name] for name in ("MinSize", "DesiredCapacity", "MaxSize"))
        rolling = group["UpdatePolicy"].get("AutoScalingRollingUpdate", {})
        return (*size, rolling.get("MinInstancesInService"))

    assert (sizes("source"), sizes("target")) == (source, target)


def test_a_cpu_target_scales_the_group() -> None:
    stack = auto_scaling_group("source", "web").stack
    found = body(with_web(cpu_target_percent=60), Address(stack=stack, logical_id="CpuScaling"))

    assert found == {
        "Type": "AWS::AutoScaling::ScalingPolicy",
        "Properties": {
            "AutoScalingGroupName": symbol(auto_scaling_group("source", "web")),
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingConfiguration": {
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "ASGAverageCPUUtilization"
                },
                "TargetValue": 60,
            },
        },
    }


def test_an_instance_has_an_encrypted_volume_and_no_key_pair_and_its_metadata_wants_a_token() -> (
    None
):
    found = body(media(), launch_template("source", "web"))["Properties"]
    lines = [text for text, _ in script(media(), "source", "web")]

    own = service_security_group("source", "web")
    profile = Address(stack=own.stack, logical_id="InstanceProfile")
    tags = tagged(NAME, MigrationPhase="prepare")
    assert found == {
        "TagSpecifications": [{"ResourceType": "launch-template", "Tags": tags}],
        "LaunchTemplateData": {
            "ImageId": {LOOKUP: ["image", WEB["image"]["ssm"]]},
            "InstanceType": "t3.medium",
            "IamInstanceProfile": {"Arn": symbol(profile, "Arn")},
            "SecurityGroupIds": [symbol(own, "GroupId")],
            "MetadataOptions": {
                "HttpEndpoint": "enabled",
                "HttpTokens": "required",
                "HttpPutResponseHopLimit": 1,
            },
            "Monitoring": {"Enabled": True},
            "BlockDeviceMappings": [
                {
                    "DeviceName": "/dev/xvda",
                    "Ebs": {
                        "DeleteOnTermination": True,
                        "Encrypted": True,
                        "KmsKeyId": key_arn("source", "volumes").to_dict(),
                        "VolumeSize": 20,
                        "VolumeType": "gp3",
                    },
                }
            ],
            "TagSpecifications": [
                {"ResourceType": kind, "Tags": tags} for kind in ("instance", "volume")
            ],
            # Line by line, so that a reviewer can read it and each line knows its place.
            "UserData": {"Fn::Base64": {"Fn::Join": ["\n", lines]}},
        },
    }


def test_each_region_starts_its_own_image_and_instance_type() -> None:
    spec = with_web(
        image={"source": "ami-0123456789abcdef0", "target": "ami-0fedcba9876543210"},
        target={"instance_type": "t3.small"},
    )

    def chosen(of: Any) -> tuple[str, str]:  # noqa: ANN401 - a side
        content = body(spec, launch_template(of, "web"))["Properties"]["LaunchTemplateData"]
        return content["ImageId"], content["InstanceType"]

    assert chosen("source") == ("ami-0123456789abcdef0", "t3.medium")
    assert chosen("target") == ("ami-0fedcba9876543210", "t3.small")


@pytest.mark.parametrize(
    ("parameter", "device"),
    [
        ("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64", "/dev/xvda"),
        (
            "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/ebs-gp3/ami-id",
            "/dev/sda1",
        ),
    ],
)
def test_the_encrypted_volume_is_the_images_root_device(parameter: str, device: str) -> None:
    found = body(with_web(image={"ssm": parameter}), launch_template("source", "web"))

    (mapping,) = found["Properties"]["LaunchTemplateData"]["BlockDeviceMappings"]
    assert mapping["DeviceName"] == device


def test_instances_talk_to_the_load_balancer_their_database_and_apis_only() -> None:
    own = symbol(service_security_group("source", "web"), "GroupId")
    balancer = symbol(load_balancer_security_group("source"), "GroupId")
    catalog = symbol(database_security_group("source", "catalog"), "GroupId")

    assert ways(media()) == {
        "IngressTraffic": (own, balancer, 80),
        "LoadBalancerEgressTraffic": (balancer, own, 80),
        "EgressHttp": (own, "0.0.0.0/0", 80),
        "EgressHttps": (own, "0.0.0.0/0", 443),
        "EgressDatabaseCatalog": (own, catalog, 5432),
        "EgressPeer10x1x0x0x16Port5432": (own, "10.1.0.0/16", 5432),
    }


def test_the_port_of_the_health_check_is_admitted_too() -> None:
    spec = with_web(port=8080, health_check={"path": "/", "port": 8081}, uses=[])
    own = symbol(service_security_group("target", "web"), "GroupId")
    balancer = symbol(load_balancer_security_group("target"), "GroupId")

    assert ways(spec, "target") == {
        "IngressTraffic": (own, balancer, 8080),
        "LoadBalancerEgressTraffic": (balancer, own, 8080),
        "IngressHealthCheck": (own, balancer, 8081),
        "LoadBalancerEgressHealthCheck": (balancer, own, 8081),
        "EgressHttp": (own, "0.0.0.0/0", 80),
        "EgressHttps": (own, "0.0.0.0/0", 443),
    }
    assert "IngressHealthCheck" not in ways(
        with_web(port=8080, health_check={"path": "/", "port": 8080})
    )


def test_two_databases_on_one_port_share_the_way_to_the_other_side() -> None:
    spec = media(
        databases={"catalog": DATABASE, "orders": DATABASE, "old": {**DATABASE, "port": 6432}},
        services={"web": {**WEB, "uses": ["catalog", "orders", "old"]}},
        source=side("us-east-1", "10.0.0.0/16"),
        target=side("eu-central-1", "10.1.0.0/16", secondary_cidrs=["10.3.0.0/16"]),
    )

    assert {name for name in ways(spec) if "Peer" in name} == {
        "EgressPeer10x1x0x0x16Port5432",
        "EgressPeer10x3x0x0x16Port5432",
        "EgressPeer10x1x0x0x16Port6432",
        "EgressPeer10x3x0x0x16Port6432",
    }


def test_the_target_group_checks_health_as_the_spec_says() -> None:
    spec = with_web(
        port=8080,
        health_check={
            "path": "/alive",
            "port": 8081,
            "interval_seconds": 15,
            "timeout_seconds": 10,
            "healthy_threshold": 3,
            "unhealthy_threshold": 4,
            "codes": "200-299",
        },
    )

    assert body(spec, target_group("target", "web")) == {
        "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
        "Properties": {
            "Name": NAME,
            "TargetType": "instance",
            "Protocol": "HTTP",
            "Port": 8080,
            "VpcId": symbol(vpc("target")),
            "HealthCheckEnabled": True,
            "HealthCheckProtocol": "HTTP",
            "HealthCheckPath": "/alive",
            "HealthCheckPort": "8081",
            "HealthCheckIntervalSeconds": 15,
            "HealthCheckTimeoutSeconds": 10,
            "HealthyThresholdCount": 3,
            "UnhealthyThresholdCount": 4,
            "Matcher": {"HttpCode": "200-299"},
            "TargetGroupAttributes": [
                {"Key": "deregistration_delay.timeout_seconds", "Value": "60"}
            ],
            "Tags": tagged(),
        },
    }
    plain = body(media(), target_group("target", "web"))["Properties"]
    assert (plain["HealthCheckPort"], plain["HealthCheckPath"]) == ("traffic-port", "/health")


def test_a_rule_compares_hosts_and_path_and_leads_to_the_target_group() -> None:
    spec = with_web(hosts=["api.example.com"], paths=["/api/*"])
    (rule,) = (
        resource
        for address, resource in built(spec, service).items()
        if address.logical_id.startswith("ListenerRule") and address.stack.side == "source"
    )
    found = rule.body.to_dict()["Properties"]

    assert rule.body.title == f"ListenerRule{found.pop('Priority')}"
    assert found == {
        "ListenerArn": symbol(listener("source")),
        "Conditions": [
            {"Field": "host-header", "HostHeaderConfig": {"Values": ["api.example.com"]}},
            {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}},
        ],
        "Actions": [{"Type": "forward", "TargetGroupArn": symbol(target_group("source", "web"))}],
        "Tags": tagged(),
    }
    assert {place: rule.origins[place] for place in rule.origins if "Tags" not in place} == {
        "Properties.Conditions.0.HostHeaderConfig.Values.0": ("services", "web", "hosts", 0),
        "Properties.Conditions.1.PathPatternConfig.Values.0": ("services", "web", "paths", 0),
        "Properties.Priority": ("services", "web", "paths", 0),
    }


def test_roles_of_the_two_regions_have_names_of_their_own() -> None:
    assert [
        body(media(), service_role(of, "web"))["Properties"]["RoleName"]
        for of in ("source", "target")
    ] == ["streaming-staging-service-web-us-east-1", "streaming-staging-service-web-eu-central-1"]
