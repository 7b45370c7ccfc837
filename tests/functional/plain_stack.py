"""A stack of a topic, made through the port without stack sets."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from compiler.deploy.aws import Clients, PlainStacks
from compiler.deploy.port import Definition, Place
from compiler.sandbox.embedded import ACCOUNT, Sandbox, embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.deploy.port import Aws

HERE = Place(account=ACCOUNT, region="eu-central-1")
NAME = "shop-prod-media"
CREATE, UPDATE, DELETE = "stackferry-create-1", "stackferry-update-2", "stackferry-delete-3"
TOPIC, TOPIC_TYPE = "shop-prod-alarms", "AWS::SNS::Topic"


def template(**topic: object) -> str:
    return json.dumps(
        {
            "Parameters": {"Note": {"Type": "String", "Description": "Whatever."}},
            "Resources": {
                "Topic": {"Type": TOPIC_TYPE, "Properties": {"TopicName": TOPIC, **topic}}
            },
            "Outputs": {"Note": {"Value": {"Ref": "Note"}}},
        }
    )


DEFINITION = Definition(
    name=NAME,
    description="stackferry: eu-central-1/media of shop-prod",
    template=template(),
    parameters={"Note": "one"},
    tags={"Environment": "prod"},
    capabilities=("CAPABILITY_NAMED_IAM",),
)
CHANGED = replace(DEFINITION, template=template(DisplayName="Alarms"))
IMPOSSIBLE = replace(
    DEFINITION,
    template=json.dumps(
        {
            "Resources": {
                "Route": {
                    "Type": "AWS::EC2::Route",
                    "Properties": {
                        "RouteTableId": "rtb-00000000000000000",
                        "DestinationCidrBlock": "10.0.0.0/16",
                        "GatewayId": "igw-00000000000000000",
                    },
                }
            }
        }
    ),
    parameters={},
)
"""A template that CloudFormation takes and EC2 refuses."""


class HandClock:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def not_at_all(seconds: float) -> None:
    message = f"somebody wants to wait {seconds} s"
    raise AssertionError(message)


def another_run(wait: Callable[[float], None] = not_at_all) -> Aws:
    """The port as a process has it that knows nothing yet."""
    return PlainStacks(clients=Clients(), home=HERE.region, places={NAME: HERE}, sleep=wait)


@contextmanager
def slow() -> Iterator[tuple[Sandbox, HandClock]]:
    clock = HandClock()
    with embedded(seconds_per_stack=60, clock=clock) as running:
        yield running, clock


def created(definition: Definition = DEFINITION, wait: Callable[[float], None] = not_at_all) -> Aws:
    aws = another_run(wait)
    aws.create_stack_set(definition, "token")
    aws.create_instances(NAME, (HERE,), CREATE)
    return aws


def statuses(aws: Aws) -> list[tuple[str, str]]:
    return [(one.status, one.detailed) for one in aws.instances(NAME)]


def change_sets(sandbox: Sandbox) -> list[str]:
    answer = sandbox.client("cloudformation", HERE.region).list_change_sets(StackName=NAME)
    return [f"{one['ChangeSetName']} {one['ExecutionStatus']}" for one in answer["Summaries"]]
