"""
How handlers of this folder ask a service, and what they make of its answer.

A template carries numbers as text and text as numbers; boto3 takes neither. `ask` gives every value
the type that the operation's own model asks for, and turns what the service refuses into `Refused`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn, TypeAlias

from botocore.exceptions import ClientError, ParamValidationError
from moto import backends

from compiler.sandbox.handler import Refused

JSON: TypeAlias = Any
"""What a template holds and what boto3 takes and gives: nested mappings, lists and scalars."""

Client: TypeAlias = Any
"""A boto3 client; boto3 makes its classes at run time."""

Backend: TypeAlias = Any
"""moto's side of a service; its backends share no useful type."""

Shape: TypeAlias = Any
"""A botocore shape; botocore is untyped and makes its models at run time."""

_NUMBERS: Mapping[str, Callable[[Any], Any]] = {
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
}


def refuse(code: str, reason: str) -> NoReturn:
    """Raise `Refused` with AWS's code and sentence."""
    raise Refused(code, reason)


def ask(client: Client, operation: str, **parameters: JSON) -> dict[str, Any]:
    """
    Call *operation* of *client* with every parameter that is not `None`.

    Args:
        client: A boto3 client.
        operation: The method's name, for example `create_topic`.
        parameters: As boto3 spells them; a text where a number is due is read as one.

    Returns:
        The service's answer.

    Raises:
        Refused: With the service's own code and sentence, or `ValidationError` where a parameter
            does not fit the operation.
    """
    shape = client.meta.service_model.operation_model(
        client.meta.method_to_api_mapping[operation]
    ).input_shape
    given = {key: value for key, value in parameters.items() if value is not None}
    try:
        answer: dict[str, Any] = getattr(client, operation)(**(shaped(shape, given) or {}))
    except ClientError as error:
        refuse(error.response["Error"]["Code"], error.response["Error"]["Message"])
    except ParamValidationError as error:
        refuse("ValidationError", " ".join(str(error).split()))
    except KeyError as error:
        # moto looks its backend up by region, whatever the region is called.
        if error.args != (client.meta.region_name,):
            raise
        _refuse_region(client.meta.region_name)
    return answer


def ask_or_none(
    client: Client, operation: str, *absent: str, **parameters: JSON
) -> dict[str, Any] | None:
    """
    Call *operation* as `ask` does, but answer `None` for the *absent* codes.

    Raises:
        Refused: For any other code.
    """
    try:
        return ask(client, operation, **parameters)
    except Refused as refused:
        if refused.code in absent:
            return None
        raise


def shaped(shape: Shape, value: JSON) -> JSON:
    """
    Give *value* the types of *shape*.

    Returns:
        The same value where it cannot be read as its type, for botocore to refuse; members that
        the shape does not know stay, for the same reason.
    """
    if shape is None or value is None:
        return value
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        return {key: shaped(shape.members.get(key), member) for key, member in value.items()}
    if kind == "list" and isinstance(value, list | tuple):
        return [shaped(shape.member, member) for member in value]
    if kind == "map" and isinstance(value, Mapping):
        return {str(key): shaped(shape.value, member) for key, member in value.items()}
    return _scalar(kind, value)


def _scalar(kind: str, value: JSON) -> JSON:
    if kind == "boolean" and isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    if kind == "string" and isinstance(value, bool):
        return "true" if value else "false"
    if kind == "string" and isinstance(value, int | float):
        return str(value)
    if kind in _NUMBERS and isinstance(value, str):
        try:
            return _NUMBERS[kind](value)
        except ValueError:
            return value
    return value


def document(value: JSON) -> str:
    """Return a policy document as text, however the template gives it."""
    return value if isinstance(value, str) else json.dumps(value)


def beneath(service: str, account: str, region: str) -> Backend:
    """
    Return moto's own backend of *service*, for what its API takes but does not keep.

    What is set here is set on the object that moto's answers are made of, so that it can be read
    through the service like everything else. Each use says what moto leaves out.

    Args:
        service: moto's name for it, for example `elbv2`.
        account: Twelve digits.
        region: A region, or the partition (`aws`) for services without regions.

    Raises:
        Refused: There is no such region, or the service is not in it.
    """
    # moto types the name as a closed set of literals.
    of_account = backends.get_backend(service)[account]  # type: ignore[call-overload]
    try:
        return of_account[region]
    except KeyError:
        _refuse_region(region)


def _refuse_region(region: str) -> NoReturn:
    refuse("InvalidParameterValue", f"The region '{region}' is not supported for this operation")


def beneath_all(service: str) -> Iterator[Backend]:
    """Yield moto's backends of *service* in every account and region that has been used."""
    # Copied first: stacks of several regions are made at the same time.
    for account in list(backends.get_backend(service).values()):  # type: ignore[call-overload]
        yield from list(account.values())
