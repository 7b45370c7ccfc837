"""A real process, killed for real at every call in turn; another one ends what it began."""

from __future__ import annotations

import os
import pickle
import signal
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import pytest

from tests.fakes.aws import FakeAws
from tests.fakes.migration import TEXTS
from tests.fakes.operator import Operator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from compiler.deploy.clock import Clock

NEXT_TRY = timedelta(minutes=10)
"""What passes until somebody runs it again, on another machine: longer than a lease."""


READS = ("account", "stack_", "instances", "operation", "last_", "outputs", "events", "resources")
"""How the methods begin after which AWS is as it was before."""


class KeptAws(FakeAws):
    """An AWS that outlives the process: after each write all of it lies in a file."""

    kill_at = 0
    moment = ""

    def __init__(
        self, clock: Clock, *, file: Path, via: Literal["stacksets", "stacks"] = "stacksets"
    ) -> None:
        super().__init__(clock, via=via)
        self.file = file

    @contextmanager
    def called(self, method: str, *arguments: str) -> Iterator[None]:
        if (len(self.calls) + 1, "before the call") == (self.kill_at, self.moment):
            os.kill(os.getpid(), signal.SIGKILL)
        with super().called(method, *arguments):
            yield
        if not method.startswith(READS):
            self.keep()
        if (len(self.calls), "after the call") == (self.kill_at, self.moment):
            os.kill(os.getpid(), signal.SIGKILL)

    def keep(self) -> None:
        self.file.write_bytes(pickle.dumps(self))


def process(file: Path, kill_at: int, moment: str) -> int:
    """Deploy in a process of its own, and return how that ended, as os.wait tells it."""
    pid = os.fork()
    if pid == 0:
        try:
            operator = Operator()
            aws: KeptAws = pickle.loads(file.read_bytes())  # noqa: S301 -- of our own making
            aws.calls.clear()
            aws.kill_at, aws.moment = kill_at, moment
            operator.aws, operator.clock = aws, aws.clock  # type: ignore[assignment] # the fake's clock is a simulated one
            operator.clock.time += NEXT_TRY
            code = operator.deploy().exit_code
            aws.keep()
            os._exit(code)
        finally:
            os._exit(70)
    return os.waitpid(pid, 0)[1]


def new_aws(file: Path, via: Literal["stacksets", "stacks"]) -> None:
    operator = Operator()
    file.write_bytes(pickle.dumps(KeptAws(operator.clock, file=file, via=via)))


def kept(file: Path) -> KeptAws:
    found: KeptAws = pickle.loads(file.read_bytes())  # noqa: S301 -- of our own making
    return found


def state(aws: KeptAws) -> dict[str, tuple[str, dict[str, str], list[bool]]]:
    return {
        name: (
            found.definition.template,
            dict(found.definition.parameters),
            [one.is_current for one in found.instances.values()],
        )
        for name, found in sorted(aws.stack_sets.items())
    }


@pytest.mark.parametrize("every", [29, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("via", ["stacksets", "stacks"])
@pytest.mark.parametrize("moment", ["before the call", "after the call"])
def test_a_process_killed_at_any_call_is_ended_by_another_one(
    via: Literal["stacksets", "stacks"], moment: str, every: int, tmp_path: Path
) -> None:
    file = tmp_path / "aws"
    new_aws(file, via)
    assert process(file, 0, "") == 0
    wanted, calls = state(kept(file)), len(kept(file).calls)

    for number in range(1, calls + 1, every):
        new_aws(file, via)
        assert process(file, number, moment) == signal.SIGKILL, number
        assert process(file, 0, "") == 0, number

        assert state(kept(file)) == wanted
        assert kept(file).taken == len(TEXTS)
