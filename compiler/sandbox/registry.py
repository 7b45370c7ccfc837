"""
Finds the resource handlers.

Each module of `compiler.sandbox.handlers` exposes `HANDLERS`, a tuple of handlers; a new module is
found by being there.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import MappingProxyType
from typing import TYPE_CHECKING

from compiler.sandbox import handlers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.sandbox.handler import Handler


def by_type(found: Iterable[Handler]) -> Mapping[str, Handler]:
    """
    Return handlers by resource type.

    Raises:
        ValueError: Two handlers claim one type.
    """
    table: dict[str, Handler] = {}
    for handler in found:
        if handler.type_name in table:
            message = f"{handler.type_name} has two handlers"
            raise ValueError(message)
        table[handler.type_name] = handler
    return MappingProxyType(table)


@cache
def all_handlers() -> Mapping[str, Handler]:
    """Return every handler of the sandbox, by resource type."""
    names = sorted(
        module.name for module in walk_packages(handlers.__path__, f"{handlers.__name__}.")
    )
    modules = (import_module(name) for name in names)
    return by_type(handler for module in modules for handler in getattr(module, "HANDLERS", ()))
