"""What a part of a template refers to. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9]+)[^}]*\}")
"""A reference inside the text of `Fn::Sub`."""


def references(value: object) -> Iterator[str]:
    """Yield the logical ids and parameters that *value*, JSON of a template, refers to."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        match key, item:
            case "Ref", str():
                yield item
            case "Fn::GetAtt", [str() as name, *_]:
                yield name
            case "Fn::GetAtt", str():
                yield item.partition(".")[0]
            case "Fn::Sub", str():
                yield from _IN_TEXT.findall(item)
            case "Fn::Sub", [str() as text, *rest]:
                yield from _IN_TEXT.findall(text)
                yield from references(rest)
            case _:
                yield from references(item)
