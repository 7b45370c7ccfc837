"""Small templates that AWS refuses, one for each error that a template alone can bring about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.sandbox.embedded import ACCOUNT
from tests.functional import known_errors as known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.functional.known_errors import Known

HERE, THERE = "us-east-1", "eu-central-1"
NOBODYS_KEY = f"arn:aws:kms:{THERE}:{ACCOUNT}:key/11111111-1111-1111-1111-111111111111"

Resources = dict[str, Any]


def resource(kind: str, /, **properties: Any) -> Resources:  # noqa: ANN401 -- JSON
    return {"Type": f"AWS::{kind}", "Properties": properties}


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def vpc(cidr: str = "10.0.0.0/16") -> Resources:
    return resource("EC2::VPC", CidrBlock=cidr)


def subnet(cidr: str, zone: str) -> Resources:
    return resource("EC2::Subnet", VpcId=ref("Vpc"), CidrBlock=cidr, AvailabilityZone=HERE + zone)


def peering(**peer: Any) -> Resources:  # noqa: ANN401 -- JSON
    return {
        "Vpc": vpc(),
        "Peering": resource("EC2::VPCPeeringConnection", VpcId=ref("Vpc"), **peer),
    }


def database(**more: Any) -> Resources:  # noqa: ANN401 -- JSON
    return resource(
        "RDS::DBInstance",
        DBInstanceClass="db.t3.medium",
        AllocatedStorage="20",
        Engine="postgres",
        MasterUsername="master",
        MasterUserPassword="longenough1",
        **more,
    )


def document(action: str, **principal: Any) -> Resources:  # noqa: ANN401 -- JSON
    statement = {"Effect": "Allow", "Action": action, **(principal or {"Resource": "*"})}
    return {"Version": "2012-10-17", "Statement": [statement]}


def bucket(name: str, **more: Any) -> Resources:  # noqa: ANN401 -- JSON
    return resource(
        "S3::Bucket", BucketName=name, VersioningConfiguration={"Status": "Enabled"}, **more
    )


def replicated(
    *, to: str = "arn:aws:s3:::copies", allowed: str = "s3:*", versioning: str = "Enabled"
) -> Resources:
    rule = {
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {"Bucket": to},
    }
    return {
        "Role": resource(
            "IAM::Role",
            AssumeRolePolicyDocument=document(
                "sts:AssumeRole", Principal={"Service": "s3.amazonaws.com"}
            ),
            Policies=[{"PolicyName": "copy", "PolicyDocument": document(allowed)}],
        ),
        "Bucket": resource(
            "S3::Bucket",
            BucketName="originals",
            VersioningConfiguration={"Status": versioning},
            ReplicationConfiguration={
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Rules": [rule],
            },
        ),
    }


def distribution(identity: str = "", **more: Any) -> Resources:  # noqa: ANN401 -- JSON
    origin = {
        "Id": "bucket",
        "DomainName": f"media.s3.{HERE}.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": identity},
    }
    behavior = {
        "TargetOriginId": "bucket",
        "ViewerProtocolPolicy": "https-only",
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    }
    whole = {"Enabled": True, "Origins": [origin], "DefaultCacheBehavior": behavior, **more}
    return {"Distribution": resource("CloudFront::Distribution", DistributionConfig=whole)}


GATEWAY = {
    "Vpc": vpc(),
    "Public": subnet("10.0.0.0/24", "a"),
    "Gateway": resource("EC2::InternetGateway"),
    "Attachment": resource(
        "EC2::VPCGatewayAttachment", VpcId=ref("Vpc"), InternetGatewayId=ref("Gateway")
    ),
}


class Refusal(NamedTuple):
    """
    A template that AWS refuses.

    Attributes:
        resources: Its resources.
        failed: The one that fails.
        words: What AWS says.
    """

    resources: Resources
    failed: str
    words: str


REFUSED: Mapping[Known, Refusal] = {
    known.REGION: Refusal(
        peering(PeerVpcId="vpc-1", PeerRegion="eu-centre-1"),
        "Peering",
        "The region 'eu-centre-1' is not supported for this operation",
    ),
    known.OVERLAP: Refusal(
        {**peering(PeerVpcId=ref("Other")), "Other": vpc("10.0.128.0/17")},
        "Peering",
        "VPC CIDR blocks overlap",
    ),
    known.ONE_ZONE: Refusal(
        {
            "Vpc": vpc(),
            "A": subnet("10.0.0.0/24", "a"),
            "B": subnet("10.0.1.0/24", "a"),
            "Group": resource(
                "RDS::DBSubnetGroup",
                DBSubnetGroupDescription="one zone",
                SubnetIds=[ref("A"), ref("B")],
            ),
        },
        "Group",
        "doesn't meet Availability Zone (AZ) coverage requirement",
    ),
    known.FOREIGN_KEY: Refusal(
        {"Database": database(StorageEncrypted=True, KmsKeyId=NOBODYS_KEY)},
        "Database",
        "KMSKeyNotAccessibleFault",
    ),
    known.VERSIONING: Refusal(
        replicated(versioning="Suspended"),
        "Bucket",
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    ),
    known.ROLE: Refusal(
        {"Copies": bucket("copies"), **replicated(allowed="s3:GetObject")},
        "Bucket",
        "Replication configuration cannot be applied. The role does not have permission",
    ),
    known.DESTINATION: Refusal(replicated(to="copies"), "Bucket", "Invalid destination bucket arn"),
    known.NO_GATEWAY: Refusal(
        {
            "Vpc": vpc(),
            "Gateway": resource("EC2::InternetGateway"),
            "Table": resource("EC2::RouteTable", VpcId=ref("Vpc")),
            "Route": resource(
                "EC2::Route",
                RouteTableId=ref("Table"),
                DestinationCidrBlock="0.0.0.0/0",
                GatewayId=ref("Gateway"),
            ),
        },
        "Route",
        "belong to different networks",
    ),
    known.HEALTH_PATH: Refusal(
        {
            "Vpc": vpc(),
            "Group": resource(
                "ElasticLoadBalancingV2::TargetGroup",
                VpcId=ref("Vpc"),
                Port=80,
                Protocol="HTTP",
                HealthCheckPath="health",
            ),
        },
        "Group",
        "Health check path must be valid",
    ),
    known.ACCESS_IDENTITY: Refusal(
        distribution("origin-access-identity/cloudfront/E1"),
        "Distribution",
        "InvalidOriginAccessIdentity",
    ),
    known.CERTIFICATE: Refusal(
        distribution(
            Aliases=["media.example.com"],
            ViewerCertificate={
                "AcmCertificateArn": f"arn:aws:acm:{THERE}:{ACCOUNT}:certificate/1",
                "SslSupportMethod": "sni-only",
            },
        ),
        "Distribution",
        "InvalidViewerCertificate",
    ),
    known.NOT_FOUND: Refusal(
        {
            "Listener": resource(
                "ElasticLoadBalancingV2::Listener",
                LoadBalancerArn=f"arn:aws:elasticloadbalancing:{HERE}:{ACCOUNT}:loadbalancer/app/a/1",
                Port=80,
                Protocol="HTTP",
                DefaultActions=[
                    {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
                ],
            )
        },
        "Listener",
        "not found",
    ),
    known.TAKEN: Refusal(
        {
            "First": resource("Logs::LogGroup", LogGroupName="web"),
            "Again": {**resource("Logs::LogGroup", LogGroupName="web"), "DependsOn": "First"},
        },
        "Again",
        "already exists",
    ),
}
"""What a template alone can bring about."""
