"""Every property that the extract lists, changed alone at its own place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.in_place import IN_PLACE
from compiler.prove import prove
from compiler.prove.registry import Place, registered_types
from compiler.prove.rules import FOLLOWED, Subject, changes
from tests.unit.prove.states import EXAMPLES, example

if TYPE_CHECKING:
    from compiler.prove.changes import Effect


def holding(place: Place, value: object) -> Any:  # noqa: ANN401 -- JSON
    """Properties that have *value* at *place*, beside another value."""
    if not place:
        return value
    inside = holding(place[1:], value)
    return [inside] if place[0] == "*" else {place[0]: inside, "Beside": 1}


def effect(type_: str, place: Place) -> Effect:
    """What it does to change the value at *place* alone."""
    (change,) = changes(
        Subject(
            type=type_,
            registered=registered_types()[type_],
            before=holding(place, "one"),
            after=holding(place, "other"),
            changed=(place[0],),
            keeps_tags=False,
            is_alone=True,
        )
    )
    return change.effect


@pytest.mark.parametrize("type_", sorted(registered_types()))
def test_what_the_registry_lists_counts_at_its_own_place(type_: str) -> None:
    listed = registered_types()[type_]
    decided = IN_PLACE.get(type_, frozenset()) | FOLLOWED.get(type_, frozenset())

    assert {effect(type_, place) for place in listed.create_only} <= {"replaces"}
    for place in listed.conditional_create_only:
        expected = "in place" if place[0] in decided else "unknown"
        if place == ("SourceDBInstanceIdentifier",):
            expected = "replaces"
        assert (place, effect(type_, place)) == (place, expected)


@pytest.mark.parametrize("type_", sorted(registered_types()))
def test_what_lies_inside_or_around_a_listed_place_counts_and_what_lies_beside_does_not(
    type_: str,
) -> None:
    for place in registered_types()[type_].create_only:
        assert effect(type_, (*place, "Deeper")) == "replaces"
        if len(place) > 1:
            assert effect(type_, place[:1]) == "replaces"
            assert effect(type_, (*place[:-1], "Elsewhere")) == "in place"


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_state_is_unchanged_against_itself(name: str) -> None:
    for state in example(name):
        assert {one.fate for one in prove(state, state)} == {"unchanged"}
        assert sum(1 for _ in prove(state, state)) == sum(1 for _ in state.stateful())
