"""What the CloudFormation API answers when it refuses a call."""

from __future__ import annotations


class ApiError(Exception):
    """
    A refused call, as AWS words it.

    Attributes:
        code: AWS's error code, for example `ValidationError`.
        message: AWS's sentence.
        status: The HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        """Keep the three parts of the answer."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def invalid(message: str) -> ApiError:
    """Return the error that CloudFormation gives for most mistakes."""
    return ApiError("ValidationError", message)


def template_error(message: str) -> ApiError:
    """Return the error for a template that cannot be what it says."""
    return invalid(f"Template error: {message}")


def template_format_error(message: str) -> ApiError:
    """Return the error for a template that is not well formed."""
    return invalid(f"Template format error: {message}")


def unsupported(what: str) -> ApiError:
    """Return the error for what AWS has and the sandbox has not."""
    return ApiError("UnsupportedOperation", f"The sandbox does not offer {what}.")
