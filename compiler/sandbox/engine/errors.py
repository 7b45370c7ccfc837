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


def already_exists(message: str) -> ApiError:
    """Return AWS's `AlreadyExistsException`."""
    return ApiError("AlreadyExistsException", message)


def change_set_not_found(message: str) -> ApiError:
    """Return AWS's `ChangeSetNotFound`."""
    return ApiError("ChangeSetNotFound", message, 404)


def insufficient_capabilities(message: str) -> ApiError:
    """Return AWS's `InsufficientCapabilitiesException`."""
    return ApiError("InsufficientCapabilitiesException", message)


def invalid_change_set_status(message: str) -> ApiError:
    """Return AWS's `InvalidChangeSetStatus`."""
    return ApiError("InvalidChangeSetStatus", message)


def invalid_operation(message: str) -> ApiError:
    """Return AWS's `InvalidOperationException`."""
    return ApiError("InvalidOperationException", message)


def name_already_exists(message: str) -> ApiError:
    """Return AWS's `NameAlreadyExistsException`."""
    return ApiError("NameAlreadyExistsException", message, 409)


def operation_id_already_exists(message: str) -> ApiError:
    """Return AWS's `OperationIdAlreadyExistsException`."""
    return ApiError("OperationIdAlreadyExistsException", message, 409)


def operation_in_progress(message: str) -> ApiError:
    """Return AWS's `OperationInProgressException`."""
    return ApiError("OperationInProgressException", message, 409)


def operation_not_found(message: str) -> ApiError:
    """Return AWS's `OperationNotFoundException`."""
    return ApiError("OperationNotFoundException", message, 404)


def stack_instance_not_found(message: str) -> ApiError:
    """Return AWS's `StackInstanceNotFoundException`."""
    return ApiError("StackInstanceNotFoundException", message, 404)


def stack_set_not_empty(message: str) -> ApiError:
    """Return AWS's `StackSetNotEmptyException`."""
    return ApiError("StackSetNotEmptyException", message, 409)


def stack_set_not_found(message: str) -> ApiError:
    """Return AWS's `StackSetNotFoundException`."""
    return ApiError("StackSetNotFoundException", message, 404)


def token_already_exists(message: str) -> ApiError:
    """Return AWS's `TokenAlreadyExistsException`."""
    return ApiError("TokenAlreadyExistsException", message)


def stack_not_found(message: str) -> ApiError:
    """Return AWS's `StackNotFoundException`."""
    return ApiError("StackNotFoundException", message, 404)
