"""Which roles each account gets, who takes them, and what they reach."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from compiler.bootstrap.build import build
from compiler.bootstrap.ground import Wish
from tests.unit.bootstrap.policies import (
    ACCOUNT,
    Call,
    bootstrap,
    example,
    execution_role,
    template,
)
from tests.unit.bootstrap.two_accounts import (
    OPERATOR,
    PEERING_ROLE,
    SOURCE,
    TARGET,
    compiled_from,
    spec_of_two_accounts,
)

ADMINISTRATION = f"arn:aws:iam::{TARGET}:role/AWSCloudFormationStackSetAdministrationRole"

LOGS = {
    "Resources": {
        "Logs": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"LogGroupName": "/stackferry/hello-trial/web"},
        }
    }
}


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


def test_an_account_that_stacks_are_fanned_out_to_gets_a_role_for_those_that_are_free() -> None:
    other = "777788889999"
    compiled = example("hello-trial")
    texts = {**compiled.templates, "eu-west-1/logs": json.dumps(LOGS)}

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


def test_a_stack_that_another_account_reads_is_not_free() -> None:
    other = "777788889999"
    compiled = compiled_from(spec_of_two_accounts())
    network = {"Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {}}}}
    texts = {
        **compiled.templates,
        "eu-west-1/logs": json.dumps(LOGS),
        "eu-north-1/network": json.dumps(network),
    }
    stacks = tuple(
        replace(stack, parameters={}) if stack.id == "eu-north-1/network" else stack
        for stack in compiled.manifest.stacks
    )

    made = build(replace(compiled.manifest, stacks=stacks), texts, Wish(fan_out=(other,)))

    role = execution_role(made, other)
    groups = f"arn:aws:logs:eu-west-1:{other}:log-group:/stackferry/hello-trial/web"
    create = Call(action="logs:CreateLogGroup", resource=groups, region="eu-west-1")
    vpc = Call(action="ec2:CreateVpc", resource="*", region="eu-north-1")
    assert (role.allows(create), role.allows(vpc)) == (True, False)
