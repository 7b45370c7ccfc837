"""What exists where, as a table."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.sandbox.inventory import Thing


def inventory_text(things: Sequence[Thing]) -> str:
    """Return *things* by region, one line each, read off the services and not off the stacks."""
    return "".join(f"{line}\n" for line in _lines(things))


def _lines(things: Sequence[Thing]) -> Iterator[str]:
    yield ""
    yield "What exists now, read back from the services:"
    for region, group in groupby(things, key=lambda thing: thing.region):
        yield ""
        yield region
        for thing in group:
            yield f"  {thing.kind}: {thing.name}"
            yield f"      {thing.state}"
