"""Stack sets and their instances."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

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
    from collections.abc import Callable

    from compiler.sandbox.embedded import Sandbox
    from compiler.sandbox.engine.values import Json
    from tests.unit.sandbox.engine.shelf import Client, Shelf


def test_instances_are_stacks_in_their_own_account_and_region(
    sets: Client, box: Sandbox, shelf: Shelf
) -> None:
    done = create(sets, EAST, WEST, accounts=(HOME, OTHER), OperationId="first")

    assert done["Status"] == "SUCCEEDED"
    assert done["StatusDetails"] == {"FailedStackInstancesCount": 0}
    for account in (HOME, OTHER):
        for region in (EAST, WEST):
            found = instance(sets, region, account)
            assert found["Status"] == "CURRENT"
            assert found["StackInstanceStatus"] == {"DetailedStatus": "SUCCEEDED"}
            assert found["LastOperationId"] == "first"
            cloudformation = box.client("cloudformation", region, account)
            (stack,) = cloudformation.describe_stacks(StackName=found["StackId"])["Stacks"]
            assert stack["StackName"].startswith("StackSet-net-")
            assert stack["StackStatus"] == "CREATE_COMPLETE"
            assert stack["Tags"] == [{"Key": "Team", "Value": "blue"}]
            assert [o["OutputKey"] for o in stack["Outputs"]] == ["Name"]
    assert values(shelf) == ["small"] * 4
    listed = sets.list_stack_instances(StackSetName="net", StackInstanceRegion=WEST)["Summaries"]
    assert [(s["Account"], s["Region"]) for s in listed] == [(HOME, WEST), (OTHER, WEST)]


def test_overrides_last_until_a_list_leaves_them_out(sets: Client, shelf: Shelf) -> None:
    create(sets, EAST, ParameterOverrides=overrides(Size="large"))
    assert values(shelf) == ["large"]
    assert instance(sets)["ParameterOverrides"] == overrides(Size="large")

    sets.update_stack_set(
        StackSetName="net",
        UsePreviousTemplate=True,
        Parameters=overrides(Size="medium"),
    )
    assert values(shelf) == ["large"]

    where = {"StackSetName": "net", "Accounts": [HOME], "Regions": [EAST]}
    sets.update_stack_instances(**where)
    assert values(shelf) == ["large"]
    sets.update_stack_instances(**where, ParameterOverrides=[])
    assert values(shelf) == ["medium"]
    with pytest.raises(ClientError, match=r"Parameters: \[Color\] do not exist in the template"):
        sets.update_stack_instances(**where, ParameterOverrides=overrides(Color="red"))


def test_updating_the_set_reaches_its_stacks(sets: Client, shelf: Shelf, box: Sandbox) -> None:
    create(sets, EAST, WEST)

    made = sets.update_stack_set(
        StackSetName="net",
        TemplateBody=template({"Fn::Sub": "${Size}-${AWS::Region}"}),
        Tags=[{"Key": "Team", "Value": "red"}],
        OperationId="change",
    )

    assert made["OperationId"] == "change"
    assert operation(sets, "change")["Action"] == "UPDATE"
    assert values(shelf) == [f"small-{EAST}", f"small-{WEST}"]
    there = box.client("cloudformation", WEST)
    (stack,) = there.describe_stacks(StackName=instance(sets, WEST)["StackId"])["Stacks"]
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert stack["Tags"] == [{"Key": "Team", "Value": "red"}]


def test_updating_a_part_of_the_set_leaves_the_rest_outdated(sets: Client, shelf: Shelf) -> None:
    create(sets, EAST, WEST)

    sets.update_stack_set(
        StackSetName="net", TemplateBody=template("new"), Accounts=[HOME], Regions=[WEST]
    )

    assert values(shelf) == ["new", "small"]
    assert (instance(sets, EAST)["Status"], instance(sets, WEST)["Status"]) == (
        "OUTDATED",
        "CURRENT",
    )


def test_a_failed_update_keeps_the_new_definition_and_the_old_stack(
    sets: Client, shelf: Shelf
) -> None:
    create(sets, EAST)
    broken = template({"Fn::GetAtt": ["Q", "Nope"]})
    broken = broken.replace('"Resources": {', '"Resources": {"Q": {"Type": "AWS::SNS::Topic"}, ')

    sets.update_stack_set(StackSetName="net", TemplateBody=broken, OperationId="bad")

    assert operation(sets, "bad")["Status"] == "FAILED"
    assert "does not support attribute type Nope" in instance(sets)["StatusReason"]
    assert values(shelf) == ["small"]
    described = sets.describe_stack_set(StackSetName="net")["StackSet"]
    assert described["TemplateBody"] == broken


def test_deleting_instances_deletes_or_keeps_their_stacks(
    sets: Client, shelf: Shelf, box: Sandbox
) -> None:
    create(sets, EAST, WEST)
    kept = instance(sets, WEST)["StackId"]
    with pytest.raises(ClientError, match="StackSetNotEmptyException"):
        sets.delete_stack_set(StackSetName="net")

    where = {"StackSetName": "net", "Accounts": [HOME]}
    sets.delete_stack_instances(**where, Regions=[EAST], RetainStacks=False)
    sets.delete_stack_instances(**where, Regions=[WEST], RetainStacks=True)

    assert sets.list_stack_instances(StackSetName="net")["Summaries"] == []
    (stack,) = box.client("cloudformation", WEST).describe_stacks(StackName=kept)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert values(shelf) == ["small"]
    sets.delete_stack_set(StackSetName="net")
    with pytest.raises(ClientError, match="StackSetNotFoundException"):
        sets.describe_stack_set(StackSetName="net")
    listed = sets.list_stack_sets(Status="DELETED")["Summaries"]
    assert [s["StackSetName"] for s in listed] == ["net"]


def test_an_instance_whose_stack_cannot_be_deleted_is_inoperable(
    sets: Client, shelf: Shelf
) -> None:
    create(sets, EAST)
    shelf.refusals["delete P"] = "in use"
    where = {"StackSetName": "net", "Accounts": [HOME], "Regions": [EAST]}

    made = sets.delete_stack_instances(**where, RetainStacks=False)

    assert operation(sets, made["OperationId"])["Status"] == "FAILED"
    assert instance(sets)["Status"] == "INOPERABLE"
    assert "in use" in instance(sets)["StatusReason"]
    skipped = sets.update_stack_set(StackSetName="net", TemplateBody=template("new"))
    assert results(sets, skipped["OperationId"]) == {}
    sets.delete_stack_instances(**where, RetainStacks=True)
    assert sets.list_stack_instances(StackSetName="net")["Summaries"] == []


def test_an_inoperable_instance_is_left_out_of_everything_but_its_deletion(
    sets: Client, shelf: Shelf
) -> None:
    create(sets, EAST, WEST)
    shelf.refusals["delete P"] = "in use"
    where: Json = {"StackSetName": "net", "Accounts": [HOME], "Regions": [EAST]}
    sets.delete_stack_instances(**where, RetainStacks=False)
    both = {**where, "Regions": [EAST, WEST]}
    calls: list[Callable[[str], Json]] = [
        lambda name: sets.update_stack_instances(**both, OperationId=name),
        lambda name: sets.create_stack_instances(**both, OperationId=name),
        lambda name: sets.update_stack_set(
            StackSetName="net", TemplateBody=template("new"), OperationId=name
        ),
        lambda name: sets.detect_stack_set_drift(StackSetName="net", OperationId=name),
    ]

    for number, call in enumerate(calls):
        call(f"o{number}")
        assert results(sets, f"o{number}") == {(HOME, WEST): ("SUCCEEDED", "")}
    left = instance(sets)
    shelf.refusals.clear()
    again = sets.delete_stack_instances(**where, RetainStacks=False)

    assert left["Status"] == "INOPERABLE"
    assert left["StackInstanceStatus"] == {"DetailedStatus": "INOPERABLE"}
    assert operation(sets, again["OperationId"])["Status"] == "SUCCEEDED"
    assert values(shelf) == ["new"]


def test_termination_protection_makes_the_deletion_of_an_instance_fail(
    sets: Client, shelf: Shelf
) -> None:
    create(sets, EAST)
    sets.update_termination_protection(
        StackName=instance(sets)["StackId"], EnableTerminationProtection=True
    )

    sets.delete_stack_instances(
        StackSetName="net", Accounts=[HOME], Regions=[EAST], RetainStacks=False
    )

    assert instance(sets)["Status"] == "INOPERABLE"
    assert "TerminationProtection is enabled" in instance(sets)["StatusReason"]
    assert values(shelf) == ["small"]


def test_a_repeated_request_token_gives_the_same_stack_set(cloudformation: Client) -> None:
    asked = {"StackSetName": "one", "TemplateBody": template(), "ClientRequestToken": "t"}

    first = cloudformation.create_stack_set(**asked)
    second = cloudformation.create_stack_set(**asked)

    assert first["StackSetId"] == second["StackSetId"]


def test_a_stack_set_gives_back_what_it_was_given(sets: Client) -> None:
    sets.create_stack_set(
        StackSetName="two",
        Description="what for",
        TemplateBody=template(),
        AdministrationRoleARN=f"arn:aws:iam::{HOME}:role/admin",
        ExecutionRoleName="worker",
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )

    described = sets.describe_stack_set(StackSetName="two")["StackSet"]

    assert described["Description"] == "what for"
    assert described["AdministrationRoleARN"] == f"arn:aws:iam::{HOME}:role/admin"
    assert described["ExecutionRoleName"] == "worker"
    assert described["Capabilities"] == ["CAPABILITY_NAMED_IAM"]
    assert described["Parameters"] == [{"ParameterKey": "Size", "ParameterValue": "small"}]
    assert described["Status"] == "ACTIVE"
    assert described["StackSetARN"].startswith(
        f"arn:aws:cloudformation:{EAST}:{HOME}:stackset/two:"
    )
    default = sets.describe_stack_set(StackSetName="net")["StackSet"]
    assert default["ExecutionRoleName"] == "AWSCloudFormationStackSetExecutionRole"


def test_a_stack_set_is_seen_only_where_it_lives(sets: Client, box: Sandbox) -> None:
    assert [s["StackSetName"] for s in sets.list_stack_sets()["Summaries"]] == ["net"]
    assert box.client("cloudformation", WEST).list_stack_sets()["Summaries"] == []
    assert box.client("cloudformation", EAST, OTHER).list_stack_sets()["Summaries"] == []


def test_instances_can_be_filtered(sets: Client, shelf: Shelf) -> None:
    create(sets, WEST, OperationId="good")
    shelf.refusals["create P"] = "no room"
    create(sets, EAST, OperationId="bad")

    def listed(name: str, values: str) -> list[str]:
        answer = sets.list_stack_instances(
            StackSetName="net", Filters=[{"Name": name, "Values": values}]
        )
        return [each["Region"] for each in answer["Summaries"]]

    assert listed("DETAILED_STATUS", "FAILED") == [EAST]
    assert listed("LAST_OPERATION_ID", "good") == [WEST]
    assert listed("DRIFT_STATUS", "NOT_CHECKED") == [WEST, EAST]
    assert listed("DRIFT_STATUS", "DRIFTED") == []
    with pytest.raises(ClientError, match="Invalid filter name: COLOR"):
        listed("COLOR", "RED")


def test_a_definition_that_is_refused_changes_nothing(sets: Client, shelf: Shelf) -> None:
    create(sets, EAST)

    with pytest.raises(ClientError, match="Unresolved resource dependencies"):
        sets.update_stack_set(StackSetName="net", TemplateBody=template({"Ref": "Nope"}))
    with pytest.raises(ClientError, match=r"Parameters: \[Color\] do not exist"):
        sets.update_stack_set(
            StackSetName="net", UsePreviousTemplate=True, Parameters=overrides(Color="red")
        )

    described = sets.describe_stack_set(StackSetName="net")["StackSet"]
    assert described["TemplateBody"] == template()
    assert values(shelf) == ["small"]
    assert len(sets.list_stack_set_operations(StackSetName="net")["Summaries"]) == 1


def test_a_large_template_of_a_stack_set_comes_from_s3(
    cloudformation: Client, box: Sandbox
) -> None:
    s3 = box.client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="a.json", Body=template().encode())

    cloudformation.create_stack_set(
        StackSetName="big", TemplateURL="https://templates.s3.amazonaws.com/a.json"
    )

    described = cloudformation.describe_stack_set(StackSetName="big")["StackSet"]
    assert described["TemplateBody"] == template()


def test_an_instance_keeps_its_stack_over_a_failed_update_and_a_retry(
    sets: Client, shelf: Shelf
) -> None:
    create(sets, EAST)
    stack_id = instance(sets)["StackId"]
    shelf.refusals["create Q"] = "no room"
    grown = json.loads(template())
    grown["Resources"]["Q"] = {"Type": "AWS::SNS::Topic"}

    sets.update_stack_set(StackSetName="net", TemplateBody=json.dumps(grown))
    failed = instance(sets)
    shelf.refusals.clear()
    create(sets, EAST)

    assert (failed["Status"], failed["StackId"]) == ("OUTDATED", stack_id)
    assert instance(sets)["Status"] == "CURRENT"
    assert instance(sets)["StackId"] == stack_id
    assert sorted(name[0] for name in shelf.things) == ["p", "q"]


def test_a_stack_set_has_its_template_from_one_place(sets: Client) -> None:
    body, url = template(), "https://s3.amazonaws.com/templates/net.json"
    both = "You must specify either Template URL or Template Body, but not both."

    with pytest.raises(ClientError, match=both):
        sets.create_stack_set(StackSetName="two", TemplateBody=body, TemplateURL=url)
    with pytest.raises(ClientError, match=both):
        sets.update_stack_set(StackSetName="net", TemplateBody=body, TemplateURL=url)
    with pytest.raises(ClientError, match="You cannot specify both usePreviousTemplate and"):
        sets.update_stack_set(StackSetName="net", TemplateBody=body, UsePreviousTemplate=True)
