"""Ground for the tests of what services do by themselves: moto, a clock, and what goes wrong."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from compiler.sandbox.behaviour.installation import with_behaviour
from compiler.sandbox.engine.world import World
from compiler.sandbox.faults import Faults
from compiler.sandbox.looking import with_time_passing
from tests.fakes.clock import SimulatedClock
from tests.unit.sandbox.handlers_ground import SandboxClients, scope_in, services

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.handler import Clients, Scope

MINUTE = timedelta(minutes=1)


def _clients(account: str, region: str) -> Clients:
    del account
    return SandboxClients(region)


@contextmanager
def behaving(pace: float = 0) -> Iterator[Behaving]:
    """Run moto's services as the sandbox does, without CloudFormation."""
    clock, faults = SimulatedClock(), Faults()
    world = World(
        handlers={},
        clients=_clients,
        clock=clock.now,
        seconds_per_stack=pace,
        faults=faults,
    )
    with with_behaviour(world), services(), with_time_passing(world):
        # The clock starts when somebody looks for the first time.
        scope_in().client("sts").get_caller_identity()
        yield Behaving(clock, faults)


class Behaving:
    """Services that behave: their clock, and what goes wrong."""

    def __init__(self, clock: SimulatedClock, faults: Faults) -> None:
        self.clock = clock
        self.faults = faults

    def wait(self, minutes: float = 1) -> None:
        """Let time pass, and look."""
        self.clock.sleep(MINUTE * minutes)
        scope_in().client("sts").get_caller_identity()

    def samples(
        self, scope: Scope, what: str, dimensions: Mapping[str, str], last: int = 3
    ) -> list[float]:
        """Return samples, oldest first; *what* is namespace and name, `AWS/RDS ReplicaLag`."""
        told = self.told(scope, what, dimensions, last)
        values: list[float] = told["Values"]
        return values

    def told(
        self, scope: Scope, what: str, dimensions: Mapping[str, str], last: int = 3
    ) -> dict[str, Any]:
        """Return CloudWatch's answer about the *last* minutes, oldest first."""
        namespace, name = what.split(" ")
        own = [{"Name": key, "Value": value} for key, value in dimensions.items()]
        metric = {"Namespace": namespace, "MetricName": name, "Dimensions": own}
        query = {"Id": "asked", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}
        answer = scope.client("cloudwatch").get_metric_data(
            StartTime=self.clock.now() - MINUTE * (last - 1),
            EndTime=self.clock.now() + MINUTE,
            MetricDataQueries=[query],
            ScanBy="TimestampAscending",
        )
        found: dict[str, Any] = answer["MetricDataResults"][0]
        return found
