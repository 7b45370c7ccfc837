"""
What the handlers' lists name and the role does not get.

The lists name every permission that some property may need. A template that does not set the
property needs none of it; and what could reach beyond the migration is never given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WITHHELD: Mapping[str, tuple[str, ...]] = {
    "cloudfront:CreateConnectionGroup": ("TenantConfig",),
    "cloudfront:GetConnectionGroup": ("TenantConfig",),
    "cloudfront:UpdateDistributionWithStagingConfig": ("ContinuousDeploymentPolicyId",),
    "cognito-idp:DescribeUserPoolClient": ("AuthenticateCognitoConfig",),
    "ec2:AcceptAddressTransfer": ("TransferAddress",),
    "ec2:AllocateIpamPoolCidr": ("Ipv4IpamPoolId", "Ipv6IpamPoolId"),
    "ec2:AttachVpnGateway": ("VpnGatewayId",),
    "ec2:DetachVpnGateway": ("VpnGatewayId",),
    "elasticloadbalancing:ModifyCapacityReservation": ("MinimumLoadBalancerCapacity",),
    "firehose:TagDeliveryStream": (),
    "iam:DeleteRolePermissionsBoundary": (),
    "iam:PutRolePermissionsBoundary": ("PermissionsBoundary",),
    "logs:DeleteResourcePolicy": ("ResourcePolicyDocument",),
    "logs:PutBearerTokenAuthentication": ("BearerTokenAuthenticationEnabled",),
    "logs:PutResourcePolicy": ("ResourcePolicyDocument",),
    "rds:AddRoleToDBInstance": ("AssociatedRoles",),
    "rds:RemoveRoleFromDBInstance": ("AssociatedRoles",),
    "rds:RestoreDBInstanceFromDBSnapshot": ("DBSnapshotIdentifier", "DBClusterSnapshotIdentifier"),
    "rds:RestoreDBInstanceToPointInTime": ("RestoreTime", "UseLatestRestorableTime"),
    "rds:StartDBInstanceAutomatedBackupsReplication": ("AutomaticBackupReplicationRegion",),
    "rds:StopDBInstanceAutomatedBackupsReplication": ("AutomaticBackupReplicationRegion",),
    "route53:CreateQueryLoggingConfig": ("QueryLoggingConfig",),
    "route53:DeleteQueryLoggingConfig": ("QueryLoggingConfig",),
    "s3:CreateBucketMetadataTableConfiguration": ("MetadataTableConfiguration",),
    "s3:DeleteBucketMetadataTableConfiguration": ("MetadataTableConfiguration",),
    "s3:DeleteBucketWebsite": ("WebsiteConfiguration",),
    "s3:DeleteObject": (),
    "s3:PutBucketAcl": ("AccessControl",),
    "s3:PutBucketWebsite": ("WebsiteConfiguration",),
    "s3:PutObjectAcl": (),
    "s3:UpdateBucketMetadataAnnotationTableConfiguration": ("MetadataConfiguration",),
    "s3:UpdateBucketMetadataInventoryTableConfiguration": ("MetadataConfiguration",),
    "s3:UpdateBucketMetadataJournalTableConfiguration": ("MetadataConfiguration",),
    "s3tables:CreateNamespace": ("MetadataConfiguration", "MetadataTableConfiguration"),
    "s3tables:CreateTable": ("MetadataConfiguration", "MetadataTableConfiguration"),
    "s3tables:CreateTableBucket": ("MetadataConfiguration", "MetadataTableConfiguration"),
    "s3tables:GetTable": ("MetadataConfiguration", "MetadataTableConfiguration"),
    "s3tables:GetTableMetadataLocation": ("MetadataConfiguration", "MetadataTableConfiguration"),
    "s3tables:PutTableBucketPolicy": ("MetadataConfiguration", "MetadataTableConfiguration"),
    "s3tables:PutTableEncryption": ("MetadataConfiguration", "MetadataTableConfiguration"),
    "s3tables:PutTablePolicy": ("MetadataConfiguration", "MetadataTableConfiguration"),
    "s3tables:UpdateTableMetadataLocation": ("MetadataConfiguration", "MetadataTableConfiguration"),
    "sts:AssumeRole": ("PeerRoleArn",),
    "vpc-lattice:CreateServiceNetworkVpcEndpointAssociation": ("ServiceNetworkArn",),
    "vpc-lattice:DeregisterTargets": ("TrafficSources",),
    "vpc-lattice:GetTargetGroup": ("TrafficSources",),
    "vpc-lattice:ListTargets": ("TrafficSources",),
    "vpc-lattice:RegisterTargets": ("TrafficSources",),
    "vpce:AllowMultiRegion": ("ServiceRegion",),
}
"""
By permission, the properties that need it, at whatever depth; it is given where a template sets
one of them. None: it is never given.

Never are deletions and grants of objects, since no template does either; taking the boundary off a
role, which would undo whatever the boundary keeps; and tags on what no template makes.
(Registry schemas in cfn-lint 1.58.0, read 2026-11-24.)
"""

SPELLED_OUT: Mapping[str, tuple[str, ...]] = {
    "autoscaling:Describe*": (
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeInstanceRefreshes",
        "autoscaling:DescribeLifecycleHooks",
        "autoscaling:DescribeLoadBalancerTargetGroups",
        "autoscaling:DescribeLoadBalancers",
        "autoscaling:DescribeNotificationConfigurations",
        "autoscaling:DescribePolicies",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "autoscaling:DescribeTrafficSources",
        "autoscaling:DescribeWarmPool",
    ),
    "ec2:Describe*": (
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceStatus",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeInstances",
        "ec2:DescribeKeyPairs",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    ),
    # ec2:Get* would hand out the passwords and the console of every instance.
    "ec2:Get*": ("ec2:GetInstanceTypesFromInstanceRequirements",),
    "elasticloadbalancing:Describe*": (
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
    ),
    # ssm:Get* would hand out every parameter of the account.
    "ssm:Get*": ("ssm:GetParameters",),
}
"""What stands for a permission with a wildcard: what a group's handler reads, and no more."""


WITHHELD_OF_TYPE: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("AWS::RDS::DBInstance", "secretsmanager:CreateSecret"): ("ManageMasterUserPassword",),
    ("AWS::RDS::DBInstance", "secretsmanager:TagResource"): ("ManageMasterUserPassword",),
}
"""Likewise, for what another type's handler cannot do without."""


def needs(type_: str, permission: str) -> tuple[str, ...] | None:
    """Return the properties of *type_* that need *permission*; `None` if it is not withheld."""
    return WITHHELD_OF_TYPE.get((type_, permission), WITHHELD.get(permission))
