"""Lets time pass in the sandbox when somebody looks at any of its services."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moto.core.responses import BaseResponse

from compiler.sandbox.engine.pace import progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.engine.world import World


@contextmanager
def with_time_passing(world: World) -> Iterator[None]:
    """
    Have what is due done before any service answers: a VPC comes though nobody asks for its stack.

    CloudFormation's own calls see to that themselves, and what an operation asks of the services
    while it goes on must not move it.
    """
    by_moto = BaseResponse.setup_class

    def setup_class(self: BaseResponse, *args: Any, **more: Any) -> None:  # noqa: ANN401 -- moto's
        is_ours = world.lock._is_owned()  # type: ignore[attr-defined] # noqa: SLF001 -- no public way tells whether this call comes from one of ours
        # What goes on beside stacks need not be waited for while one of them is worked on.
        if not is_ours and world.lock.acquire(blocking=bool(world.underway)):
            try:
                progress(world)
            finally:
                world.lock.release()
        by_moto(self, *args, **more)

    BaseResponse.setup_class = setup_class  # type: ignore[method-assign] # on moto's own name
    try:
        yield
    finally:
        BaseResponse.setup_class = by_moto  # type: ignore[method-assign] # put back
