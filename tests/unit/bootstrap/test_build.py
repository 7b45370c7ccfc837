"""What each account of a migration needs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.bootstrap.build import build
from compiler.bootstrap.ground import Wish
from compiler.lint import lint
from tests.unit.bootstrap.policies import (
    ACCOUNT,
    EXAMPLES,
    Call,
    bootstrap,
    example,
    execution_role,
    template,
)
from tests.unit.bootstrap.two_accounts import (
    PEERING_ROLE,
    SOURCE,
    TARGET,
    compiled_from,
    spec_of_two_accounts,
)

ADMINISTRATION = f"arn:aws:iam::{TARGET}:role/AWSCloudFormationStackSetAdministrationRole"
OPERATOR = f"arn:aws:iam::{TARGET}:role/ops"


def role_in(body: dict[str, object]) -> dict[str, object]:
    resources = body["Resources"]
    assert isinstance(resources, dict)
    found: list[dict[str, object]] = [
        one["Properties"] for one in resources.values() if one["Type"] == "AWS::IAM::Role"
    ]
    assert len(found) == 1
    return found[0]


def test_the_administration_role_is_cloudformations_and_takes_the_execution_roles_only() -> None:
    compiled = compiled_from(spec_of_two_accounts())

    made = build(compiled.manifest, compiled.templates, Wish(operators=(OPERATOR,)))

    role = role_in(template(made, "us-east-1/administration", TARGET))
    assert role == {
        "RoleName": "AWSCloudFormationStackSetAdministrationRole",
        "Description": "Takes AWSCloudFormationStackSetExecutionRole for the stack sets of "
        "hello-trial.",
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudformation.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": TARGET},
                        "ArnLike": {
                            "aws:SourceArn": f"arn:aws:cloudformation:*:{TARGET}:"
                            "stackset/hello-trial-*"
                        },
                    },
                }
            ],
        },
        "Policies": [
            {
                "PolicyName": "take-execution-roles",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "TheMigrationsAccounts",
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Resource": [
                                f"arn:aws:iam::{one}:role/AWSCloudFormationStackSetExecutionRole"
                                for one in (SOURCE, TARGET)
                            ],
                        }
                    ],
                },
            }
        ],
        "Tags": [
            {"Key": "Environment", "Value": "trial"},
            {"Key": "MigrationPhase", "Value": "bootstrap"},
            {"Key": "SourceRegion", "Value": "eu-west-1"},
            {"Key": "TargetRegion", "Value": "eu-north-1"},
        ],
    }


def test_each_account_gets_an_execution_role_that_only_the_administration_and_operators_take() -> (
    None
):
    compiled = compiled_from(spec_of_two_accounts())

    made = build(compiled.manifest, compiled.templates, Wish(operators=(OPERATOR,)))

    assert [
        (one.account, [stack.id for stack in one.manifest.stacks]) for one in made.accounts
    ] == [
        (TARGET, ["us-east-1/administration", "us-east-1/execution"]),
        (SOURCE, ["us-east-1/execution"]),
    ]
    assert made.findings == ()
    for account in (SOURCE, TARGET):
        role = role_in(template(made, "us-east-1/execution", account))
        assert role["AssumeRolePolicyDocument"] == {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{TARGET}:root"},
                    "Action": "sts:AssumeRole",
                    "Condition": {
                        "ArnLike": {
                            "aws:PrincipalArn": [
                                ADMINISTRATION,
                                OPERATOR,
                            ]
                        }
                    },
                }
            ],
        }


def test_the_source_takes_the_peering_role_and_reads_what_the_deployer_asks() -> None:
    compiled = compiled_from(spec_of_two_accounts())
    made = build(compiled.manifest, compiled.templates, Wish(operators=(OPERATOR,)))
    source, target = execution_role(made, SOURCE), execution_role(made, TARGET)

    take = Call(action="sts:AssumeRole", resource=PEERING_ROLE, region="eu-west-1")
    image = Call(
        action="ssm:GetParameter",
        resource="arn:aws:ssm:eu-west-1::parameter/aws/service/ami-amazon-linux-latest/al2023",
        region="eu-west-1",
    )

    assert (source.allows(take), source.allows(image)) == (True, True)
    assert (target.allows(take), target.allows(image)) == (False, False)


def test_an_account_that_nobody_may_read_is_worth_a_warning() -> None:
    compiled = compiled_from(spec_of_two_accounts())

    made = build(compiled.manifest, compiled.templates, Wish())

    assert [one.code for one in made.findings] == ["SF561"]
    assert not made.is_refused


def test_by_change_sets_only_other_accounts_need_a_role_and_only_for_plain_stacks() -> None:
    compiled = compiled_from(spec_of_two_accounts())
    wish = Wish(via_stack_sets=False, operators=(OPERATOR,))

    made = build(compiled.manifest, compiled.templates, wish)

    assert [
        (one.account, [stack.id for stack in one.manifest.stacks]) for one in made.accounts
    ] == [(TARGET, []), (SOURCE, ["us-east-1/execution"])]
    role = execution_role(made, SOURCE)
    arn = f"arn:aws:cloudformation:eu-west-1:{SOURCE}:stack"
    plain, of_a_set = (
        Call(action="cloudformation:CreateChangeSet", resource=f"{arn}/{one}/1", region="eu-west-1")
        for one in ("hello-trial-eu-west-1-network", "StackSet-hello-trial-eu-west-1-network-1")
    )
    assert (role.allows(plain), role.allows(of_a_set)) == (True, False)


def test_a_region_that_must_be_enabled_has_a_principal_of_its_own() -> None:
    text = Path("spec/examples/minimal.yaml").read_text(encoding="utf-8")
    compiled = compiled_from(text.replace("eu-north-1", "eu-south-2"))

    made = build(compiled.manifest, compiled.templates, Wish())

    role = role_in(template(made, "us-east-1/administration"))
    trust = role["AssumeRolePolicyDocument"]
    assert isinstance(trust, dict)
    assert trust["Statement"][0]["Principal"] == {
        "Service": ["cloudformation.amazonaws.com", "cloudformation.eu-south-2.amazonaws.com"]
    }


def test_both_roles_stay_within_a_boundary_where_one_is_named() -> None:
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/Boundary"

    made = bootstrap("hello-trial", Wish(permissions_boundary=boundary))

    assert [
        role_in(template(made, f"us-east-1/{name}"))["PermissionsBoundary"]
        for name in ("administration", "execution")
    ] == [boundary, boundary]


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
            "Sid": "OnlyByTls",
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


@pytest.mark.parametrize("name", EXAMPLES)
def test_cfn_lint_has_nothing_to_say_about_what_is_written(name: str) -> None:
    made = bootstrap(name, Wish(with_buckets=True))
    prepared = made.accounts[0]

    findings = lint(prepared.manifest, prepared.texts, cache=None, workers=1)

    assert len(prepared.texts) == 3
    assert findings == ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_equal_input_gives_equal_bytes_that_fit_into_a_request(name: str) -> None:
    one, other = (bootstrap(name, Wish(with_buckets=True)).accounts[0].files for _ in range(2))

    assert one == other
    assert max(len(text) for text in one.values()) <= 51_200


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_policy_is_larger_than_iam_takes_and_no_sid_stands_twice(name: str) -> None:
    body = template(bootstrap(name), "us-east-1/execution")

    policies = [
        one["Properties"]["PolicyDocument"]
        for one in body["Resources"].values()
        if one["Type"] == "AWS::IAM::ManagedPolicy"
    ]

    assert 1 <= len(policies) <= 10
    for policy in policies:
        assert len("".join(json.dumps(policy).split())) <= 6_144
    sids = [one["Sid"] for policy in policies for one in policy["Statement"]]
    assert len(sids) == len(set(sids))


def test_what_handlers_name_and_the_role_does_not_get_is_told_with_its_reason() -> None:
    left_out = {one.permission: one.why for one in bootstrap("shop-prod").accounts[0].left_out}

    assert left_out["s3:DeleteObject"] == (
        "no template needs it, and it reaches what is not the migration's to change"
    )
    assert left_out["s3:REST.PUT.OBJECT"] == "IAM knows no such action"
    assert left_out["rds:AddRoleToDBInstance"] == (
        "only AssociatedRoles needs it, which no template sets"
    )
    assert left_out["ec2:Get*"] == "too wide: what is needed is spelled out"


def test_a_property_that_needs_a_withheld_permission_brings_it() -> None:
    compiled = example("shop-prod")
    id_ = "us-west-2/database-orders"
    body = json.loads(compiled.templates[id_])
    body["Resources"]["Database"]["Properties"]["AssociatedRoles"] = []
    texts = {**compiled.templates, id_: json.dumps(body)}
    call = Call(
        action="rds:AddRoleToDBInstance",
        resource=f"arn:aws:rds:us-west-2:{ACCOUNT}:db:shop-prod-orders",
        region="us-west-2",
    )

    without = build(compiled.manifest, compiled.templates, Wish())
    made = build(compiled.manifest, texts, Wish())

    assert not execution_role(without).allows(call)
    assert execution_role(made).allows(call)


def test_a_type_that_the_registry_does_not_know_is_refused() -> None:
    compiled = example("hello-trial")
    id_ = "eu-west-1/keys"
    body = json.loads(compiled.templates[id_])
    body["Resources"]["Odd"] = {"Type": "AWS::No::Such", "Properties": {}}

    made = build(compiled.manifest, {**compiled.templates, id_: json.dumps(body)}, Wish())

    assert [one.code for one in made.findings] == ["SF562"]
    assert made.is_refused


def test_more_operators_than_a_trust_policy_holds_are_refused() -> None:
    operators = tuple(f"arn:aws:iam::{ACCOUNT}:role/operator-{number:03}" for number in range(60))

    made = bootstrap("hello-trial", Wish(operators=operators))

    (finding,) = made.findings
    assert (finding.code, finding.way_out) == (
        "SF563",
        "Name fewer operators, or several by one ARN with a wildcard.",
    )
    assert made.is_refused


def test_a_template_that_no_request_takes_is_refused() -> None:
    compiled = example("shop-prod")
    manifest = replace(
        compiled.manifest,
        tags={f"Tag{number:02}": "x" * 250 for number in range(48)},
    )

    made = build(manifest, compiled.templates, Wish())

    assert [one.code for one in made.findings] == ["SF563"]
    assert "us-east-1/execution would have 5" in made.findings[0].detail


def test_an_account_that_stacks_are_fanned_out_to_gets_a_role_for_those_that_are_free() -> None:
    other = "777788889999"
    compiled = example("hello-trial")
    logs = {
        "Resources": {
            "Logs": {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {"LogGroupName": "/stackferry/hello-trial/web"},
            }
        }
    }
    texts = {**compiled.templates, "eu-west-1/logs": json.dumps(logs)}

    made = build(compiled.manifest, texts, Wish(fan_out=(other,), operators=(OPERATOR,)))

    assert [
        (one.account, [stack.id for stack in one.manifest.stacks]) for one in made.accounts
    ] == [
        (ACCOUNT, ["us-east-1/administration", "us-east-1/execution"]),
        (other, ["us-east-1/execution"]),
    ]
    administration = role_in(template(made, "us-east-1/administration"))
    assert json.dumps(administration).count("AWSCloudFormationStackSetExecutionRole") == 3
    role = execution_role(made, other)
    groups = f"arn:aws:logs:eu-west-1:{other}:log-group:/stackferry/hello-trial/web"
    create = Call(action="logs:CreateLogGroup", resource=groups, region="eu-west-1")
    network = Call(action="ec2:CreateVpc", resource="*", region="eu-west-1")
    assert (role.allows(create), role.allows(network)) == (True, False)


def test_other_partitions_have_arns_and_principals_of_their_own() -> None:
    text = Path("spec/examples/minimal.yaml").read_text(encoding="utf-8")
    text = text.replace("eu-west-1", "cn-north-1").replace("eu-north-1", "cn-northwest-1")
    compiled = compiled_from(text)

    made = build(compiled.manifest, compiled.templates, Wish(with_buckets=True))

    written = b"".join(made.accounts[0].texts.values()).decode()
    assert "arn:aws:" not in written
    assert "arn:aws-cn:iam::111122223333:role/hello-trial-*" in written
    assert '"ec2.amazonaws.com.cn"' in written
