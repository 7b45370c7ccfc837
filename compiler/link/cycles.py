"""A loop among resources, told in the user's words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from compiler.link.order import loop
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.link.objects import ObjectFile
    from compiler.symbols import Address, StackKey


def loop_of_resources(files: Mapping[Address, ObjectFile]) -> Finding | None:
    """SF301: resources that need each other can never be created."""
    needs = {
        address: frozenset((*(reference.address for reference in file.references), *file.after))
        for address, file in files.items()
    }
    found = loop(needs)
    return _finding("SF301", files, found) if found else None


def loop_of_stacks(
    files: Mapping[Address, ObjectFile],
    homes: Mapping[Address, StackKey],
    needs: Mapping[StackKey, frozenset[StackKey]],
) -> Finding | None:
    """SF302: stacks that need each other can never be deployed, though no single resource loops."""
    stacks = loop(needs)
    if not stacks:
        return None
    steps: list[Address] = []
    for here, there in pairwise(stacks):
        steps.extend(
            next(
                (address, wanted)
                for address, file in files.items()
                if homes[address] == here
                for wanted in (*(item.address for item in file.references), *file.after)
                if homes[wanted] == there
            )
        )
    return _finding("SF302", files, (*steps, steps[0]))


def _finding(code: str, files: Mapping[Address, ObjectFile], found: tuple[Address, ...]) -> Finding:
    first = files[found[0]]
    others = dict.fromkeys(files[address].component for address in found[1:])
    others.pop(first.component, None)
    chain = "\n".join(
        f"  {_words(files[here])} needs {_words(files[there])}"
        for here, there in pairwise(found)
        if here.stack != there.stack or code == "SF301"
    )
    return Finding(
        code=code,
        where=at(*first.component),
        detail=f"Each of these needs the next to exist first, and the last one the first:\n{chain}",
        way_out="Take one of these references out of the spec.",
        related=tuple((at(*path), "part of the loop") for path in others),
    )


def _words(file: ObjectFile) -> str:
    owner = ".".join(str(part) for part in file.component) or "the migration"
    kind = str(file.body["Type"]).removeprefix("AWS::")
    return f"{kind} {file.address.logical_id} of {owner} ({file.address.stack.side})"
