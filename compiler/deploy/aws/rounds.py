"""A stack's history as operations: the events of one request, from its start to its end. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.deploy.port import Operation, OperationStatus, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_STACK_TYPE = "AWS::CloudFormation::Stack"

_STARTS = frozenset(
    {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS"}
)
"""Words of the stack itself with which an operation begins; a rollback belongs to its update."""

_GOOD = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE", "IMPORT_COMPLETE"})

_ECHO = re.compile(r"[Rr]esource (creation|update|deletion|import) cancelled")
"""What CloudFormation says of a resource that it stopped because another one failed."""


def token_of_a_new_stack(operation: str, stack_id: str) -> str:
    """
    Return the token with which *operation* begins a stack.

    CloudFormation knows a token for longer than a stack: with the same one, the stack that comes
    after it under its name would never be begun. What is done later is called after this one.
    """
    return f"{operation}-{stack_id.rpartition('/')[2][:8]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """
    What one request did to a stack.

    Attributes:
        token: The token of the request; empty if it had none.
        events: CloudFormation's own words, newest first; at least one.
    """

    token: str
    events: tuple[Mapping[str, Any], ...]

    @property
    def id(self) -> str:
        """What it is called: its token, or else the id of its first event."""
        return self.token or str(self.events[-1]["EventId"])

    def is_of(self, operation: str) -> bool:
        """Tell whether *operation* did this."""
        stack_id = str(self.events[0]["StackId"])
        return self.token in {operation, token_of_a_new_stack(operation, stack_id)}

    @property
    def is_review(self) -> bool:
        """Whether nothing was done yet but to make a place for a change set."""
        return str(self.events[0]["ResourceStatus"]) == "REVIEW_IN_PROGRESS"

    @property
    def status(self) -> OperationStatus:
        """How far it is."""
        words = [str(one["ResourceStatus"]) for one in self.events if _is_own(one)]
        newest = words[0] if words else "UPDATE_IN_PROGRESS"
        if newest.endswith("IN_PROGRESS"):
            return "RUNNING"
        # To go on with a failed rollback is a request of its own, and that is how it succeeds.
        was_to_roll_back = words[-1] == "UPDATE_ROLLBACK_IN_PROGRESS"
        is_good = newest in _GOOD or (was_to_roll_back and newest == "UPDATE_ROLLBACK_COMPLETE")
        return "SUCCEEDED" if is_good else "FAILED"

    def as_operation(self, place: Place) -> Operation:
        """Return it as the port has it, for the stack at *place*."""
        status = self.status
        failed = self._first_failure() if status == "FAILED" else None
        own = next((one for one in self.events if _is_own(one)), {})
        return Operation(
            id=self.id,
            status=status,
            reason=str(own.get("ResourceStatusReason", "")),
            started=self.events[-1]["Timestamp"],
            results={} if failed is None else {place: _in_words_of_stack_sets(failed)},
        )

    def _first_failure(self) -> Mapping[str, Any] | None:
        return next(
            (
                one
                for one in reversed(self.events)
                if str(one["ResourceStatus"]).endswith("_FAILED")
                and not _is_own(one)
                and not _ECHO.search(one.get("ResourceStatusReason", ""))
            ),
            None,
        )


def rounds(newest_first: Iterable[Mapping[str, Any]]) -> Iterator[Round]:
    """
    Yield what was done to a stack, newest first.

    All events of a request carry its token, those of its rollback included (CloudFormation API
    reference, StackEvent, ClientRequestToken, read 2026-11-24). No event is taken from
    *newest_first* that is not needed.
    """
    events: list[Mapping[str, Any]] = []
    for one in newest_first:
        if events and _token(one) != _token(events[0]):
            yield _round(events)
            events = []
        events.append(one)
        if _is_own(one) and one["ResourceStatus"] in _STARTS:
            yield _round(events)
            events = []
    if events:
        yield _round(events)


def _round(events: list[Mapping[str, Any]]) -> Round:
    return Round(token=_token(events[0]), events=tuple(events))


def _token(event: Mapping[str, Any]) -> str:
    return str(event.get("ClientRequestToken", ""))


def _is_own(event: Mapping[str, Any]) -> bool:
    """Tell whether an event is about the stack itself, not about a stack inside it."""
    return event.get("ResourceType") == _STACK_TYPE and event.get("PhysicalResourceId") in {
        event["StackId"],
        None,
        "",
    }


def _in_words_of_stack_sets(event: Mapping[str, Any]) -> str:
    reason = str(event.get("ResourceStatusReason", "")).rstrip(".")
    return (
        f"ResourceLogicalId:{event['LogicalResourceId']}, ResourceType:{event['ResourceType']}, "
        f"ResourceStatusReason:{reason}."
    )
