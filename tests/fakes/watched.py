"""An operator of whom AWS accepts nothing that needs what does not stand; for every back end."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, TypeAlias

import pytest

from tests.fakes.migration import migration
from tests.fakes.operator import Operator

BackEnd: TypeAlias = Literal["stacksets", "stacks"]

BACK_ENDS: tuple[BackEnd, ...] = ("stacksets", "stacks")

NEXT_TRY = timedelta(minutes=10)
"""What passes between two runs: longer than a lease and than anything that AWS is at."""

NEEDS = {stack.stack_set: stack.after for stack in migration().manifest.stacks}

EVERY = pytest.mark.parametrize("every", [19, pytest.param(1, marks=pytest.mark.slow)])
"""At how many of the points: one of nineteen in CI, all of them in the slow suite."""


class KilledError(BaseException):
    """The process is gone; no handler of ours may see it."""


class Watched(Operator):
    """An operator of whom nothing is accepted that needs what does not stand."""

    def __init__(self, via: BackEnd) -> None:
        super().__init__(via=via)
        self.aws.watch = self.look

    def look(self, call: tuple[str, ...]) -> None:
        method, name = call[:2]
        if method not in {"create_instances", "update_stack_set"}:
            return
        for needed in NEEDS[name]:
            region, short = needed.split("/")
            found = self.aws.stack_sets[f"shop-prod-{region}-{short}"]
            assert [one.is_current for one in found.instances.values()] == [True], (call, needed)

    def later(self) -> None:
        self.clock.time += NEXT_TRY

    def standing(self) -> set[str]:
        """Ids of the stacks that stand in AWS, whatever was asked of them last."""
        return {
            stack_id
            for stack_id, status in self.aws.statuses.items()
            if status not in {"DELETE_COMPLETE", "ROLLBACK_COMPLETE"}
        }

    def state(self) -> dict[str, tuple[str, dict[str, str], list[bool]]]:
        return {
            name: (
                found.definition.template,
                dict(found.definition.parameters),
                [one.is_current for one in found.instances.values()],
            )
            for name, found in sorted(self.aws.stack_sets.items())
        }


def set_of(stack: str) -> str:
    region, name = stack.split("/")
    return f"shop-prod-{region}-{name}"
