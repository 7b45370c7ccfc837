"""What is refused before anything is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from compiler.sandbox.engine.errors import ApiError
from compiler.sandbox.engine.intrinsics import Surroundings, resolve
from compiler.sandbox.engine.template import read_template
from compiler.sandbox.engine.yaml_template import read_yaml
from compiler.sandbox.handler import Created

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox
    from compiler.sandbox.engine.values import Json
    from tests.unit.sandbox.engine.shelf import Client, Deploy

TOPIC = {"Type": "AWS::SNS::Topic"}
UNRESOLVED = (
    "Template format error: Unresolved resource dependencies [B] in the {} block of the template"
)


def sns(value: Json) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": value}}


def refusal(template: Json) -> str:
    body = template if isinstance(template, str) else json.dumps(template)
    with pytest.raises(ApiError) as caught:
        read_template(body, lambda name: name == "AWS::SNS::Topic")
    return caught.value.message


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{", "Template format error: JSON not well-formed."),
        ("a: [", "Template format error: YAML not well-formed."),
        ("[]", "Template format error: unsupported structure."),
        ({}, "Template format error: At least one Resources member must be defined."),
        (
            {"Resources": {"A": TOPIC}, "Resource": {}},
            "Invalid template property or properties [Resource]",
        ),
        (
            {"Resources": {"A": TOPIC}, "Conditions": {}},
            "The sandbox does not offer templates with Conditions.",
        ),
        (
            {"Resources": {"A": TOPIC}, "Transform": "AWS::LanguageExtensions"},
            "The sandbox does not offer templates with Transform.",
        ),
        (
            {"Resources": {"A": {"Type": "AWS::Nope::Thing"}, "B": {"Type": "Custom::X"}}},
            "Template format error: Unrecognized resource types: [AWS::Nope::Thing, Custom::X]",
        ),
        (
            {"Resources": {"A": sns({"Ref": "B"})}},
            UNRESOLVED.format("Resources"),
        ),
        (
            {"Resources": {"A": sns({"Fn::GetAtt": "B.Arn"})}},
            UNRESOLVED.format("Resources"),
        ),
        (
            {"Resources": {"A": sns({"Fn::Sub": "${B.Arn} ${!C} ${AWS::Region}"})}},
            UNRESOLVED.format("Resources"),
        ),
        (
            {"Resources": {"A": {**TOPIC, "DependsOn": "B"}}},
            UNRESOLVED.format("Resources"),
        ),
        (
            {"Resources": {"A": TOPIC}, "Outputs": {"O": {"Value": {"Ref": "B"}}}},
            UNRESOLVED.format("Outputs"),
        ),
        (
            {"Resources": {"A": sns({"Ref": "B"}), "B": sns({"Ref": "A"})}},
            "Circular dependency between resources: [A, B]",
        ),
        (
            {"Resources": {"A": {**TOPIC, "DeletionPolicy": "Keep"}}},
            "Template error: DeletionPolicy of resource A must be one of",
        ),
        (
            {"Resources": {"A": {**TOPIC, "DependsOn": {"B": 1}}}},
            "Template format error: [/Resources/A/DependsOn] DependsOn must be a string or a list",
        ),
        (
            {"Resources": {"A": sns({"Fn::Sub": ["x"]})}},
            "Template error: one or more Fn::Sub intrinsic functions don't specify expected",
        ),
        (
            {"Resources": {"A": {**TOPIC, "UpdateReplacePolicy": "RetainExceptOnCreate"}}},
            "Template error: UpdateReplacePolicy of resource A must be one of",
        ),
        (
            {"Resources": {"A": {**TOPIC, "Propertys": {}}}},
            "Invalid template resource property 'Propertys'",
        ),
        (
            {"Resources": {"A": {**TOPIC, "CreationPolicy": {}}}},
            "The sandbox does not offer resources with CreationPolicy (A).",
        ),
        (
            {"Resources": {"A-1": TOPIC}},
            "Template format error: Resource name A-1 is non alphanumeric.",
        ),
        (
            {"Resources": {"A": sns(None)}},
            "Template format error: [/Resources/A/Properties] 'null' values are not allowed",
        ),
        (
            {"Resources": {"A": TOPIC}, "Outputs": {"O": {}}},
            "Template format error: Every Outputs member must contain a Value object (O)",
        ),
        (
            {"Resources": {f"A{n}": TOPIC for n in range(501)}},
            "Template format error: Number of resources, 501, is greater than maximum allowed, 500",
        ),
        (
            {"Resources": {"A": TOPIC}, "Parameters": {f"P{n}": {} for n in range(201)}},
            "Template format error: Number of parameters, 201, is greater than maximum allowed, 2",
        ),
        (
            {"Resources": {"A": TOPIC}, "Outputs": {f"O{n}": {"Value": "x"} for n in range(201)}},
            "Template format error: Number of outputs, 201, is greater than maximum allowed, 200",
        ),
        (
            {"Resources": {"A": TOPIC}, "AWSTemplateFormatVersion": "2011-01-01"},
            "Template format error: Unsupported template version: 2011-01-01",
        ),
    ],
)
def test_a_template_that_cannot_be_is_refused_in_aws_words(template: Json, message: str) -> None:
    assert refusal(template).startswith(message)


def test_a_body_over_the_limit_is_refused(cloudformation: Client) -> None:
    body = json.dumps({"Description": "x" * 51_200, "Resources": {"A": TOPIC}})

    with pytest.raises(ClientError, match="length less than or equal to 51200"):
        cloudformation.validate_template(TemplateBody=body)


def test_a_larger_template_is_taken_from_s3(cloudformation: Client, box: Sandbox) -> None:
    body = json.dumps({"Metadata": {"x": "x" * 51_200}, "Resources": {"A": TOPIC}})
    s3 = box.client("s3", "us-east-1")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="a/b.json", Body=body)

    for url in (
        "https://templates.s3.amazonaws.com/a/b.json",
        "https://templates.s3.us-east-1.amazonaws.com/a/b.json",
        "https://s3.us-east-1.amazonaws.com/templates/a/b.json",
        "http://localhost:5000/templates/a/b.json",
    ):
        assert cloudformation.validate_template(TemplateURL=url)["Parameters"] == []
    with pytest.raises(ClientError, match="S3 error"):
        cloudformation.validate_template(
            TemplateURL="https://s3.us-east-1.amazonaws.com/templates/none.json"
        )


@pytest.mark.parametrize(
    ("given", "wanted", "is_taken"),
    [
        ((), "CAPABILITY_NAMED_IAM", False),
        (("CAPABILITY_IAM",), "CAPABILITY_NAMED_IAM", False),
        (("CAPABILITY_NAMED_IAM",), "CAPABILITY_NAMED_IAM", True),
        ((), "CAPABILITY_IAM", False),
        (("CAPABILITY_IAM",), "CAPABILITY_IAM", True),
        (("CAPABILITY_NAMED_IAM",), "CAPABILITY_IAM", True),
    ],
)
def test_iam_resources_ask_for_a_capability(
    cloudformation: Client, given: tuple[str, ...], wanted: str, *, is_taken: bool
) -> None:
    named = {"RoleName": "r"} if wanted == "CAPABILITY_NAMED_IAM" else {}
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}, **named}}
    body = json.dumps({"Resources": {"R": role}})

    summary = cloudformation.get_template_summary(TemplateBody=body)
    assert summary["Capabilities"] == [wanted]
    asked = {"StackName": "app", "TemplateBody": body, "Capabilities": list(given)}
    if is_taken:
        cloudformation.create_stack(**asked)
    else:
        with pytest.raises(ClientError, match=rf"Requires capabilities : \[{wanted}\]"):
            cloudformation.create_stack(**asked)


def test_a_summary_tells_what_a_template_needs(cloudformation: Client, deploy: Deploy) -> None:
    parameters = {
        "Size": {"Type": "Number", "Default": 3, "AllowedValues": [3, 4], "Description": "how"}
    }
    deploy({"A": TOPIC}, Parameters=parameters)

    summary = cloudformation.get_template_summary(StackName="app")
    validated = cloudformation.validate_template(
        TemplateBody=json.dumps(
            {"Description": "d", "Parameters": parameters, "Resources": {"A": TOPIC}}
        )
    )

    assert summary["ResourceTypes"] == ["AWS::SNS::Topic"]
    assert summary["Parameters"] == [
        {
            "ParameterKey": "Size",
            "DefaultValue": "3",
            "ParameterType": "Number",
            "NoEcho": False,
            "Description": "how",
            "ParameterConstraints": {"AllowedValues": ["3", "4"]},
        }
    ]
    assert validated["Description"] == "d"
    assert validated["Parameters"] == [
        {"ParameterKey": "Size", "DefaultValue": "3", "NoEcho": False, "Description": "how"}
    ]


def test_the_template_is_given_back_as_it_was_given(cloudformation: Client, deploy: Deploy) -> None:
    deploy({"A": TOPIC})

    assert cloudformation.get_template(StackName="app")["TemplateBody"] == {
        "Resources": {"A": TOPIC}
    }


def test_yaml_and_its_short_tags_are_read() -> None:
    assert read_yaml(
        "Version: 2012-10-17\n"
        "A: !Ref B\n"
        "C: !GetAtt D.Arn\n"
        "E: !Join [',', [!Sub 'x${F}', y]]\n"
        "G: !If {H: 1}\n"
    ) == {
        "Version": "2012-10-17",
        "A": {"Ref": "B"},
        "C": {"Fn::GetAtt": "D.Arn"},
        "E": {"Fn::Join": [",", [{"Fn::Sub": "x${F}"}, "y"]]},
        "G": {"Fn::If": {"H": 1}},
    }


FUNCTIONS = ["Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Cidr"]
SCALARS = st.sampled_from(["A", "A.Arn", "${A}", "${!A}", "", 0, 1, 1.5, True, None])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FUNCTIONS, "Key"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(
    properties=VALUES,
    section=st.sampled_from(["Outputs", "Parameters", "Mappings", "Resources", "Description"]),
    key=st.sampled_from(["Properties", "DependsOn", "Type", "DeletionPolicy", "Metadata"]),
    value=VALUES,
)
def test_no_template_is_more_than_refused(
    properties: Json, section: str, key: str, value: Json
) -> None:
    around = Surroundings(
        pseudo={"AWS::Region": "eu-central-1"},
        parameters={},
        mappings={},
        resources={"A": Created(physical_id="a-1", attributes={"Arn": "arn"})},
        zones=lambda region: [region],
    )
    documents: list[dict[str, Json]] = [
        {"Resources": {"A": sns(properties)}},
        {"Resources": {"A": {**TOPIC, key: value}}},
        {"Resources": {"A": TOPIC}, section: value},
    ]
    codes = set()
    for document in documents:
        try:
            read = read_template(json.dumps(document), lambda _: True)
            for resource in read.resources.values():
                resolve(dict(resource.properties), around)
        except ApiError as error:  # any other exception fails the test
            codes.add(error.code)

    assert codes <= {"UnsupportedOperation", "ValidationError"}
