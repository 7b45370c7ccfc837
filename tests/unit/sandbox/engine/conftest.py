"""The sandbox over a service made of a dictionary."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.embedded import Sandbox, embedded
from compiler.sandbox.engine.schemas import resource_schema
from tests.fakes.clock import SimulatedClock
from tests.unit.sandbox.engine.organization import Organization, found
from tests.unit.sandbox.engine.sets import template
from tests.unit.sandbox.engine.shelf import TYPES, Client, Deploy, Events, Shelf, ShelfHandler
from tests.unit.sandbox.engine.slow_sets import EACH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.engine.values import Json
    from compiler.sandbox.handler import Handler


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def handlers(shelf: Shelf) -> Mapping[str, Handler]:
    return {
        name: ShelfHandler(
            name, shelf, resource_schema(name, "us-east-1").properties - {"DataProtectionPolicy"}
        )
        for name in TYPES
    }


@pytest.fixture
def box(handlers: Mapping[str, Handler]) -> Iterator[Sandbox]:
    with embedded(handlers=handlers) as sandbox:
        yield sandbox


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock()


@pytest.fixture
def slow(handlers: Mapping[str, Handler], clock: SimulatedClock) -> Iterator[Sandbox]:
    """A sandbox where each instance of a stack set takes `EACH` seconds of *clock*."""
    with embedded(handlers=handlers, seconds_per_instance=EACH, clock=clock.now) as box:
        yield box


@pytest.fixture
def cloudformation(box: Sandbox) -> Client:
    return box.client("cloudformation", "eu-central-1")


@pytest.fixture
def deploy(cloudformation: Client) -> Deploy:
    """Create or update the stack `app` from resources; return its status."""

    def run(resources: Mapping[str, Any], verb: str = "create", **more: Json) -> str:
        sections = {
            name: more.pop(name) for name in ("Outputs", "Parameters", "Mappings") if name in more
        }
        body = json.dumps({"Resources": resources, **sections})
        parameters = [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in more.pop("values", {}).items()
        ]
        call = getattr(cloudformation, f"{verb}_stack")
        stack_id = call(StackName="app", TemplateBody=body, Parameters=parameters, **more)[
            "StackId"
        ]
        status: str = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
        return status

    return run


@pytest.fixture
def events(cloudformation: Client) -> Events:
    """Return the events of the stack `app`, oldest first, as `id status: reason`."""

    def read() -> list[str]:
        found = cloudformation.describe_stack_events(StackName="app")["StackEvents"]
        return [
            f"{e['LogicalResourceId']} {e['ResourceStatus']}"
            + (f": {e['ResourceStatusReason']}" if "ResourceStatusReason" in e else "")
            for e in reversed(found)
        ]

    return read


@pytest.fixture
def sets(cloudformation: Client) -> Json:
    cloudformation.create_stack_set(
        StackSetName="net", TemplateBody=template(), Tags=[{"Key": "Team", "Value": "blue"}]
    )
    return cloudformation


@pytest.fixture
def organization(box: Sandbox) -> Organization:
    return found(box)
