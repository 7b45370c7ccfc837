"""
Holds the values that a caller gives for a template's parameters against their declarations.

AWS-specific types look at the account: a parameter of type `AWS::EC2::VPC::Id` must name a VPC that
exists in the stack's account and region, and an SSM type reads the parameter store there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import ApiError, invalid, template_format_error

if TYPE_CHECKING:
    from compiler.sandbox.engine.values import Json

VALUE_MAX_BYTES = 4096
"""Largest parameter value. Source: CloudFormation User Guide, quotas, 2026-11-23."""

NO_ECHO = "****"
"""What CloudFormation shows instead of the value of a `NoEcho` parameter."""

_SSM_VALUE = re.compile(r"AWS::SSM::Parameter::Value<(?P<inner>.+)>")
_LIST = re.compile(r"List<(?P<inner>.+)>|CommaDelimitedList")
_SCALAR = (str, int, float, bool)
_NUMBERS = ("MinLength", "MaxLength", "MinValue", "MaxValue")
_PLAIN_TYPES = frozenset({"CommaDelimitedList", "List<Number>", "List<String>", "Number", "String"})

Exists = Callable[[str, str], bool]
"""Tells whether the account has a thing: `("AWS::EC2::VPC::Id", "vpc-1")`."""

ReadSsm = Callable[[str], str | None]
"""Returns the value of an SSM parameter of the stack's region, or `None`."""

AWS_TYPES = frozenset(
    {
        "AWS::EC2::AvailabilityZone::Name",
        "AWS::EC2::Image::Id",
        "AWS::EC2::Instance::Id",
        "AWS::EC2::KeyPair::KeyName",
        "AWS::EC2::SecurityGroup::GroupName",
        "AWS::EC2::SecurityGroup::Id",
        "AWS::EC2::Subnet::Id",
        "AWS::EC2::VPC::Id",
        "AWS::EC2::Volume::Id",
        "AWS::Route53::HostedZone::Id",
        "AWS::SSM::Parameter::Name",
    }
)
"""Source: CloudFormation Template Reference, AWS-specific parameter types, 2026-11-23."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """
    The values of a stack's parameters.

    Attributes:
        given: As the caller (or the default) spelled them, by name.
        resolved: What `Ref` gives: text or a list of texts; SSM types are looked up.
        from_ssm: For SSM types, the value that was found.
    """

    given: Mapping[str, str]
    resolved: Mapping[str, Json]
    from_ssm: Mapping[str, str]


def bind(
    declared: Mapping[str, Mapping[str, Any]],
    given: Sequence[Mapping[str, Any]],
    *,
    previous: Mapping[str, str] | None,
    exists: Exists,
    read_ssm: ReadSsm,
) -> Values:
    """
    Give every declared parameter a value.

    Args:
        declared: The `Parameters` section.
        given: As in the API: `ParameterKey` with `ParameterValue` or `UsePreviousValue`.
        previous: The values of the stack that is updated; `None` at a creation.
        exists: See `Exists`.
        read_ssm: See `ReadSsm`.

    Raises:
        ApiError: `ValidationError`: unknown, missing or impossible values.
    """
    spelled = _spelled(declared, given, previous)
    missing = [name for name in declared if name not in spelled]
    if missing:
        message = f"Parameters: [{', '.join(missing)}] must have values"
        raise invalid(message)
    resolved: dict[str, Json] = {}
    from_ssm: dict[str, str] = {}
    for name, declaration in declared.items():
        text = spelled[name]
        _check_declaration(name, declaration)
        kind = str(declaration.get("Type", "String"))
        if (match := _SSM_VALUE.fullmatch(kind)) is not None:
            _check_constraints(name, declaration, text)
            found = read_ssm(text)
            if found is None:
                message = (
                    f"Unable to fetch parameters [{text}] from parameter store for this account."
                )
                raise invalid(message)
            from_ssm[name] = found
            text, kind = found, match["inner"]
        else:
            _check_constraints(name, declaration, text)
        resolved[name] = _typed(name, kind, text, exists)
    return Values(given=spelled, resolved=resolved, from_ssm=from_ssm)


def is_unshown(declaration: Mapping[str, Any]) -> bool:
    """Tell whether the declaration says `NoEcho`."""
    return str(declaration.get("NoEcho", "")).lower() == "true"


def shown(declaration: Mapping[str, Any], value: str) -> str:
    """Return *value*, or stars where the declaration says `NoEcho`."""
    return NO_ECHO if is_unshown(declaration) else value


def unshown(declared: Mapping[str, Mapping[str, Any]], values: Values) -> set[str]:
    """Return the texts that nobody may see: what was given for `NoEcho` parameters."""
    return {
        values.given[name]
        for name, declaration in declared.items()
        if values.given[name] and is_unshown(declaration)
    }


def starred(text: str, secrets: Collection[str]) -> str:
    """Return *text* with stars in the place of each of *secrets*, the longest first."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, NO_ECHO)
    return text


