"""
How long deploys take beside their critical paths, and how often AWS is asked.

By the real flow on the simulated clock, against the port-level fake: each stack takes what
`compiler.deploy.durations` expects of it, so nothing but the order, the parallelism and the polls
makes the difference.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy.artifacts import artifact_bucket
from compiler.deploy.deploying import deploy
from compiler.deploy.durations import expected
from compiler.deploy.frame import PARALLEL
from compiler.deploy.timeline import Schedule
from tests.fakes.aws import FakeAws
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.taker import new_taker

if TYPE_CHECKING:
    from datetime import timedelta

    from compiler.deploy.folder import Compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Makespan:
    """
    What a first deploy took.

    Attributes:
        took: From the first start to the last end.
        critical_path: The longest chain of stacks that wait for each other.
        stacks: How many stacks there are.
        calls: How many calls were made in all, plan and reading back included.
    """

    took: timedelta
    critical_path: timedelta
    stacks: int
    calls: int

    @property
    def ratio(self) -> float:
        """How much longer than its critical path."""
        return self.took / self.critical_path

    @property
    def calls_per_stack(self) -> float:
        """How often AWS is asked for each stack."""
        return self.calls / self.stacks


class DeployFailedError(Exception):
    """A deploy that is measured did not end well: what it took means nothing."""


def makespan(compiled: Compiled, *, parallel: int = PARALLEL, spread: float = 0.0) -> Makespan:
    """
    Deploy *compiled* for the first time, and tell what it took.

    Args:
        compiled: What was compiled.
        parallel: How many stacks at a time.
        spread: By which part a stack may take longer or shorter than expected; the critical path
            is that of what they took.

    Raises:
        DeployFailedError: It did not end well.
    """
    manifest = compiled.manifest
    clock = SimulatedClock()
    aws = FakeAws(clock, account=manifest.target_account)
    # The same numbers in each run of the benchmark.
    numbers = random.Random(0)  # noqa: S311 -- nothing is kept secret by it
    schedule = Schedule(
        nodes=tuple(stack.id for stack in manifest.stacks),
        needs={stack.id: frozenset(stack.after) for stack in manifest.stacks},
        expected={
            stack.id: expected(compiled.templates[stack.id], "create")
            * (1 + spread * numbers.uniform(-1, 1))
            for stack in manifest.stacks
        },
    )
    aws.buckets = {artifact_bucket(manifest, manifest.target_region)}
    aws.takes = {stack.stack_set: schedule.lasts(stack.id) for stack in manifest.stacks}
    for stack in manifest.stacks:
        for source in stack.parameters.values():
            if source.kind == "image":
                aws.images[source.name] = "ami-0000000000000001"
    result = deploy(
        compiled,
        aws=aws,
        clock=clock,
        listener=Heard(),
        taker=new_taker(),
        confirm=lambda _: True,
        parallel=parallel,
        pool=CallingPool(),
        chance=numbers.random,
    )
    if result.exit_code or result.outcome is None:
        raise DeployFailedError(result.findings or result.outcome)
    return Makespan(
        took=result.outcome.took,
        critical_path=schedule.critical_path,
        stacks=len(manifest.stacks),
        calls=len(aws.calls),
    )
