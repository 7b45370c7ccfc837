"""SF517 to SF529: what AWS says about credentials, roles, limits and offers."""

from __future__ import annotations

from spec.codes.card import Card

ACCESS: tuple[Card, ...] = (
    Card(
        code="SF517",
        title="StackSets may not act in the organization",
        why=(
            "Service-managed stack sets are operated from the organization's management account, or"
            " from an account that was registered as a delegated administrator, and only while "
            "trusted access for StackSets is activated (CloudFormation user guide, read "
            "2026-11-24)."
        ),
        fix=(
            "In the management account, run `aws cloudformation activate-organizations-access`, and"
            " for another account `aws organizations register-delegated-administrator "
            "--service-principal member.org.stacksets.cloudformation.amazonaws.com --account-id "
            "ACCOUNT`; there, deploy as delegated administrator. Check the ids of the "
            "organizational units. Or use self-managed permissions."
        ),
        aws_says="You must enable organizations access to operate a service managed stack set",
    ),
    Card(
        code="SF518",
        title="Account is suspended",
        why=(
            "StackSets leaves a suspended account out, and its stack never becomes CURRENT "
            "(CloudFormation API reference, StackInstanceComprehensiveStatus, read 2026-11-24)."
        ),
        fix=(
            "Reopen the account within 90 days, or let go of its stack with `stackferry recover` "
            "and leave the account out of --accounts."
        ),
        aws_says="This account is suspended",
    ),
    Card(
        code="SF520",
        title="No credentials",
        why="No credentials were found where the AWS tools look for them.",
        fix="Set AWS_PROFILE, or run `aws sso login`, or use --sandbox.",
        aws_says="Unable to locate credentials",
    ),
    Card(
        code="SF521",
        title="Credentials have expired",
        why=(
            "Temporary credentials end after some hours. What was started in AWS goes on without "
            "them."
        ),
        fix="Log in again and run the same command: it goes on where it stopped.",
        aws_says="The security token included in the request is expired",
    ),
    Card(
        code="SF522",
        title="Region is not enabled in the account",
        why=(
            "Opt-in regions refuse every credential until the account has enabled them (Account "
            "Management guide, read 2026-11-23). The message speaks of the token, not of the "
            "region."
        ),
        fix=(
            "Enable the region in the account with `aws account enable-region --region-name "
            "REGION`, wait until it is ENABLED, and run the command again. If it is ENABLED, the "
            "session tokens are of version 1, which newer regions refuse: use the regional STS "
            "endpoints (AWS_STS_REGIONAL_ENDPOINTS=regional). For any other region check the "
            "credentials."
        ),
        aws_says="The security token included in the request is invalid",
    ),
    Card(
        code="SF523",
        title="StackSets role is missing or not trusted",
        why=(
            "Self-managed StackSets need the role AWSCloudFormationStackSetAdministrationRole in "
            "the account of the stack sets and AWSCloudFormationStackSetExecutionRole in every "
            "account with stacks, the same one included (CloudFormation user guide, read "
            "2026-11-23)."
        ),
        fix=(
            "Run `stackferry bootstrap`: it writes and deploys both roles, with the permissions "
            "that the migration needs. Then run the command again. AWS Organizations makes the "
            "roles of service-managed stack sets itself, for nobody else: to look into those "
            "accounts, name a role of theirs that lets these credentials in with --read-role."
        ),
        aws_says="Account should have 'AWSCloudFormationStackSetExecutionRole' role",
    ),
    Card(
        code="SF524",
        title="Quota is used up",
        why="The account may have only so many of that resource in that region.",
        fix=(
            "Ask for more in Service Quotas, in the region named above, or delete what is not "
            "used; then run the command again."
        ),
        aws_says="LimitExceeded",
    ),
    Card(
        code="SF525",
        title="AWS is busy or out of reach",
        why="AWS throttled the request or could not be reached, also after every retry.",
        fix=(
            "Run the same command again: it goes on where it stopped. If AWS stays out of reach, "
            "look at your network, and at --endpoint-url and AWS_ENDPOINT_URL."
        ),
        aws_says="Rate exceeded",
    ),
    Card(
        code="SF526",
        title="Image does not exist in the region",
        why="Image ids are of one region. The same id means nothing in another.",
        fix=(
            "Give the service one image per region, or a public SSM parameter that has one "
            "everywhere."
        ),
        aws_says="The image id '[ami-…]' does not exist",
    ),
    Card(
        code="SF527",
        title="Engine version is not offered",
        why="The region does not offer that version of the engine, or no longer.",
        fix=(
            "List what it offers with `aws rds describe-db-engine-versions --engine ENGINE "
            "--region REGION` and set `version` to one that both regions have."
        ),
        aws_says="Cannot find version 16.4 for postgres",
    ),
    Card(
        code="SF528",
        title="Class or type is not offered",
        why="The region or zone has none of that instance class now, or never had.",
        fix="Choose another `instance_class`, `instance_type` or other zones for that region.",
        aws_says="InsufficientDBInstanceCapacity",
    ),
    Card(
        code="SF529",
        title="Permission is missing",
        why=(
            "The credentials, the execution role, or a policy of the organization do not allow the"
            " call. A replica needs permissions in both regions, and a policy on "
            "aws:RequestedRegion must name both."
        ),
        fix="Allow the action that AWS names above to that role, and run the command again.",
        aws_says="is not authorized to perform",
    ),
)
"""In order of their codes."""
