"""Operations on the stack set `net`, where each instance takes `EACH` seconds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.unit.sandbox.engine.sets import HOME, results

if TYPE_CHECKING:
    from compiler.sandbox.engine.values import Json
    from tests.fakes.clock import SimulatedClock
    from tests.unit.sandbox.engine.shelf import Client

EACH = 30


def start(
    sets: Client, *regions: str, name: str = "o", accounts: tuple[str, ...] = (HOME,), **more: Json
) -> None:
    sets.create_stack_instances(
        StackSetName="net",
        Accounts=list(accounts),
        Regions=list(regions),
        OperationId=name,
        **more,
    )


def after(clock: SimulatedClock, seconds: float) -> None:
    clock.sleep(timedelta(seconds=seconds))


def states(sets: Client, name: str = "o") -> list[str]:
    return [status for status, _ in results(sets, name).values()]


def statuses(sets: Client) -> dict[str, str]:
    listed = sets.list_stack_set_operations(StackSetName="net")["Summaries"]
    return {each["OperationId"]: each["Status"] for each in reversed(listed)}
