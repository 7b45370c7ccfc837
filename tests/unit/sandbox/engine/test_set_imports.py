"""Stacks that become instances of a stack set, and are let go again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox.engine.sets import (
    EAST,
    HOME,
    OTHER,
    WEST,
    create,
    instance,
    operation,
    overrides,
    results,
    template,
    values,
)

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox
    from tests.unit.sandbox.engine.shelf import Client, Shelf


def stack(
    box: Sandbox, region: str = EAST, account: str = HOME, body: str = "", **parameters: str
) -> str:
    """Create the stack `alone`; return its id."""
    made: str = box.client("cloudformation", region, account).create_stack(
        StackName="alone", TemplateBody=body or template(), Parameters=overrides(**parameters)
    )["StackId"]
    return made


def take(sets: Client, *stacks: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    made = sets.import_stacks_to_stack_set(StackSetName="net", StackIds=list(stacks), **more)
    found: dict[str, Any] = operation(sets, made["OperationId"])
    return found


def refused(sets: Client, *stacks: str) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        take(sets, *stacks)
    found = error.value.response["Error"]
    return found["Code"], found["Message"]


def test_stacks_become_instances_in_their_places_and_nothing_about_them_changes(
    sets: Client, box: Sandbox, shelf: Shelf
) -> None:
    here, there = stack(box), stack(box, WEST, OTHER)
    log = list(shelf.log)

    done = take(sets, here, there, OperationId="import")

    assert (done["Status"], done["Action"]) == ("SUCCEEDED", "CREATE")
    assert results(sets, "import") == {
        (HOME, EAST): ("SUCCEEDED", ""),
        (OTHER, WEST): ("SUCCEEDED", ""),
    }
    found = instance(sets, WEST, OTHER)
    assert (found["StackId"], found["Status"]) == (there, "CURRENT")
    assert found["ParameterOverrides"] == []
    assert shelf.log == log


def test_an_imported_stack_follows_the_stack_set_from_then_on(
    sets: Client, box: Sandbox, shelf: Shelf
) -> None:
    take(sets, stack(box))

    sets.update_stack_set(StackSetName="net", TemplateBody=template("new"))

    assert values(shelf) == ["new"]
    (found,) = sets.describe_stacks()["Stacks"]
    assert (found["StackName"], found["StackStatus"]) == ("alone", "UPDATE_COMPLETE")


def test_values_of_its_own_stay_as_overrides(sets: Client, box: Sandbox, shelf: Shelf) -> None:
    take(sets, stack(box, Size="large"))

    sets.update_stack_set(
        StackSetName="net", UsePreviousTemplate=True, Parameters=overrides(Size="medium")
    )

    assert instance(sets)["ParameterOverrides"] == overrides(Size="large")
    assert values(shelf) == ["large"]


def test_a_stack_belongs_to_one_stack_set(sets: Client, box: Sandbox) -> None:
    taken = stack(box)
    sets.create_stack_set(StackSetName="other", TemplateBody=template())
    sets.import_stacks_to_stack_set(StackSetName="other", StackIds=[taken])
    create(sets, WEST)
    own = instance(sets, WEST)["StackId"]

    for stack_id in (taken, own):
        code, message = refused(sets, stack_id)
        assert code == "InvalidOperationException"
        assert message.startswith(f"Stack {stack_id} already belongs to the stack set arn:")


def test_a_place_has_one_instance(sets: Client, box: Sandbox) -> None:
    first = stack(box)
    client = box.client("cloudformation", EAST)
    second = client.create_stack(StackName="second", TemplateBody=template())["StackId"]
    expected = (
        "InvalidOperationException",
        f"Stack set net already has a stack instance in account {HOME} and region {EAST}",
    )

    assert refused(sets, first, second) == expected
    assert sets.list_stack_instances(StackSetName="net")["Summaries"] == []
    take(sets, first)
    assert refused(sets, second) == expected


def test_what_is_no_stack_is_not_found(sets: Client, box: Sandbox) -> None:
    gone = stack(box)
    sets.delete_stack(StackName=gone)

    for stack_id in (gone, "alone", f"arn:aws:cloudformation:{EAST}:{HOME}:stack/none/1"):
        assert refused(sets, stack_id) == (
            "StackNotFoundException",
            f"Stack with id {stack_id} does not exist",
        )
    assert refused(sets, *(f"s{number}" for number in range(11)))[0] == "ValidationError"
    assert refused(sets)[0] == "ValidationError"


def test_a_list_in_s3_is_not_offered(sets: Client) -> None:
    with pytest.raises(ClientError, match="does not offer the parameter StackIdsUrl"):
        sets.import_stacks_to_stack_set(StackSetName="net", StackIdsUrl="s3://b/list")


def secret_template() -> str:
    document = json.loads(template())
    document["Parameters"]["Size"]["NoEcho"] = True
    return json.dumps(document)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (template("other"), "The template of stack {} is not that of the stack set."),
        (secret_template(), "Stack {} has NoEcho parameters and can not be imported."),
    ],
)
def test_a_stack_that_does_not_fit_fails_and_can_be_let_go(
    sets: Client, box: Sandbox, body: str, why: str
) -> None:
    stack_id = stack(box, body=body)

    done = take(sets, stack_id, OperationId="import")

    assert done["Status"] == "FAILED"
    assert results(sets, "import") == {(HOME, EAST): ("FAILED", why.format(stack_id))}
    failed = instance(sets)
    assert failed["Status"] == "INOPERABLE"
    assert failed["StackInstanceStatus"] == {"DetailedStatus": "FAILED_IMPORT"}
    assert failed["StatusReason"] == why.format(stack_id)
    let_go(sets)
    assert sets.list_stack_instances(StackSetName="net")["Summaries"] == []


def test_a_stack_that_failed_half_way_is_not_imported(
    sets: Client, box: Sandbox, shelf: Shelf
) -> None:
    shelf.refusals["create P"] = "no room"
    stack_id = stack(box)

    take(sets, stack_id, OperationId="import")

    assert results(sets, "import") == {
        (HOME, EAST): (
            "FAILED",
            f"Stack {stack_id} is in ROLLBACK_COMPLETE state and can not be imported.",
        )
    }


def let_go(sets: Client) -> None:
    sets.delete_stack_instances(
        StackSetName="net", Accounts=[HOME], Regions=[EAST], RetainStacks=True
    )


def test_a_stack_that_is_let_go_stays_and_can_be_taken_in_again(sets: Client, shelf: Shelf) -> None:
    create(sets, EAST)
    stack_id = instance(sets)["StackId"]

    let_go(sets)
    sets.update_stack_set(StackSetName="net", UsePreviousTemplate=True)
    again = take(sets, stack_id)

    assert values(shelf) == ["small"]
    assert again["Status"] == "SUCCEEDED"
    assert instance(sets)["StackId"] == stack_id


def test_a_stack_set_is_made_like_a_stack_and_then_takes_it_in(
    cloudformation: Client, box: Sandbox, shelf: Shelf
) -> None:
    stack_id = stack(box, Size="large")

    cloudformation.create_stack_set(StackSetName="net", StackId=stack_id)
    done = take(cloudformation, stack_id)

    described = cloudformation.describe_stack_set(StackSetName="net")["StackSet"]
    assert described["TemplateBody"] == template()
    assert described["Parameters"] == overrides(Size="large")
    assert done["Status"] == "SUCCEEDED"
    assert instance(cloudformation)["ParameterOverrides"] == []
    assert values(shelf) == ["large"]


def test_a_stack_to_be_like_must_be_there_and_alone(cloudformation: Client, box: Sandbox) -> None:
    none = f"arn:aws:cloudformation:{EAST}:{HOME}:stack/none/1"
    with pytest.raises(ClientError, match="StackNotFoundException"):
        cloudformation.create_stack_set(StackSetName="net", StackId=none)
    with pytest.raises(ClientError, match="either StackId or a template, but not both"):
        cloudformation.create_stack_set(
            StackSetName="net", StackId=stack(box), TemplateBody=template()
        )
    assert cloudformation.list_stack_sets()["Summaries"] == []
