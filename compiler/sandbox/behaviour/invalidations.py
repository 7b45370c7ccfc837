"""
Invalidations of a CloudFront cache, which go on for a while.

Source: CloudFront API Reference, CreateInvalidation and InvalidationBatch, 2026-11: a caller
reference that was sent before with the same paths makes no new one, with other paths it is refused;
the status is `InProgress`, then `Completed`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.models import CloudFrontBackend

from compiler.sandbox.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.sandbox.behaviour.course import Course


@contextmanager
def with_invalidations(course: Course) -> Iterator[None]:
    """Let invalidations take as long as a stack does; in moto they are complete at once."""

    def wrap(by_moto: Callable[..., Any]) -> Callable[..., Any]:
        def create(self: CloudFrontBackend, dist_id: str, paths: list[str], caller_ref: str) -> Any:  # noqa: ANN401 -- moto's
            for earlier in self.invalidations.get(dist_id) or ():
                if earlier.caller_ref == caller_ref:
                    if earlier.paths == paths:
                        return earlier
                    code = "InvalidArgument"
                    message = "Your request contains a caller reference that was used before."
                    raise CloudFrontException(code, message)
            made = by_moto(self, dist_id, paths, caller_ref)
            made.create_time = course.now().replace(tzinfo=None)
            made.status = "InProgress"
            course.invalidations.append((course.now() + course.pace(), made))
            return made

        return create

    with wrapped(CloudFrontBackend, "create_invalidation", wrap):
        yield


def see_invalidations(course: Course) -> None:
    """Complete those whose time has come."""
    now = course.now()
    # Each takes as long as any other, so they are complete in their order.
    while course.invalidations and course.invalidations[0][0] <= now:
        _, made = course.invalidations.popleft()
        made.status = "Completed"
