"""What deploy and destroy have around their work: the threads, and the lock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from compiler.deploy.exit_codes import LOCKED, REFUSED
from compiler.deploy.observe import Refusal, error_finding
from compiler.deploy.port import AwsError
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.deploy.flow import Pool
    from compiler.deploy.lease import Holder, Lease
    from compiler.manifest import Manifest

PARALLEL = 8
"""How many stacks are dealt with at a time unless told otherwise."""

T = TypeVar("T")


def taken(lease: Lease, manifest: Manifest) -> Refusal | None:
    """Take the lock; return nothing, or why it was not taken."""
    try:
        holder = lease.take()
    except AwsError as error:
        lease.give_back()
        return Refusal(exit_code=REFUSED, finding=error_finding(error))
    except KeyboardInterrupt:
        lease.give_back()
        raise
    if holder is None:
        return None
    return Refusal(exit_code=LOCKED, finding=locked_finding(manifest, holder))


def and_give_back(lease: Lease, work: Callable[[], T]) -> tuple[T, str]:
    """
    Do *work* under a lock that was taken, and give the lock back, however it ends.

    Returns:
        What came of it, and in words what kept the lock from being given back.
    """
    try:
        result = work()
    except (Exception, KeyboardInterrupt):
        lease.give_back()
        raise
    return result, lease.give_back()


def locked_finding(manifest: Manifest, holder: Holder) -> Finding:
    """SF514: somebody else is at work on the migration."""
    name = manifest.migration
    if not holder.run:
        return Finding(
            code="SF514",
            where=at(),
            detail=(
                f'The lock of "{name}" holds something that stackferry did not write, so it cannot '
                "be told who is at work."
            ),
            way_out="Make sure that nobody is. Then remove it with `stackferry unlock`.",
        )
    return Finding(
        code="SF514",
        where=at(),
        detail=(
            f'{holder.owner} is at work on "{name}": {holder.verb}, since '
            f"{holder.since:%Y-%m-%d %H:%M:%S} UTC. The lock is held until "
            f"{holder.until:%H:%M:%S} UTC, and is renewed as long as that run lives."
        ),
        way_out=(
            "Wait until that run has ended. If it died, the lock runs out by itself a little after "
            "that time, and the same command goes on; `stackferry unlock` removes it at once."
        ),
    )


@contextmanager
def pool_of(given: Pool | None, parallel: int) -> Iterator[Pool]:
    """Make a pool unless one is *given*: a thread for each stack, and one for the lock."""
    if given is not None:
        yield given
        return
    threads = ThreadPoolExecutor(max_workers=parallel + 1, thread_name_prefix="aws")
    try:
        yield threads
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
