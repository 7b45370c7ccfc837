"""What to do about a cause, with the names of the place where it happened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.deploy.causes import translate
from compiler.deploy.ways_out import About, filled

ABOUT = About(
    stack="ap-east-1/network",
    account="444455556666",
    region="ap-east-1",
    stack_set="shop-prod-ap-east-1-network",
    stack_id="arn:aws:cloudformation:ap-east-1:444455556666:stack/StackSet-shop/1",
    type="AWS::EC2::VPC",
)

ROLE = (
    "User: arn:aws:sts::444455556666:assumed-role/AWSCloudFormationStackSetExecutionRole/1-2 is "
    "not authorized to perform: rds:CreateDBInstance on resource: x because no identity-based "
    "policy allows the rds:CreateDBInstance action"
)


def test_a_region_that_is_not_enabled_is_named_with_its_account() -> None:
    cause = translate(
        "The security token included in the request is invalid.",
        code="InvalidClientTokenId",
        about=ABOUT,
    )

    assert cause.code == "SF522"
    assert cause.way_out == (
        "Enable ap-east-1 in the account 444455556666: there, run `aws account enable-region "
        "--region-name ap-east-1` and wait until the command below says ENABLED, which may take "
        "hours. If it says ENABLED already, the credentials are of a kind that only works in older "
        "regions: set AWS_STS_REGIONAL_ENDPOINTS=regional and log in again, or run `aws iam "
        "set-security-token-service-preferences --global-endpoint-token-version v2Token` in that "
        "account."
    )
    assert cause.next_command == "aws account get-region-opt-status --region-name ap-east-1"


def test_in_a_region_that_every_account_has_the_credentials_are_wrong() -> None:
    cause = translate(
        "The security token included in the request is invalid.",
        about=About(account="444455556666", region="us-east-1", stack="us-east-1/network"),
    )

    assert cause.way_out.startswith("us-east-1 is enabled in every account, so the credentials")
    assert cause.next_command == "aws sts get-caller-identity"


def test_a_missing_execution_role_is_named_with_whom_it_must_trust() -> None:
    cause = translate(
        "Account 444455556666 should have 'MyExecution' role with trust relationship to Role "
        "'MyAdministration'.",
        about=ABOUT,
    )

    assert (cause.code, cause.way_out, cause.next_command) == (
        "SF523",
        (
            'Make the role "MyExecution" in the account 444455556666 and let it trust '
            '"MyAdministration": `stackferry bootstrap` writes and deploys the roles with the '
            "permissions that this migration needs. An account that was suspended says the same."
        ),
        "stackferry bootstrap FOLDER",
    )


def test_a_missing_role_of_a_service_managed_stack_set_is_not_the_users_to_make() -> None:
    cause = translate(
        "Account 444455556666 should have 'stacksets-exec-bb95a9' role with trust relationship to "
        "Role 'aws-service-role/stacksets.cloudformation.amazonaws.com/X'.",
        about=ABOUT,
    )

    assert cause.way_out.startswith("AWS Organizations makes that role in the account 444455556666")


@pytest.mark.parametrize(
    ("type_", "command"),
    [
        ("AWS::EC2::VPC", "--service-code vpc --region ap-east-1"),
        ("AWS::EC2::EIP", "--service-code ec2 --region ap-east-1"),
        ("AWS::RDS::DBInstance", "--service-code rds --region ap-east-1"),
        ("AWS::IAM::Role", "--service-code iam --region us-east-1"),
        ("", "--service-code cloudformation --region ap-east-1"),
    ],
)
def test_a_quota_is_looked_for_where_its_service_keeps_it(type_: str, command: str) -> None:
    cause = translate(
        "The maximum number has been reached (LimitExceeded)",
        about=About(account="4", region="ap-east-1", stack="ap-east-1/x", type=type_),
    )

    assert (cause.code, cause.next_command) == (
        "SF524",
        f"aws service-quotas list-service-quotas {command}",
    )


def test_a_missing_permission_names_the_action_and_the_role() -> None:
    cause = translate(ROLE, about=ABOUT)

    assert (cause.code, cause.way_out, cause.next_command) == (
        "SF529",
        (
            'Allow rds:CreateDBInstance to the role "AWSCloudFormationStackSetExecutionRole" of '
            "the account 444455556666, and deploy again."
        ),
        (
            "aws iam simulate-principal-policy --policy-source-arn "
            "arn:aws:iam::444455556666:role/AWSCloudFormationStackSetExecutionRole --action-names "
            "rds:CreateDBInstance"
        ),
    )


def test_a_denial_by_the_organization_is_told_apart() -> None:
    cause = translate(
        ROLE.replace(
            "because no identity-based policy allows the rds:CreateDBInstance action",
            "with an explicit deny in a service control policy",
        ),
        about=ABOUT,
    )

    assert cause.way_out == (
        "A service control policy of the organization denies rds:CreateDBInstance to the role "
        '"AWSCloudFormationStackSetExecutionRole" of the account 444455556666: whoever runs the '
        "organization must allow it there, for both regions."
    )


def test_an_encoded_refusal_is_decoded_first() -> None:
    cause = translate(
        "You are not authorized to perform this operation. Encoded authorization failure message: "
        "Abc-1_2 (Service: Ec2)",
        code="UnauthorizedOperation",
        about=ABOUT,
    )

    assert cause.next_command == ("aws sts decode-authorization-message --encoded-message Abc-1_2")


def test_somebody_elses_operation_is_named_with_how_to_see_and_stop_it() -> None:
    cause = translate(
        "the operation by-hand is at work on this stack set, and stackferry did not start it",
        about=ABOUT,
    )

    where = "--region STACK_SET_REGION --stack-set-name shop-prod-ap-east-1-network --operation-id "
    assert (cause.code, cause.way_out, cause.next_command) == (
        "SF553",
        (
            'Wait until the operation "by-hand" on the stack set shop-prod-ap-east-1-network has '
            "ended, then deploy again; the command below shows how far it is. Whoever started it "
            f"may stop it with `aws cloudformation stop-stack-set-operation {where}by-hand`."
        ),
        f"aws cloudformation describe-stack-set-operation {where}by-hand",
    )


def test_a_taken_name_leads_to_recover() -> None:
    cause = translate("shop-media already exists", about=ABOUT)

    assert (cause.code, cause.next_command) == (
        "SF550",
        "stackferry recover FOLDER --stack ap-east-1/network",
    )


def test_a_refused_template_leads_to_where_cloudformation_says_why() -> None:
    cause = translate(
        "Validation failure detected. See the operation's FAILED event for details.", about=ABOUT
    )

    assert (cause.code, cause.next_command) == (
        "SF554",
        (
            f"aws cloudformation describe-events --region ap-east-1 --stack-name {ABOUT.stack_id} "
            "--filters FailedEvents=true"
        ),
    )


def test_termination_protection_names_the_stack_to_turn_it_off_at() -> None:
    cause = translate(
        "Stack [x] cannot be deleted while TerminationProtection is enabled", about=ABOUT
    )

    assert cause.code == "SF555"
    assert (
        "`aws cloudformation update-termination-protection --no-enable-termination-protection "
        f"--region ap-east-1 --stack-name {ABOUT.stack_id}` in the account 444455556666"
    ) in cause.way_out


def test_a_stack_policy_is_named_with_what_it_denies() -> None:
    cause = translate(
        "Action denied by stack policy: Statement [#1] does not allow [Update:Replace] for "
        "resource [LogicalResourceId/Database];",
        about=ABOUT,
    )

    assert cause.way_out == (
        "Somebody protects the resource from Update:Replace by a stack policy in the account "
        "444455556666. If the change is meant, change the policy with `aws cloudformation "
        "set-stack-policy`, and deploy again."
    )


def test_anything_else_leads_to_the_next_deploy() -> None:
    assert translate("VPC CIDR blocks overlap", about=ABOUT).next_command == (
        "stackferry deploy FOLDER"
    )


def test_a_deletion_that_aws_refuses_is_tried_again_by_destroy() -> None:
    about = replace(ABOUT, call="DeleteStackInstances")

    assert translate("DeleteStackInstances: no such thing", about=about).next_command == (
        "stackferry destroy FOLDER"
    )


def test_a_stack_that_takes_no_update_any_more_leads_to_recover() -> None:
    about = replace(ABOUT, is_inoperable=True)

    assert translate("VPC CIDR blocks overlap", about=about).next_command == (
        "stackferry recover FOLDER --stack ap-east-1/network"
    )


def test_a_bucket_that_was_filled_meanwhile_is_named_to_be_emptied() -> None:
    about = replace(ABOUT, resource="Media", is_inoperable=True)

    assert translate("The bucket you tried to delete is not empty", about=about).next_command == (
        "stackferry destroy FOLDER --empty Media"
    )


def test_without_a_place_nothing_is_invented() -> None:
    assert translate("shop-media already exists").next_command == ""


def test_a_command_is_filled_with_what_only_the_reader_knows() -> None:
    assert filled(
        "stackferry recover FOLDER; aws x --region STACK_SET_REGION",
        folder="'my folder' --via stacks",
        home="eu-west-1",
    ) == ("stackferry recover 'my folder' --via stacks; aws x --region eu-west-1")
