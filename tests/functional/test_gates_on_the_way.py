"""
Gates of an example on its whole way through the sandbox, by the same boto3 as in AWS.

What goes wrong with the services turns a gate red, and what mends it turns it green again.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from compiler.deploy.actions import Performing
from compiler.deploy.aws import connect, connect_actions, connect_running
from compiler.deploy.deploying import deploy
from compiler.deploy.flow import run
from compiler.deploy.folder import Compiled, read_folder
from compiler.deploy.gates.run import Asking, gather
from compiler.deploy.outcome import Done
from compiler.deploy.timeline import Schedule
from compiler.deploy.wish import ANYTHING
from compiler.phases import ORDER, next_phase
from compiler.sandbox.embedded import Sandbox, embedded
from compiler.sandbox.faults import Faults
from compiler.sandbox.prerequisites import Deployable, provide
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.taker import new_taker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.gates.evidence import Evidence
    from compiler.manifest import Action, Manifest
    from compiler.phases import PhaseName

FOLDER = Path("templates_out/streaming-staging")
SOURCE, TARGET, ACCOUNT = "us-east-1", "eu-central-1", "111122223333"
DATABASE = "streaming-staging-catalog"
HERE, THERE = (f"streaming-staging-media-{ACCOUNT}-{region}" for region in (SOURCE, TARGET))
MINUTE = timedelta(minutes=1)


def compiled(phase: PhaseName) -> Compiled:
    found = read_folder(FOLDER, phase)
    assert isinstance(found, Compiled), found
    return found


class Way:
    """Who carries the example from phase to phase, and asks."""

    def __init__(self, sandbox: Sandbox, clock: SimulatedClock, faults: Faults) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self.faults = faults
        self.aws = connect(region=TARGET)
        self.manifest: Manifest = compiled("prepare").manifest
        for phase in ("prepare", "replicate"):
            self._provide(compiled(phase))

    def _provide(self, state: Compiled) -> None:
        provide(
            self.sandbox,
            [
                Deployable(
                    account=stack.account,
                    region=stack.region,
                    template=json.loads(state.templates[stack.id]),
                )
                for stack in state.manifest.stacks
            ],
        )

    def client(self, service: str, region: str) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        return self.sandbox.client(service, region)

    def to(self, phase: PhaseName, *, acts: bool = True) -> None:
        """Deploy a phase, do its actions, and let some minutes pass."""
        state = compiled(phase)
        self.manifest = state.manifest
        self._provide(state)
        result = deploy(
            state,
            aws=self.aws,
            clock=self.clock,
            listener=Heard(),
            taker=new_taker(),
            confirm=lambda _: True,
            wish=ANYTHING,
            pool=CallingPool(),
        )
        assert result.exit_code == 0, result
        if acts:
            self.act()
        self.clock.sleep(7 * MINUTE)

    def act(self) -> None:
        for action in self.manifest.actions:
            self._do(action)

    def _do(self, action: Action) -> None:
        node = action.node
        performing = Performing(port=connect_actions(), aws=self.aws, clock=self.clock)
        end = run(
            Schedule(nodes=(node,), needs={node: frozenset()}),
            start=lambda *_: performing.start(action, self.manifest, is_undone=False),
            listener=Heard(),
            clock=self.clock,
            pool=CallingPool(),
            parallel=1,
        ).ends[node]
        assert isinstance(end, Done), end

    def ask(self, *, wait: timedelta = timedelta(0)) -> Evidence:
        assert self.manifest.phase != "bootstrap"
        opens = next_phase(self.manifest.phase)
        assert opens is not None
        asking = Asking(
            aws=self.aws,
            running=connect_running(),
            pool=CallingPool(),
            clock=self.clock,
            by="ada@laptop",
            told=lambda _: None,
            waits=lambda _: None,
        )
        return gather(asking, self.manifest, opens, wait=wait)

    def measured(self) -> dict[str, str]:
        """Return by kind what is not green and why; nothing if all is."""
        return {
            one.kind: f"{one.verdict}: {one.measured}"
            for one in self.ask().answers
            if one.verdict != "green"
        }


@pytest.fixture
def way() -> Iterator[Way]:
    clock, faults = SimulatedClock(), Faults()
    with embedded(clock=clock.now, faults=faults) as sandbox:
        yield Way(sandbox, clock, faults)


@pytest.mark.slow
def test_each_gate_before_the_fence_turns_red_by_what_it_is_there_for(way: Way) -> None:
    way.to("prepare")
    assert way.measured() == {}
    way.client("s3", SOURCE).put_object(Bucket=HERE, Key="old.mp4", Body=b"before")

    way.to("replicate")
    assert way.measured() == {}
    way.faults.ask("lag", DATABASE, 90)
    way.clock.sleep(12 * MINUTE)
    assert list(way.measured()) == ["replica streams"]
    way.faults.end("lag", DATABASE)
    way.faults.ask("replica-broken", DATABASE)
    assert list(way.measured()) == ["replica streams"]
    way.faults.end("replica-broken", DATABASE)
    way.clock.sleep(2 * MINUTE)
    assert way.measured() == {}
    way.faults.ask("idle", DATABASE)
    way.clock.sleep(10 * MINUTE)
    # The lag of an idle PostgreSQL is a saw-tooth, whenever one looks.
    for _ in range(5):
        assert way.measured() == {}
        way.clock.sleep(MINUTE)
    way.faults.ask("replication-fails", HERE)
    media = way.client("s3", SOURCE)
    media.put_object(Bucket=HERE, Key="lost.mp4", Body=b"after")
    # S3 tries when somebody looks, and tells of it in the minute after.
    way.clock.sleep(MINUTE)
    assert way.measured() == {}
    way.clock.sleep(2 * MINUTE)
    failed = way.measured()["objects replicated"]
    assert failed.startswith("red: 1 failed operation, 1 object copied by job ")
    way.faults.end("replication-fails", HERE)


@pytest.mark.slow
def test_each_gate_of_the_fence_and_after_it(way: Way) -> None:
    for phase in ORDER[:2]:
        way.to(phase)
    media = way.client("s3", SOURCE)
    media.put_object(Bucket=HERE, Key="film.mp4", Body=b"film")
    way.to("warm")
    way.faults.ask("unhealthy", "streaming-staging-web")
    assert "targets healthy" in way.measured()
    way.faults.end("unhealthy", "streaming-staging-web")
    way.clock.sleep(20 * MINUTE)
    assert way.measured() == {}

    way.to("fence", acts=False)
    assert list(way.measured()) == ["replica drained", "connections gone"]
    assert way.measured()["connections gone"].startswith("red: 6 connections at ")
    way.act()
    severed = way.clock.now()
    found = way.ask(wait=10 * MINUTE)
    assert found.is_green
    assert found.fenced is not None
    assert found.fenced <= severed
    assert way.clock.now() - severed <= 3 * MINUTE
    media.put_object(Bucket=HERE, Key="late.mp4", Body=b"late")
    assert way.measured() == {}
    way.faults.ask("replication-stalls", HERE)
    media.put_object(Bucket=HERE, Key="later.mp4", Body=b"later")
    assert way.measured()["objects equal"] == (
        "red: 3 objects in the source, 2 in the destination: 1 missing in the destination "
        "(later.mp4)"
    )
    way.faults.end("replication-stalls", HERE)
    way.faults.ask("backing-up", DATABASE)
    assert list(way.measured()) == ["replica promotable"]
    way.faults.end("backing-up", DATABASE)
    assert way.measured() == {}

    way.to("promote")
    assert way.measured() == {}
    for phase in ORDER[5:8]:
        way.to(phase)
        assert (phase, way.measured()) == (phase, {})
    zone = way.client("route53", SOURCE).list_hosted_zones()["HostedZones"][0]["Id"]
    (balancer,) = way.client("elbv2", SOURCE).describe_load_balancers()["LoadBalancers"]
    way.client("route53", SOURCE).change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={
            "Changes": [
                {
                    "Action": "CREATE",
                    "ResourceRecordSet": {
                        "Name": "old.streaming.example.com",
                        "Type": "CNAME",
                        "TTL": 60,
                        "ResourceRecords": [{"Value": balancer["DNSName"]}],
                    },
                }
            ]
        },
    )
    assert way.measured() == {
        "nothing points at source": (
            f"red: the record old.streaming.example.com leads to {balancer['DNSName'].lower()}"
        )
    }
