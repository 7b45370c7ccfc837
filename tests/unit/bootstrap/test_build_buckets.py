"""Where a bucket for large templates is made, and who reads it."""

from __future__ import annotations

from dataclasses import replace

from compiler.bootstrap.build import build
from compiler.bootstrap.ground import Wish
from tests.unit.bootstrap.policies import bootstrap, example, template
from tests.unit.bootstrap.two_accounts import (
    OPERATOR,
    SOURCE,
    TARGET,
    compiled_from,
    spec_of_two_accounts,
)


def test_stack_sets_read_large_templates_in_the_target_region_change_sets_where_the_stack_is() -> (
    None
):
    compiled = example("hello-trial")
    large = replace(
        compiled.manifest,
        stacks=tuple(
            replace(stack, needs_artifact_bucket=stack.id == "eu-west-1/network")
            for stack in compiled.manifest.stacks
        ),
    )

    def buckets(made_with: Wish) -> list[str]:
        made = build(large, compiled.templates, made_with)
        return [stack.id for stack in made.accounts[0].manifest.stacks if stack.name == "artifacts"]

    by_change_sets = Wish(via_stack_sets=False)
    assert buckets(Wish()) == ["eu-north-1/artifacts"]
    assert buckets(by_change_sets) == ["eu-west-1/artifacts"]
    assert buckets(replace(by_change_sets, with_buckets=True)) == [
        "eu-north-1/artifacts",
        "eu-west-1/artifacts",
    ]


def test_no_bucket_is_made_where_no_template_needs_one() -> None:
    assert [stack.name for stack in bootstrap("hello-trial").accounts[0].manifest.stacks] == [
        "administration",
        "execution",
    ]


def test_a_bucket_is_private_encrypted_versioned_kept_and_read_by_execution_roles_only() -> None:
    compiled = compiled_from(spec_of_two_accounts())
    wish = Wish(with_buckets=True, operators=(OPERATOR,))
    made = build(compiled.manifest, compiled.templates, wish)

    body = template(made, "eu-north-1/artifacts", TARGET)

    name = f"stackferry-hello-trial-{TARGET}-eu-north-1"
    bucket = body["Resources"]["Bucket"]
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == (
        "RetainExceptOnCreate",
        "Retain",
    )
    assert {key: value for key, value in bucket["Properties"].items() if key != "Tags"} == {
        "BucketName": name,
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
            ]
        },
        "LifecycleConfiguration": {
            "Rules": [
                {
                    "Id": "expire-old-versions",
                    "Status": "Enabled",
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                }
            ]
        },
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
        "VersioningConfiguration": {"Status": "Enabled"},
    }
    arn = f"arn:aws:s3:::{name}"
    assert body["Resources"]["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"] == [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "ExecutionRolesRead",
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{SOURCE}:root"]},
            "Action": "s3:GetObject",
            "Resource": f"{arn}/*",
            "Condition": {
                "ArnEquals": {
                    "aws:PrincipalArn": [
                        f"arn:aws:iam::{SOURCE}:role/AWSCloudFormationStackSetExecutionRole"
                    ]
                }
            },
        },
    ]
