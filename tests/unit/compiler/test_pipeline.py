"""The table of components: what each asks of a phase is what it really asks."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.phases import PHASES, Phase
from compiler.pipeline import COMPONENTS
from spec.load import load
from spec.model.certificates import Certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.pipeline import Component
    from spec.model import Spec

SPECS = [*Path("spec/examples").glob("*.yaml"), *Path("tests/cases/accept").glob("*.yaml")]
NAMES = frozenset(field.name for field in fields(Phase))


class Asked(Phase):
    """A phase that notes which of its fields are read."""

    read: set[str] = set()  # noqa: RUF012 -- of all of them together

    def __getattribute__(self, name: str) -> object:
        if name in NAMES:
            Asked.read.add(name)
        return super().__getattribute__(name)


def specs() -> Iterator[Spec]:
    """Yield all kinds of specs, among them one with a distribution and no zone."""
    for path in SPECS:
        spec = load(path.read_bytes(), path.name).spec
        assert spec is not None
        yield spec
        if spec.cdn is not None:
            yield spec.model_copy(update={"dns": None, "certificates": Certificates()})


def asked_by(component: Component) -> set[str]:
    Asked.read.clear()
    for spec in specs():
        for phase in PHASES.values():
            given = {name: getattr(phase, name) for name in NAMES} | {"tag": "any"}
            list(component.resources(spec, Asked(**given)))
    return set(Asked.read)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda one: one.__name__.split(".")[-1])
def test_a_component_asks_of_a_phase_what_the_table_says_and_no_more(component: Component) -> None:
    assert asked_by(component) - {"tag"} == set(COMPONENTS[component])
