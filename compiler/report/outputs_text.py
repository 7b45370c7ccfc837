"""What the application has to find: as text for people, and as lines for a shell."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from typing import TYPE_CHECKING

from compiler.report.breaking import broken
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.endpoints import FoundEndpoint, FoundEndpoints
    from compiler.manifest import Manifest

_COLUMNS = 80

_ORDER = (
    "url",
    "leads_to",
    "domain",
    "private_name",
    "address",
    "port",
    "protocol",
    "access",
    "origin",
    "engine",
    "version",
    "role",
    "database",
    "user",
    "secret",
    "secret_arn",
    "address_parameter",
)
"""What people look for first; the rest follows by name."""

_WORDS = {"address_parameter": "SSM parameter", "arn": "ARN", "id": "id", "secret_arn": "its ARN"}

_WIDE = 14
"""Columns of the names of facts."""

_INSIDE = " " * 6


def outputs_text(found: FoundEndpoints, manifest: Manifest) -> str:
    """Return what was *found* of *manifest* as lines: what is public, then by side."""
    return "".join(f"{line}\n" for line in _lines(found, manifest))


def outputs_env(found: FoundEndpoints) -> str:
    """
    Return what was *found* as lines `KIND_KEY_SIDE_FACT=value` that a shell reads.

    What is public has no side. What is not known, or not there yet, is a comment.
    """
    return "".join(f"{line}\n" for line in _assignments(found))


def _assignments(found: FoundEndpoints) -> Iterator[str]:
    taken: Counter[str] = Counter()
    for one in found.endpoints:
        for name, fact in one.facts.items():
            variable = _variable(one, name)
            taken[variable] += 1
            if taken[variable] > 1:
                # `a-b.example.com` and `a.b.example.com` are two names, and one word to a shell.
                variable = f"{variable}_{taken[variable]}"
            reason = fact.reason or one.reason
            if fact.value is None or reason:
                yield f"# {variable}: {visible(reason)}"
            else:
                yield f"{variable}={shlex.quote(fact.value)}"


def _variable(one: FoundEndpoint, fact: str) -> str:
    """Return the name of the variable for a *fact*: `DATABASE_ORDERS_TARGET_ADDRESS`."""
    side = "" if one.endpoint.side == "global" else one.endpoint.side
    words = "_".join(filter(None, (one.endpoint.kind, one.endpoint.key, side, fact)))
    # A wildcard stays a word of its own: `*.example.com` is not `example.com`.
    return re.sub(r"[^A-Z0-9]+", "_", words.replace("*", "any").upper())


def _lines(found: FoundEndpoints, manifest: Manifest) -> Iterator[str]:
    yield f"{manifest.migration}, compiled as {manifest.phase}"
    headings = {
        "global": "public",
        "source": f"{manifest.source_region}, the source",
        "target": f"{manifest.target_region}, the target",
    }
    for side, heading in headings.items():
        of_side = [one for one in found.endpoints if one.endpoint.side == side]
        if not of_side:
            continue
        yield ""
        yield heading
        for one in of_side:
            yield ""
            yield from _endpoint(one)
    yield ""
    missing = sum(bool(one.reason) for one in found.endpoints)
    unknown = sum(fact.value is None for one in found.endpoints for fact in one.facts.values())
    if not found.endpoints:
        yield "Nothing was compiled that has to be found; compile again with this version."
    elif missing == len(found.endpoints):
        yield "Nothing of it is there yet. The names are those that it will have."
    elif missing:
        yield f"{missing} of {len(found.endpoints)} are not there yet."
    elif unknown:
        yield f"All of it is there; what is not known of it: {unknown}."
    else:
        yield "All of it is there."


def _endpoint(one: FoundEndpoint) -> Iterator[str]:
    title = f"{one.endpoint.kind} {visible(one.endpoint.key)}".rstrip()
    if one.reason:
        yield from broken(f"  {title}: {one.reason}", _COLUMNS)
    else:
        yield f"  {title}"
    for name in sorted(one.facts, key=_rank):
        fact = one.facts[name]
        if name == "name" and fact.value == one.endpoint.key:
            continue
        word = _WORDS.get(name, name.replace("_", " "))
        if fact.value is not None:
            yield _pair(word, visible(fact.value))
        elif fact.reason != one.reason:
            yield from broken(f"{_INSIDE}{word:{_WIDE}}not known: {fact.reason}", _COLUMNS)
        else:
            yield _pair(word, "not known yet")


def _pair(word: str, value: str) -> str:
    line = f"{_INSIDE}{word:{_WIDE}}{value}"
    return line if len(line) <= _COLUMNS else f"{_INSIDE}{word}\n{_INSIDE}  {value}"


def _rank(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)
