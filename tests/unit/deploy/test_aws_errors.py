"""boto3's exceptions in the port's words."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, NoCredentialsError

from compiler.deploy.aws.errors import translated
from compiler.deploy.port import AwsBusyError, AwsError


def refusal(code: str, message: str = "A sentence.") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Whatever")


def test_a_refusal_keeps_awss_words() -> None:
    refused = refusal("AccessDenied", "You may not.")

    with pytest.raises(AwsError) as raised, translated("CreateStackSet"):
        raise refused

    error = raised.value
    assert (type(error), error.code, error.reason, error.call) == (
        AwsError,
        "AccessDenied",
        "You may not.",
        "CreateStackSet",
    )


@pytest.mark.parametrize(
    "error",
    [
        refusal("Throttling"),
        refusal("ThrottlingException"),
        refusal("ServiceUnavailable"),
        ConnectTimeoutError(endpoint_url="https://example.com"),
    ],
)
def test_what_says_nothing_about_the_request_is_told_apart(error: Exception) -> None:
    with pytest.raises(AwsBusyError), translated("DescribeStackSet"):
        raise error


def test_missing_credentials_have_a_word_of_their_own() -> None:
    with pytest.raises(AwsError) as raised, translated("GetCallerIdentity"):
        raise NoCredentialsError

    assert raised.value.code == "NoCredentials"


def test_what_is_already_so_is_no_error() -> None:
    fine = frozenset({"OperationIdAlreadyExistsException"})
    refused = refusal("OperationIdAlreadyExistsException")

    with translated("UpdateStackSet", fine=fine):
        raise refused


def test_an_address_that_is_none_is_no_bug() -> None:
    with pytest.raises(AwsError) as raised, translated("sts"):
        raise ValueError("Invalid endpoint: nonsense")  # noqa: EM101, TRY003 -- botocore's own

    assert (raised.value.code, raised.value.reason) == (
        "Unreachable",
        "AWS could not be reached: Invalid endpoint: nonsense",
    )
    with pytest.raises(ValueError, match="ours"), translated("sts"):
        raise ValueError("ours")  # noqa: EM101 -- a bug of ours, whatever it says
