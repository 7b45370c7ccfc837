"""Files that are kept beside a manifest: written whole, read key by key, whoever wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter, ValidationError

if TYPE_CHECKING:
    from pathlib import Path

Kept = TypeVar("Kept")


def write_whole(path: Path, text: str) -> None:
    """
    Write the file whole, in the place of the one that is there; its folder is made.

    Raises:
        OSError: It cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def read_kept(kind: type[Kept], path: Path, noun: str) -> Kept | str:
    """
    Read a file back, or say in a sentence why there is nothing to read.

    Args:
        kind: The dataclass that it holds.
        path: Where it lies.
        noun: What it is said not to be: `evidence`.
    """
    try:
        return TypeAdapter(kind).validate_json(path.read_bytes())
    except FileNotFoundError:
        return f'There is no "{path}".'
    except OSError as error:
        return f'"{path}" cannot be read: {error.strerror}.'
    except ValidationError as error:
        return f'"{path}" is no {noun} of this version ({flaw(error)}).'


def flaw(error: ValidationError) -> str:
    """Return the first thing that is wrong, after its place unless that is the whole."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]
