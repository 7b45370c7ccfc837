"""Updating stacks: in place, by replacement, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox.engine.resources import attachment, parameter, vpc

if TYPE_CHECKING:
    from compiler.sandbox.engine.values import Json
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Events, Shelf


def topic(name: str | None = None, display: str | None = None, **more: Json) -> dict[str, Any]:
    properties = {"TopicName": name, "DisplayName": display}
    given = {key: value for key, value in properties.items() if value is not None}
    return {"Type": "AWS::SNS::Topic", "Properties": given, **more}


def since_update(events: list[str]) -> list[str]:
    start = max(i for i, event in enumerate(events) if "UPDATE_IN_PROGRESS: User" in event)
    return events[start + 1 :]


def test_what_did_not_change_is_not_touched(deploy: Deploy, events: Events, shelf: Shelf) -> None:
    deploy({"A": topic(display="old"), "B": parameter("same")})
    shelf.log.clear()

    status = deploy({"A": topic(display="new"), "B": parameter("same")}, "update")

    assert status == "UPDATE_COMPLETE"
    assert shelf.log == ["update a-1"]
    assert shelf.things["a-1"].properties == {"DisplayName": "new"}
    assert since_update(events()) == [
        "A UPDATE_IN_PROGRESS",
        "A UPDATE_COMPLETE",
        "app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "app UPDATE_COMPLETE",
    ]


def test_resources_are_added_before_others_are_removed(deploy: Deploy, shelf: Shelf) -> None:
    deploy({"A": topic(), "B": parameter({"Ref": "A"})})
    shelf.log.clear()

    deploy({"A": topic(), "C": parameter({"Ref": "A"})}, "update")

    assert shelf.log == ["create C", "delete b-2"]


def test_a_replacement_moves_its_users_before_the_old_resource_goes(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    deploy({"A": vpc("10.0.0.0/16"), "B": parameter({"Ref": "A"})})
    shelf.log.clear()

    deploy({"A": vpc("10.1.0.0/16"), "B": parameter({"Ref": "A"})}, "update")

    assert shelf.log == ["create A", "update b-2", "delete a-1"]
    assert shelf.things["b-2"].properties["Value"] == "a-3"
    assert since_update(events()) == [
        (
            "A UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical "
            "resource; hence creating one."
        ),
        "A UPDATE_COMPLETE",
        "B UPDATE_IN_PROGRESS",
        "B UPDATE_COMPLETE",
        "app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "A DELETE_IN_PROGRESS",
        "A DELETE_COMPLETE",
        "app UPDATE_COMPLETE",
    ]


def test_a_replaced_or_removed_resource_stays_if_its_policy_says_so(
    deploy: Deploy, shelf: Shelf
) -> None:
    kept = {"UpdateReplacePolicy": "Retain", "DeletionPolicy": "RetainExceptOnCreate"}
    deploy({"A": vpc("10.0.0.0/16", **kept), "Z": topic()})

    deploy({"A": vpc("10.1.0.0/16", **kept), "Z": topic()}, "update")
    deploy({"Z": topic()}, "update")

    assert sorted(shelf.things) == ["a-1", "a-3", "z-2"]


def test_a_type_that_cannot_be_there_twice_is_deleted_first(deploy: Deploy, shelf: Shelf) -> None:
    deploy({"A": attachment("vpc-1")})
    shelf.log.clear()

    assert deploy({"A": attachment("vpc-2")}, "update") == "UPDATE_COMPLETE"
    assert shelf.log == ["delete a-1", "create A"]


def test_a_custom_named_resource_is_not_replaced(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    fifo = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t", "FifoTopic": True}}
    deploy({"A": topic("t"), "B": parameter("old")})

    status = deploy({"A": fifo, "B": parameter("old")}, "update")

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert (
        "A UPDATE_FAILED: CloudFormation cannot update a stack when a custom-named resource "
        "requires replacing. Rename t and update the stack again."
    ) in events()
    assert sorted(shelf.things) == ["a-1", "b-2"]
    assert deploy({"A": topic("u"), "B": parameter("old")}, "update") == "UPDATE_COMPLETE"
    assert sorted(shelf.things) == ["a-3", "b-2"]


def test_a_failed_update_puts_back_what_was(deploy: Deploy, events: Events, shelf: Shelf) -> None:
    deploy(
        {
            "A": vpc("10.0.0.0/16"),
            "B": topic(display="old"),
            "C": parameter({"Ref": "A"}),
            "D": attachment("vpc-1"),
            "Z": parameter("old", DependsOn=["A", "B", "C", "D"]),
        },
        Outputs={"O": {"Value": {"Ref": "A"}}},
    )
    before = {name: thing.properties for name, thing in shelf.things.items()}
    status = deploy(
        {
            "A": vpc("10.1.0.0/16"),
            "B": topic(display="new"),
            "C": parameter({"Ref": "A"}),
            "D": attachment("vpc-2"),
            "N": topic(),
            "Y": parameter({"Fn::GetAtt": ["A", "Nope"]}, DependsOn=["A", "B", "C", "D", "N"]),
            "Z": parameter("old", DependsOn=["A", "B", "C", "D"]),
        },
        "update",
        Outputs={"O": {"Value": {"Ref": "A"}}},
    )

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    after = {name: thing.properties for name, thing in shelf.things.items()}
    # The attachment had to go before its replacement came: it is back under a new id.
    renamed = {("d-3" if name.startswith("d-") else name): value for name, value in after.items()}
    assert renamed == before
    assert (
        "app UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Y]. "
    ) in events()
    assert deploy({"A": vpc("10.0.0.0/16")}, "update") == "UPDATE_COMPLETE"
    assert sorted(shelf.things) == ["a-1"]


def test_a_resource_whose_update_failed_is_put_back_too(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    deploy({"A": topic(display="old")})
    shelf.refusals["update A"] = "never"

    assert deploy({"A": topic(display="new")}, "update") == "UPDATE_ROLLBACK_FAILED"
    assert events()[-1] == (
        "app UPDATE_ROLLBACK_FAILED: The following resource(s) failed to update: [A]. "
    )
    with pytest.raises(ClientError, match="is in UPDATE_ROLLBACK_FAILED state and can not be upd"):
        deploy({"A": topic(display="newer")}, "update")


def test_new_stack_tags_reach_what_can_carry_them(deploy: Deploy, shelf: Shelf) -> None:
    resources = {"A": topic(), "D": attachment("vpc-1")}
    deploy(resources, Tags=[{"Key": "Team", "Value": "blue"}])
    shelf.log.clear()

    deploy(resources, "update", Tags=[{"Key": "Team", "Value": "red"}])

    assert shelf.log == ["update a-1"]
    assert shelf.things["a-1"].tags["Team"] == "red"


def test_tags_left_out_stay_and_an_empty_list_removes_them(
    deploy: Deploy, cloudformation: Client
) -> None:
    deploy({"A": topic()}, Tags=[{"Key": "Team", "Value": "blue"}])
    deploy({"A": topic(display="x")}, "update")
    (kept,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    deploy({"A": topic(display="x")}, "update", Tags=[])
    (removed,) = cloudformation.describe_stacks(StackName="app")["Stacks"]

    assert kept["Tags"] == [{"Key": "Team", "Value": "blue"}]
    assert removed["Tags"] == []


def test_an_update_without_a_change_is_refused(deploy: Deploy) -> None:
    deploy({"A": topic()})

    with pytest.raises(ClientError, match=r"No updates are to be performed\."):
        deploy({"A": topic()}, "update")


def test_a_resource_cannot_change_its_type(deploy: Deploy) -> None:
    deploy({"A": topic()})

    with pytest.raises(ClientError, match=r"Update of resource type is not permitted.*\[A\]"):
        deploy({"A": vpc("10.0.0.0/16")}, "update")


def test_a_stack_that_was_rolled_back_can_only_be_deleted(deploy: Deploy, shelf: Shelf) -> None:
    shelf.refusals["create A"] = "no"
    deploy({"A": topic()})

    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        deploy({"A": topic()}, "update")


def test_previous_values_and_the_previous_template_can_be_used(
    deploy: Deploy, cloudformation: Client, shelf: Shelf
) -> None:
    deploy(
        {"A": parameter({"Fn::Sub": "${One}-${Two}"})},
        Parameters={"One": {"Type": "String"}, "Two": {"Type": "String"}},
        values={"One": "1", "Two": "2"},
    )
    cloudformation.update_stack(
        StackName="app",
        UsePreviousTemplate=True,
        Parameters=[
            {"ParameterKey": "One", "UsePreviousValue": True},
            {"ParameterKey": "Two", "ParameterValue": "3"},
        ],
    )

    assert shelf.things["a-1"].properties["Value"] == "1-3"


def test_what_a_failed_update_made_stays_if_it_is_retained(deploy: Deploy, shelf: Shelf) -> None:
    retained = topic(DeletionPolicy="Retain")
    deploy({"A": topic()})
    broken = parameter({"Fn::GetAtt": ["B", "Nope"]})

    deploy({"A": topic(), "B": retained, "C": broken}, "update")
    deploy({"A": topic(), "B": retained, "C": broken}, "update", RetainExceptOnCreate=True)

    assert sorted(shelf.things) == ["a-1", "b-2"]


def test_a_refusal_to_make_room_fails_the_update_and_changes_nothing(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    deploy({"A": attachment("vpc-1"), "N": topic()})
    shelf.refusals["delete A"] = "in use"

    status = deploy({"A": attachment("vpc-2"), "N": topic()}, "update")

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert 'A UPDATE_FAILED: Resource handler returned message: "in use (Code: NotAllowed)"' in (
        events()
    )
    assert shelf.things["a-1"].properties["VpcId"] == "vpc-1"


def test_a_replacement_that_fails_brings_the_old_resource_back(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    deploy({"A": attachment("vpc-1"), "B": vpc("10.0.0.0/16")})
    shelf.refusals["create B"] = "no room"

    status = deploy({"A": attachment("vpc-2"), "B": vpc("10.1.0.0/16", DependsOn="A")}, "update")

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert {name[0]: thing.properties for name, thing in shelf.things.items()} == {
        "a": attachment("vpc-1")["Properties"],
        "b": vpc("10.0.0.0/16")["Properties"],
    }
    assert 'B UPDATE_FAILED: Resource handler returned message: "no room (Code: NotAllowed)"' in (
        events()
    )


def test_a_clean_up_that_fails_leaves_the_old_resource_and_completes_the_update(
    deploy: Deploy, events: Events, shelf: Shelf, cloudformation: Client
) -> None:
    deploy({"A": topic(), "B": parameter("x")})
    shelf.refusals["delete B"] = "in use"

    assert deploy({"A": topic()}, "update") == "UPDATE_COMPLETE"
    assert sorted(shelf.things) == ["a-1", "b-2"]
    assert "B DELETE_FAILED: " in " ".join(events())
    left = cloudformation.list_stack_resources(StackName="app")["StackResourceSummaries"]
    assert [each["LogicalResourceId"] for each in left] == ["A"]


def test_a_function_that_fails_only_now_fails_the_update(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    deploy({"A": topic(), "B": parameter("x")})

    status = deploy({"A": topic(), "B": parameter({"Fn::Select": [5, ["x"]]})}, "update")

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert (
        "B UPDATE_FAILED: Template error: Fn::Select cannot select nonexistent value at index 5"
    ) in events()
    assert shelf.things["b-2"].properties["Value"] == "x"


def test_a_changed_policy_alone_is_an_update_without_events_of_resources(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    deploy({"A": topic()})
    shelf.log.clear()

    assert deploy({"A": topic(DeletionPolicy="Retain")}, "update") == "UPDATE_COMPLETE"
    assert shelf.log == []
    assert since_update(events()) == [
        "app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "app UPDATE_COMPLETE",
    ]
