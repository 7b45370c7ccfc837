"""Puts a function of ours around one of moto's, for as long as a sandbox runs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ABSENT = object()


@contextmanager
def wrapped(owner: type[Any], name: str, wrap: Callable[[Any], Any]) -> Iterator[None]:
    """
    Let *owner* have what *wrap* makes of its attribute *name*; put back afterwards what was there.

    Args:
        owner: A class of moto's.
        name: A method or a property; it may be absent, and then *wrap* is given `None`.
        wrap: Makes the new one of the old one.
    """
    before = owner.__dict__.get(name, _ABSENT)
    setattr(owner, name, wrap(getattr(owner, name, None)))
    try:
        yield
    finally:
        if before is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, before)
