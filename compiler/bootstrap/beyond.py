"""
What the handlers' lists forget, or name without the condition under which it is harmless.

Sources: the services' own guides, read 2026-11-24, named at each function.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.bootstrap.ground import texts_in
from compiler.bootstrap.patterns import arns
from compiler.bootstrap.statements import Statement, in_regions
from compiler.components.via_service import via

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.bootstrap.ground import Ground

_SERVICE_LINKED: Mapping[str, str] = {
    "AWS::AutoScaling::AutoScalingGroup": "autoscaling.amazonaws.com",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "elasticloadbalancing.amazonaws.com",
    "AWS::RDS::DBInstance": "rds.amazonaws.com",
    "AWS::RDS::DBParameterGroup": "rds.amazonaws.com",
    "AWS::RDS::DBSubnetGroup": "rds.amazonaws.com",
}
"""Services that make a role of their own when they are first used in an account."""

_ALSO_CALLED: Mapping[str, tuple[str, ...]] = {
    # EC2 Auto Scaling checks that its caller may start what the launch template says, and a rolling
    # update ends instances (EC2 Auto Scaling user guide, "Control EC2 launch template usage").
    "AWS::AutoScaling::AutoScalingGroup": (
        "ec2:CreateTags",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeLaunchTemplates",
        "ec2:RunInstances",
    ),
    # Elastic Load Balancing looks at what it is placed into (Elastic Load Balancing user guide,
    # "Required permissions for each API action").
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAddresses",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    ),
}
"""By resource type, actions of EC2 that its handler's list forgets; EC2's have no names."""

_SECRET = re.compile(r"\{\{resolve:secretsmanager:")
_REGION_OF_ARN = re.compile(r"arn:[a-z-]+:rds:([a-z0-9-]+):")


def statements(ground: Ground) -> Iterator[Statement]:
    """Yield what is needed beside the handlers' lists."""
    yield from _roles(ground)
    yield from _service_linked_roles(ground)
    yield from _also_called(ground)
    yield from _peerings(ground)
    yield from _databases(ground)
    yield from _secrets(ground)
    yield from _access_logs(ground)


def _roles(ground: Ground) -> Iterator[Statement]:
    """Pass and equip the migration's roles (IAM user guide, "Grant permissions to pass a role")."""
    trusted: set[str] = set()
    managed: set[str] = set()
    for _, body in ground.resources("AWS::IAM::Role"):
        properties = body["Properties"]
        for statement in properties["AssumeRolePolicyDocument"]["Statement"]:
            trusted.update(texts_in(statement.get("Principal", {}).get("Service", ())))
        managed.update(texts_in(properties.get("ManagedPolicyArns", ())))
    own = arns(ground, "iam", ("role",), ())
    if trusted:
        yield Statement(
            sid="PassTheMigrationsRoles",
            actions=("iam:PassRole",),
            resources=own,
            condition={"StringEquals": {"iam:PassedToService": tuple(sorted(trusted))}},
        )
    if managed:
        yield Statement(
            sid="AttachOnlyThesePolicies",
            actions=("iam:AttachRolePolicy",),
            resources=own,
            condition={"ArnEquals": {"iam:PolicyARN": tuple(sorted(managed))}},
        )


def _service_linked_roles(ground: Ground) -> Iterator[Statement]:
    """IAM user guide, "Create a service-linked role"."""
    services = sorted({_SERVICE_LINKED[one] for one in ground.places() if one in _SERVICE_LINKED})
    if services:
        paths = tuple(
            ground.role(ground.account, f"aws-service-role/{service}/*") for service in services
        )
        yield Statement(
            sid="ServicesMakeTheirOwnRoles",
            actions=("iam:CreateServiceLinkedRole",),
            resources=paths,
            condition={"StringEquals": {"iam:AWSServiceName": tuple(services)}},
        )
        yield Statement(sid="ServicesLookForTheirRoles", actions=("iam:GetRole",), resources=paths)


def _also_called(ground: Ground) -> Iterator[Statement]:
    places = ground.places()
    regions: dict[str, set[str]] = {}
    for type_, actions in _ALSO_CALLED.items():
        for action in actions:
            regions.setdefault(action, set()).update(places.get(type_, ()))
    grouped: dict[tuple[str, ...], list[str]] = {}
    for action, found in sorted(regions.items()):
        if found:
            grouped.setdefault(tuple(sorted(found)), []).append(action)
    for number, (where, actions_) in enumerate(sorted(grouped.items()), 1):
        yield Statement(
            sid="HandlersForgetTheseOfEc2" + (str(number) if number > 1 else ""),
            actions=tuple(actions_),
            condition=in_regions(where),
        )
    if groups := places.get("AWS::AutoScaling::AutoScalingGroup"):
        yield Statement(
            sid="RollingUpdatesEndInstances",
            actions=("autoscaling:TerminateInstanceInAutoScalingGroup",),
            resources=arns(ground, "autoscaling", ("autoScalingGroup",), groups),
        )


