"""What is in trouble, and which ways out are offered."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from compiler.deploy.port import AwsError, Instance
from compiler.deploy.recovery.steps import Choice
from tests.fakes.aws import Failing
from tests.unit.deploy.recovery.recovering import (
    NETWORK,
    NETWORK_SET,
    SERVICE,
    SERVICE_SET,
    SERVICE_TEXT,
    Recovering,
    compiled,
)


@pytest.fixture
def operator() -> Recovering:
    return Recovering()


def in_trouble(operator: Recovering) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Kind and ways out by stack; those that cannot be chosen now in brackets."""
    result = operator.recover()
    assert operator.aws.writes == []
    return {
        one.stack: (
            one.kind,
            tuple(f"({way.name})" if way.refusal else way.name for way in one.options),
        )
        for one in result.troubles
    }


def test_where_nothing_is_deployed_nothing_is_in_trouble(operator: Recovering) -> None:
    assert (in_trouble(operator), operator.recover().exit_code) == ({}, 0)


def test_where_all_is_well_nothing_is_in_trouble(operator: Recovering) -> None:
    operator.deploy()

    assert (in_trouble(operator), operator.recover().exit_code) == ({}, 0)


def test_a_failed_rollback_can_be_gone_on_with(operator: Recovering) -> None:
    operator.with_a_failed_rollback()

    assert in_trouble(operator) == {
        NETWORK: ("rollback failed", ("continue-rollback", "continue-rollback-skipping"))
    }
    (trouble,) = operator.recover().troubles
    assert operator.recover().exit_code == 1
    assert trouble.says == "OUTDATED, FAILED, UPDATE_ROLLBACK_FAILED"
    assert trouble.failure is not None
    assert (trouble.failure.resource, trouble.failure.reason, trouble.failure.then) == (
        "Vpc",
        "no such range",
        "Vpc: cannot go back: no such range",
    )
    assert trouble.sighting.stuck == (("Vpc", "cannot go back: no such range"),)


def test_an_inoperable_stack_can_be_let_go_of(operator: Recovering) -> None:
    operator.with_an_inoperable(SERVICE_SET)

    assert in_trouble(operator) == {SERVICE: ("inoperable", ("let-go", "let-go-and-delete"))}


def test_a_taken_name_can_be_taken_over_renamed_or_removed(operator: Recovering) -> None:
    operator.with_a_taken_name()

    assert in_trouble(operator) == {
        SERVICE: ("name taken", ("adopt", "rename", "remove-by-hand", "deploy-again"))
    }


def test_what_no_template_names_cannot_be_taken_over(operator: Recovering) -> None:
    operator.with_a_taken_name()
    events = operator.aws.histories[operator.instance(SERVICE_SET).stack_id]
    for number, event in enumerate(events):
        if event.logical_id == "Logs":
            events[number] = replace(event, logical_id="Group")

    assert in_trouble(operator)[SERVICE][1][0] == "(adopt)"


def test_a_bucket_of_another_account_is_neither_taken_over_nor_removed(
    operator: Recovering,
) -> None:
    operator.with_a_taken_name()
    events = operator.aws.histories[operator.instance(SERVICE_SET).stack_id]
    for number, event in enumerate(events):
        if event.logical_id == "Logs":
            events[number] = replace(event, reason="no (Code: BucketAlreadyExists)")

    assert in_trouble(operator) == {SERVICE: ("name taken", ("(adopt)", "rename", "deploy-again"))}


def test_a_stack_that_was_deleted_behind_the_sets_back_is_forgotten(operator: Recovering) -> None:
    operator.with_a_deleted_stack()

    assert in_trouble(operator) == {SERVICE: ("gone", ("forget",))}


def test_a_stack_that_failed_otherwise_is_deployed_again(operator: Recovering) -> None:
    operator.deploy()
    instance = operator.instance(NETWORK_SET)
    operator.aws.stack_sets[NETWORK_SET].instances[instance.place] = replace(
        instance,
        status="OUTDATED",
        detailed="CANCELLED",
        reason="Cancelled since failure tolerance has exceeded",
    )

    assert in_trouble(operator) == {NETWORK: ("not current", ("deploy-again",))}


