"""
The lock: two operators cannot be at work on one migration at once.

It is one SSM parameter beside the stack sets, with a lease that the run itself renews. SSM writes a
parameter that is not there only once, but cannot compare before it overwrites (Systems Manager API
reference, PutParameter, read 2026-11-24). So whoever finds a lease that ran out first writes an
arbiter: a second parameter, named after the very value that ran out. Only one can write it; it then
looks whether that value is still the lock's, and overwrites it. A value never comes again, so a
late second arbiter of the same name is harmless: its writer finds another lock. An arbiter whose
writer died has a lease as well, and after it an arbiter of its own.

What no lease can keep off is a process that is stopped for minutes between a look and the write
after it. Such a holder is told by its next renewal that the lock is not its own any more, and
starts nothing new; whatever two runs ask of one stack set is serialised by AWS and has the same id.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from compiler.deploy.patience import TRIES, Chance, insist, no_chance, pause
from compiler.deploy.port import AwsBusyError, AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.clock import Clock
    from compiler.deploy.port import Aws
    from compiler.manifest import Manifest

LEASE = timedelta(minutes=2)
"""How long a lock is held without a word of its holder."""

RENEWAL = timedelta(seconds=30)
"""How often the holder renews it: three renewals may fail before the lease runs out."""

LEEWAY = timedelta(seconds=30)
"""How much later others take it for run out: the clocks of two machines differ."""

_RETRY = timedelta(seconds=5)
"""When a renewal that AWS did not answer is tried again."""

_ROUNDS = 10
"""How often the lock may change hands while somebody tries to take it."""


def lock_name(manifest: Manifest) -> str:
    """Return the name of the SSM parameter that is the lock of a migration."""
    return f"/stackferry/{manifest.migration}/lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """
    Who wants the lock.

    Attributes:
        owner: The operator, `user@host`.
        run: Id of the run; no other run ever has it.
    """

    owner: str
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """
    Who holds a lock, or an arbiter.

    Attributes:
        owner: The operator, `user@host`.
        run: Id of the run; empty for a value that stackferry did not write.
        verb: What the run does: `deploy`.
        since: When it began.
        until: When the lease runs out.
    """

    owner: str
    run: str
    verb: str
    since: datetime
    until: datetime

    def has_run_out(self, now: datetime) -> bool:
        """Tell whether somebody else may take it over."""
        return now >= self.until + LEEWAY

    def text(self) -> str:
        """Return it as the value of the parameter."""
        value = {
            "owner": self.owner,
            "run": self.run,
            "verb": self.verb,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
        }
        return json.dumps(value, sort_keys=True)


_EVER = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


def read_holder(text: str) -> Holder:
    """Return who holds a lock with the value *text*; one in strange words never runs out."""
    try:
        value = json.loads(text)
        return Holder(
            owner=str(value["owner"]),
            run=str(value["run"]),
            verb=str(value["verb"]),
            since=datetime.fromisoformat(value["since"]),
            until=datetime.fromisoformat(value["until"]),
        )
    except (ValueError, LookupError, TypeError):
        return Holder(owner="somebody unknown", run="", verb="", since=_EVER, until=_EVER)


def arbiter_name(lock: str, value: str) -> str:
    """Return the name of the parameter that decides who takes over the lock's *value*."""
    return f"{lock}/takeover-{hashlib.sha256(value.encode()).hexdigest()[:16]}"


class _MovedError(Exception):
    """The lock was given back or changed hands between two calls."""