def _peerings(ground: Ground) -> Iterator[Statement]:
    """A peering is accepted in the other region (VPC peering guide, "Accept a connection")."""
    accepted: set[str] = set()
    assumed: set[str] = set()
    for region, body in ground.resources("AWS::EC2::VPCPeeringConnection"):
        properties = body["Properties"]
        role = properties.get("PeerRoleArn")
        if isinstance(role, str):
            assumed.add(role)
        elif properties.get("PeerOwnerId", ground.account) == ground.account:
            accepted.add(str(properties.get("PeerRegion", region)))
    if accepted:
        yield Statement(
            sid="PeeringsAreAcceptedThere",
            actions=("ec2:AcceptVpcPeeringConnection", "ec2:DescribeVpcPeeringConnections"),
            condition=in_regions(tuple(accepted)),
        )
    if assumed:
        yield Statement(
            sid="TheOtherAccountAccepts",
            actions=("sts:AssumeRole",),
            resources=tuple(sorted(assumed)),
        )


def _databases(ground: Ground) -> Iterator[Statement]:
    """
    Encrypt, and seed replicas from the other region.

    RDS user guide, "Encrypting Amazon RDS resources": the caller of an operation on an encrypted
    instance needs CreateGrant and DescribeKey. "Creating a read replica in a different Region": it
    needs the right to create the replica on both instances, and to describe the source.
    """
    places = ground.places().get("AWS::RDS::DBInstance", ())
    if not places:
        return
    yield Statement(
        sid="DatabasesUseTheirKeys",
        actions=("kms:CreateGrant",),
        resources=arns(ground, "kms", ("key",), places),
        condition={"Bool": {"kms:GrantIsForAWSResource": "true"}},
    )
    sources = {
        found[1]
        for _, body in ground.resources("AWS::RDS::DBInstance")
        if (found := _REGION_OF_ARN.match(_text(body, "SourceDBInstanceIdentifier")))
    }
    if sources:
        yield Statement(
            sid="ReplicasAreSeededFromThere",
            actions=(
                "rds:CreateDBInstanceReadReplica",
                "rds:DescribeDBInstances",
                "rds:ListTagsForResource",
            ),
            resources=arns(ground, "rds", ("db",), tuple(sorted(sources))),
        )


def _secrets(ground: Ground) -> Iterator[Statement]:
    """
    Encrypt secrets with the migration's keys, and resolve references to them.

    Secrets Manager user guide, "Secret encryption and decryption": the caller needs these on the
    key, also on that of a replica's region. CloudFormation user guide, "Get a secret": who makes
    the stack reads the secret.
    """
    resolved = {
        stack.region
        for stack in ground.stacks
        if any(_SECRET.search(text) for text in texts_in(ground.templates[stack.id]["Resources"]))
    }
    made: set[str] = set()
    for region, body in ground.resources("AWS::SecretsManager::Secret"):
        replicas = body["Properties"].get("ReplicaRegions", ())
        made.update((region, *(str(one["Region"]) for one in replicas)))
    if resolved:
        yield Statement(
            sid="TemplatesReferToSecrets",
            actions=("secretsmanager:GetSecretValue",),
            resources=arns(ground, "secretsmanager", ("secret",), tuple(sorted(resolved))),
        )
    if regions := tuple(sorted(resolved | made)):
        yield Statement(
            sid="SecretsUseTheirKeys",
            actions=("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"),
            resources=arns(ground, "kms", ("key",), regions),
            condition={
                "StringEquals": {
                    "kms:ViaService": tuple(
                        name for region in regions for name in via("secretsmanager", region)
                    )
                }
            },
        )


def _access_logs(ground: Ground) -> Iterator[Statement]:
    """CloudFront writes its grant into the bucket's ACL (developer guide, "Standard logging")."""
    if any(
        "Logging" in body["Properties"].get("DistributionConfig", {})
        for _, body in ground.resources("AWS::CloudFront::Distribution")
    ):
        yield Statement(
            sid="CloudFrontLogsByBucketAcl",
            actions=("s3:GetBucketAcl", "s3:PutBucketAcl"),
            resources=arns(ground, "s3", ("bucket",), ()),
        )


def _text(body: Mapping[str, Mapping[str, object]], name: str) -> str:
    value = body["Properties"].get(name)
    return value if isinstance(value, str) else ""
