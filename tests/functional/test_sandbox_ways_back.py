"""Ways out of failed states, over moto's real services."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.embedded import Sandbox, embedded
from tests.functional.stubborn import stubborn

if TYPE_CHECKING:
    from collections.abc import Iterator

EAST = "eu-central-1"


@pytest.fixture
def refusals() -> set[str]:
    return set()


@pytest.fixture
def box(refusals: set[str]) -> Iterator[Sandbox]:
    with embedded(handlers=stubborn(refusals)) as sandbox:
        yield sandbox


def template(value: str) -> str:
    """Return a template of two parameters, one after the other."""
    properties = {"Type": "String", "Value": value}
    resources = {
        "First": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Name": "/first", **properties},
        },
        "Second": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Name": "/second", **properties},
            "DependsOn": "First",
        },
    }
    return json.dumps({"Resources": resources})


def status(box: Sandbox) -> str:
    (stack,) = box.client("cloudformation", EAST).describe_stacks(StackName="app")["Stacks"]
    found: str = stack["StackStatus"]
    return found


def values(box: Sandbox) -> dict[str, Any]:
    found = box.client("ssm", EAST).get_parameters(Names=["/first", "/second"])["Parameters"]
    return {each["Name"]: each["Value"] for each in sorted(found, key=lambda one: one["Name"])}


def test_an_update_that_finds_no_way_back_gets_one(box: Sandbox, refusals: set[str]) -> None:
    cloudformation = box.client("cloudformation", EAST)
    cloudformation.create_stack(StackName="app", TemplateBody=template("old"))
    refusals.add("update Second")
    cloudformation.update_stack(StackName="app", TemplateBody=template("new"))
    assert (status(box), values(box)) == (
        "UPDATE_ROLLBACK_FAILED",
        {"/first": "new", "/second": "old"},
    )

    cloudformation.continue_update_rollback(StackName="app", ResourcesToSkip=["Second"])

    assert (status(box), values(box)) == (
        "UPDATE_ROLLBACK_COMPLETE",
        {"/first": "old", "/second": "old"},
    )
    refusals.clear()
    cloudformation.update_stack(StackName="app", TemplateBody=template("new"))
    assert values(box) == {"/first": "new", "/second": "new"}


def test_a_deletion_that_failed_leaves_behind_what_it_is_told_to(
    box: Sandbox, refusals: set[str]
) -> None:
    cloudformation = box.client("cloudformation", EAST)
    made = cloudformation.create_stack(StackName="app", TemplateBody=template("x"))
    refusals.add("delete Second")
    cloudformation.delete_stack(StackName="app")
    assert (status(box), list(values(box))) == ("DELETE_FAILED", ["/first", "/second"])

    cloudformation.delete_stack(StackName="app", RetainResources=["Second"])

    (stack,) = cloudformation.describe_stacks(StackName=made["StackId"])["Stacks"]
    assert stack["StackStatus"] == "DELETE_COMPLETE"
    assert list(values(box)) == ["/second"]


def test_a_creation_that_failed_is_only_good_for_deleting(box: Sandbox, refusals: set[str]) -> None:
    cloudformation = box.client("cloudformation", EAST)
    refusals.add("create Second")
    cloudformation.create_stack(StackName="app", TemplateBody=template("x"))
    assert (status(box), values(box)) == ("ROLLBACK_COMPLETE", {})
    refusal = "is in ROLLBACK_COMPLETE state and can not be updated"
    with pytest.raises(ClientError, match=refusal):
        cloudformation.update_stack(StackName="app", TemplateBody=template("y"))
    with pytest.raises(ClientError, match=refusal):
        cloudformation.create_change_set(
            StackName="app", ChangeSetName="c", TemplateBody=template("y")
        )

    cloudformation.delete_stack(StackName="app")
    refusals.clear()
    cloudformation.create_stack(StackName="app", TemplateBody=template("x"))

    assert status(box) == "CREATE_COMPLETE"
