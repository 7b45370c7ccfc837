"""
A process that dies in one of boto3's own requests, where one call of the port makes several.

The next run, which knows nothing of it, ends in the same state, and nothing was done twice.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import pytest

from compiler.deploy.aws import Clients
from compiler.deploy.aws.plain import PlainStacks
from compiler.deploy.aws.stack_sets import StackSets
from compiler.deploy.deploying import deploy
from compiler.deploy.folder import Compiled
from compiler.deploy.wanted import place_of
from compiler.deploy.wish import Wish
from compiler.sandbox.embedded import Sandbox, embedded
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.migration import ACCOUNT, TARGET, migration, stack
from tests.fakes.taker import new_taker

if TYPE_CHECKING:
    from compiler.deploy.port import Aws

Via = Literal["stacksets", "stacks"]

NEXT_TRY = timedelta(minutes=10)
"""What passes until somebody runs it again: longer than a lease."""


class DiedError(BaseException):
    """The process is gone; nothing that it still wants to say is heard."""


class DyingClients(Clients):
    """Clients of a process that dies in the request of a number: before AWS gets it, or after."""

    def __init__(self, number: int, moment: str) -> None:
        super().__init__()
        self.numbers = itertools.count(1)
        self.last = (number, moment)
        self.is_dead = False
        self.hooked: set[int] = set()

    def _client(self, service: str, region: str, account: str) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        client = super()._client(service, region, account)
        if id(client) not in self.hooked:
            self.hooked.add(id(client))
            client.meta.events.register("before-call", self.before)
            client.meta.events.register("after-call", self.after)
        return client

    def before(self, **_: object) -> None:
        self.current = next(self.numbers)
        self.perhaps_die("before")

    def after(self, **_: object) -> None:
        self.perhaps_die("after")

    def perhaps_die(self, moment: str) -> None:
        self.is_dead = self.is_dead or (self.current, moment) == self.last
        if self.is_dead:
            raise DiedError


def compiled(display_name: str) -> Compiled:
    texts = {
        f"{TARGET}/alarms": json.dumps(
            {
                "Resources": {
                    "Topic": {
                        "Type": "AWS::SNS::Topic",
                        "Properties": {"TopicName": "shop", "DisplayName": display_name},
                    }
                },
                "Outputs": {"TopicArn": {"Value": {"Ref": "Topic"}}},
            }
        )
    }
    stacks = tuple(
        stack(TARGET, id_.removeprefix(f"{TARGET}/"), text) for id_, text in texts.items()
    )
    return Compiled(manifest=replace(migration().manifest, stacks=stacks), templates=texts)


def run(what: Compiled, clients: Clients, clock: SimulatedClock, via: Via) -> int:
    places = {one.stack_set: place_of(one) for one in what.manifest.stacks}
    aws: Aws = (
        StackSets(clients=clients, home=TARGET)
        if via == "stacksets"
        else PlainStacks(clients=clients, home=TARGET, places=places)
    )
    return deploy(
        what,
        aws=aws,
        clock=clock,
        listener=Heard(),
        taker=new_taker(),
        confirm=lambda _: True,
        wish=Wish(via=via),
        pool=CallingPool(),
    ).exit_code


def begun(sandbox: Sandbox) -> list[str]:
    """What every stack went through, oldest first, without its resources."""
    client = sandbox.client("cloudformation", TARGET)
    return [
        str(event["ResourceStatus"])
        for one in client.list_stacks()["StackSummaries"]
        for event in reversed(client.describe_stack_events(StackName=one["StackId"])["StackEvents"])
        if event["PhysicalResourceId"] == one["StackId"]
        and event["ResourceStatus"] in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}
    ]


@pytest.mark.slow
@pytest.mark.parametrize("every", [1])
@pytest.mark.parametrize("via", ["stacksets", "stacks"])
@pytest.mark.parametrize("stands", [False, True])
def test_whichever_request_a_process_dies_in_the_next_one_ends_what_it_began(
    via: Via, every: int, *, stands: bool
) -> None:
    clock = SimulatedClock()
    with embedded(account=ACCOUNT) as sandbox:
        whole = DyingClients(0, "")
        if stands:
            run(compiled("Old"), Clients(), clock, via)
        assert run(compiled("New"), whole, clock, via) == 0
        wanted = begun(sandbox)
    requests = next(whole.numbers) - 1
    assert requests > 10

    for number, moment in itertools.product(range(every, requests + 1, every), ("before", "after")):
        with embedded(account=ACCOUNT) as sandbox:
            if stands:
                run(compiled("Old"), Clients(), clock, via)
            with pytest.raises(DiedError):
                run(compiled("New"), DyingClients(number, moment), clock, via)
            clock.time += NEXT_TRY

            assert run(compiled("New"), Clients(), clock, via) == 0, (number, moment)

            assert begun(sandbox) == wanted, (number, moment)
            (topic,) = sandbox.client("sns", TARGET).list_topics()["Topics"]
            shown = sandbox.client("sns", TARGET).get_topic_attributes(TopicArn=topic["TopicArn"])
            assert shown["Attributes"]["DisplayName"] == "New"
            # No change set is left that could still be carried out.
            assert waiting(sandbox) == []
        clock.time += NEXT_TRY


def waiting(sandbox: Sandbox) -> list[str]:
    client = sandbox.client("cloudformation", TARGET)
    return [
        str(one["ChangeSetName"])
        for each in client.describe_stacks()["Stacks"]
        for one in client.list_change_sets(StackName=each["StackId"])["Summaries"]
        if one["ExecutionStatus"] == "AVAILABLE"
    ]
