"""The execution role: enough for the migration, and nothing beyond it."""

from __future__ import annotations

import pytest

from compiler.bootstrap import catalogue
from tests.unit.bootstrap.handler_calls import calls_of
from tests.unit.bootstrap.policies import (
    ACCOUNT,
    EXAMPLES,
    Call,
    Role,
    bootstrap,
    example,
    execution_role,
    texts,
)


@pytest.fixture(name="shop", scope="module")
def _shop() -> Role:
    return execution_role(bootstrap("shop-prod"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_call_of_the_handlers_is_allowed(name: str) -> None:
    role = execution_role(bootstrap(name))
    calls = list(calls_of(example(name)))

    refused = [call for call in calls if not role.allows(call)]

    assert len(calls) > 100
    assert refused == []


def called(action: str, resource: str, region: str = "us-west-2", *facts: tuple[str, str]) -> Call:
    return Call(action=action, resource=resource, region=region, facts=facts)


IAM = f"arn:aws:iam::{ACCOUNT}"
S3 = "arn:aws:s3:::"
OF_ANOTHER = {
    "a user": called("iam:CreateUser", f"{IAM}:user/shop-prod-ops"),
    "a policy": called("iam:CreatePolicy", f"{IAM}:policy/shop-prod-more"),
    "an access key": called("iam:CreateAccessKey", f"{IAM}:user/shop-prod-ops"),
    "an object": called("s3:DeleteObject", f"{S3}shop-prod-assets-{ACCOUNT}-us-west-2/logo.png"),
    "an object's content": called(
        "s3:GetObject", f"{S3}shop-prod-assets-{ACCOUNT}-us-west-2/logo.png"
    ),
    "another migration's role": called("iam:PutRolePolicy", f"{IAM}:role/hello-trial-service-web"),
    "its own role": called(
        "iam:PutRolePolicy", f"{IAM}:role/AWSCloudFormationStackSetExecutionRole"
    ),
    "its own policy": called("iam:CreatePolicyVersion", f"{IAM}:policy/stackferry-shop-prod-1"),
    "its own stack": called(
        "cloudformation:UpdateStack",
        f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/stackferry-shop-prod-us-east-1-execution/1",
        "us-east-1",
    ),
    "another migration's stack": called(
        "cloudformation:DeleteStack",
        f"arn:aws:cloudformation:us-west-2:{ACCOUNT}:stack/StackSet-hello-trial-us-west-2-keys/1",
    ),
    "another migration's bucket": called("s3:PutBucketPolicy", f"{S3}hello-trial-media"),
    "another database": called("rds:DeleteDBInstance", f"arn:aws:rds:us-west-2:{ACCOUNT}:db:crm"),
    "another secret": called(
        "secretsmanager:GetSecretValue",
        f"arn:aws:secretsmanager:us-west-2:{ACCOUNT}:secret:crm/password-AbCdEf",
    ),
    "another parameter": called(
        "ssm:GetParameters", f"arn:aws:ssm:us-west-2:{ACCOUNT}:parameter/crm/token"
    ),
    "another log group": called(
        "logs:DeleteLogGroup", f"arn:aws:logs:us-west-2:{ACCOUNT}:log-group:/crm/web"
    ),
    "another region": called("ec2:CreateVpc", "*", "eu-west-1"),
    "another region's database": called(
        "rds:CreateDBInstance", f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:shop-prod-orders", "eu-west-1"
    ),
    "a database where only CloudFront is": called(
        "rds:CreateDBInstance", f"arn:aws:rds:us-east-1:{ACCOUNT}:db:shop-prod-orders", "us-east-1"
    ),
    "a network where only CloudFront is": called("ec2:CreateVpc", "*", "us-east-1"),
    "a role for another service": called(
        "iam:PassRole",
        f"{IAM}:role/shop-prod-service-api-us-west-2",
        "us-west-2",
        ("iam:PassedToService", "lambda.amazonaws.com"),
    ),
    "a role of somebody else": called(
        "iam:PassRole",
        f"{IAM}:role/Admin",
        "us-west-2",
        ("iam:PassedToService", "ec2.amazonaws.com"),
    ),
    "a policy that no template attaches": called(
        "iam:AttachRolePolicy",
        f"{IAM}:role/shop-prod-service-api-us-west-2",
        "us-west-2",
        ("iam:PolicyARN", "arn:aws:iam::aws:policy/AdministratorAccess"),
    ),
    "a service-linked role of another service": called(
        "iam:CreateServiceLinkedRole",
        f"{IAM}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        "us-west-2",
        ("iam:AWSServiceName", "ecs.amazonaws.com"),
    ),
    "a grant for a person": called(
        "kms:CreateGrant",
        f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1",
        "us-west-2",
        ("kms:GrantIsForAWSResource", "false"),
    ),
    "to decrypt itself": called("kms:Decrypt", f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1"),
    "an instance's password": called("ec2:GetPasswordData", "*"),
    "an RDS default": called(
        "rds:DeleteDBParameterGroup", f"arn:aws:rds:us-west-2:{ACCOUNT}:pg:default.postgres16"
    ),
    "a text message": called("sns:Publish", "*", "us-west-2", ("aws:ResourceAccount", "")),
    "a secret where RDS would make one": called(
        "secretsmanager:CreateSecret",
        f"arn:aws:secretsmanager:us-west-2:{ACCOUNT}:secret:shop/prod/orders-AbCdEf",
    ),
    "another account's role": called("sts:AssumeRole", "arn:aws:iam::444455556666:role/Admin"),
}


@pytest.mark.parametrize("what", OF_ANOTHER)
def test_what_is_not_the_migrations_is_refused(shop: Role, what: str) -> None:
    assert not shop.allows(OF_ANOTHER[what])


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_statement_has_a_wildcard_for_an_action_or_an_action_that_iam_does_not_know(
    name: str,
) -> None:
    role = execution_role(bootstrap(name))
    actions = {action for statement in role.statements for action in texts(statement["Action"])}

    assert [action for action in sorted(actions) if catalogue.kinds_of(action) is None] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_not_narrowed_to_resources_is_narrowed_to_regions_but_for_global_services(
    name: str,
) -> None:
    role = execution_role(bootstrap(name))

    loose = {
        action
        for statement in role.statements
        if texts(statement["Resource"]) == ["*"] and not statement.get("Condition")
        for action in texts(statement["Action"])
    }

    assert {action.partition(":")[0] for action in loose} <= {"cloudfront", "iam", "route53", "s3"}
    assert {action for action in loose if action.startswith(("iam:", "s3:"))} <= {
        "iam:ListInstanceProfiles",
        "iam:ListRoles",
        "s3:ListAllMyBuckets",
    }


def test_objects_are_read_from_the_artifact_buckets_and_from_buckets_of_aws(shop: Role) -> None:
    own = called("s3:GetObject", f"{S3}stackferry-shop-prod-{ACCOUNT}-ca-central-1/abc.json")
    of_aws = called(
        "s3:GetObject",
        f"{S3}kept-by-stacksets/abc",
        "us-west-2",
        ("aws:ResourceAccount", "999999999999"),
    )

    assert (shop.allows(own), shop.allows(of_aws)) == (True, True)
