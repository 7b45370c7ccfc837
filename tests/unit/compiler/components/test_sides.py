"""Tests of which sides have what in which phase."""

from __future__ import annotations

import pytest

from compiler.components import load_balancer, logs, network
from compiler.components.sides import serving, standing
from compiler.phases import ORDER, PHASES
from tests.unit.compiler.components.media import media
from tests.unit.compiler.components.places import built

BOTH = ("source", "target")


def test_both_sides_stand_until_the_source_is_retired() -> None:
    assert {name: standing(phase) for name, phase in PHASES.items()} == {
        **dict.fromkeys(ORDER, BOTH),
        "retire": ("target",),
    }


def test_the_target_serves_nobody_before_it_has_data_and_the_source_until_it_goes() -> None:
    assert {name: serving(phase) for name, phase in PHASES.items()} == {
        **dict.fromkeys(ORDER, BOTH),
        "prepare": ("source",),
        "retire": ("target",),
    }


@pytest.mark.parametrize("phase", ORDER)
def test_networks_and_log_buckets_stand_where_a_side_does_and_load_balancers_with_services(
    phase: str,
) -> None:
    state = PHASES[phase]  # type: ignore[index] # one of its own keys
    for component, sides in (
        (network, standing(state)),
        (logs, standing(state)),
        (load_balancer, serving(state)),
    ):
        found = {
            address.stack.side for address in built(media(cdn=None), component, phase=state.name)
        }
        assert found == set(sides)
