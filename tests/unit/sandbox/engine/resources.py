"""Resources of templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compiler.sandbox.engine.values import Json


def vpc(cidr: str, **more: Json) -> dict[str, Any]:
    return {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": cidr}, **more}


def parameter(value: Json, **more: Json) -> dict[str, Any]:
    properties = {"Type": "String", "Value": value}
    return {"Type": "AWS::SSM::Parameter", "Properties": properties, **more}


def topic(display: str = "x", **more: Json) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": display}, **more}


def attachment(target: Json) -> dict[str, Any]:
    properties = {"VpcId": target, "InternetGatewayId": "igw-1"}
    return {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": properties}
