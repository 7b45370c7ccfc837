"""What the models refuse, in words of the user's file: the findings SF120 to SF127."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from spec.findings import Finding, Path, Spot, at, key_at
from spec.refusals import shown
from spec.shape import Shape, as_yaml, shape_of, takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError

    from spec.places import LocatedTree

NOT_COVERED = {
    "aurora": "Aurora",
    "cache": "ElastiCache",
    "caches": "ElastiCache",
    "containers": "ECS and EKS",
    "dynamodb": "DynamoDB",
    "ecs": "ECS",
    "efs": "EFS",
    "eks": "EKS",
    "elasticache": "ElastiCache",
    "file_systems": "EFS",
    "functions": "Lambda",
    "lambda": "Lambda",
    "queues": "queues",
    "redis": "ElastiCache",
    "sns": "SNS topics",
    "sqs": "queues",
    "tables": "DynamoDB",
    "topics": "SNS topics",
}
"""Top-level keys that people try, and what they mean by them."""

MAX_COMPLAINTS = 200
"""Findings about the structure at once; a file with more of them is no spec."""

_WHOLE_NUMBER = re.compile("[0-9]{1,18}")

_YES_OR_NO = frozenset({"y", "yes", "n", "no", "on", "off"})


def complaints(error: ValidationError, tree: LocatedTree) -> Iterator[tuple[Path, Finding | None]]:
    """
    Yield what *error* says about *tree*: for each mistake its path and a finding.

    The path of a missing key is that of the key, which is not in the tree. Where it is missing
    because it is misspelt, the unknown key has the finding, and the missing one has none.
    """
    lines = error.errors(include_url=False)[:MAX_COMPLAINTS]
    misspelt = {
        (*path[:-1], guess)
        for line in lines
        if line["type"] == "extra_forbidden"
        for path in [_written_path(line["loc"], tree.root)[0]]
        if (guess := _guess(path, tree))
    }
    for line in lines:
        path, is_key = _written_path(line["loc"], tree.root)
        is_said = line["type"] == "missing" and path in misspelt
        yield path, None if is_said else _finding(line["type"], path, tree, is_key=is_key)


def _written_path(loc: tuple[str | int, ...], value: object) -> tuple[Path, bool]:
    """
    Return *loc* without what pydantic adds, and whether the key itself is meant.

    pydantic names the branch of a union that it took (ours are `<so>`), and ends in `[key]` where
    the key of a mapping is wrong. Both could be keys of the user's too, so the value decides.
    """
    path: list[str | int] = []
    is_key = False
    for number, part in enumerate(loc):
        is_last = number == len(loc) - 1
        is_written = isinstance(value, dict) and part in value
        if not is_written and isinstance(part, str) and part.startswith("<"):
            continue
        if not is_written and is_last and part == "[key]":
            is_key = True
            continue
        path.append(part)
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, tuple) and isinstance(part, int):
            value = value[part]
    return tuple(path), is_key


def _finding(kind: str, path: Path, tree: LocatedTree, *, is_key: bool) -> Finding:
    match kind:
        case "missing":
            return _missing(path)
        case "extra_forbidden":
            return _unknown(path, tree)
        case "string_pattern_mismatch" | "string_too_long":
            return _bad_name(path, is_key=is_key)
        case _:
            return _bad_value(kind, path, tree)


def _bad_value(kind: str, path: Path, tree: LocatedTree) -> Finding:
    shape = shape_of(path) or Shape(annotation=str)
    value = tree.value(path)
    if path == ("version",) and type(value) is int:
        return _other_version(value)
    if kind == "string_type" and isinstance(value, bool | int | float):
        return _unquoted(path, value, tree)
    if kind == "literal_error":
        return _no_choice(path, value, shape)
    return _wrong_type(path, value, shape)


def _name(path: Path) -> str:
    """Return what the last part of *path* is called in a sentence."""
    last = path[-1]
    return f"`{last}`" if isinstance(last, str) else f"Item {last + 1} of `{path[-2]}`"


def _of(path: Path) -> str:
    """Return where the last part of *path* belongs, in a sentence."""
    parents = ".".join(str(part) for part in path[:-1])
    return f" in `{parents}`" if parents else ""


def _parent(path: Path) -> Spot:
    return key_at(*path[:-1])


def _example(path: Path, shape: Shape | None) -> str:
    try:
        return f"{path[-1]}: {as_yaml(shape.example)}" if shape else ""
    except LookupError:
        return ""


def _missing(path: Path) -> Finding:
    shape = shape_of(path)
    meaning = shape.field.description if shape and shape.field else ""
    return Finding(
        code="SF121",
        where=_parent(path),
        detail=f"{_name(path)} is missing{_of(path)}: {meaning}",
        way_out=f"Add it, for example `{_example(path, shape)}`.",
    )


def _unknown(path: Path, tree: LocatedTree) -> Finding:
    key = str(path[-1])
    if len(path) == 1 and key.lower() in NOT_COVERED:
        return _not_covered(path, NOT_COVERED[key.lower()])
    guess = _guess(path, tree)
    known = ", ".join(f"`{name}`" for name in _branch(path[:-1], tree))
    return Finding(
        code="SF120",
        where=key_at(*path),
        detail=f"There is no key {shown(key)}{_of(path) or ' at the top level'}.",
        way_out=f"Did you mean `{guess}`?" if guess else f"Remove it, or use one of: {known}.",
    )


def _guess(path: Path, tree: LocatedTree) -> str | None:
    """Return the key that was meant by the unknown one at *path*, of those not written yet."""
    there = tree.value(path[:-1])
    free = [
        name for name in _branch(path[:-1], tree) if not (isinstance(there, dict) and name in there)
    ]
    close = difflib.get_close_matches(str(path[-1]).lower(), free, n=1, cutoff=0.6)
    return close[0] if close else None


def _branch(path: Path, tree: LocatedTree) -> tuple[str, ...]:
    """Return the keys of the model that is read at *path*: the one with most of those written."""
    shape, value = shape_of(path), tree.value(path)
    written = set(value) if isinstance(value, dict) else set()
    models = shape.models if shape else ()
    keys = (tuple(model.model_fields) for model in models)
    return max(keys, key=lambda names: len(written.intersection(names)), default=())


def _not_covered(path: Path, what: str) -> Finding:
    return Finding(
        code="SF127",
        where=key_at(*path),
        detail=f"stackferry does not migrate {what}.",
        way_out=(
            "Leave it out, and keep it in a CloudFormation template of your own for each region,"
            " which takes what it needs from the parameters and names that the compiled templates"
            " have."
        ),
    )


def _other_version(version: int) -> Finding:
    if version > 1:
        detail = (
            f"This spec is written in version {version} of the language; this stackferry knows 1."
        )
        way_out = "Install a newer stackferry, or write the spec in version 1."
    else:
        detail, way_out = "There is no such version of the language.", "Write `version: 1`."
    return Finding(code="SF126", where=at("version"), detail=detail, way_out=way_out)


def _unquoted(path: Path, value: float | bool, tree: LocatedTree) -> Finding:  # noqa: FBT001 - the spec's value, no switch
    text = written(path, value, tree)
    read = as_yaml(value)
    kind = "true or false" if isinstance(value, bool) else "a number"
    loss = "" if isinstance(value, bool) or text == read else f": {read}"
    if text.startswith("0") and loss:
        loss = f", {read}, and the leading zero is lost"
    return Finding(
        code="SF122",
        where=at(*path),
        detail=f"{_name(path)} takes a text, but without quotes YAML reads {text} as {kind}{loss}.",
        way_out=f'Put it in quotes: {_prefix(path)}"{text}".',
    )


def written(path: Path, value: object, tree: LocatedTree) -> str:
    """Return *value* as it stands in the file, or as it could where it is an alias there."""
    text = tree.as_written(path) if tree.is_written(path) else ""
    return as_yaml(value) if text.startswith("*") or not text else text


def _prefix(path: Path) -> str:
    last = path[-1]
    return f"{as_yaml(last)}: " if isinstance(last, str) else ""


def _no_choice(path: Path, value: object, shape: Shape) -> Finding:
    choices = takes(shape).split(" or ")
    close = difflib.get_close_matches(str(value), choices, n=1, cutoff=0.6)
    guess = f"Did you mean `{close[0]}`?" if close else f"Write `{_prefix(path)}{choices[0]}`."
    return Finding(
        code="SF124",
        where=at(*path),
        detail=f"{_name(path)} takes one of {', '.join(choices)}, and this is {_this(value)}.",
        way_out=guess,
    )


def _bad_name(path: Path, *, is_key: bool) -> Finding:
    where = key_at(*path) if is_key else at(*path)
    return Finding(
        code="SF125",
        where=where,
        detail=(
            "A name becomes a part of the names of buckets, databases and load balancers, so it has"
            " lower-case letters, digits and single hyphens, begins with a letter, ends with a"
            " letter or digit, and is 32 characters long at most."
        ),
        way_out="Choose a name of that form, such as `catalog` or `web-api`.",
    )


def _wrong_type(path: Path, value: object, shape: Shape) -> Finding:
    return Finding(
        code="SF123",
        where=at(*path) if path else key_at(),
        detail=f"{_name(path)} takes {takes(shape)}, and this is {_this(value)}.",
        way_out=_way_out(path, value, shape),
    )


def _this(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"`{as_yaml(value)}`"
    if isinstance(value, str):
        return f"the text {shown(value)}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a mapping" if isinstance(value, dict) else "a list"


def _way_out(path: Path, value: object, shape: Shape) -> str:
    meant = meant_value(value, shape)
    if meant is not None and isinstance(value, str) and value.lower() in _YES_OR_NO:
        return f"YAML 1.2 has true and false only: write `{_prefix(path)}{as_yaml(meant)}`."
    if meant is not None and len(as_yaml(meant)) < 80:  # noqa: PLR2004 - what fits on a line
        return f"Write `{_prefix(path)}{as_yaml(meant)}`."
    example = _example(path, shape)
    if value is None and shape.is_optional:
        return f"Remove the key, or give it a value, for example `{example}`."
    return f"Write it like this: `{example}`." if example else f"Write {takes(shape)}."


def meant_value(value: object, shape: Shape) -> object:
    """Return what *value* was most probably meant to be; `None` where nobody can tell."""
    match takes(replace(shape, field=None)), value:
        case "a text", int() | float():
            return as_yaml(value)
        case "a whole number", str() if _WHOLE_NUMBER.fullmatch(value):
            return int(value)
        case "true or false", str():
            return _WORDS_FOR_BOOL.get(value.lower())
        case "a list", str():
            return (value,)
        case _:
            return None


_WORDS_FOR_BOOL = {
    "y": True,
    "yes": True,
    "on": True,
    "true": True,
    "n": False,
    "no": False,
    "off": False,
    "false": False,
}
