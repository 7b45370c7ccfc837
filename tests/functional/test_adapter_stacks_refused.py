"""The port without stack sets, in the sandbox: what fails, and what it does not take on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.aws import connect
from compiler.deploy.port import AwsError, Place
from compiler.deploy.targets import Targets
from compiler.sandbox.embedded import ACCOUNT
from tests.functional.plain_stack import (
    CREATE,
    DEFINITION,
    DELETE,
    HERE,
    IMPOSSIBLE,
    NAME,
    UPDATE,
    another_run,
    created,
    statuses,
)

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox


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
