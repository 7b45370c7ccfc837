"""Tests of what a service's instances are allowed to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.components import service
from compiler.components.addresses import key_arn, service_role
from compiler.symbols import Address
from tests.unit.compiler.components.media import MEDIA, media, side
from tests.unit.compiler.components.places import built, symbol, tagged

if TYPE_CHECKING:
    from spec.model import Spec

BUCKET = "arn:aws:s3:::streaming-staging-media-111122223333-us-east-1"


def with_web(**settings: Any) -> Spec:  # noqa: ANN401 - pieces of a spec
    return media(services={"web": {**MEDIA["services"]["web"], **settings}})


def role(spec: Spec) -> dict[str, Any]:
    found: dict[str, Any] = built(spec, service)[service_role("source", "web")].body.to_dict()
    return found


def statements(spec: Spec) -> list[dict[str, Any]]:
    policies = role(spec)["Properties"].get("Policies", [])
    return [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]


def test_a_service_that_uses_nothing_gets_a_shell_through_ssm_and_no_more() -> None:
    assert role(with_web(uses=[])) == {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": "streaming-staging-service-web-us-east-1",
            "Description": "Instances of the service web in us-east-1.",
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "ec2.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            },
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"],
            "Tags": tagged(),
        },
    }


def test_a_used_bucket_may_be_read_and_written_with_its_key() -> None:
    assert statements(with_web(uses=["media"])) == [
        {
            "Sid": "ListBuckets",
            "Effect": "Allow",
            "Action": ["s3:GetBucketLocation", "s3:ListBucket"],
            "Resource": [BUCKET],
        },
        {
            "Sid": "UseObjects",
            "Effect": "Allow",
            "Action": [
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ],
            "Resource": [f"{BUCKET}/*"],
        },
        {
            "Sid": "UseBucketsKey",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": key_arn("source", "buckets").to_dict(),
            "Condition": {
                "StringEquals": {"kms:ViaService": ["s3.us-east-1.amazonaws.com"]},
                "StringLike": {"kms:EncryptionContext:aws:s3:arn": [BUCKET, f"{BUCKET}/*"]},
            },
        },
    ]


def test_the_secret_of_a_used_database_may_be_read() -> None:
    pattern = (
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:streaming/staging/catalog-??????"
    )

    assert statements(with_web(uses=["catalog"])) == [
        {
            "Sid": "ReadDatabaseSecrets",
            "Effect": "Allow",
            "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
            "Resource": [pattern],
        },
        {
            "Sid": "UseSecretsKey",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": key_arn("source", "secrets").to_dict(),
            "Condition": {
                "StringEquals": {"kms:ViaService": ["secretsmanager.us-east-1.amazonaws.com"]}
            },
        },
    ]


def test_secrets_of_the_services_own_may_be_read_whatever_key_they_have() -> None:
    pattern = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/api-key-??????"

    assert statements(with_web(uses=[], secrets={"API_KEY": "shop/api-key"})) == [
        {
            "Sid": "ReadOwnSecrets",
            "Effect": "Allow",
            "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
            "Resource": [pattern],
        },
        {
            "Sid": "DecryptOwnSecrets",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": "arn:aws:kms:us-east-1:111122223333:key/*",
            "Condition": {
                "StringEquals": {"kms:ViaService": ["secretsmanager.us-east-1.amazonaws.com"]},
                "StringLike": {"kms:EncryptionContext:SecretARN": [pattern]},
            },
        },
    ]


def test_the_profile_holds_the_role_and_needs_no_name() -> None:
    address = Address(stack=service_role("target", "web").stack, logical_id="InstanceProfile")

    assert built(media(), service)[address].body.to_dict() == {
        "Type": "AWS::IAM::InstanceProfile",
        "Properties": {"Roles": [symbol(service_role("target", "web"))]},
    }


def test_china_has_its_own_principal_and_policies() -> None:
    spec = media(
        source=side("cn-north-1", "10.0.0.0/16"),
        target=side("cn-northwest-1", "10.1.0.0/16"),
        cdn=None,
    )

    found = role(spec)["Properties"]

    (trust,) = found["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "ec2.amazonaws.com.cn"}
    assert found["ManagedPolicyArns"] == ["arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore"]
