"""What an action is about, once its facts are known; and what may come of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from compiler.deploy.outcome import Failed
from compiler.deploy.patience import answered

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from datetime import datetime, timedelta

    from compiler.deploy.actions.port import Actions
    from compiler.deploy.clock import Clock
    from compiler.deploy.port import Aws, Place
    from compiler.manifest import Action

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    One action, with all that has to be known to do it.

    Attributes:
        action: The action.
        place: Where it is done.
        facts: Its facts, by name.
        migration: `<name>-<environment>`.
        phase: The phase into which the transition leads.
        target_region: The region moved to.
        since: When the last of the stacks that it comes after took its present form; `None` if it
            comes after none.
        port: Whom it asks.
        aws: Whom it asks what a destroy asks as well.
        clock: Tells the time.
    """

    action: Action
    place: Place
    facts: Mapping[str, str]
    migration: str
    phase: str
    target_region: str
    since: datetime | None
    port: Actions
    aws: Aws
    clock: Clock

    @property
    def reference(self) -> str:
        """
        What AWS remembers the action by: the same for the same wish after the same history.

        A run that died is followed by one that finds what it did by this. When the stacks that it
        comes after have changed since, it is another occasion, and another reference. Forty hex
        digits: S3 takes 64 characters as a token (S3 control API reference, CreateJob, read
        2026-11-24).
        """
        since = self.since.isoformat() if self.since else ""
        wish = (self.migration, self.phase, self.action.kind, sorted(self.facts.items()), since)
        return hashlib.sha256(repr(wish).encode()).hexdigest()[:40]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Why an action did not do what it is there for.

    Attributes:
        code: The card that explains it.
        reason: What is the matter, in a sentence.
        way_out: What to do about it.
        must_undo: Whether the phase that it belongs to must be left again at once.
    """

    code: str
    reason: str
    way_out: str
    must_undo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MustUndo(Failed):
    """
    An action failed in a way after which its phase must be left again, without asking anybody.

    Whoever carries out the transition brings the state back that stood before.
    """


Doing: TypeAlias = "Generator[str, None, Problem | str | None]"
"""
Yields like a `compiler.deploy.flow.Job`; returns why it cannot go on, what was done in a few words,
or nothing where only `Verifying` can tell.
"""

Verifying: TypeAlias = "Generator[str, None, Problem | str]"
"""Likewise; returns what is wrong, or what was done."""


class Kind(Protocol):
    """One kind of action."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Facts without which it cannot be done."""

    @property
    def expected(self) -> timedelta:
        """How long it is expected to take."""

    def describe(self, action: Action) -> str:
        """Say what it does, as a plan says it."""

    def by_hand(self, action: Action, words: Mapping[str, str]) -> tuple[str, ...]:
        """
        Return the commands of the AWS CLI that do it.

        Args:
            action: The action.
            words: Its facts, by name, as words of a shell.
        """

    def is_done(self, asked: Asked) -> bool:
        """Tell whether there is nothing left to do or to wait for. Only reads."""

    def do(self, asked: Asked) -> Doing:
        """Do it unless it is done; a second run after a dead one does nothing twice."""

    def verify(self, asked: Asked) -> Verifying:
        """Wait until it shows that it is done."""


class Undoable(Protocol):
    """One kind of action that can be taken back."""

    def describe_undo(self, action: Action) -> str:
        """Say what taking it back does, as a plan says it."""

    def undo(self, asked: Asked) -> Verifying:
        """Take it back; a second time does nothing."""


def until(
    asked: Asked, limit: timedelta, doing: str, look: Callable[[], T | None]
) -> Generator[str, None, T | None]:
    """
    Ask again and again until there is an answer.

    Args:
        asked: Whose clock tells the time.
        limit: For how long.
        doing: What is being waited for, in two or three words.
        look: Asks; nothing as long as there is no answer.

    Returns:
        The answer; nothing if none came in time.

    Raises:
        AwsError: AWS refused to tell, or was too busy for many polls in a row.
    """
    ends = asked.clock.now() + limit
    while True:
        found = yield from answered(look, doing)
        if found is not None:
            return found
        if asked.clock.now() >= ends:
            return None
        yield doing


def told(action: Action, name: str) -> str:
    """Return a fact as a plan tells it: its value where it is computed, else the component's."""
    source = action.facts.get(name)
    return source.value if source is not None and source.kind == "computed" else action.key


def in_words(duration: timedelta) -> str:
    """Return a limit in words: `5 minutes`, `30 seconds`."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    return f"{60 * minutes + seconds} seconds" if seconds else f"{minutes} minutes"
