"""A cutover that the operator stops, or that is killed: where it stops, and that it goes on."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.cutover.ending import Trouble
from compiler.deploy.lease import lock_name
from compiler.deploy.path.standing import Standing
from tests.fakes.conductor import MINUTE, Conductor
from tests.fakes.phases import REPLICA, SOURCE_ACCESS, TARGET_ACCESS

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.deploy.outcome import End
    from compiler.phases import PhaseName

WARM = Standing(phase="warm")


@pytest.fixture(name="warm")
def _warm() -> Conductor:
    return Conductor().warm()


def test_ctrl_c_at_the_gates_before_the_promotion_takes_the_fence_back(warm: Conductor) -> None:
    warm.stop_at_gates = "fence"

    ending, code = warm.cut_over()

    assert warm.lines[-2:] == ["takes the fence back: stopped", "back warm: done"]
    assert (code, ending.stands, ending.is_undone) == (130, WARM, True)
    assert ending.trouble == Trouble(why="stopped", phase="promote")


def test_ctrl_c_at_the_gates_after_it_stays_fenced(warm: Conductor) -> None:
    warm.stop_at_gates = "promote"

    ending, code = warm.cut_over()

    assert (code, ending.stands) == (130, Standing(phase="promote"))
    assert (ending.serving, ending.is_undone) == ("nobody", False)


@pytest.mark.parametrize(
    ("phase", "node", "stands", "is_undone"),
    [
        ("fence", SOURCE_ACCESS, WARM, True),
        (
            "promote",
            REPLICA,
            Standing(phase="fence", begun="promote"),
            False,
        ),
        ("switch", TARGET_ACCESS, Standing(phase="promote", begun="switch"), False),
    ],
)
def test_ctrl_c_in_a_step_lets_it_end_and_stops_as_safely(
    warm: Conductor, phase: PhaseName, node: str, stands: Standing, *, is_undone: bool
) -> None:
    warm.aws.takes[f"shop-prod-{node.replace('/', '-')}"] = 2 * MINUTE
    warm.listener = Stopping(warm, node)

    ending, code = warm.cut_over()

    assert (code, ending.stands, ending.is_undone) == (130, stands, is_undone)
    assert ending.trouble == Trouble(why="stopped", phase=phase)

    warm.listener = warm.heard
    ending, code = warm.cut_over()

    assert (code, ending.stands) == (0, Standing(phase="switch"))


class Stopping:
    """A listener in whose run the operator presses Ctrl-C once, while *node* is worked on."""

    def __init__(self, conductor: Conductor, node: str) -> None:
        self.conductor = conductor
        self.node = node
        self.is_armed = True

    def planned(self, schedule: object, at: datetime) -> None:
        """Hear nothing of it."""

    def started(self, node: str, at: datetime) -> None:
        if node == self.node and self.is_armed:
            self.is_armed = False
            self.conductor.clock.interrupt_at = at + timedelta(seconds=5)

    def waiting(self, node: str, doing: str, at: datetime) -> None:
        """Hear nothing of it."""

    def ended(self, node: str, end: End, at: datetime) -> None:
        """Hear nothing of it."""


class _KilledError(BaseException):
    pass


# Others measure what runs here again and again; tracing it takes longer than it does itself.
@pytest.mark.no_cover
@pytest.mark.parametrize("every", [40, pytest.param(5, marks=pytest.mark.slow)])
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_call_the_next_run_goes_on_to_the_end(every: int, *, after: bool) -> None:
    for number in count(1, every):
        warm = Conductor().warm()
        warm.aws.kill(_KilledError(), number, after=after)
        try:
            warm.cut_over()
        except _KilledError:
            pass
        else:
            # It needs no more calls than that.
            assert number > 100
            return
        lock = lock_name(warm.states["warm"].manifest)
        warm.aws.parameters.pop(lock, None)
        warm.clock.time += warm.aws.stack_takes * 10

        ending, code = warm.cut_over()

        assert (code, ending.stands, ending.serving) == (0, Standing(phase="switch"), "target")
        promoted = [call for call in warm.aws.writes if call[1].endswith("database-orders")]
        assert [call[0] for call in promoted] in (["update_stack_set"], ["update_stack_set"] * 2)
