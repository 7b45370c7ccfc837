"""boto3's exceptions, in the port's words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    ProfileNotFound,
)
from botocore.exceptions import ConnectionError as NoConnectionError

from compiler.deploy.port import AwsBusyError, AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUSY = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        # Of an operation whose start was taken a moment ago: reads lag behind writes.
        "OperationNotFoundException",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Codes after which the same may be asked again (Common errors, API references, 2026-11-23)."""

_BROKEN = frozenset({500, 502, 503, 504})
"""HTTP's own words for it; a HEAD request has no others."""


@contextmanager
def translated(call: str, *, fine: frozenset[str] = frozenset()) -> Iterator[None]:
    """
    Raise what boto3 raises as the port's errors.

    Args:
        call: What is being asked.
        fine: Codes that mean that what was asked for is already so; they are swallowed.
    """
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "Unknown"))
        reason = str(error.response.get("Error", {}).get("Message", "")) or code
        if code in fine:
            return
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        kind = AwsBusyError if code in _BUSY or status in _BROKEN else AwsError
        raise kind(code=code, reason=reason, call=call) from error
    except (NoCredentialsError, ProfileNotFound) as error:
        raise AwsError(code="NoCredentials", reason=str(error), call=call) from error
    except (HTTPClientError, NoConnectionError) as error:
        raise AwsBusyError(
            code="Unreachable", reason=f"AWS could not be reached: {error}", call=call
        ) from error
    except ValueError as error:
        # botocore's way to refuse an address, such as that of AWS_ENDPOINT_URL.
        if not str(error).startswith("Invalid endpoint"):
            raise
        raise AwsError(
            code="Unreachable", reason=f"AWS could not be reached: {error}", call=call
        ) from error
    except BotoCoreError as error:
        raise AwsError(code=type(error).__name__, reason=str(error), call=call) from error
