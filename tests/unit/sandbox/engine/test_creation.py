"""Creating stacks: order, events, failures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.sandbox.engine.resources import parameter

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox
    from tests.unit.sandbox.engine.shelf import Client, Deploy, Events, Shelf

TOPIC = {"Type": "AWS::SNS::Topic"}


def test_resources_come_after_what_they_refer_to_and_every_step_is_an_event(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    status = deploy(
        {
            "A": parameter({"Fn::GetAtt": ["B", "Arn"]}),
            "B": parameter({"Ref": "C"}),
            "C": TOPIC,
            "D": parameter("x", DependsOn="A"),
        }
    )

    assert status == "CREATE_COMPLETE"
    assert shelf.log == ["create C", "create B", "create A", "create D"]
    assert shelf.things["a-3"].properties == {"Type": "String", "Value": "arn:b-2"}
    assert events()[:5] == [
        "app CREATE_IN_PROGRESS: User Initiated",
        "C CREATE_IN_PROGRESS",
        "C CREATE_IN_PROGRESS: Resource creation Initiated",
        "C CREATE_COMPLETE",
        "B CREATE_IN_PROGRESS",
    ]
    assert events()[-1] == "app CREATE_COMPLETE"


def test_a_failed_creation_takes_back_what_it_made(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    shelf.refusals["create B"] = "no room"

    status = deploy({"A": TOPIC, "B": parameter({"Ref": "A"}), "C": parameter({"Ref": "B"})})

    assert status == "ROLLBACK_COMPLETE"
    assert shelf.things == {}
    assert events()[4:] == [
        "B CREATE_IN_PROGRESS",
        'B CREATE_FAILED: Resource handler returned message: "no room (Code: NotAllowed)"',
        (
            "app ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [B]. "
            "Rollback requested by user."
        ),
        "A DELETE_IN_PROGRESS",
        "A DELETE_COMPLETE",
        "app ROLLBACK_COMPLETE",
    ]


def test_a_failed_creation_is_deleted_or_left_alone_if_asked(
    deploy: Deploy, shelf: Shelf, cloudformation: Client
) -> None:
    shelf.refusals["create B"] = "no room"
    resources = {"A": TOPIC, "B": parameter({"Ref": "A"})}

    assert deploy(resources, OnFailure="DELETE") == "DELETE_COMPLETE"
    assert shelf.things == {}
    assert deploy(resources, OnFailure="DO_NOTHING") == "CREATE_FAILED"
    assert list(shelf.things) == ["a-2"]
    cloudformation.delete_stack(StackName="app")
    assert shelf.things == {}


def test_retain_holds_even_when_a_creation_is_taken_back(deploy: Deploy, shelf: Shelf) -> None:
    shelf.refusals["create Z"] = "no room"
    resources = {
        "A": {**TOPIC, "DeletionPolicy": "Retain"},
        "B": {**TOPIC, "DeletionPolicy": "RetainExceptOnCreate"},
        "Z": parameter("x", DependsOn=["A", "B"]),
    }

    deploy(resources, OnFailure="DELETE")

    assert list(shelf.things) == ["a-1"]


def test_a_bug_in_a_handler_fails_its_stack_and_says_that_it_is_one(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    shelf.refusals["create A"] = "bug"

    assert deploy({"A": TOPIC}) == "ROLLBACK_COMPLETE"
    assert (
        "A CREATE_FAILED: InternalFailure: the sandbox's handler of AWS::SNS::Topic raised "
        "KeyError: 'create'. This is a bug in the sandbox."
    ) in events()


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"Nonsense": 1}, "Encountered unsupported property Nonsense"),
        (
            {"DataProtectionPolicy": {}},
            (
                "Encountered unsupported property DataProtectionPolicy (AWS has it; the sandbox's "
                "handler of AWS::SNS::Topic does not honour it)"
            ),
        ),
        ({"TopicArn": "x"}, "Encountered read-only property TopicArn"),
        (
            {"Subscription": [{"Endpoint": "a@b.example", "Wrong": 1}]},
            (
                "Properties validation failed for resource A with message:\n"
                "#/Subscription/0: required key [Protocol] not found\n"
                "#/Subscription/0: extraneous key [Wrong] is not permitted"
            ),
        ),
        (
            {"FifoTopic": ["x"]},
            (
                "Properties validation failed for resource A with message:\n"
                "#/FifoTopic: expected type: boolean, found: array"
            ),
        ),
    ],
)
def test_properties_that_the_registry_or_the_handler_does_not_know_fail_the_resource(
    deploy: Deploy,
    events: Events,
    properties: dict[str, Any],
    reason: str,
) -> None:
    assert deploy({"A": {"Type": "AWS::SNS::Topic", "Properties": properties}}) == (
        "ROLLBACK_COMPLETE"
    )
    assert f"A CREATE_FAILED: {reason}" in events()


def test_a_missing_required_property_fails_the_resource(deploy: Deploy, events: Events) -> None:
    deploy({"A": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String"}}})

    assert (
        "A CREATE_FAILED: Properties validation failed for resource A with message:\n"
        "#: required key [Value] not found"
    ) in events()


def test_text_becomes_the_type_that_the_schema_asks_for(deploy: Deploy, shelf: Shelf) -> None:
    topic = {"FifoTopic": "true", "TopicName": 7}
    group = {"RetentionInDays": "30"}
    deploy(
        {
            "A": {"Type": "AWS::SNS::Topic", "Properties": topic},
            "B": {"Type": "AWS::Logs::LogGroup", "Properties": group},
        }
    )

    assert shelf.things["a-1"].properties == {"FifoTopic": True, "TopicName": "7"}
    assert shelf.things["b-2"].properties == {"RetentionInDays": 30}


def test_an_attribute_that_the_handler_does_not_give_is_a_failure_with_its_name(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    assert deploy({"A": TOPIC, "B": parameter({"Fn::GetAtt": ["A", "Color"]})}) == (
        "ROLLBACK_COMPLETE"
    )
    assert (
        "B CREATE_FAILED: Template error: resource A does not support attribute type Color in "
        "Fn::GetAtt"
    ) in events()
    assert shelf.things == {}


def test_an_output_that_cannot_be_resolved_fails_the_stack(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    outputs = {"O": {"Value": {"Fn::GetAtt": ["A", "Color"]}}}

    assert deploy({"A": TOPIC}, Outputs=outputs) == "ROLLBACK_COMPLETE"
    assert shelf.things == {}
    assert (
        "app ROLLBACK_IN_PROGRESS: Output O: Template error: resource A does not support attribute "
        "type Color in Fn::GetAtt. Rollback requested by user."
    ) in events()


def test_outputs_parameters_and_tags_are_given_back(deploy: Deploy, cloudformation: Client) -> None:
    deploy(
        {"A": parameter({"Ref": "Size"}), "B": parameter({"Ref": "Key"})},
        Parameters={
            "Size": {"Type": "Number", "Default": 3},
            "Key": {"Type": "String", "NoEcho": True},
        },
        Outputs={"Arn": {"Value": {"Fn::GetAtt": "A.Arn"}, "Description": "where"}},
        values={"Key": "hidden"},
        Tags=[{"Key": "Environment", "Value": "test"}],
    )

    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]

    assert stack["Outputs"] == [
        {"OutputKey": "Arn", "OutputValue": "arn:a-1", "Description": "where"}
    ]
    assert stack["Parameters"] == [
        {"ParameterKey": "Size", "ParameterValue": "3"},
        {"ParameterKey": "Key", "ParameterValue": "****"},
    ]
    assert stack["Tags"] == [{"Key": "Environment", "Value": "test"}]


def test_what_is_secret_shows_in_no_event_and_no_output(
    deploy: Deploy, cloudformation: Client, shelf: Shelf, box: Sandbox
) -> None:
    secrets = box.client("secretsmanager", "eu-central-1")
    secrets.create_secret(Name="db", SecretString='{"password": "hunter2hunter2"}')
    box.client("ssm", "eu-central-1").put_parameter(Name="/plain", Value="shown", Type="String")
    shelf.refusals["create Z"] = "bad password hunter2hunter2"
    status = deploy(
        {
            "A": parameter("{{resolve:secretsmanager:db:SecretString:password}}"),
            "B": parameter("{{resolve:ssm:/plain}}"),
            "Z": parameter("x", DependsOn=["A", "B"]),
        },
        OnFailure="DO_NOTHING",
    )

    assert status == "CREATE_FAILED"
    assert shelf.things["a-1"].properties["Value"] == "hunter2hunter2"
    assert shelf.things["b-2"].properties["Value"] == "shown"
    shown = str(cloudformation.describe_stack_events(StackName="app")["StackEvents"])
    assert "hunter2" not in shown
    assert "bad password ****" in shown


def test_an_attribute_that_holds_a_secret_is_covered(
    deploy: Deploy, cloudformation: Client, box: Sandbox
) -> None:
    secrets = box.client("secretsmanager", "eu-central-1")
    secrets.create_secret(Name="db", SecretString="hunter2hunter2")
    deploy(
        {"A": parameter("{{resolve:secretsmanager:db}}")},
        Outputs={"O": {"Value": {"Fn::GetAtt": ["A", "Value"]}}},
    )

    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    assert stack["Outputs"] == [{"OutputKey": "O", "OutputValue": "****"}]


def test_an_output_with_a_dynamic_reference_is_refused(deploy: Deploy, events: Events) -> None:
    outputs = {"O": {"Value": "{{resolve:secretsmanager:db}}"}}

    assert deploy({"A": TOPIC}, Outputs=outputs) == "ROLLBACK_COMPLETE"
    assert "dynamic references are not allowed" in str(events())


def test_stack_tags_reach_taggable_resources_only_and_system_tags_where_the_registry_says(
    deploy: Deploy, shelf: Shelf, cloudformation: Client
) -> None:
    deploy(
        {
            "A": TOPIC,
            "B": {"Type": "AWS::KMS::Key", "Properties": {}},
            "C": {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": {"VpcId": "vpc-1"}},
        },
        Tags=[{"Key": "Team", "Value": "blue"}],
    )
    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]

    assert shelf.things["a-1"].tags == {
        "Team": "blue",
        "aws:cloudformation:logical-id": "A",
        "aws:cloudformation:stack-id": stack["StackId"],
        "aws:cloudformation:stack-name": "app",
    }
    assert shelf.things["b-2"].tags == {"Team": "blue"}
    assert shelf.things["c-3"].tags == {}


def test_a_rollback_that_fails_says_what_is_left(
    deploy: Deploy, events: Events, shelf: Shelf
) -> None:
    shelf.refusals |= {"create B": "no room", "delete A": "in use"}

    assert deploy({"A": TOPIC, "B": parameter({"Ref": "A"})}) == "ROLLBACK_FAILED"
    assert events()[-1] == (
        "app ROLLBACK_FAILED: The following resource(s) failed to delete: [A]. "
    )
