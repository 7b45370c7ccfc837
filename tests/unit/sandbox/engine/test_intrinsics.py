"""Functions of templates."""

from __future__ import annotations

import pytest

from compiler.sandbox.engine.errors import ApiError
from compiler.sandbox.engine.intrinsics import Surroundings, resolve
from compiler.sandbox.engine.values import Json, Mark
from compiler.sandbox.handler import Created

AROUND = Surroundings(
    pseudo={"AWS::Region": "eu-central-1", "AWS::NoValue": Mark.NO_VALUE},
    parameters={"Size": "small", "Zones": ["a", "b"]},
    mappings={"Map": {"eu-central-1": {"image": "ami-1"}}},
    resources={
        "Vpc": Created(physical_id="vpc-1", attributes={"CidrBlock": "10.0.0.0/16", "A.B": "ab"}),
        "New": Mark.UNKNOWN,
    },
    zones=lambda region: [f"{region}a", f"{region}b"],
)


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ({"Ref": "Size"}, "small"),
        ({"Ref": "Vpc"}, "vpc-1"),
        ({"Ref": "AWS::Region"}, "eu-central-1"),
        ({"A": {"Ref": "AWS::NoValue"}, "B": 1}, {"B": 1}),
        ([{"Ref": "AWS::NoValue"}, 1], [1]),
        ({"Fn::GetAtt": ["Vpc", "CidrBlock"]}, "10.0.0.0/16"),
        ({"Fn::GetAtt": "Vpc.A.B"}, "ab"),
        ({"Fn::GetAtt": ["Vpc", "A", "B"]}, "ab"),
        ({"Fn::Sub": "${Vpc}/${Vpc.CidrBlock}/${!Size}/${AWS::Region}"},
         "vpc-1/10.0.0.0/16/${Size}/eu-central-1"),
        ({"Fn::Sub": ["${X}-${Size}", {"X": {"Ref": "Vpc"}}]}, "vpc-1-small"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Size"}, 1]]}, "a-small-1"),
        ({"Fn::Join": [",", {"Ref": "Zones"}]}, "a,b"),
        ({"Fn::Select": ["1", {"Ref": "Zones"}]}, "b"),
        ({"Fn::Select": [0, ["x", {"Ref": "New"}]]}, "x"),
        ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
        ({"Fn::Base64": "hello"}, "aGVsbG8="),
        ({"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "image"]}, "ami-1"),
        ({"Fn::Cidr": ["10.0.0.0/16", 2, 8]}, ["10.0.0.0/24", "10.0.1.0/24"]),
        ({"Fn::Cidr": ["10.0.0.0/16", "1", "5"]}, ["10.0.0.0/27"]),
        ({"Fn::Cidr": ["2001:db8::/56", 1, 64]}, ["2001:db8::/64"]),
        ({"Fn::GetAZs": ""}, ["eu-central-1a", "eu-central-1b"]),
        ({"Fn::GetAZs": "us-east-1"}, ["us-east-1a", "us-east-1b"]),
        ({"Ref": "New"}, Mark.UNKNOWN),
        ({"Fn::GetAtt": ["New", "Arn"]}, Mark.UNKNOWN),
        ({"Fn::Sub": "${New}!"}, Mark.UNKNOWN),
        ({"Fn::Join": ["", [{"Ref": "New"}]]}, Mark.UNKNOWN),
        ({"Ref": "Size", "Other": 1}, {"Ref": "Size", "Other": 1}),
    ],
)  # fmt: skip
def test_a_function_gives_its_value(value: Json, resolved: Json) -> None:
    assert resolve(value, AROUND) == resolved


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Ref": "Nope"}, "Ref Nope: there is no such parameter or resource yet"),
        ({"Ref": ["Size"]}, "every Ref object must have a single String value"),
        ({"Fn::GetAtt": ["Vpc", "Color"]}, "resource Vpc does not support attribute type Color"),
        ({"Fn::GetAtt": ["Size", "x"]}, "Fn::GetAtt Size.x: there is no such resource yet"),
        ({"Fn::GetAtt": "Vpc"}, "every Fn::GetAtt object requires two non-empty parameters"),
        ({"Fn::Sub": "${Zones}"}, "Fn::Sub needs text, not"),
        ({"Fn::Sub": ["x"]}, "one or more Fn::Sub intrinsic functions"),
        ({"Fn::Join": ["-", "ab"]}, "every Fn::Join object requires two parameters"),
        ({"Fn::Select": [2, ["a"]]}, "cannot select nonexistent value at index 2"),
        ({"Fn::Select": [2]}, "every Fn::Select object requires two parameters"),
        ({"Fn::FindInMap": ["Map", "x", "y"]}, "Unable to get mapping for Map::x::y"),
        ({"Fn::FindInMap": ["Map"]}, "every Fn::FindInMap object requires three parameters"),
        ({"Fn::Cidr": ["10.0.0.0/24", 2, 8]}, "10.0.0.0/24 does not hold 2 blocks of 8 bits"),
        ({"Fn::Cidr": ["x", 2, 8]}, "Fn::Cidr: 'x' does not appear to be"),
        ({"Fn::Cidr": [True, 2, 8]}, "Fn::Cidr: 'True' does not appear to be"),
        ({"Fn::Cidr": ["10.0.0.0/24"]}, "every Fn::Cidr object requires"),
        ({"Fn::Cidr": ["10.0.0.0/24", "x", 4]}, "Fn::Cidr: invalid literal"),
        ({"Fn::Split": ["", "x"]}, "every Fn::Split object requires a delimiter"),
        ({"Fn::Sub": [{"Ref": "Size"}, {}]}, "one or more Fn::Sub intrinsic functions"),
        ({"Fn::Select": []}, "every Fn::Select object requires two parameters"),
        ({"Fn::FindInMap": ["Map", ["x"], "y"]}, "Unable to get mapping"),
        ({"Fn::ImportValue": "x"}, "the sandbox does not know the function Fn::ImportValue"),
        ({"Fn::If": ["C", 1, 2]}, "the sandbox does not know the function Fn::If"),
    ],
)
def test_what_cannot_be_resolved_is_an_error_and_no_literal(value: Json, message: str) -> None:
    with pytest.raises(ApiError, match="Template error") as caught:
        resolve(value, AROUND)
    assert message in caught.value.message
