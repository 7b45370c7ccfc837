"""Words for resource types and for values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.prove.changes import ABSENT
from compiler.prove.values import LOOKED_UP, REFERENCE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.prove.changes import Json

_NOUNS: Mapping[str, str] = {
    "AWS::AutoScaling::AutoScalingGroup": "Auto Scaling group",
    "AWS::AutoScaling::ScalingPolicy": "scaling policy",
    "AWS::CloudFront::Distribution": "distribution",
    "AWS::CloudFront::OriginAccessControl": "origin access control",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::EC2::EIP": "elastic IP address",
    "AWS::EC2::FlowLog": "flow log",
    "AWS::EC2::InternetGateway": "internet gateway",
    "AWS::EC2::LaunchTemplate": "launch template",
    "AWS::EC2::NatGateway": "NAT gateway",
    "AWS::EC2::Route": "route",
    "AWS::EC2::RouteTable": "route table",
    "AWS::EC2::SecurityGroup": "security group",
    "AWS::EC2::SecurityGroupEgress": "egress rule",
    "AWS::EC2::SecurityGroupIngress": "ingress rule",
    "AWS::EC2::Subnet": "subnet",
    "AWS::EC2::SubnetRouteTableAssociation": "route table association",
    "AWS::EC2::VPC": "VPC",
    "AWS::EC2::VPCCidrBlock": "address range",
    "AWS::EC2::VPCEndpoint": "VPC endpoint",
    "AWS::EC2::VPCGatewayAttachment": "gateway attachment",
    "AWS::EC2::VPCPeeringConnection": "peering connection",
    "AWS::ElasticLoadBalancingV2::Listener": "listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule": "listener rule",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "load balancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "target group",
    "AWS::IAM::InstanceProfile": "instance profile",
    "AWS::IAM::Role": "role",
    "AWS::KMS::Alias": "key alias",
    "AWS::KMS::Key": "key",
    "AWS::Logs::LogGroup": "log group",
    "AWS::RDS::DBInstance": "database instance",
    "AWS::RDS::DBParameterGroup": "parameter group",
    "AWS::RDS::DBSubnetGroup": "subnet group",
    "AWS::Route53::HostedZone": "hosted zone",
    "AWS::Route53::RecordSet": "record",
    "AWS::S3::Bucket": "bucket",
    "AWS::S3::BucketPolicy": "bucket policy",
    "AWS::SNS::Subscription": "subscription",
    "AWS::SNS::Topic": "topic",
    "AWS::SNS::TopicPolicy": "topic policy",
    "AWS::SSM::Parameter": "SSM parameter",
    "AWS::SecretsManager::Secret": "secret",
}

_LONGEST = 60
"""Characters of a value that are shown."""


def noun(type_: str) -> str:
    """Return the word for a resource of *type_*."""
    return _NOUNS.get(type_, type_)


def counted(type_: str, count: int) -> str:
    """Return how many resources of a type there are, in words: `2 security groups`."""
    word = noun(type_)
    if count == 1:
        return f"{'an' if word[0] in 'aeioAEIO' or word.startswith('SSM') else 'a'} {word}"
    if word.endswith("policy"):
        return f"{count} {word.removesuffix('y')}ies"
    return f"{count} {word}{'es' if word.endswith('s') else 's'}"


def shown(value: Json) -> str:
    """Return a value as it is shown: what only AWS knows by whose it is, what is long cut off."""
    if value is ABSENT:
        return "none"
    text = value if isinstance(value, str) else _marked(value) or _json(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _marked(value: Json) -> str:
    """Return what stands under a mark; empty for any other value."""
    if not isinstance(value, dict) or len(value) != 1:
        return ""
    ((mark, what),) = value.items()
    if mark == REFERENCE:
        stack, logical_id, attribute = what
        return f"{stack}:{logical_id}{'.' if attribute else ''}{attribute}"
    if mark in {LOOKED_UP, UNKNOWN}:
        return str(what[1])
    return ""


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
