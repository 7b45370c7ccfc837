"""Rules face whatever the models let through: any text, any number, in any place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from spec.findings import Spot
from spec.load import load
from spec.model import Spec
from spec.rules import check

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parents[3] / "cases"
SOUND = [
    spec.model_dump()
    for path in sorted((CASES / "accept").glob("*.yaml"))
    if (spec := load(path.read_bytes(), path.name).spec) is not None
]

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["10.0.0.0/0", "255.255.255.255/32", "us-east-1", "us-gov-east-1", "*", "/", "arn:", "@"]
    ),
)
NUMBERS = st.one_of(st.integers(-2, 2), st.integers())


def _leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, (*path, key))
    elif isinstance(value, tuple):
        for position, one in enumerate(value):
            yield from _leaves(one, (*path, position))
    else:
        yield path


def _replaced(value: Any, path: tuple[str | int, ...], new: object) -> Any:  # noqa: ANN401 (any YAML)
    if not path:
        return new
    first, rest = path[0], path[1:]
    if isinstance(value, tuple):
        return tuple(
            _replaced(one, rest, new) if position == first else one
            for position, one in enumerate(value)
        )
    return {key: _replaced(one, rest, new) if key == first else one for key, one in value.items()}


def _at(value: Any, path: tuple[str | int, ...]) -> object:  # noqa: ANN401 (any YAML)
    for part in path:
        value = value[part]
    return value


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SOUND), st.data())
def test_no_value_makes_a_rule_fail_and_every_finding_names_a_place_that_is_there(
    sound: dict[str, Any], data: st.DataObject
) -> None:
    dumped = sound
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(sorted(_leaves(dumped), key=str)))
        is_number = isinstance(_at(dumped, path), int)
        dumped = _replaced(dumped, path, data.draw(NUMBERS if is_number else TEXTS))
    try:
        spec = Spec.model_validate(dumped)
    except ValidationError:
        return

    findings = list(check(spec))

    dumped = spec.model_dump()
    for finding in findings:
        for place in (finding.where, *(spot for spot, _ in finding.related)):
            assert isinstance(place, Spot)
            _at(dumped, place.path)
