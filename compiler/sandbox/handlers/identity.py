"""What tells resources apart: names that CloudFormation makes up, and tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from moto.moto_api._internal import mock_random

if TYPE_CHECKING:
    from compiler.sandbox.handler import Scope

Pair = Mapping[str, str]
"""`{"Key": …, "Value": …}`, the spelling that nearly every service shares with CloudFormation."""

_SUFFIX_LENGTH = 12


def physical_name(scope: Scope, *, limit: int = 255, lower: bool = False) -> str:
    """
    Make up a name as CloudFormation does: stack, resource and twelve random characters.

    Args:
        scope: Whose name it is.
        limit: The service's longest name; the stack's and the resource's parts are cut to fit.
        lower: For services that know no upper case.

    Returns:
        A name that no earlier resource of the same stack had, so that a replacement can stand
        beside what it replaces.
    """
    # moto's generator, so that a sandbox with a seed makes up the same names again.
    suffix = mock_random.get_random_hex(_SUFFIX_LENGTH)
    stem = f"{scope.stack_name}-{scope.logical_id}"[: limit - _SUFFIX_LENGTH - 1].strip("-")
    name = f"{stem}-{suffix if lower else suffix.upper()}"
    return name.lower() if lower else name


def merged(scope: Scope, own: Iterable[Pair] | None) -> dict[str, str]:
    """Lay a resource's own tags over its stack's, sorted by key."""
    mine = {pair["Key"]: str(pair["Value"]) for pair in own or ()}
    return dict(sorted({**scope.tags, **mine}.items()))


def as_pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Spell *tags* as a list of keys and values."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def without_system(pairs: Iterable[Pair]) -> list[dict[str, str]]:
    """Return the tags that a person gave, sorted by key: a template never holds an `aws:` tag."""
    kept = {pair["Key"]: pair["Value"] for pair in pairs if not pair["Key"].startswith("aws:")}
    return as_pairs(dict(sorted(kept.items())))
