"""
What is called while a migration's stacks are made, changed and deleted, on names as AWS has them.

Written from the services' own API guides, not from the registry's lists, on which the role is
built.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.unit.bootstrap.policies import ACCOUNT, Call, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from compiler.deploy.folder import Compiled
    from compiler.manifest import Stack

_UUID = "0f1d2c3b-4a59-6877-8695-a4b3c2d1e0f1"

_EC2: Mapping[str, tuple[str, ...]] = {
    "AWS::AutoScaling::AutoScalingGroup": ("CreateTags", "RunInstances", "DescribeSubnets"),
    "AWS::EC2::EIP": ("AllocateAddress", "ReleaseAddress", "CreateTags", "DescribeAddresses"),
    "AWS::EC2::FlowLog": ("CreateFlowLogs", "DeleteFlowLogs", "DescribeFlowLogs"),
    "AWS::EC2::InternetGateway": ("CreateInternetGateway", "DeleteInternetGateway"),
    "AWS::EC2::LaunchTemplate": ("CreateLaunchTemplate", "CreateLaunchTemplateVersion"),
    "AWS::EC2::NatGateway": ("CreateNatGateway", "DeleteNatGateway", "DescribeNatGateways"),
    "AWS::EC2::Route": ("CreateRoute", "DeleteRoute", "ReplaceRoute"),
    "AWS::EC2::RouteTable": ("CreateRouteTable", "DeleteRouteTable"),
    "AWS::EC2::SecurityGroup": ("CreateSecurityGroup", "DeleteSecurityGroup"),
    "AWS::EC2::SecurityGroupEgress": ("AuthorizeSecurityGroupEgress",),
    "AWS::EC2::SecurityGroupIngress": ("AuthorizeSecurityGroupIngress",),
    "AWS::EC2::Subnet": ("CreateSubnet", "DeleteSubnet", "ModifySubnetAttribute"),
    "AWS::EC2::SubnetRouteTableAssociation": ("AssociateRouteTable", "DisassociateRouteTable"),
    "AWS::EC2::VPC": ("CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "DescribeVpcs"),
    "AWS::EC2::VPCCidrBlock": ("AssociateVpcCidrBlock", "DisassociateVpcCidrBlock"),
    "AWS::EC2::VPCEndpoint": ("CreateVpcEndpoint", "DeleteVpcEndpoints"),
    "AWS::EC2::VPCGatewayAttachment": ("AttachInternetGateway", "DetachInternetGateway"),
    "AWS::EC2::VPCPeeringConnection": ("CreateVpcPeeringConnection", "DeleteVpcPeeringConnection"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("DescribeSecurityGroups", "DescribeSubnets"),
}

_OWN: Mapping[str, tuple[str, ...]] = {
    "AWS::AutoScaling::AutoScalingGroup": (
        "autoscaling:CreateAutoScalingGroup",
        "autoscaling:DeleteAutoScalingGroup",
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:SuspendProcesses",
        "autoscaling:TerminateInstanceInAutoScalingGroup",
        "autoscaling:UpdateAutoScalingGroup",
    ),
    "AWS::CloudFront::Distribution": (
        "cloudfront:GetDistribution",
        "cloudfront:TagResource",
        "cloudfront:UpdateDistribution",
    ),
    "AWS::CloudFront::OriginAccessControl": ("cloudfront:GetOriginAccessControl",),
    "AWS::CloudWatch::Alarm": ("cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (
        "elasticloadbalancing:CreateTargetGroup",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
    ),
    "AWS::IAM::InstanceProfile": (
        "iam:AddRoleToInstanceProfile",
        "iam:CreateInstanceProfile",
        "iam:DeleteInstanceProfile",
    ),
    "AWS::IAM::Role": (
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:GetRole",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "iam:UpdateAssumeRolePolicy",
    ),
    "AWS::KMS::Alias": ("kms:CreateAlias", "kms:DeleteAlias"),
    "AWS::Logs::LogGroup": (
        "logs:AssociateKmsKey",
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
    ),
    "AWS::RDS::DBInstance": (
        "rds:AddTagsToResource",
        "rds:CreateDBInstance",
        "rds:CreateDBInstanceReadReplica",
        "rds:DeleteDBInstance",
        "rds:DescribeDBInstances",
        "rds:ModifyDBInstance",
        "rds:PromoteReadReplica",
    ),
    "AWS::RDS::DBParameterGroup": (
        "rds:CreateDBParameterGroup",
        "rds:DeleteDBParameterGroup",
        "rds:ModifyDBParameterGroup",
    ),
    "AWS::RDS::DBSubnetGroup": ("rds:CreateDBSubnetGroup", "rds:DeleteDBSubnetGroup"),
    "AWS::S3::Bucket": (
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:PutReplicationConfiguration",
    ),
    "AWS::S3::BucketPolicy": ("s3:DeleteBucketPolicy", "s3:PutBucketPolicy"),
    "AWS::SNS::Topic": ("sns:CreateTopic", "sns:SetTopicAttributes", "sns:TagResource"),
    "AWS::SSM::Parameter": ("ssm:DeleteParameter", "ssm:PutParameter"),
    "AWS::SecretsManager::Secret": (
        "secretsmanager:CreateSecret",
        "secretsmanager:DeleteSecret",
        "secretsmanager:ReplicateSecretToRegions",
    ),
}


def calls_of(compiled: Compiled) -> Iterator[Call]:
    for stack in compiled.manifest.stacks:
        template = json.loads(compiled.templates[stack.id])
        yield from _on_the_stack(stack)
        for logical_id, body in template["Resources"].items():
            yield from _calls(stack, logical_id, body["Type"], body.get("Properties", {}))
        if "{{resolve:secretsmanager:" in compiled.templates[stack.id]:
            secret = compiled.templates[stack.id].split("{{resolve:secretsmanager:")[1]
            arn = _arn("secretsmanager", stack, f"secret:{secret.split(':')[0]}-AbCdEf")
            yield _call(stack, "secretsmanager:GetSecretValue", arn)
            yield from _with_a_key(stack, "kms:Decrypt", via="secretsmanager")


def _on_the_stack(stack: Stack) -> Iterator[Call]:
    arn = _arn("cloudformation", stack, f"stack/StackSet-{stack.stack_set}-{_UUID}/{_UUID}")
    for verb in ("CreateStack", "UpdateStack", "DeleteStack", "DescribeStacks", "CreateChangeSet"):
        yield _call(stack, f"cloudformation:{verb}", arn)


def _calls(
    stack: Stack, logical_id: str, type_: str, properties: Mapping[str, Any]
) -> Iterator[Call]:
    for verb in _EC2.get(type_, ()):
        yield _call(stack, f"ec2:{verb}", _arn("ec2", stack, "anything/i-0123456789abcdef0"))
    arn = arn_of(stack, logical_id, type_, properties)
    for action in _OWN.get(type_, ()):
        yield _call(stack, action, arn)
    more = _MORE.get(type_)
    if more is not None:
        yield from more(stack, properties, arn)


def _roles(stack: Stack, properties: Mapping[str, Any], arn: str) -> Iterator[Call]:
    for service in texts(
        properties["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
    ):
        yield _call(stack, "iam:PassRole", arn, ("iam:PassedToService", service))
    for policy in properties.get("ManagedPolicyArns", ()):
        yield _call(stack, "iam:AttachRolePolicy", arn, ("iam:PolicyARN", policy))


def _groups(stack: Stack, properties: Mapping[str, Any], arn: str) -> Iterator[Call]:
    del properties, arn
    yield _linked(stack, "autoscaling", "AWSServiceRoleForAutoScaling")


def _keys(stack: Stack, properties: Mapping[str, Any], arn: str) -> Iterator[Call]:
    del properties, arn
    yield _call(stack, "kms:CreateKey", "*")
    yield from _with_a_key(stack, "kms:PutKeyPolicy")
    yield from _with_a_key(stack, "kms:EnableKeyRotation")


def _peerings(stack: Stack, properties: Mapping[str, Any], arn: str) -> Iterator[Call]:
    del stack, arn
    region = properties["PeerRegion"]
    yield Call(
        action="ec2:AcceptVpcPeeringConnection",
        resource=f"arn:aws:ec2:{region}:{ACCOUNT}:vpc-peering-connection/pcx-1",
        region=region,
    )


def _distributions(stack: Stack, properties: Mapping[str, Any], arn: str) -> Iterator[Call]:
    del properties, arn
    yield _call(stack, "cloudfront:CreateDistribution", "*")
    logs = f"{_prefix(stack)}-cdn-logs-{ACCOUNT}-{stack.region}"
    yield _call(stack, "s3:PutBucketAcl", f"arn:aws:s3:::{logs}")


def _secrets(stack: Stack, properties: Mapping[str, Any], arn: str) -> Iterator[Call]:
    del properties, arn
    yield _call(stack, "secretsmanager:GetRandomPassword", "*")
    yield from _with_a_key(stack, "kms:GenerateDataKey", via="secretsmanager")


def _records(stack: Stack, properties: Mapping[str, Any], arn: str) -> Iterator[Call]:
    del properties, arn
    zone = "arn:aws:route53:::hostedzone/Z0123456789ABC"
    yield _call(stack, "route53:ChangeResourceRecordSets", zone)
    yield _call(stack, "route53:GetChange", "arn:aws:route53:::change/C0123456789ABC")


def _databases(stack: Stack, properties: Mapping[str, Any], arn: str) -> Iterator[Call]:
    del arn
    yield from _with_a_key(stack, "kms:DescribeKey")
    yield from _with_a_key(stack, "kms:CreateGrant", ("kms:GrantIsForAWSResource", "true"))
    yield _linked(stack, "rds", "AWSServiceRoleForRDS")
    yield _call(stack, "rds:CreateDBInstance", _arn("rds", stack, "og:default:postgres-16"))
    source = properties.get("SourceDBInstanceIdentifier")
    if source is not None:
        region = source.split(":")[3]
        for verb in ("CreateDBInstanceReadReplica", "DescribeDBInstances"):
            yield Call(action=f"rds:{verb}", resource=source, region=region)


_MORE: Mapping[str, Callable[[Stack, Mapping[str, Any], str], Iterator[Call]]] = {
    "AWS::AutoScaling::AutoScalingGroup": _groups,
    "AWS::CloudFront::Distribution": _distributions,
    "AWS::EC2::VPCPeeringConnection": _peerings,
    "AWS::IAM::Role": _roles,
    "AWS::KMS::Key": _keys,
    "AWS::RDS::DBInstance": _databases,
    "AWS::Route53::RecordSet": _records,
    "AWS::SecretsManager::Secret": _secrets,
}


def _with_a_key(
    stack: Stack, action: str, *facts: tuple[str, str], via: str = ""
) -> Iterator[Call]:
    key = _arn("kms", stack, f"key/{_UUID}")
    more = (("kms:ViaService", f"{via}.{stack.region}.amazonaws.com"),) if via else ()
    yield _call(stack, action, key, *facts, *more)


def _linked(stack: Stack, service: str, role: str) -> Call:
    name = f"{service}.amazonaws.com"
    arn = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{name}/{role}"
    return _call(stack, "iam:CreateServiceLinkedRole", arn, ("iam:AWSServiceName", name))


_TAILS: Mapping[str, tuple[str, str]] = {
    "AWS::AutoScaling::AutoScalingGroup": (
        "autoscaling",
        f"autoScalingGroup:{_UUID}:autoScalingGroupName/{{made_up}}",
    ),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "alarm:{AlarmName}"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        "elasticloadbalancing",
        "loadbalancer/app/{Name}/50dc6c495c0c9188",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (
        "elasticloadbalancing",
        "targetgroup/{Name}/73e2d6bc24d8a067",
    ),
    "AWS::KMS::Alias": ("kms", "{AliasName}"),
    "AWS::Logs::LogGroup": ("logs", "log-group:{LogGroupName}:*"),
    "AWS::RDS::DBInstance": ("rds", "db:{DBInstanceIdentifier}"),
    "AWS::RDS::DBParameterGroup": ("rds", "pg:{small}"),
    "AWS::RDS::DBSubnetGroup": ("rds", "subgrp:{small}"),
    "AWS::SNS::Topic": ("sns", "{TopicName}"),
    "AWS::SSM::Parameter": ("ssm", "parameter{Name}"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "secret:{Name}-AbCdEf"),
}
"""By resource type, service and end of the ARN, with properties in braces."""

_WITHOUT_REGION: Mapping[str, str] = {
    "AWS::CloudFront::Distribution": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1ABCDEFGHIJKL",
    "AWS::CloudFront::OriginAccessControl": (
        f"arn:aws:cloudfront::{ACCOUNT}:origin-access-control/E2ABCDEFGHIJKL"
    ),
    "AWS::IAM::InstanceProfile": f"arn:aws:iam::{ACCOUNT}:instance-profile/{{made_up}}",
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{RoleName}}",
    "AWS::S3::Bucket": "arn:aws:s3:::{BucketName}",
    "AWS::S3::BucketPolicy": "arn:aws:s3:::{bucket}",
}


def arn_of(stack: Stack, logical_id: str, type_: str, properties: Mapping[str, Any]) -> str:
    """Return the ARN of a resource; where AWS makes its name up, as AWS does."""
    made_up = f"StackSet-{stack.stack_set}-{_UUID}-{logical_id}-1ABCDEFGHIJKL"
    words = {
        **properties,
        "bucket": _bucket_of(stack, properties),
        # IAM takes 128 characters.
        "made_up": made_up[:128],
        "small": made_up.lower(),
    }
    if type_ in _WITHOUT_REGION:
        return _WITHOUT_REGION[type_].format(**words)
    service, tail = _TAILS.get(type_, ("", ""))
    return _arn(service, stack, tail.format(**words))


def _bucket_of(stack: Stack, properties: Mapping[str, Any]) -> str:
    found = properties.get("Bucket")
    return found if isinstance(found, str) else f"{_prefix(stack)}-some-{ACCOUNT}-{stack.region}"


def _prefix(stack: Stack) -> str:
    return stack.stack_set.partition(f"-{stack.region}-")[0]


def _arn(service: str, stack: Stack, tail: str) -> str:
    return f"arn:aws:{service}:{stack.region}:{ACCOUNT}:{tail}"


def _call(stack: Stack, action: str, resource: str, *facts: tuple[str, str]) -> Call:
    return Call(action=action, resource=resource, region=stack.region, facts=facts)
