"""Launch templates and groups over them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.auto_scaling import AutoScalingGroupHandler
from compiler.sandbox.handlers.launch_templates import LaunchTemplateHandler
from compiler.sandbox.handlers.scaling_policies import ScalingPolicyHandler
from compiler.sandbox.handlers.target_groups import TargetGroupHandler
from tests.unit.sandbox.handlers_ground import (
    pairs,
)

if TYPE_CHECKING:
    from compiler.sandbox.handler import Scope
    from tests.unit.sandbox.handlers_network import Network

TEMPLATES = LaunchTemplateHandler()

GROUPS = AutoScalingGroupHandler()

POLICIES = ScalingPolicyHandler()

IMAGE = "ami-0123456789abcdef0"

ARM_IMAGE = "ami-0123456789abcdef1"

USER_DATA = base64.b64encode(b"#!/bin/sh\necho hello\n").decode()


def contents(net: Network, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    whole = {
        "ImageId": IMAGE,
        "InstanceType": "t3.medium",
        "IamInstanceProfile": {"Name": "web"},
        "SecurityGroupIds": [net.groups[0]],
        "UserData": USER_DATA,
        "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
        "Monitoring": {"Enabled": True},
        "BlockDeviceMappings": [
            {
                "DeviceName": "/dev/xvda",
                "Ebs": {
                    "VolumeSize": 20,
                    "VolumeType": "gp3",
                    "Encrypted": True,
                    "DeleteOnTermination": True,
                },
            }
        ],
        "TagSpecifications": [{"ResourceType": "instance", "Tags": pairs(("Name", "web"))}],
        **changed,
    }
    return {key: value for key, value in whole.items() if value is not None}


def template(net: Network, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {"LaunchTemplateName": "web", "LaunchTemplateData": contents(net, **changed)}


def made_template(scope: Scope, net: Network, **changed: Any) -> dict[str, str]:  # noqa: ANN401 -- JSON
    made = TEMPLATES.create(scope, template(net, **changed))
    return {
        "LaunchTemplateId": made.physical_id,
        "Version": made.attributes["LatestVersionNumber"],
    }


def group(net: Network, launch: dict[str, str], **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {
        "AutoScalingGroupName": "web",
        "MinSize": "1",
        "MaxSize": "3",
        "LaunchTemplate": launch,
        "VPCZoneIdentifier": [net.subnets[0], net.subnets[2]],
        **changed,
    }


def target(scope: Scope, net: Network, name: str) -> str:
    given = {"Name": name, "Port": 80, "Protocol": "HTTP", "VpcId": net.vpc}
    return TargetGroupHandler().create(scope, given).physical_id


def running(scope: Scope) -> list[dict[str, Any]]:
    told = scope.client("ec2").describe_instances(
        Filters=[{"Name": "instance-state-name", "Values": ["running"]}]
    )
    return [one for reservation in told["Reservations"] for one in reservation["Instances"]]


CPU = {
    "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
    "TargetValue": 60.0,
}

REQUESTS = {
    "PredefinedMetricSpecification": {
        "PredefinedMetricType": "ALBRequestCountPerTarget",
        "ResourceLabel": "app/web/1/targetgroup/web/2",
    },
    "TargetValue": 100.0,
    "DisableScaleIn": True,
}
