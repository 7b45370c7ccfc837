"""The port without stack sets, in the sandbox: operations interrupted, repeated and followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.deploy.port import AwsBusyError, AwsError
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
    slow,
    statuses,
)

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox


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
    # Its stack is part of the token, so that what follows is never called as in an earlier stack.
    assert running.id.startswith(f"{CREATE}-")
    assert (running.status, ended.id, ended.status) == ("RUNNING", running.id, "SUCCEEDED")
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
