"""Clients from outside: what another process would use of a sandbox that is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Mapping

REGION = "eu-central-1"
HOME, OTHER = "111122223333", "444455556666"

Client = Any
"""Any: boto3 makes its clients at run time."""


def with_keys(
    environment: Mapping[str, str], service: str, region: str = REGION, token: str | None = None
) -> Client:
    """Return a client that sends the keys of *environment* to its address."""
    make: Any = boto3.client
    return make(
        service,
        region,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=token,
        config=Config(retries={"max_attempts": 0}),
    )


def through_role(
    environment: Mapping[str, str], role: str, service: str, region: str = REGION
) -> Client:
    """Return a client with the credentials of *role*, assumed by the keys of *environment*."""
    sts = with_keys(environment, "sts", region)
    found = sts.assume_role(RoleArn=role, RoleSessionName="outside")["Credentials"]
    keys = {
        **environment,
        "AWS_ACCESS_KEY_ID": found["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": found["SecretAccessKey"],
    }
    return with_keys(keys, service, region, found["SessionToken"])
