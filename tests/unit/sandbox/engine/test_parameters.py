"""Values of parameters, held against their declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.engine.errors import ApiError
from compiler.sandbox.engine.parameters import Values, bind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.values import Json

STORE = {"/image": "ami-1", "/broken": "ami-0"}
ACCOUNT = {("AWS::EC2::Image::Id", "ami-1"), ("AWS::EC2::VPC::Id", "vpc-1")}


def bound(
    declaration: Mapping[str, Any],
    value: str | None = None,
    previous: Mapping[str, str] | None = None,
    **entry: Json,
) -> Values:
    given = [{"ParameterKey": "P", **entry}] if entry else []
    if value is not None:
        given = [{"ParameterKey": "P", "ParameterValue": value}]
    return bind(
        {"P": declaration},
        given,
        previous=previous,
        exists=lambda kind, name: (kind, name) in ACCOUNT,
        read_ssm=STORE.get,
    )


@pytest.mark.parametrize(
    ("declaration", "value", "resolved"),
    [
        ({"Type": "String"}, "x", "x"),
        ({"Type": "String", "Default": True}, None, "true"),
        ({"Type": "Number", "MinValue": 1, "MaxValue": 3}, "2", "2"),
        ({"Type": "CommaDelimitedList"}, "a, b", ["a", "b"]),
        ({"Type": "CommaDelimitedList"}, "", []),
        ({"Type": "List<Number>"}, "1,2", ["1", "2"]),
        ({"Type": "AWS::EC2::VPC::Id"}, "vpc-1", "vpc-1"),
        ({"Type": "List<AWS::EC2::VPC::Id>"}, "vpc-1", ["vpc-1"]),
        ({"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"}, "/image", "ami-1"),
        ({"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/image"}, None, "ami-1"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, "abc", "abc"),
    ],
)
def test_a_value_that_fits_is_resolved(
    declaration: dict[str, Any], value: str | None, resolved: Json
) -> None:
    assert bound(declaration, value).resolved == {"P": resolved}


def test_an_ssm_value_is_remembered_beside_the_name() -> None:
    found = bound({"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"}, "/image")

    assert (found.given, found.from_ssm) == ({"P": "/image"}, {"P": "ami-1"})


@pytest.mark.parametrize(
    ("declaration", "value", "message"),
    [
        ({"Type": "String"}, None, "Parameters: [P] must have values"),
        ({"Type": "Text"}, "x", "Template format error: Unrecognized parameter type: Text (P)"),
        (
            {"Type": "String", "AllowedPattern": "[a-z]+"},
            "A",
            "Parameter P failed to satisfy constraint: must match pattern [a-z]+",
        ),
        (
            {"Type": "String", "AllowedPattern": "[a-z]+", "ConstraintDescription": "lower case"},
            "A",
            "Parameter P failed to satisfy constraint: lower case",
        ),
        (
            {"Type": "String", "AllowedValues": ["a"]},
            "b",
            "Parameter 'P' must be one of AllowedValues",
        ),
        (
            {"Type": "String", "MinLength": 2},
            "b",
            "Parameter 'P' must contain at least 2 characters",
        ),
        (
            {"Type": "String", "MaxLength": "2"},
            "bbb",
            "Parameter 'P' must contain at most 2 characters",
        ),
        ({"Type": "Number"}, "x", "Parameter 'P' must be a number"),
        ({"Type": "List<Number>"}, "1,x", "Parameter 'P' must be a number"),
        (
            {"Type": "Number", "MinValue": 2},
            "1",
            "Parameter 'P' must be a number not less than 2",
        ),
        (
            {"Type": "Number", "MaxValue": 2},
            "3",
            "Parameter 'P' must be a number not greater than 2",
        ),
        (
            {"Type": "AWS::EC2::VPC::Id"},
            "vpc-2",
            (
                "Parameter validation failed: parameter value vpc-2 for parameter name P does not "
                "exist."
            ),
        ),
        (
            {"Type": "AWS::SSM::Parameter::Value<String>"},
            "/none",
            "Unable to fetch parameters [/none] from parameter store for this account.",
        ),
        (
            {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"},
            "/broken",
            (
                "Parameter validation failed: parameter value ami-0 for parameter name P does not "
                "exist."
            ),
        ),
        (
            {"Type": "String", "AllowedPattern": "["},
            "x",
            "Template format error: Invalid declaration of the parameter P",
        ),
        (
            {"Type": "String", "MinLength": "few"},
            "x",
            "Template format error: Invalid declaration of the parameter P",
        ),
        (
            {"Type": "String", "AllowedValues": "x"},
            "x",
            "Template format error: Invalid declaration of the parameter P",
        ),
        ({"Type": "String"}, "x" * 4097, "Parameter 'P' must be at most 4096 bytes long"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_aws_words(
    declaration: dict[str, Any], value: str | None, message: str
) -> None:
    with pytest.raises(ApiError) as caught:
        bound(declaration, value)
    assert caught.value.message == message


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(ApiError, match=r"Parameters: \[Q\] do not exist in the template"):
        bind(
            {},
            [{"ParameterKey": "Q", "ParameterValue": "x"}],
            previous=None,
            exists=lambda _kind, _name: True,
            read_ssm=STORE.get,
        )


def test_the_previous_value_is_used_where_it_exists() -> None:
    used = bound({"Type": "String"}, previous={"P": "old"}, UsePreviousValue=True)

    assert used.given == {"P": "old"}
    with pytest.raises(ApiError, match="not in the previous template"):
        bound({"Type": "String"}, previous={}, UsePreviousValue=True)
    with pytest.raises(ApiError, match="true and non empty value"):
        bound({"Type": "String"}, previous={"P": "o"}, UsePreviousValue=True, ParameterValue="n")
