"""
A resource's whole life, told as a table: what it starts with, and what each property becomes.

Every supported property of a handler stands in its lives at least once; each life is created, read,
changed property by property, put back, and deleted. What is compared is what the service tells.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.unit.sandbox.handlers_ground import STACK_TAGS, changeable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.handler import Handler, Properties, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """
    One resource.

    Attributes:
        handler: Its handler.
        scope: Where it lives.
        start: The properties it is created with.
        changes: New values of properties that can be updated in place; `None` takes one away.
        untold: Properties that the service does not tell.
        elsewhere: Properties whose change in place another test shows, or that none can show.
    """

    handler: Handler
    scope: Scope
    start: Properties
    changes: Mapping[str, Any] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()

    @property
    def covered(self) -> frozenset[str]:
        return frozenset(self.start) | frozenset(self.changes)


def lived(life: Life) -> None:
    """Walk through *life* and compare what the service tells after each step."""
    handler, scope = life.handler, life.scope
    missed = changeable(handler) - life.elsewhere - life.changes.keys()
    assert not missed, f"nothing changes {sorted(missed)}"
    created = handler.create(scope, life.start)
    first = _told(life, created.physical_id)
    _compare(life, life.start, first)
    now = dict(life.start)
    for name, value in life.changes.items():
        after = {**now, name: value}
        if value is None:
            del after[name]
        changed = handler.update(scope, created.physical_id, now, after)
        assert changed.physical_id == created.physical_id
        now = after
        _compare(life, now, _told(life, created.physical_id))
    again = handler.update(scope, created.physical_id, now, life.start)
    assert again.attributes == created.attributes
    _compare(life, life.start, _told(life, created.physical_id))
    handler.delete(scope, created.physical_id, life.start)
    assert handler.read(scope, created.physical_id) is None
    handler.delete(scope, created.physical_id, life.start)


def _told(life: Life, physical_id: str) -> dict[str, Any]:
    told = life.handler.read(life.scope, physical_id)
    assert told is not None
    assert set(told) <= life.handler.supported
    return dict(told)


def _compare(life: Life, expected: Properties, told: Properties) -> None:
    wanted = {name: value for name, value in expected.items() if name not in life.untold}
    if "Tags" in life.handler.supported:
        wanted["Tags"] = _over_stack(expected.get("Tags", []))
    found = {name: told.get(name) for name in wanted}
    assert found == wanted, f"{found}\n  is not\n{wanted}"
    # What left the template is told as the service's default or not at all, never as it was.
    for name, value in life.changes.items():
        if name not in expected and name in life.start:
            assert told.get(name) != life.start[name] or value is not None


def _over_stack(own: Any) -> Any:  # noqa: ANN401 -- JSON: a list of pairs, in one type a mapping
    if isinstance(own, dict):
        return dict(sorted({**STACK_TAGS, **own}.items()))
    merged = {**STACK_TAGS, **{tag["Key"]: tag["Value"] for tag in own}}
    return [{"Key": key, "Value": value} for key, value in sorted(merged.items())]