def _spelled(
    declared: Mapping[str, Mapping[str, Any]],
    given: Sequence[Mapping[str, Any]],
    previous: Mapping[str, str] | None,
) -> dict[str, str]:
    by_name = {str(entry["ParameterKey"]): entry for entry in given}
    if unknown := [name for name in by_name if name not in declared]:
        message = f"Parameters: [{', '.join(unknown)}] do not exist in the template"
        raise invalid(message)
    spelled: dict[str, str] = {}
    for name, declaration in declared.items():
        entry = by_name.get(name, {})
        if _is_true(entry.get("UsePreviousValue")):
            if entry.get("ParameterValue"):
                message = (
                    f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as "
                    "true and non empty value for a parameter"
                )
                raise invalid(message)
            if previous is None or name not in previous:
                message = (
                    f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as "
                    "true for a parameter key not in the previous template"
                )
                raise invalid(message)
            spelled[name] = previous[name]
        elif "ParameterValue" in entry:
            spelled[name] = str(entry["ParameterValue"])
        elif "Default" in declaration:
            spelled[name] = _as_text(declaration["Default"])
        if len(spelled.get(name, "").encode()) > VALUE_MAX_BYTES:
            message = f"Parameter '{name}' must be at most {VALUE_MAX_BYTES} bytes long"
            raise invalid(message)
    return spelled


def _is_true(value: Json) -> bool:
    return str(value).lower() == "true"


def _as_text(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _check_declaration(name: str, declaration: Mapping[str, Any]) -> None:
    _check_shape(name, declaration)
    inner = kind = declaration.get("Type", "String")
    if (match := _SSM_VALUE.fullmatch(kind)) is not None:
        inner = match["inner"]
    if (match := _LIST.fullmatch(inner)) is not None and match["inner"] is not None:
        inner = match["inner"]
    if inner not in _PLAIN_TYPES and inner not in AWS_TYPES:
        message = f"Unrecognized parameter type: {kind} ({name})"
        raise template_format_error(message)


def _check_shape(name: str, declaration: Mapping[str, Any]) -> None:
    allowed = declaration.get("AllowedValues", [])
    is_listed = isinstance(allowed, list) and all(isinstance(v, _SCALAR) for v in allowed)
    numbers = [declaration.get(key, 0) for key in _NUMBERS]
    texts = [declaration.get(key, "") for key in ("Type", "AllowedPattern")]
    is_right = (
        is_listed
        and all(_is_number(number) for number in numbers)
        and all(isinstance(text, str) for text in texts)
        and isinstance(declaration.get("Default", ""), _SCALAR)
    )
    if not is_right or not _is_pattern(declaration.get("AllowedPattern", "")):
        message = f"Invalid declaration of the parameter {name}"
        raise template_format_error(message)


def _is_number(value: Json) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _check_constraints(name: str, declaration: Mapping[str, Any], text: str) -> None:
    kind = str(declaration.get("Type", "String"))
    parts = text.split(",") if _LIST.fullmatch(kind) is not None else [text]
    for part in parts:
        _check_one(name, declaration, part.strip(), is_number="Number" in kind)


def _check_one(name: str, declaration: Mapping[str, Any], text: str, *, is_number: bool) -> None:
    allowed = declaration.get("AllowedValues")
    if allowed is not None and text not in [_as_text(value) for value in allowed]:
        why = f"Parameter '{name}' must be one of AllowedValues"
        raise _refused(name, declaration, why)
    pattern = declaration.get("AllowedPattern")
    if pattern is not None and re.fullmatch(pattern, text) is None:
        why = f"Parameter {name} failed to satisfy constraint: must match pattern {pattern}"
        raise _refused(name, declaration, why)
    if is_number:
        _check_number(name, declaration, text)
        return
    if len(text) < float(declaration.get("MinLength", 0)):
        why = f"Parameter '{name}' must contain at least {declaration['MinLength']} characters"
        raise _refused(name, declaration, why)
    if "MaxLength" in declaration and len(text) > float(declaration["MaxLength"]):
        why = f"Parameter '{name}' must contain at most {declaration['MaxLength']} characters"
        raise _refused(name, declaration, why)


def _check_number(name: str, declaration: Mapping[str, Any], text: str) -> None:
    try:
        number = float(text)
    except ValueError:
        why = f"Parameter '{name}' must be a number"
        raise _refused(name, declaration, why) from None
    if "MinValue" in declaration and number < float(declaration["MinValue"]):
        why = f"Parameter '{name}' must be a number not less than {declaration['MinValue']}"
        raise _refused(name, declaration, why)
    if "MaxValue" in declaration and number > float(declaration["MaxValue"]):
        why = f"Parameter '{name}' must be a number not greater than {declaration['MaxValue']}"
        raise _refused(name, declaration, why)


def _refused(name: str, declaration: Mapping[str, Any], why: str) -> ApiError:
    description = declaration.get("ConstraintDescription")
    if description is not None:
        return invalid(f"Parameter {name} failed to satisfy constraint: {description}")
    return invalid(why)


def _typed(name: str, kind: str, text: str, exists: Exists) -> Json:
    match = _LIST.fullmatch(kind)
    if match is None:
        _check_exists(name, kind, text, exists)
        return text
    parts = [part.strip() for part in text.split(",")] if text else []
    for part in parts:
        _check_exists(name, match["inner"] or "String", part, exists)
    return parts


def _check_exists(name: str, kind: str, text: str, exists: Exists) -> None:
    if kind in AWS_TYPES and not exists(kind, text):
        message = (
            f"Parameter validation failed: parameter value {text} for parameter name {name} "
            "does not exist."
        )
        raise invalid(message)
