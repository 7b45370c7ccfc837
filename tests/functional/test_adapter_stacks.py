"""The port without stack sets, in the sandbox: stacks, their changes and their drift."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.aws import connect
from compiler.deploy.port import MARK_TAG, Place
from tests.functional.plain_stack import (
    CHANGED,
    CREATE,
    DEFINITION,
    DELETE,
    HERE,
    NAME,
    UPDATE,
    another_run,
    change_sets,
    created,
    template,
)

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox


def test_a_stack_tells_what_it_was_told_to_be(sandbox: Sandbox) -> None:
    created()

    found = another_run().stack_set(NAME)

    assert found is not None
    assert json.loads(found.template) == json.loads(DEFINITION.template)
    assert replace(found, template=DEFINITION.template) == DEFINITION
    assert sandbox.client("cloudformation", HERE.region).describe_stacks(StackName=NAME)["Stacks"][
        0
    ]["Tags"] == [
        {"Key": "Environment", "Value": "prod"},
        {"Key": MARK_TAG, "Value": "stackferry: eu-central-1/media of shop-prod"},
    ]


@pytest.mark.usefixtures("sandbox")
def test_where_nothing_stands_there_is_nothing() -> None:
    aws = another_run()

    assert aws.stack_set(NAME) is None
    assert aws.instances(NAME) == ()
    assert aws.last_operation(NAME) is None
    assert aws.drift(NAME) == ()


def test_a_stack_of_somebody_elses_has_no_mark(sandbox: Sandbox) -> None:
    sandbox.client("cloudformation", HERE.region).create_stack(
        StackName=NAME,
        TemplateBody=json.dumps({**json.loads(template()), "Description": "By hand."}),
        Parameters=[{"ParameterKey": "Note", "ParameterValue": "one"}],
    )

    found = another_run().stack_set(NAME)

    assert found is not None
    assert (found.description, dict(found.tags)) == ("By hand.", {})
    last = another_run().last_operation(NAME)
    assert last is not None
    assert not last.id.startswith("stackferry-")


def test_an_update_without_changes_is_over_at_once_and_leaves_nothing(sandbox: Sandbox) -> None:
    aws = created()
    aws.update_stack_set(DEFINITION, UPDATE)

    assert aws.operation(NAME, UPDATE).status == "SUCCEEDED"
    assert change_sets(sandbox) == [f"{CREATE} EXECUTE_COMPLETE"]


def test_after_a_deletion_a_stack_of_the_same_name_is_another_one(sandbox: Sandbox) -> None:
    aws = created()
    aws.delete_instances(NAME, (HERE,), DELETE)
    aws.delete_stack_set(NAME)
    aws.create_stack_set(DEFINITION, "token")
    # What is to be done is the same as the first time, so it is called the same.
    aws.create_instances(NAME, (HERE,), CREATE)

    assert aws.operation(NAME, CREATE).status == "SUCCEEDED"
    listed = sandbox.client("cloudformation", HERE.region).list_stacks()["StackSummaries"]
    assert sorted(one["StackStatus"] for one in listed) == ["CREATE_COMPLETE", "DELETE_COMPLETE"]


def test_drift_is_detected_and_told(sandbox: Sandbox) -> None:
    aws = created(CHANGED)
    sns = sandbox.client("sns", HERE.region)
    (topic,) = sns.list_topics()["Topics"]
    sns.set_topic_attributes(
        TopicArn=topic["TopicArn"], AttributeName="DisplayName", AttributeValue="By hand"
    )
    (before,) = aws.drift(NAME)
    aws.detect_drift(NAME, "stackferry-drift-4")
    operation = aws.operation(NAME, "stackferry-drift-4")
    (found,) = another_run().drift(NAME)

    assert before.status == "NOT_CHECKED"
    assert operation.status == "SUCCEEDED"
    assert (found.place, found.status) == (HERE, "DRIFTED")
    (resource,) = found.resources
    assert (resource.logical_id, resource.status) == ("Topic", "MODIFIED")
    assert resource.differences == ("/DisplayName: Alarms expected, By hand found",)
    assert found.checked is not None


@pytest.mark.usefixtures("sandbox")
def test_a_preview_tells_what_an_update_would_do_the_mark_included() -> None:
    aws = created()
    (instance,) = aws.instances(NAME)

    same = aws.preview(HERE, instance.stack_id, DEFINITION, ("Note",), "stackferry-preview")
    other = aws.preview(HERE, instance.stack_id, CHANGED, (), "stackferry-preview")

    assert (same.changes, same.refusal) == ((), "")
    assert [(one.logical_id, one.action, one.properties) for one in other.changes] == [
        ("Topic", "Modify", ("DisplayName",))
    ]


def test_a_stack_in_another_account_is_made_through_the_read_role(sandbox: Sandbox) -> None:
    there = Place(account="222233334444", region=HERE.region)
    aws = connect(region=HERE.region, via="stacks", places={NAME: there})
    aws.create_stack_set(DEFINITION, "token")
    aws.create_instances(NAME, (there,), CREATE)

    assert aws.operation(NAME, CREATE).status == "SUCCEEDED"
    (instance,) = aws.instances(NAME)
    assert (instance.place, instance.status) == (there, "CURRENT")
    assert aws.outputs(there, instance.stack_id) == {"Note": "one"}
    client = sandbox.client("cloudformation", HERE.region, there.account)
    assert [one["StackName"] for one in client.describe_stacks()["Stacks"]] == [NAME]
    assert sandbox.client("cloudformation", HERE.region).describe_stacks()["Stacks"] == []
