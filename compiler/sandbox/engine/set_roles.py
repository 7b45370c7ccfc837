"""
The two IAM roles of self-managed stack sets: whether StackSets can get into an account with them.

The administration role must let CloudFormation assume it, and must be able to assume the execution
role of the target account, which must trust it. What the execution role may *do* is not looked at:
the sandbox's resources are made with the rights of their account.
Source: CloudFormation User Guide, prerequisites for self-managed permissions, 2026-11-23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from compiler.sandbox.policies import lets_in, may, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.engine.set_records import StackSet
    from compiler.sandbox.engine.world import World

ADMINISTRATION_ROLE = "AWSCloudFormationStackSetAdministrationRole"
EXECUTION_ROLE = "AWSCloudFormationStackSetExecutionRole"
"""Names that AWS assumes where a call gives none.

Source: CloudFormation User Guide, prerequisites for self-managed permissions, 2026-11-23.
"""

_ASSUME = "sts:AssumeRole"


def shut_out(world: World, stack_set: StackSet, account: str) -> str | None:
    """
    Return, in AWS's words, why StackSets cannot get into *account*; or nothing.

    Source of the words: CloudFormation API Reference, ListStackSetOperationResults, example,
    2026-11-24, for the administration role; reports of users for the execution role.
    """
    if not world.needs_roles or stack_set.is_service_managed:
        return None
    home, region = stack_set.place
    arn = stack_set.roles["AdministrationRoleARN"]
    named = arn.partition(":role/")[2]
    iam = world.clients(home, region)("iam")
    administration = _role(iam, named)
    if administration is None or not _trusts_cloudformation(administration, stack_set):
        return (
            f"Account {home} should have '{named}' role with trust relationship to "
            "CloudFormation service."
        )
    execution_name = stack_set.roles["ExecutionRoleName"]
    execution = _role(world.clients(account, region)("iam"), execution_name)
    if execution is None or not _can_assume(iam, administration, execution, home=home):
        return (
            f"Account {account} should have '{execution_name}' role with trust relationship to "
            f"Role '{named}'."
        )
    return None


def _role(iam: Any, path: str) -> Mapping[str, Any] | None:  # noqa: ANN401 -- boto3
    try:
        found: Mapping[str, Any] = iam.get_role(RoleName=path.rpartition("/")[2])["Role"]
    except ClientError:
        return None
    return found if found["Arn"].partition(":role/")[2] == path else None


def _trusts_cloudformation(role: Mapping[str, Any], stack_set: StackSet) -> bool:
    account, region = stack_set.place
    services = {"cloudformation.amazonaws.com", f"cloudformation.{region}.amazonaws.com"}
    facts = {"aws:SourceAccount": account, "aws:SourceArn": stack_set.arn}
    return lets_in(role["AssumeRolePolicyDocument"], {"Service": services}, _ASSUME, facts=facts)


def _can_assume(
    iam: Any,  # noqa: ANN401 -- boto3
    administration: Mapping[str, Any],
    execution: Mapping[str, Any],
    *,
    home: str,
) -> bool:
    trust, arn, target = (
        execution["AssumeRolePolicyDocument"],
        str(administration["Arn"]),
        str(execution["Arn"]),
    )
    caller = {"aws:PrincipalArn": arn}
    is_named = lets_in(trust, {"AWS": {arn}}, _ASSUME, facts=caller)
    if is_named and target.split(":")[4] == home:
        # Within an account, to be named by the trust policy is enough.
        return True
    everybody = names_of(home, arn.split(":")[1])
    is_trusted = is_named or lets_in(trust, {"AWS": everybody}, _ASSUME, facts=caller)
    return is_trusted and may(_policies(iam, administration["RoleName"]), _ASSUME, target)


def _policies(iam: Any, name: str) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 -- boto3
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        yield iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        yield iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