class Lease:
    """
    The lock, from the side of one run.

    Attributes:
        due: When it is to be renewed.
        until: When it runs out; nothing may be started after that.
        trouble: What kept it from being renewed the last time; empty if nothing did.
    """

    def __init__(  # noqa: PLR0913 -- each is a part of the whole
        self,
        aws: Aws,
        manifest: Manifest,
        taker: Taker,
        verb: str,
        clock: Clock,
        *,
        chance: Chance = no_chance,
    ) -> None:
        """
        Prepare to take the lock.

        Args:
            aws: Where it is.
            manifest: The migration that is locked.
            taker: Who wants it.
            verb: What for: `deploy`.
            clock: Tells the time.
            chance: For the pauses where AWS is busy.
        """
        now = clock.now()
        self.due = self.until = now
        self.trouble = ""
        self._aws = aws
        self._lock = lock_name(manifest)
        self._clock = clock
        self._chance = chance
        self._mine = Holder(owner=taker.owner, run=taker.run, verb=verb, since=now, until=now)

    def take(self) -> Holder | None:
        """
        Take the lock.

        Returns:
            Nothing if it was taken, else who holds it.

        Raises:
            AwsError: AWS refused, or could not be asked.
        """
        for _ in range(_ROUNDS):
            try:
                return self._take()
            except _MovedError:
                continue
        raise AwsBusyError(
            code="LockChangesHands",
            reason=f"the lock changed hands {_ROUNDS} times while it was asked for",
            call="PutParameter",
        )

    def renew(self) -> str:
        """
        Hold the lock for longer. Called in a thread of the pool, one call at a time.

        Returns:
            Nothing, or in words why the lock is lost.
        """
        try:
            return self._renew()
        except AwsError as error:
            self.trouble = error.reason
            now = self._clock.now()
            if now >= self.until:
                return f"the lock could not be renewed: {error.reason}"
            self.due = min(now + _RETRY, self.until)
            return ""

    def give_back(self) -> str:
        """
        Give the lock back, if it is still this run's.

        Returns:
            Nothing, or in words what kept it from being given back.
        """
        try:
            value = self._aws.parameter(self._lock)
            if value is not None and read_holder(value).run == self._mine.run:
                # One try: an operator who stopped a run does not wait, and the lease runs out.
                self._aws.delete_parameter(self._lock)
        except AwsError as error:
            return f"The lock could not be given back: {error.reason}. It runs out by itself."
        return ""

    def _renew(self) -> str:
        value = self._aws.parameter(self._lock)
        if value is None:
            return "somebody removed the lock with unlock"
        holder = read_holder(value)
        if holder.run != self._mine.run:
            return f"the lock is held by {holder.owner} now"
        before, mine = self.until, self._fresh()
        self._aws.replace_parameter(self._lock, mine.text())
        if self._clock.now() >= before:
            # Others may have taken it over while the write was on its way.
            value = self._aws.parameter(self._lock)
            if value is None or read_holder(value).run != self._mine.run:
                return "the lock ran out before it was renewed"
        self._took(mine)
        return ""

    def _take(self) -> Holder | None:
        if self._create(self._lock):
            return None
        value = self._read(self._lock)
        if value is None:
            # Given back between the two calls.
            raise _MovedError
        holder = read_holder(value)
        if holder.run == self._mine.run:
            # An answer was lost; what was written before is ours.
            self._took(holder)
            return None
        if not holder.has_run_out(self._clock.now()):
            return holder
        return self._take_over(value)

    def _take_over(self, dead: str) -> Holder | None:
        """Take the lock whose value is *dead*; return nothing, or the rival who is about to."""
        arbiters = [arbiter_name(self._lock, dead)]
        while not self._create(arbiters[-1]):
            found = self._read(arbiters[-1])
            if found is None:
                raise _MovedError
            rival = read_holder(found)
            if rival.run == self._mine.run:
                self._took(rival)
                break
            if not rival.has_run_out(self._clock.now()):
                return rival
            arbiters.append(arbiter_name(self._lock, found))
        self._overwrite(dead, arbiters[-1], self.until)
        for one in arbiters:
            self._delete(one)
        return None

    def _overwrite(self, dead: str, arbiter: str, until: datetime) -> None:
        """
        Write over the lock whose value is *dead*, as long as *arbiter* is ours: *until* then.

        Raises:
            _MovedError: The lock is another one, or it is too late.
        """
        for tries in range(1, TRIES + 1):
            value = self._read(self._lock)
            if value is not None and read_holder(value).run == self._mine.run:
                self._took(read_holder(value))
                return
            if value != dead:
                self._delete(arbiter)
                raise _MovedError
            if self._clock.now() >= until:
                # Others may have taken this arbiter over. It stays, or there could be two winners.
                raise _MovedError
            mine = self._fresh()
            try:
                self._aws.replace_parameter(self._lock, mine.text())
            except AwsBusyError:
                self._clock.sleep(pause(tries, self._chance))
            else:
                self._took(mine)
                return
        raise _MovedError

    def _fresh(self) -> Holder:
        return replace(self._mine, until=self._clock.now() + LEASE)

    def _took(self, holder: Holder) -> None:
        self.trouble = ""
        self.until = holder.until
        self.due = holder.until - LEASE + RENEWAL

    def _create(self, name: str) -> bool:
        """Write a parameter that is not there yet, each try with a lease of its full length."""

        def write() -> Holder | None:
            mine = self._fresh()
            return mine if self._aws.create_parameter(name, mine.text()) else None

        mine = insist(write, self._clock, self._chance)
        if mine is not None:
            self._took(mine)
        return mine is not None

    def _read(self, name: str) -> str | None:
        return insist(lambda: self._aws.parameter(name), self._clock, self._chance)

    def _delete(self, name: str) -> None:
        insist(lambda: self._aws.delete_parameter(name), self._clock, self._chance)


def holder_of(aws: Aws, manifest: Manifest) -> Holder | None:
    """
    Return who holds the lock of a migration, if somebody does.

    Raises:
        AwsError: AWS refused to tell.
    """
    value = aws.parameter(lock_name(manifest))
    return None if value is None else read_holder(value)


def unlock(aws: Aws, manifest: Manifest, holder: Holder) -> Holder | None:
    """
    Remove the lock that *holder* has, with what was left of attempts to take it over.

    Returns:
        Nothing, or who holds it meanwhile: then it was not touched.

    Raises:
        AwsError: AWS refused.
    """
    name = lock_name(manifest)
    value = aws.parameter(name)
    if value is None:
        return None
    found = read_holder(value)
    if found.run != holder.run:
        return found
    arbiters = tuple(_arbiters(aws, name, value))
    # First the lock: an arbiter of a lock that is gone decides nothing.
    aws.delete_parameter(name)
    for one in arbiters:
        aws.delete_parameter(one)
    return None


def _arbiters(aws: Aws, name: str, value: str) -> Iterator[str]:
    while (found := aws.parameter(arbiter := arbiter_name(name, value))) is not None:
        yield arbiter
        value = found
