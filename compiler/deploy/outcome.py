"""How a run ended, stack by stack."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from compiler.deploy.exit_codes import DONE, INTERRUPTED, LOCKED, REFUSED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.port import Place, StackResource
    from spec.findings import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """
    Why a stack is not as it should be, as far down as AWS tells.

    Attributes:
        stack: Id of the stack.
        place: Where it stands.
        stack_set: Name of its stack set.
        operation: Id of the failed operation; empty if none was taken.
        stack_id: ARN of the stack, which AWS may have deleted again; empty if there was none.
        resource: Logical id of the resource that failed first; empty if no resource did.
        type: Its type; empty if no resource failed.
        reason: AWS's own sentence.
        code: The card that explains it.
        way_out: What to do about it.
        path: The place in the spec that the resource, or its property, comes from.
        then: What failed after it, when CloudFormation rolled back; empty if that went well.
        next_command: What to type next, see `compiler.deploy.ways_out.filled`; empty if nothing
            fits.
        is_said_by_aws: Whether the reason is AWS's own sentence, and not ours about what AWS shows.
    """

    stack: str
    place: Place
    stack_set: str
    operation: str
    stack_id: str
    resource: str
    type: str
    reason: str
    code: str
    way_out: str
    path: Path
    then: str = ""
    next_command: str = ""
    is_said_by_aws: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """
    The stack is as it should be.

    Attributes:
        what: `created`, `updated`, `unchanged`, `deleted`.
        outputs: Its outputs; empty for a deleted one.
        left: What its deletion left behind.
        snapshots: Of what its deletion left a final snapshot.
        emptied: How many versions and delete markers were deleted, by name of the bucket.
        took: How long it took.
    """

    what: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    left: tuple[StackResource, ...] = ()
    snapshots: tuple[StackResource, ...] = ()
    emptied: Mapping[str, int] = field(default_factory=dict)
    took: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """
    The stack is not as it should be.

    Attributes:
        failure: Why.
        took: How long it took to fail.
    """

    failure: Failure
    took: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverStarted:
    """
    Nothing was asked of AWS for the stack.

    Attributes:
        because: Ids of the stacks that it needs and that had failed when it was given up, sorted;
            empty if the run was interrupted.
    """

    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StillRunning:
    """
    The run was interrupted while AWS was at work on the stack, and AWS goes on.

    Attributes:
        doing: What was being done.
    """

    doing: str


End: TypeAlias = Done | Failed | NeverStarted | StillRunning


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    How a run ended.

    Attributes:
        ends: By id of the stack, in the order of the plan.
        is_interrupted: Whether the operator stopped it.
        stopped: Why it stopped by itself: it lost its lock; empty if it did not.
        started: How long after the beginning each stack was begun with, those begun first first.
        took: How long it took.
    """

    ends: Mapping[str, End]
    is_interrupted: bool = False
    stopped: str = ""
    started: Mapping[str, timedelta] = field(default_factory=dict)
    took: timedelta = timedelta()

    @property
    def is_whole(self) -> bool:
        """Whether it came to its end, well or not, and nothing of it goes on in AWS."""
        return not self.is_interrupted and not self.stopped

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Every failure, in the order of the plan."""
        return tuple(end.failure for end in self.ends.values() if isinstance(end, Failed))

    @property
    def exit_code(self) -> int:
        """0 done, 3 AWS refused or failed, 4 the lock was lost, 130 interrupted."""
        if self.is_interrupted:
            return INTERRUPTED
        if self.stopped:
            return LOCKED
        return REFUSED if self.failures else DONE
