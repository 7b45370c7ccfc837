"""The template with which what exists is taken over."""

from __future__ import annotations

import json
from dataclasses import replace

from compiler.deploy.port import Definition
from compiler.deploy.recovery.adoption import (
    Identifier,
    adopted_by,
    adopting,
    identifier_of,
    without_word,
)
from tests.unit.deploy.recovery.recovering import SERVICE_TEXT

WHOLE = Definition(
    name="shop-prod-eu-central-1-service-web",
    description="stackferry: eu-central-1/service-web of shop-prod",
    template=SERVICE_TEXT,
    parameters={"ImageId": "ami-1", "VpcId": "vpc-1"},
    tags={"Environment": "prod"},
    capabilities=(),
)


def test_nothing_but_the_name_of_what_is_taken_over_is_in_it() -> None:
    # An import believes what it is told of a bucket. The next deploy sets what it was not told.
    made = adopting(WHOLE, ("Logs",))

    assert json.loads(made.template) == {
        "Resources": {
            "Logs": {
                "DeletionPolicy": "RetainExceptOnCreate",
                "Properties": {"BucketName": "shop-prod-logs"},
                "Type": "AWS::S3::Bucket",
            }
        },
    }
    assert made.parameters == {}


def test_what_cannot_be_changed_later_is_told_unless_it_refers_to_what_is_not_there() -> None:
    # A later update that brings such a property would replace the database.
    text = SERVICE_TEXT.replace("AWS::S3::Bucket", "AWS::RDS::DBInstance")

    made = adopting(replace(WHOLE, template=text), ("Logs",))

    assert json.loads(made.template) == {
        "Parameters": {"VpcId": {"Type": "String", "Description": "The VpcId"}},
        "Resources": {
            "Logs": {
                "DeletionPolicy": "RetainExceptOnCreate",
                "Properties": {
                    "BucketName": "shop-prod-logs",
                    "Tags": [{"Key": "Vpc", "Value": {"Ref": "VpcId"}}],
                },
                "Type": "AWS::RDS::DBInstance",
            }
        },
    }
    assert made.parameters == {"VpcId": "vpc-1"}


def test_a_log_group_keeps_the_class_that_cannot_be_changed() -> None:
    text = json.dumps(
        {
            "Resources": {
                "Flows": {
                    "Type": "AWS::Logs::LogGroup",
                    "Properties": {
                        "LogGroupName": "/shop/flows",
                        "LogGroupClass": "INFREQUENT_ACCESS",
                        "KmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/new",
                    },
                }
            }
        }
    )

    made = adopting(replace(WHOLE, template=text), ("Flows",))

    assert json.loads(made.template)["Resources"]["Flows"]["Properties"] == {
        "LogGroupName": "/shop/flows",
        "LogGroupClass": "INFREQUENT_ACCESS",
    }


def test_its_description_says_what_is_being_taken_over() -> None:
    made = adopting(WHOLE, ("Logs", "Media"))

    assert made.description == f"{WHOLE.description}; adopts Logs, Media"
    assert adopted_by(made) == ("Logs", "Media")
    assert (adopted_by(WHOLE), without_word(made.description)) == ((), WHOLE.description)


def test_a_resource_without_a_policy_is_retained_since_an_import_wants_one() -> None:
    made = adopting(WHOLE, ("Group",))

    assert json.loads(made.template) == {
        "Resources": {
            "Group": {
                "DeletionPolicy": "Retain",
                "Properties": {},
                "Type": "AWS::AutoScaling::AutoScalingGroup",
            }
        }
    }
    assert made.parameters == {}


def test_a_resource_is_identified_by_what_its_template_says() -> None:
    assert identifier_of(SERVICE_TEXT, "Logs") == Identifier(
        type="AWS::S3::Bucket", property="BucketName", value="shop-prod-logs"
    )
    assert identifier_of(SERVICE_TEXT, "Group") is None
    assert identifier_of(SERVICE_TEXT, "Nobody") is None
