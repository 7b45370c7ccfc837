"""The two roles of self-managed stack sets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.embedded import Sandbox, embedded
from tests.unit.sandbox.engine.sets import (
    EAST,
    HOME,
    OTHER,
    create,
    instance,
    operation,
    results,
    template,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.engine.values import Json
    from compiler.sandbox.handler import Handler
    from tests.unit.sandbox.engine.shelf import Client

ADMINISTRATION = "AWSCloudFormationStackSetAdministrationRole"
EXECUTION = "AWSCloudFormationStackSetExecutionRole"
ADMINISTRATION_ARN = f"arn:aws:iam::{HOME}:role/{ADMINISTRATION}"
SERVICE = {"Service": "cloudformation.amazonaws.com"}
ROOT = {"AWS": f"arn:aws:iam::{HOME}:root"}

NO_ADMINISTRATION = (
    f"Account {HOME} should have '{ADMINISTRATION}' role with trust relationship to "
    "CloudFormation service."
)
NO_EXECUTION = (
    f"Account {OTHER} should have '{EXECUTION}' role with trust relationship to Role "
    f"'{ADMINISTRATION}'."
)


@pytest.fixture
def bare(handlers: Mapping[str, Handler]) -> Iterator[Sandbox]:
    with embedded(handlers=handlers, needs_roles=True) as box:
        yield box


@pytest.fixture
def sets(bare: Sandbox) -> Client:
    made = bare.client("cloudformation", EAST)
    made.create_stack_set(StackSetName="net", TemplateBody=template())
    return made


def role(
    box: Sandbox, name: str, principal: Mapping[str, str], account: str = HOME, **more: Json
) -> None:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    path, _, short = f"/{name}".rpartition("/")
    iam = box.client("iam", EAST, account)
    iam.create_role(RoleName=short, Path=f"{path}/", AssumeRolePolicyDocument=trust)


def permit(box: Sandbox, name: str = ADMINISTRATION, resource: str = "*") -> None:
    """Let the administration role assume execution roles."""
    box.client("iam", EAST).put_role_policy(
        RoleName=name, PolicyName="assume", PolicyDocument=document(resource)
    )


def document(resource: str) -> str:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_without_an_administration_role_the_operation_fails_in_its_words(sets: Client) -> None:
    done = create(sets, EAST, accounts=(HOME, OTHER), OperationId="o")

    assert done["Status"] == "FAILED"
    assert results(sets, "o") == {
        (HOME, EAST): ("FAILED", NO_ADMINISTRATION),
        (OTHER, EAST): ("CANCELLED", "Cancelled since failure tolerance has exceeded"),
    }
    failed = instance(sets)
    assert (failed["Status"], failed["StatusReason"]) == ("OUTDATED", NO_ADMINISTRATION)
    assert "StackId" not in failed
    summary = sets.list_stack_set_operation_results(StackSetName="net", OperationId="o")
    assert summary["Summaries"][0]["AccountGateResult"] == {
        "Status": "FAILED",
        "StatusReason": NO_ADMINISTRATION,
    }


def test_an_administration_role_that_trusts_something_else_is_none(
    sets: Client, bare: Sandbox
) -> None:
    role(bare, ADMINISTRATION, {"Service": "ec2.amazonaws.com"})

    create(sets, EAST, OperationId="o")

    assert results(sets, "o") == {(HOME, EAST): ("FAILED", NO_ADMINISTRATION)}


def test_without_an_execution_role_in_an_account_that_account_fails(
    sets: Client, bare: Sandbox
) -> None:
    role(bare, ADMINISTRATION, SERVICE)
    permit(bare)
    role(bare, EXECUTION, ROOT)

    create(
        sets,
        EAST,
        accounts=(HOME, OTHER),
        OperationId="o",
        OperationPreferences={"FailureToleranceCount": 1},
    )

    assert results(sets, "o") == {
        (HOME, EAST): ("SUCCEEDED", ""),
        (OTHER, EAST): ("FAILED", NO_EXECUTION),
    }


@pytest.mark.parametrize(
    "principal", [ROOT, {"AWS": HOME}, {"AWS": ADMINISTRATION_ARN}, {"AWS": "*"}]
)
def test_an_execution_role_trusts_the_administrators_account_or_role(
    sets: Client, bare: Sandbox, principal: Mapping[str, str]
) -> None:
    role(bare, ADMINISTRATION, SERVICE)
    permit(bare, resource=f"arn:*:iam::*:role/{EXECUTION}")
    role(bare, EXECUTION, principal, OTHER)

    done = create(sets, EAST, accounts=(OTHER,))

    assert done["Status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("principal", "resource"),
    [
        ({"AWS": f"arn:aws:iam::{HOME}:role/Somebody"}, "*"),
        ({"AWS": OTHER}, "*"),
        (SERVICE, "*"),
        (ROOT, "arn:aws:iam::*:role/Another"),
    ],
)
def test_an_execution_role_that_cannot_be_assumed_is_none(
    sets: Client, bare: Sandbox, principal: Mapping[str, str], resource: str
) -> None:
    role(bare, ADMINISTRATION, SERVICE)
    permit(bare, resource=resource)
    role(bare, EXECUTION, principal, OTHER)

    create(sets, EAST, accounts=(OTHER,), OperationId="o")

    assert results(sets, "o") == {(OTHER, EAST): ("FAILED", NO_EXECUTION)}


@pytest.mark.parametrize(
    ("caller", "status"), [(ADMINISTRATION_ARN, "SUCCEEDED"), (f"{ROOT['AWS']}", "FAILED")]
)
def test_an_execution_role_may_ask_which_role_takes_it(
    sets: Client, bare: Sandbox, caller: str, status: str
) -> None:
    role(bare, ADMINISTRATION, SERVICE)
    permit(bare)
    role(bare, EXECUTION, ROOT, OTHER, Condition={"ArnLike": {"aws:PrincipalArn": caller}})

    assert create(sets, EAST, accounts=(OTHER,))["Status"] == status


def test_in_one_account_the_trust_in_the_role_is_enough(sets: Client, bare: Sandbox) -> None:
    role(bare, ADMINISTRATION, SERVICE)
    role(bare, EXECUTION, {"AWS": ADMINISTRATION_ARN})

    assert create(sets, EAST)["Status"] == "SUCCEEDED"


def test_the_right_to_assume_may_come_from_a_managed_policy(sets: Client, bare: Sandbox) -> None:
    role(bare, ADMINISTRATION, SERVICE)
    role(bare, EXECUTION, ROOT)
    iam = bare.client("iam", EAST)
    made = iam.create_policy(PolicyName="assume", PolicyDocument=document("*"))["Policy"]
    before = create(sets, EAST)
    iam.attach_role_policy(RoleName=ADMINISTRATION, PolicyArn=made["Arn"])

    assert before["Status"] == "FAILED"
    assert create(sets, EAST)["Status"] == "SUCCEEDED"


def test_roles_of_other_names_are_those_of_the_stack_set(bare: Sandbox) -> None:
    role(bare, "teams/Admin", SERVICE, Condition={"StringEquals": {"aws:SourceAccount": HOME}})
    permit(bare, "Admin")
    sets = bare.client("cloudformation", EAST)
    sets.create_stack_set(
        StackSetName="net",
        TemplateBody=template(),
        AdministrationRoleARN=f"arn:aws:iam::{HOME}:role/teams/Admin",
        ExecutionRoleName="Worker",
    )
    create(sets, EAST, accounts=(OTHER,), OperationId="before")
    role(bare, "Worker", ROOT, OTHER)
    after = create(sets, EAST, accounts=(OTHER,))

    why = NO_EXECUTION.replace(EXECUTION, "Worker").replace(ADMINISTRATION, "teams/Admin")
    assert results(sets, "before") == {(OTHER, EAST): ("FAILED", why)}
    assert after["Status"] == "SUCCEEDED"


def test_a_role_that_is_gone_stops_deletions_but_not_letting_go(
    sets: Client, bare: Sandbox
) -> None:
    role(bare, ADMINISTRATION, SERVICE)
    role(bare, EXECUTION, {"AWS": ADMINISTRATION_ARN})
    create(sets, EAST)
    kept = instance(sets)["StackId"]
    bare.client("iam", EAST).delete_role(RoleName=EXECUTION)
    where: dict[str, Any] = {"StackSetName": "net", "Accounts": [HOME], "Regions": [EAST]}

    sets.delete_stack_instances(**where, RetainStacks=False, OperationId="deleted")
    left = instance(sets)
    sets.delete_stack_instances(**where, RetainStacks=True, OperationId="let-go")

    assert operation(sets, "deleted")["Status"] == "FAILED"
    assert left["Status"] == "INOPERABLE"
    assert left["StatusReason"] == NO_EXECUTION.replace(OTHER, HOME)
    assert operation(sets, "let-go")["Status"] == "SUCCEEDED"
    (stack,) = sets.describe_stacks(StackName=kept)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_no_role_is_asked_for_by_default(handlers: Mapping[str, Handler]) -> None:
    with embedded(handlers=handlers) as box:
        sets = box.client("cloudformation", EAST)
        sets.create_stack_set(StackSetName="net", TemplateBody=template())

        assert create(sets, EAST, accounts=(OTHER,))["Status"] == "SUCCEEDED"
