"""Targets of a load balancer that fail their health check, where that was asked for."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup

from compiler.sandbox.faults import names_in
from compiler.sandbox.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.sandbox.behaviour.course import Course


@contextmanager
def with_targets(course: Course) -> Iterator[None]:
    """Let targets be unhealthy; moto calls every one healthy that is registered and runs."""

    def wrap(by_moto: Callable[..., FakeHealthStatus]) -> Callable[..., FakeHealthStatus]:
        def health_for(self: FakeTargetGroup, *args: Any, **named: Any) -> FakeHealthStatus:  # noqa: ANN401 -- moto's
            told = by_moto(self, *args, **named)
            names = names_in(self.arn.split(":")[3], self.name)
            if told.status != "healthy" or not course.faults.holds("unhealthy", *names):
                return told
            return FakeHealthStatus(
                told.instance_id,
                told.port,
                told.health_check_port,
                "unhealthy",
                "Target.Timeout",
                "Request timed out",
            )

        return health_for

    with wrapped(FakeTargetGroup, "health_for", wrap):
        yield
