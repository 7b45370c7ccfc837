"""Rules about tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec.findings import Finding, at, key_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.model import Spec

OWN_TAGS = ("Environment", "MigrationPhase", "SourceRegion", "TargetRegion", "Timestamp")
"""The tags that stackferry sets on everything."""

MOST_TAGS = 50
"""On one resource (Tagging AWS Resources user guide, "Tag naming limits", 2026-11)."""

LONGEST_KEY, LONGEST_VALUE = 128, 256
"""Characters (the same page)."""

_RESERVED = (*OWN_TAGS, "Name")
_TEXT = re.compile(r"[\w\s.:/=+@-]*")


def tag_reserved(spec: Spec) -> Iterator[Finding]:
    """SF294: some tags are AWS's, some are ours."""
    for key in spec.tags:
        own = next((tag for tag in _RESERVED if tag.lower() == key.lower()), None)
        if key.lower().startswith("aws:"):
            detail = f'"{key}" begins with "aws:", which only AWS may set.'
        elif own is not None:
            detail = (
                f'stackferry sets the tag "{own}" itself, and IAM takes no two that differ in case'
                " only."
            )
        else:
            continue
        yield Finding(
            code="SF294",
            where=key_at("tags", key),
            detail=detail,
            way_out="Choose another key, or remove it.",
        )


def tag_malformed(spec: Spec) -> Iterator[Finding]:
    """SF295: a tag has a length, and characters that every service takes."""
    first: dict[str, str] = {}
    for key, value in spec.tags.items():
        earlier = first.setdefault(key.lower(), key)
        where = key_at("tags", key)
        if not key or len(key) > LONGEST_KEY:
            detail = f"The key has {len(key)} characters, not 1 to {LONGEST_KEY}."
        elif not _TEXT.fullmatch(key):
            detail = f'The key "{key}" has a character that not every service takes.'
        elif earlier != key:
            detail = f'"{key}" and "{earlier}" differ in case only, and IAM takes one of them.'
        elif len(value) > LONGEST_VALUE:
            where = at("tags", key)
            detail = f"The value has {len(value)} characters; {LONGEST_VALUE} are the most."
        elif not _TEXT.fullmatch(value):
            where = at("tags", key)
            detail = f'The value "{value}" has a character that not every service takes.'
        else:
            continue
        yield Finding(
            code="SF295",
            where=where,
            detail=detail,
            way_out="Use letters, digits, spaces and any of _ . : / = + @ - in a short text.",
        )


def tags_too_many(spec: Spec) -> Iterator[Finding]:
    """SF296: a resource has fifty tags, five of them ours."""
    room = MOST_TAGS - len(_RESERVED)
    if len(spec.tags) > room:
        yield Finding(
            code="SF296",
            where=key_at("tags"),
            detail=f"There are {len(spec.tags)} tags. A resource takes {MOST_TAGS}, of which"
            f" stackferry sets {len(_RESERVED)}.",
            way_out=f"Keep {room} or fewer.",
        )
