"""
Waiting out an AWS that throttles, breaks or cannot be reached: how long, how often, by whom.

The boto3 layer has tried a call ten times, within about a minute, before it says that AWS is busy
(`compiler.deploy.aws.clients`). What stands here comes on top: each of the tries below is up to ten
of boto3's, so a call is given up after some 160 requests in about twenty minutes: those pauses, and
5.5 minutes of these. boto3's adaptive mode slows down all calls of the process as well.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from compiler.deploy.port import AwsBusyError, AwsError

if TYPE_CHECKING:
    from collections.abc import Generator

    from compiler.deploy.clock import Clock

T = TypeVar("T")

Chance: TypeAlias = Callable[[], float]
"""Gives a number from 0 up to 1, each time another one: `random.random`; for tests a fixed one."""

TRIES = 16
"""How often a call is made that AWS is too busy for: on average for 5.5 minutes."""

_FIRST = timedelta(seconds=1)
_LONGEST = timedelta(minutes=1)


def no_chance() -> float:
    """Return the middle of all chances: for a stack alone there is nobody to keep out of step."""
    return 0.5


def pause(tries: int, chance: Chance) -> timedelta:
    """
    Tell how long to wait before a call is made again that AWS was too busy for.

    Full jitter: anything between nothing and a limit that doubles, so that those who were throttled
    together do not come back together (AWS Architecture Blog, "Exponential Backoff And Jitter",
    2015-03-04).

    Args:
        tries: How often it was made, at least once.
        chance: Chooses in between.

    Returns:
        At most a second after the first try, twice as much after each further one, never more than
        a minute; at least a twentieth of a second.
    """
    limit = min(_LONGEST, _FIRST * float(2 ** (min(tries, TRIES) - 1)))
    return max(limit * chance(), timedelta(seconds=0.05))


class Unanswered(str):
    """What a job says at a `yield` when AWS gave it no answer: it wants to pause, not to poll."""

    __slots__ = ()


def answered(call: Callable[[], T], doing: str) -> Generator[str, None, T]:
    """
    Make a call for a job, again and again while AWS is too busy for it.

    A call that writes is made twice only if AWS takes it once: each of the port's has an id or is
    about a name.

    Args:
        call: The call.
        doing: What the job is at.

    Raises:
        AwsError: AWS refused it, or was too busy for all `TRIES`; no `AwsBusyError`, so that nobody
            above tries once more.
    """
    for _ in range(TRIES - 1):
        try:
            return call()
        except AwsBusyError:
            yield Unanswered(doing)
    try:
        return call()
    except AwsBusyError as error:
        raise given_up(error) from error


def given_up(error: AwsBusyError) -> AwsError:
    """Return *error* as one that nobody is to wait out any more."""
    return AwsError(code=error.code, reason=error.reason, call=error.call)


def insist(call: Callable[[], T], clock: Clock, chance: Chance) -> T:
    """
    Make a call in the calling thread, again and again while AWS is too busy for it.

    Raises:
        AwsError: AWS refused it, or was too busy for all `TRIES`.
    """
    for tries in range(1, TRIES):
        try:
            return call()
        except AwsBusyError:
            clock.sleep(pause(tries, chance))
    return call()
