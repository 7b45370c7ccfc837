"""Handlers over moto's services that say no where a test wants them to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compiler.sandbox.handler import Refused
from compiler.sandbox.registry import all_handlers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.handler import Created, Handler, Properties, Scope


@dataclass(slots=True)
class Stubborn:
    """
    A handler that refuses as long as it is told to, and else does what the real one does.

    Attributes:
        real: The handler of the type.
        refusals: Shared by all: `update Size` refuses to change the resource `Size`; the verbs are
            `create`, `update` and `delete`.
    """

    real: Handler
    refusals: set[str]
    type_name: str = field(init=False)
    supported: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.type_name, self.supported = self.real.type_name, self.real.supported

    def create(self, scope: Scope, properties: Properties) -> Created:
        self._meet("create", scope)
        return self.real.create(scope, properties)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        self._meet("update", scope)
        return self.real.update(scope, physical_id, old, new)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        self._meet("delete", scope)
        self.real.delete(scope, physical_id, properties)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        return self.real.read(scope, physical_id)

    def _meet(self, verb: str, scope: Scope) -> None:
        if f"{verb} {scope.logical_id}" in self.refusals:
            code, reason = "AccessDenied", f"not allowed to {verb} {scope.logical_id}"
            raise Refused(code, reason)


def stubborn(refusals: set[str]) -> Mapping[str, Handler]:
    """Return every handler of the sandbox, each refusing what *refusals* says at the time."""
    return {name: Stubborn(real, refusals) for name, real in all_handlers().items()}
