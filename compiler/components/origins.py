"""
Where template places come from in the spec, written down beside the resource.

A place that differs in the target comes from the override where the spec writes one, else from the
value that both sides share: that is the key that the user would edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spec.findings import Path


def below(base: Path, places: Mapping[str, Path]) -> dict[str, Path]:
    """
    Return the origins of properties that come from values below *base*.

    Args:
        base: Spec path of the component.
        places: Path below *base*, by dotted path below the resource's `Properties`.
    """
    return {f"Properties.{place}": (*base, *path) for place, path in places.items()}
