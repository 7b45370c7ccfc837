"""What a migration has although it is not compiled any more, as part of a document."""

from __future__ import annotations

from dataclasses import dataclass

from compiler.deploy.orphans import Orphans


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphanStack:
    """
    A stack set that the compiled folder no longer names; with `--via stacks`, a stack.

    Attributes:
        stack: Id of the stack that it was made for, `<region>/<name>`.
        stack_set: Its name.
        accounts: Where its stacks stand; none if it has none any more.
        regions: Likewise.
    """

    stack: str
    stack_set: str
    accounts: tuple[str, ...]
    regions: tuple[str, ...]


def orphan_stacks(orphans: Orphans) -> tuple[OrphanStack, ...]:
    """Return the part of the document, sorted by name."""
    return tuple(
        OrphanStack(
            stack=one.stack,
            stack_set=one.stack_set,
            accounts=tuple(sorted({place.account for place in one.places})),
            regions=tuple(sorted({place.region for place in one.places})),
        )
        for one in orphans.found
    )
