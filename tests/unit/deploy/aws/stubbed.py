"""Clients of boto3 that ask nobody: botocore's own Stubber checks requests and answers."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.stub import Stubber

from compiler.deploy.aws.clients import Clients
from compiler.deploy.aws.stack_sets import StackSets
from compiler.deploy.port import Definition, Place
from compiler.deploy.targets import OWN_ACCOUNTS, Targets

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "111122223333"
OTHER = "222233334444"
REGION = "eu-central-1"
HERE = Place(account=ACCOUNT, region=REGION)
THERE = Place(account=OTHER, region=REGION)

TEMPLATE = '{"Resources": {"Media": {"Type": "AWS::S3::Bucket"}}}'

DEFINITION = Definition(
    name="shop-media",
    description="stackferry: eu-central-1/media of shop-prod",
    template=TEMPLATE,
    parameters={"VpcId": "vpc-1", "Alarm": "arn:aws:sns:::a"},
    tags={"Timestamp": "2026-11-24T10:00:00Z", "Environment": "prod"},
    capabilities=("CAPABILITY_NAMED_IAM",),
)


@contextmanager
def stubbed(service: str = "cloudformation", region: str = REGION) -> Iterator[tuple[Any, Stubber]]:
    """Yield a client and what answers for AWS; at the end, everything must have been asked."""
    client: Any = boto3.client(
        service,  # type: ignore[call-overload]  # the name of the service is not known here
        region_name=region,
        aws_access_key_id="none",
        aws_secret_access_key="none",  # noqa: S106 -- nobody reads it
        config=Config(retries={"total_max_attempts": 1}),
    )
    with Stubber(client) as stub:
        yield client, stub
    stub.assert_no_pending_responses()


class _One(Clients):
    """Has one client, whatever it is asked for."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 -- boto3 makes clients at run time
        super().__init__()
        self._one = client

    def own(self, service: str, region: str) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        assert (service, region) == ("cloudformation", REGION)
        return self._one


def stack_sets(client: Any, targets: Targets = OWN_ACCOUNTS) -> StackSets:  # noqa: ANN401 -- boto3 makes clients at run time
    """Return AWS as the deployer asks it by StackSets, over *client*."""
    return StackSets(clients=_One(client), home=REGION, targets=targets)


class Slept:
    """Remembers for how long somebody wanted to sleep, in seconds."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
