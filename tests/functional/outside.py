"""Somebody outside of the sandbox's process: clients of an account, and its environment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.clients import environment_of
from tests.functional.served_clients import REGION, Client, with_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """
    An account, as other processes use it.

    Attributes:
        url: Where the sandbox is served.
        account: Whose keys are sent.
    """

    url: str
    account: str

    def environment(self, region: str = REGION) -> Mapping[str, str]:
        """Return the variables that lead AWS tools there, as the account."""
        return {**environment_of(self.account, region), "AWS_ENDPOINT_URL": self.url}

    def client(self, service: str, region: str = REGION) -> Client:
        return with_keys(self.environment(region), service, region)

    def bucket(self, name: str, region: str = REGION) -> Client:
        """Make the bucket *name*; return the client that did."""
        s3 = self.client("s3", region)
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
        return s3


def body(**resources: Mapping[str, Any]) -> str:
    """Return a template of *resources*, by logical id."""
    return json.dumps({"Resources": resources})


def resource(kind: str, after: str = "", **properties: Any) -> Mapping[str, Any]:  # noqa: ANN401 -- JSON
    """Return a resource of a template; one that waits for the resource *after*, if given."""
    waits = {"DependsOn": after} if after else {}
    return {"Type": f"AWS::{kind}", "Properties": properties, **waits}


def refusal(call: Callable[[], object]) -> str:
    """Return with which code and words AWS refuses *call*."""
    with pytest.raises(ClientError) as refused:
        call()
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"
