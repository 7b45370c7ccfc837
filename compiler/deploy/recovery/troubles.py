"""What is wrong with a stack, from what AWS said of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from compiler.deploy.operations import is_ours
from compiler.deploy.recovery.promotion import is_told_to_follow

if TYPE_CHECKING:
    from compiler.deploy.outcome import Failure
    from compiler.deploy.port import Instance, Place
    from compiler.deploy.recovery.option import Option
    from compiler.deploy.recovery.sightings import Sighting

Kind: TypeAlias = Literal[
    "unreadable",
    "busy",
    "at work",
    "rollback failed",
    "promotion failed",
    "creation failed",
    "suspended",
    "inoperable",
    "name taken",
    "half adopted",
    "gone",
    "import failed",
    "not current",
]
"""
`unreadable`: AWS does not tell. `busy`: somebody else's operation is at work. `at work`: an earlier
run's is. `rollback failed`: an update failed, and so did going back. `promotion failed`: the
update that promotes its database did so. `creation failed`: the stack
never came to be and stands there. `suspended`: StackSets leaves the account out. `inoperable`: it
could not be deleted, and takes no update. `name taken`: it could not be created, since a resource
of it exists. `half adopted`: taking such resources over was interrupted. `gone`: it was deleted
behind the stack set's back. `import failed`: it could not be taken into the stack set.
`not current`: it is not what its stack set says; a deploy tries again.
"""

_STANDS_UNMADE = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """
    A stack in trouble.

    Attributes:
        kind: What is wrong.
        sighting: What it was seen from.
        options: The ways out, the one that changes least first.
    """

    kind: Kind
    sighting: Sighting
    options: tuple[Option, ...]

    @property
    def stack(self) -> str:
        """Id of the stack."""
        return self.sighting.stack.id

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.sighting.place

    @property
    def says(self) -> str:
        """What AWS says of it: the states, in one line."""
        return _says(self.sighting)

    @property
    def failure(self) -> Failure | None:
        """Why, as far as AWS tells."""
        return self.sighting.failure


def kind_of(seen: Sighting) -> Kind | None:
    """Return what is wrong with a stack; nothing if all is well."""
    if seen.unreadable:
        return "unreadable"
    if seen.operation is not None and seen.operation.is_unfinished:
        return "at work" if is_ours(seen.operation.id) else "busy"
    if seen.instance is None:
        return "half adopted" if seen.adopts else None
    if seen.status.endswith("_IN_PROGRESS") or seen.instance.is_unfinished:
        return "at work"
    if seen.instance.detailed == "SKIPPED_SUSPENDED_ACCOUNT":
        return "suspended"
    return _of_present(seen, seen.instance) if seen.is_there else _of_absent(seen, seen.instance)


def _is_to_be_left(seen: Sighting) -> bool:
    """Tell whether a promoted database is still to be taken out of the stack that wedged."""
    have = seen.definition
    return bool(seen.before) and have is not None and is_told_to_follow(have.template)


def _of_present(seen: Sighting, instance: Instance) -> Kind | None:
    """Of a stack that stands there."""
    if seen.adopts and _is_to_be_left(seen):
        return "half adopted"
    if seen.status == "UPDATE_ROLLBACK_FAILED":
        return "promotion failed" if seen.before else "rollback failed"
    if seen.status in _STANDS_UNMADE:
        return "creation failed"
    if seen.status == "DELETE_FAILED" or instance.status == "INOPERABLE":
        return "inoperable"
    if instance.detailed == "FAILED_IMPORT":
        return "import failed"
    return None if instance.is_current else "not current"


def _of_absent(seen: Sighting, instance: Instance) -> Kind:
    """Of a stack that the stack set knows and that is not there."""
    if seen.adopts and _is_to_be_left(seen):
        return "half adopted"
    if seen.existing:
        return "name taken"
    # A create that failed leaves none either: that one tells why, and a deploy tries again.
    is_never_made = instance.status == "OUTDATED" and (not seen.stack_id or seen.failure)
    return "not current" if is_never_made else "gone"


def _says(seen: Sighting) -> str:
    """Return what AWS says of a stack, in one line: `OUTDATED, UPDATE_ROLLBACK_FAILED`."""
    if seen.unreadable:
        return seen.unreadable
    if seen.operation is not None and seen.operation.is_unfinished:
        return f"operation {seen.operation.id} is {seen.operation.status}"
    if seen.instance is None:
        return f"no stack; {', '.join(seen.adopts)} was to be taken over"
    words: list[str] = [seen.instance.status]
    if seen.instance.detailed not in {"", "SUCCEEDED", seen.instance.status}:
        words.append(seen.instance.detailed)
    words.append(seen.status if seen.is_there else "no stack")
    return ", ".join(words)
