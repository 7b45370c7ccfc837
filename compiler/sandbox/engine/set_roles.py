"""
The two IAM roles of self-managed stack sets: whether StackSets can get into an account with them.

The administration role must let CloudFormation assume it, and must be able to assume the execution
role of the target account, which must trust it. What the execution role may *do* is not looked at:
the sandbox's resources are made with the rights of their account.
Source: CloudFormation User Guide, prerequisites for self-managed permissions, 2026-11-23.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from compiler.sandbox.engine.world import partition_of

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
_OPERATORS = {"ArnEquals": True, "ArnLike": True, "StringEquals": False, "StringLike": True}
"""Operators of conditions, and whether they know wildcards (IAM User Guide, 2026-11-24)."""


def shut_out(world: World, stack_set: StackSet, account: str) -> str | None:
    """Return, in AWS's words, why StackSets cannot get into *account*; or nothing."""
    if not world.needs_roles or stack_set.is_service_managed:
        return None
    home, region = stack_set.place
    arn = stack_set.roles["AdministrationRoleARN"]
    named = arn.partition(":role/")[2]
    iam = world.clients(home, region)("iam")
    administration = _role(iam, named.rpartition("/")[2])
    service = {
        "Service": {"cloudformation.amazonaws.com", f"cloudformation.{region}.amazonaws.com"}
    }
    facts = {"aws:SourceAccount": home, "aws:SourceArn": stack_set.arn}
    if administration is None or not _lets_in(administration, service, facts):
        return (
            f"Account {home} should have '{named}' role with trust relationship to "
            "CloudFormation service."
        )
    execution_name = stack_set.roles["ExecutionRoleName"]
    execution = _role(world.clients(account, region)("iam"), execution_name)
    if execution is not None:
        partition, caller = partition_of(region), {"aws:PrincipalArn": arn}
        if _lets_in(execution, {"AWS": {arn}}, caller) and home == account:
            return None
        root = {home, f"arn:{partition}:iam::{home}:root", arn, "*"}
        if _lets_in(execution, {"AWS": root}, caller) and _may(
            iam, administration, execution["Arn"]
        ):
            return None
    return (
        f"Account {account} should have '{execution_name}' role with trust relationship to Role "
        f"'{named}'."
    )


def _role(iam: Any, name: str) -> Mapping[str, Any] | None:  # noqa: ANN401 -- boto3
    try:
        found: Mapping[str, Any] = iam.get_role(RoleName=name)["Role"]
    except ClientError:
        return None
    return found


def _lets_in(
    role: Mapping[str, Any], principals: Mapping[str, set[str]], facts: Mapping[str, str]
) -> bool:
    return any(
        statement.get("Effect") == "Allow"
        and _assumes(statement)
        and any(
            set(_texts(_principals(statement).get(kind))) & names
            for kind, names in principals.items()
        )
        and _holds(statement.get("Condition") or {}, facts)
        for statement in _statements(role["AssumeRolePolicyDocument"])
    )


def _principals(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    found = statement.get("Principal") or {}
    return {"AWS": "*"} if found == "*" else found


def _may(iam: Any, role: Mapping[str, Any], target: str) -> bool:  # noqa: ANN401 -- boto3
    """Tell whether the policies of *role* let it assume *target*."""
    effects = {
        statement.get("Effect")
        for policy in _policies(iam, role["RoleName"])
        for statement in _statements(policy)
        if _assumes(statement)
        and _matches(statement.get("Resource"), target)
        and _holds(statement.get("Condition") or {}, {})
    }
    return "Allow" in effects and "Deny" not in effects


def _policies(iam: Any, name: str) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 -- boto3
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        yield iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        yield iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = document.get("Statement") or []
    return [found] if isinstance(found, dict) else list(found)


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _assumes(statement: Mapping[str, Any]) -> bool:
    # Names of actions are the one thing in a policy whose case does not matter.
    actions = [action.lower() for action in _texts(statement.get("Action"))]
    return _matches(actions, _ASSUME.lower())


def _matches(patterns: object, text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in _texts(patterns))


def _holds(condition: Mapping[str, Any], facts: Mapping[str, str]) -> bool:
    """Tell whether *condition* holds; what it asks and nobody here knows does not."""
    known = {name.lower(): value for name, value in facts.items()}
    for operator, asked in condition.items():
        for key, patterns in asked.items():
            value = known.get(key.lower())
            if value is None or operator not in _OPERATORS:
                return False
            if not (
                _matches(patterns, value) if _OPERATORS[operator] else value in _texts(patterns)
            ):
                return False
    return True
