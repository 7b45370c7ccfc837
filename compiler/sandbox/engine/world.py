"""Everything that the sandbox's CloudFormation knows, over all accounts and regions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING

from compiler.sandbox.engine.errors import invalid
from compiler.sandbox.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from compiler.sandbox.engine.drift import Detection
    from compiler.sandbox.engine.pace import Underway
    from compiler.sandbox.engine.records import Stack
    from compiler.sandbox.engine.set_records import StackSet
    from compiler.sandbox.engine.tokens import Asked
    from compiler.sandbox.handler import Clients, Handler

Place = tuple[str, str]
"""Account and region."""

_NAMES = uuid.UUID("5ac0b0c5-0000-4000-8000-000000000000")


def partition_of(region: str) -> str:
    """Return the ARN partition of *region*."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def url_suffix_of(region: str) -> str:
    """Return the domain of the services of *region*."""
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"


def present() -> datetime:
    """Return the machine's time."""
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class World:
    """
    The state of the sandbox's CloudFormation.

    Attributes:
        handlers: By resource type.
        clients: Hands out the clients of an account, with a default region.
        clock: Tells the time.
        stacks: Of each place, oldest first, deleted ones too.
        stack_sets: Of each place (that of the administrator), oldest first, deleted ones too.
        seconds_per_stack: How long the operation of one stack takes, by `clock`; 0 finishes it
            inside the call that starts it. See `engine.pace`.
        seconds_per_instance: How long a stack-set operation works on one instance, its stack
            included; 0 leaves it at what the stack takes. See `engine.set_running`.
        needs_roles: Whether self-managed stack sets get into an account only by their two roles.
        underway: What takes its time just now.
        moment: The time that a late step is done at, while it is done; see `now`.
        detections: Detections of drift, by id.
        tokens: Request tokens, by account and region and text.
        faults: What is to go wrong.
        beside: What goes on in the services beside stacks: done before a call is answered, and
            before each late step of an operation. See `behaviour`.
        lock: Held for the whole of every API call.
    """

    handlers: Mapping[str, Handler]
    clients: Callable[[str, str], Clients]
    clock: Callable[[], datetime] = present
    stacks: dict[Place, list[Stack]] = field(default_factory=dict)
    stack_sets: dict[Place, list[StackSet]] = field(default_factory=dict)
    seconds_per_stack: float = 0
    seconds_per_instance: float = 0
    needs_roles: bool = False
    underway: list[Underway] = field(default_factory=list)
    moment: datetime | None = None
    detections: dict[str, Detection] = field(default_factory=dict)
    tokens: dict[tuple[Place, str], Asked] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    beside: list[Callable[[], None]] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock)
    _given: int = 0

    def now(self) -> datetime:
        """
        Return the time that what happens now is told to have happened at.

        Nobody may have looked for a while: a step that was due earlier happened when it was due.
        """
        return self.clock() if self.moment is None else self.moment

    def new_id(self) -> str:
        """Return a UUID that no other thing here has; the same ones in the same order each time."""
        self._given += 1
        return str(uuid.uuid5(_NAMES, str(self._given)))

    def of_place(self, place: Place) -> list[Stack]:
        """Return the stacks of an account and region, oldest first."""
        return self.stacks.setdefault(place, [])

    def find(self, place: Place, name_or_id: str) -> Stack:
        """
        Return the stack of that name that is not deleted, or the stack with that id.

        Raises:
            ApiError: `ValidationError`, in the words that the AWS CLI looks for.
        """
        for stack in self._matching(place, name_or_id):
            return stack
        message = f"Stack with id {name_or_id} does not exist"
        raise invalid(message)

    def find_or_none(self, place: Place, name_or_id: str) -> Stack | None:
        """Return what `find` returns, or nothing."""
        return next(self._matching(place, name_or_id), None)

    def _matching(self, place: Place, name_or_id: str) -> Iterator[Stack]:
        for stack in reversed(self.of_place(place)):
            if name_or_id == stack.stack_id or (name_or_id == stack.name and not stack.is_deleted):
                yield stack
