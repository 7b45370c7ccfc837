"""The port without stack sets, in the sandbox: interrupted, repeated, failing, disturbed."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.aws import Clients, PlainStacks, connect
from compiler.deploy.port import MARK_TAG, AwsBusyError, AwsError, Definition, Place
from compiler.deploy.targets import Targets
from compiler.sandbox.embedded import ACCOUNT, Sandbox, embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.deploy.port import Aws

HERE = Place(account=ACCOUNT, region="eu-central-1")
NAME = "shop-prod-media"
CREATE, UPDATE, DELETE = "stackferry-create-1", "stackferry-update-2", "stackferry-delete-3"
TOPIC, TOPIC_TYPE = "shop-prod-alarms", "AWS::SNS::Topic"


def template(**topic: object) -> str:
    return json.dumps(
        {
            "Parameters": {"Note": {"Type": "String", "Description": "Whatever."}},
            "Resources": {
                "Topic": {"Type": TOPIC_TYPE, "Properties": {"TopicName": TOPIC, **topic}}
            },
            "Outputs": {"Note": {"Value": {"Ref": "Note"}}},
        }
    )


DEFINITION = Definition(
    name=NAME,
    description="stackferry: eu-central-1/media of shop-prod",
    template=template(),
    parameters={"Note": "one"},
    tags={"Environment": "prod"},
    capabilities=("CAPABILITY_NAMED_IAM",),
)
CHANGED = replace(DEFINITION, template=template(DisplayName="Alarms"))
IMPOSSIBLE = replace(
    DEFINITION,
    template=json.dumps(
        {
            "Resources": {
                "Route": {
                    "Type": "AWS::EC2::Route",
                    "Properties": {
                        "RouteTableId": "rtb-00000000000000000",
                        "DestinationCidrBlock": "10.0.0.0/16",
                        "GatewayId": "igw-00000000000000000",
                    },
                }
            }
        }
    ),
    parameters={},
)
"""A template that CloudFormation takes and EC2 refuses."""


class HandClock:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def not_at_all(seconds: float) -> None:
    message = f"somebody wants to wait {seconds} s"
    raise AssertionError(message)


def another_run(wait: Callable[[float], None] = not_at_all) -> Aws:
    """The port as a process has it that knows nothing yet."""
    return PlainStacks(clients=Clients(), home=HERE.region, places={NAME: HERE}, sleep=wait)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with embedded() as running:
        yield running


@contextmanager
def slow() -> Iterator[tuple[Sandbox, HandClock]]:
    clock = HandClock()
    with embedded(seconds_per_stack=60, clock=clock) as running:
        yield running, clock


def created(definition: Definition = DEFINITION, wait: Callable[[float], None] = not_at_all) -> Aws:
    aws = another_run(wait)
    aws.create_stack_set(definition, "token")
    aws.create_instances(NAME, (HERE,), CREATE)
    return aws


def statuses(aws: Aws) -> list[tuple[str, str]]:
    return [(one.status, one.detailed) for one in aws.instances(NAME)]


def change_sets(sandbox: Sandbox) -> list[str]:
    answer = sandbox.client("cloudformation", HERE.region).list_change_sets(StackName=NAME)
    return [f"{one['ChangeSetName']} {one['ExecutionStatus']}" for one in answer["Summaries"]]


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


def test_a_run_that_was_killed_before_its_change_set_was_carried_out_goes_on(
    sandbox: Sandbox,
) -> None:
    client = sandbox.client("cloudformation", HERE.region)
    client.create_change_set(
        StackName=NAME,
        ChangeSetName=CREATE,
        ChangeSetType="CREATE",
        TemplateBody=DEFINITION.template,
        Parameters=[{"ParameterKey": "Note", "ParameterValue": "one"}],
    )
    assert another_run().stack_set(NAME) is None
    assert another_run().instances(NAME) == ()

    aws = created()

    assert aws.operation(NAME, CREATE).status == "SUCCEEDED"
    assert statuses(another_run()) == [("CURRENT", "SUCCEEDED")]


def test_an_update_that_was_killed_before_it_was_carried_out_goes_on(sandbox: Sandbox) -> None:
    created()
    client = sandbox.client("cloudformation", HERE.region)
    client.create_change_set(
        StackName=NAME,
        ChangeSetName=UPDATE,
        TemplateBody=CHANGED.template,
        Parameters=[{"ParameterKey": "Note", "ParameterValue": "one"}],
    )

    aws = another_run()
    aws.update_stack_set(CHANGED, UPDATE)

    assert aws.operation(NAME, UPDATE).status == "SUCCEEDED"
    assert "Alarms" in (aws.stack_set(NAME) or DEFINITION).template


def test_what_was_taken_is_not_done_twice() -> None:
    with slow() as (sandbox, clock):
        created(wait=clock.goes_on)
        again = created(wait=clock.goes_on)
        assert again.operation(NAME, CREATE).status == "RUNNING"
        assert statuses(again) == [("OUTDATED", "RUNNING")]
        clock.goes_on(61)
        assert again.operation(NAME, CREATE).status == "SUCCEEDED"
        created(wait=clock.goes_on)
        another_run(clock.goes_on).update_stack_set(CHANGED, UPDATE)
        another_run(clock.goes_on).update_stack_set(CHANGED, UPDATE)
        clock.goes_on(61)
        another_run(clock.goes_on).update_stack_set(CHANGED, UPDATE)

        events = another_run(clock.goes_on).events(HERE, again.instances(NAME)[0].stack_id)
        assert (
            len(sandbox.client("cloudformation", HERE.region).list_stacks()["StackSummaries"]) == 1
        )

    assert [one.status for one in events if one.logical_id == NAME] == [
        "REVIEW_IN_PROGRESS",
        "CREATE_IN_PROGRESS",
        "CREATE_COMPLETE",
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_COMPLETE",
    ]


def test_an_operation_at_work_is_found_by_another_run() -> None:
    with slow() as (_, clock):
        created(wait=clock.goes_on)

        running = another_run(clock.goes_on).last_operation(NAME)
        clock.goes_on(61)
        ended = another_run(clock.goes_on).last_operation(NAME)

    assert running is not None
    assert ended is not None
    assert (running.id, running.status) == (CREATE, "RUNNING")
    assert (ended.id, ended.status) == (CREATE, "SUCCEEDED")
    assert ended.started == running.started


def test_a_second_operation_at_the_same_time_is_refused_in_the_words_of_stack_sets() -> None:
    with slow() as (_, clock):
        created(wait=clock.goes_on)

        with pytest.raises(AwsError) as raised:
            another_run(clock.goes_on).update_stack_set(CHANGED, UPDATE)

    assert (raised.value.code, raised.value.call) == (
        "OperationInProgressException",
        "CreateChangeSet",
    )


@pytest.mark.usefixtures("sandbox")
def test_a_creation_that_failed_leaves_a_stack_that_nothing_can_be_done_with() -> None:
    aws = created(IMPOSSIBLE)

    operation = aws.operation(NAME, CREATE)
    (instance,) = another_run().instances(NAME)

    assert operation.status == "FAILED"
    assert operation.results[HERE].startswith(
        "ResourceLogicalId:Route, ResourceType:AWS::EC2::Route, ResourceStatusReason:"
    )
    assert (instance.status, instance.detailed) == ("INOPERABLE", "FAILED")
    assert instance.reason.startswith("its stack is in ROLLBACK_COMPLETE")


@pytest.mark.usefixtures("sandbox")
def test_an_update_that_failed_leaves_the_stack_as_it_was() -> None:
    aws = created()
    aws.update_stack_set(IMPOSSIBLE, UPDATE)

    operation = aws.operation(NAME, UPDATE)
    last = another_run().last_operation(NAME)
    found = another_run().stack_set(NAME)

    assert operation.status == "FAILED"
    assert set(operation.results) == {HERE}
    assert last is not None
    assert (last.id, last.status) == (UPDATE, "FAILED")
    assert found is not None
    assert json.loads(found.template) == json.loads(DEFINITION.template)
    assert statuses(aws) == [("CURRENT", "SUCCEEDED")]


def test_a_template_that_cloudformation_refuses_leaves_no_empty_stack(sandbox: Sandbox) -> None:
    wrong = replace(DEFINITION, template='{"Resources": {"A": {"Type": "AWS::No::Such"}}}')

    with pytest.raises(AwsError):
        created(wrong)

    assert sandbox.client("cloudformation", HERE.region).describe_stacks()["Stacks"] == []


def test_an_update_without_changes_is_over_at_once_and_leaves_nothing(sandbox: Sandbox) -> None:
    aws = created()
    aws.update_stack_set(DEFINITION, UPDATE)

    assert aws.operation(NAME, UPDATE).status == "SUCCEEDED"
    assert change_sets(sandbox) == [f"{CREATE} EXECUTE_COMPLETE"]


def test_an_operation_that_nobody_started_cannot_be_told(sandbox: Sandbox) -> None:
    aws = created()

    with pytest.raises(AwsBusyError) as raised:
        aws.operation(NAME, UPDATE)

    assert raised.value.code == "OperationNotFoundException"
    assert change_sets(sandbox) == [f"{CREATE} EXECUTE_COMPLETE"]


def test_an_update_by_hand_is_not_ours() -> None:
    with slow() as (sandbox, clock):
        created(wait=clock.goes_on)
        clock.goes_on(61)
        sandbox.client("cloudformation", HERE.region).update_stack(
            StackName=NAME,
            TemplateBody=CHANGED.template,
            Parameters=[{"ParameterKey": "Note", "ParameterValue": "one"}],
        )

        last = another_run(clock.goes_on).last_operation(NAME)

    assert last is not None
    assert last.is_unfinished
    assert not last.id.startswith("stackferry-")


def test_a_deletion_is_followed_to_its_end_by_the_stacks_id() -> None:
    with slow() as (_, clock):
        created(wait=clock.goes_on)
        clock.goes_on(61)
        aws = another_run(clock.goes_on)
        (instance,) = aws.instances(NAME)
        aws.delete_instances(NAME, (HERE,), DELETE)

        assert aws.operation(NAME, DELETE).status == "RUNNING"
        assert statuses(another_run(clock.goes_on)) == [("OUTDATED", "RUNNING")]
        clock.goes_on(61)

        assert aws.operation(NAME, DELETE).status == "SUCCEEDED"
        assert aws.stack_status(HERE, instance.stack_id) == "DELETE_COMPLETE"
        assert another_run(clock.goes_on).instances(NAME) == ()
        later = another_run(clock.goes_on)
        later.delete_instances(NAME, (HERE,), DELETE)
        assert later.operation(NAME, DELETE).status == "SUCCEEDED"


def test_after_a_deletion_a_stack_of_the_same_name_is_another_one(sandbox: Sandbox) -> None:
    aws = created()
    aws.delete_instances(NAME, (HERE,), DELETE)
    aws.delete_stack_set(NAME)
    aws.create_stack_set(DEFINITION, "token")
    aws.create_instances(NAME, (HERE,), "stackferry-create-4")

    assert aws.operation(NAME, "stackferry-create-4").status == "SUCCEEDED"
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


@pytest.mark.usefixtures("sandbox")
def test_what_only_stack_sets_can_do_is_refused() -> None:
    aws = created()
    (instance,) = aws.instances(NAME)
    elsewhere = Place(account=ACCOUNT, region="us-east-1")

    with pytest.raises(AwsError, match="no stack set that could let go of it"):
        aws.delete_instances(NAME, (HERE,), DELETE, retain=True)
    with pytest.raises(AwsError, match="renames no stack"):
        aws.import_stack(NAME, HERE, instance.stack_id.replace(NAME, "other"), UPDATE)
    with pytest.raises(AwsError, match="nobody said what the stack is to be"):
        another_run().create_instances(NAME, (HERE,), CREATE)
    with pytest.raises(ValueError, match="not in"):
        aws.create_instances(NAME, (HERE, elsewhere), CREATE)
    assert aws.overrides(NAME, HERE) == {}
    aws.import_stack(NAME, HERE, instance.stack_id, UPDATE)
    assert aws.operation(NAME, UPDATE).status == "SUCCEEDED"


@pytest.mark.parametrize(
    "targets",
    [
        Targets(accounts=("222233334444",)),
        Targets(organizational_units=("ou-ab12-prod0000",)),
        Targets(permission_model="SERVICE_MANAGED"),
        Targets(call_as="DELEGATED_ADMIN"),
    ],
)
def test_targets_of_stack_sets_make_no_sense_without_them(targets: Targets) -> None:
    with pytest.raises(ValueError, match="need stack sets"):
        connect(region=HERE.region, via="stacks", places={}, targets=targets)


def test_somebody_must_say_where_stacks_stand() -> None:
    with pytest.raises(ValueError, match="where each stack stands"):
        connect(region=HERE.region, via="stacks")


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