def test_somebody_elses_operation_is_waited_for(operator: Recovering) -> None:
    operator.deploy()
    operator.aws.somebody_elses_operation(SERVICE_SET)

    assert in_trouble(operator) == {SERVICE: ("busy", ("wait",))}
    (trouble,) = operator.recover().troubles
    where = "--region STACK_SET_REGION --stack-set-name shop-prod-eu-central-1-service-web"
    assert trouble.options[0].commands == (
        f"aws cloudformation describe-stack-set-operation {where} --operation-id by-hand",
        f"aws cloudformation stop-stack-set-operation {where} --operation-id by-hand",
    )


def test_a_suspended_account_can_only_be_let_go_of(operator: Recovering) -> None:
    operator.deploy()
    instance = operator.instance(SERVICE_SET)
    operator.aws.stack_sets[SERVICE_SET].instances[instance.place] = Instance(
        place=instance.place,
        status="OUTDATED",
        detailed="SKIPPED_SUSPENDED_ACCOUNT",
        reason="This account is suspended.",
    )

    assert in_trouble(operator) == {SERVICE: ("suspended", ("let-go",))}


def test_what_aws_does_not_tell_is_in_trouble_too(operator: Recovering) -> None:
    operator.with_a_failed_rollback()
    operator.aws.refuses["events"] = AwsError(
        code="AccessDenied", reason="no", call="DescribeStackEvents"
    )

    result = operator.recover()

    assert [(one.stack, one.kind, one.says) for one in result.troubles] == [
        (NETWORK, "unreadable", "DescribeStackEvents: AccessDenied: no")
    ]
    assert result.exit_code == 3


def test_a_plain_stack_that_never_came_to_be_can_be_deleted() -> None:
    operator = Recovering("stacks")
    operator.aws.failing[SERVICE_SET] = Failing(
        "Group", "AWS::AutoScaling::AutoScalingGroup", "no capacity"
    )
    operator.deploy()

    assert in_trouble(operator) == {SERVICE: ("creation failed", ("delete-failed-stack",))}


def test_a_plain_stack_whose_name_was_taken_can_be_taken_over_too() -> None:
    operator = Recovering("stacks").with_a_taken_name()

    assert in_trouble(operator) == {
        SERVICE: (
            "creation failed",
            # A deploy refuses as long as the failed stack stands.
            ("adopt", "rename", "remove-by-hand", "delete-failed-stack"),
        )
    }


def test_another_accounts_credentials_are_refused(operator: Recovering) -> None:
    operator.deploy()
    operator.aws.own_account = "999988887777"

    result = operator.recover(Choice(option="let-go"))

    assert (result.exit_code, [one.code for one in result.findings]) == (1, ["SF503"])


def test_all_that_one_create_failed_at_is_known_at_once() -> None:
    operator = Recovering("stacks").with_a_taken_name()
    history = operator.aws.histories[operator.instance(SERVICE_SET).stack_id]
    history.append(
        replace(
            history[-1], logical_id="Group", status="CREATE_FAILED", reason="web already exists"
        )
    )

    (trouble,) = operator.recover().troubles

    assert trouble.sighting.existing == ("Group", "Logs")


def test_what_the_stack_keeps_beside_the_taken_name_may_be_taken_over_with_it() -> None:
    text = json.loads(SERVICE_TEXT)
    text["Resources"]["Flows"] = {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "RetainExceptOnCreate",
        "Properties": {"LogGroupName": "/shop/flows"},
    }
    what = compiled({SERVICE: json.dumps(text)})
    stacks = tuple(
        replace(one, retained=("Flows", "Logs")) if one.id == SERVICE else one
        for one in what.manifest.stacks
    )
    what = replace(what, manifest=replace(what.manifest, stacks=stacks))

    (trouble,) = Recovering("stacks").with_a_taken_name().recover(what=what).troubles

    assert trouble.options[0].does == (
        "Deletes the stack that never came to be, and makes it anew of what exists, shop-prod-logs "
        "(AWS::S3::Bucket); the next deploy brings it to what was compiled. Name more with "
        "--adopt, such as Flows if it exists as well."
    )
