"""Properties held against the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.engine.conform import conform, problems
from compiler.sandbox.engine.schemas import resource_schema
from compiler.sandbox.engine.values import Mark

if TYPE_CHECKING:
    from compiler.sandbox.engine.values import Json


@pytest.mark.parametrize(
    ("kind", "given", "made"),
    [
        ("AWS::EC2::VPC", {"EnableDnsSupport": "true"}, {"EnableDnsSupport": True}),
        ("AWS::EC2::VPC", {"EnableDnsSupport": "False"}, {"EnableDnsSupport": False}),
        ("AWS::EC2::VPC", {"EnableDnsSupport": Mark.UNKNOWN}, {"EnableDnsSupport": Mark.UNKNOWN}),
        ("AWS::SSM::Parameter", {"Value": 5}, {"Value": "5"}),
        ("AWS::SSM::Parameter", {"Value": True}, {"Value": "true"}),
        ("AWS::SSM::Parameter", {"Tags": {"Any": 5}}, {"Tags": {"Any": "5"}}),
        ("AWS::RDS::DBInstance", {"AllocatedStorage": 20}, {"AllocatedStorage": "20"}),
        ("AWS::CloudWatch::Alarm", {"Threshold": "1.5"}, {"Threshold": 1.5}),
        ("AWS::CloudWatch::Alarm", {"Threshold": "x"}, {"Threshold": "x"}),
        ("AWS::CloudWatch::Alarm", {"EvaluationPeriods": "3"}, {"EvaluationPeriods": 3}),
        ("AWS::S3::BucketPolicy", {"PolicyDocument": '{"a": 1}'}, {"PolicyDocument": '{"a": 1}'}),
        ("AWS::SNS::Topic", {"DeliveryStatusLogging": "x"}, {"DeliveryStatusLogging": "x"}),
        (
            "AWS::EC2::SecurityGroup",
            {"SecurityGroupIngress": [{"FromPort": "80", "IpProtocol": 6}]},
            {"SecurityGroupIngress": [{"FromPort": 80, "IpProtocol": "6"}]},
        ),
    ],
)
def test_scalars_take_the_type_of_the_schema(
    kind: str, given: dict[str, Json], made: dict[str, Json]
) -> None:
    assert conform(resource_schema(kind, "eu-central-1"), given) == made


@pytest.mark.parametrize(
    ("kind", "given", "found"),
    [
        ("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}, ()),
        ("AWS::EC2::VPC", {"CidrBlock": Mark.UNKNOWN}, ()),
        (
            "AWS::EC2::Subnet",
            {"Tags": [{"Key": "a"}]},
            ("#: required key [VpcId] not found", "#/Tags/0: required key [Value] not found"),
        ),
        (
            "AWS::EC2::VPC",
            {"Tags": {"Key": "a"}},
            ("#/Tags: expected type: array, found: object",),
        ),
        (
            "AWS::EC2::VPC",
            {"EnableDnsSupport": "perhaps", "CidrBlock": ["x"]},
            (
                "#/EnableDnsSupport: expected type: boolean, found: string",
                "#/CidrBlock: expected type: string, found: array",
            ),
        ),
        (
            "AWS::Logs::LogGroup",
            {"LogGroupClass": "COLD"},
            ("#/LogGroupClass: COLD is not a valid enum value",),
        ),
    ],
)
def test_what_does_not_fit_is_told_in_the_words_of_the_registry(
    kind: str, given: dict[str, Json], found: tuple[str, ...]
) -> None:
    assert problems(resource_schema(kind, "eu-central-1"), given) == found
