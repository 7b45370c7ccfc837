"""Tests of services in every phase: their sizes, their instances, and whom these reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.components import service
from compiler.components.addresses import auto_scaling_group, launch_template
from compiler.components.sides import SIDES
from compiler.phases import ORDER
from tests.unit.compiler.components.media import MEDIA, media
from tests.unit.compiler.components.places import built, origin

if TYPE_CHECKING:
    from compiler.phases import PhaseName
    from spec.model import Spec
    from spec.names import Side


def with_web(**settings: Any) -> Spec:  # noqa: ANN401 - pieces of a spec
    return media(services={"web": {**MEDIA["services"]["web"], **settings}})


def sizes_in(phase: PhaseName, of: Side, spec: Spec) -> tuple[Any, ...] | None:
    """Return minimum, wanted and maximum, and how many stay during an exchange of instances."""
    group = built(spec, service, phase=phase).get(auto_scaling_group(of, "web"))
    if group is None:
        return None
    found = group.body.to_dict()
    size = (found["Properties"][name] for name in ("MinSize", "DesiredCapacity", "MaxSize"))
    rolling = found["UpdatePolicy"]["AutoScalingRollingUpdate"]
    return (*size, rolling["MinInstancesInService"])


def test_neither_side_may_shrink_from_warm_on_until_the_source_scales_in() -> None:
    spec = with_web(count=4, minimum=2, maximum=8, target={"count": 5})

    assert {phase: [sizes_in(phase, of, spec) for of in SIDES] for phase in ORDER} == {
        "prepare": [("2", "4", "8", 4), None],
        "replicate": [("2", "4", "8", 4), ("2", "2", "8", 2)],
        "warm": [("4", "4", "8", 4), ("5", "5", "8", 5)],
        "fence": [("4", "4", "8", 4), ("5", "5", "8", 5)],
        "promote": [("4", "4", "8", 4), ("5", "5", "8", 5)],
        "switch": [("4", "4", "8", 4), ("5", "5", "8", 5)],
        "settle": [("2", "2", "8", 2), ("2", "5", "8", 5)],
        "unprotect": [("2", "2", "8", 2), ("2", "5", "8", 5)],
        "retire": [None, ("2", "5", "8", 5)],
    }


def test_sizes_lead_back_to_what_the_spec_says_of_them() -> None:
    spec = with_web(count=4, minimum=2, target={"count": 5})
    waiting = built(spec, service)[auto_scaling_group("target", "web")]
    holding = built(spec, service, phase="warm")[auto_scaling_group("target", "web")]
    base = ("services", "web")

    assert [
        origin(group, f"Properties.{name}")
        for group in (waiting, holding)
        for name in ("MinSize", "DesiredCapacity")
    ] == [
        (*base, "minimum"),
        (*base, "minimum"),
        (*base, "target", "count"),
        (*base, "target", "count"),
    ]


@pytest.mark.parametrize("of", SIDES)
def test_no_phase_exchanges_instances(of: Side) -> None:
    address = launch_template(of, "web")
    forms = [built(media(), service, phase=phase).get(address) for phase in ORDER]
    there = [form.body.to_dict() for form in forms if form is not None]

    assert len(there) == 8
    assert all(form == there[0] for form in there)


def test_the_way_to_the_other_sides_databases_goes_with_that_side() -> None:
    assert [
        phase
        for phase in ORDER
        if any(
            address.stack.side == "target" and address.logical_id.startswith("EgressPeer")
            for address in built(media(), service, phase=phase)
        )
    ] == ["replicate", "warm", "fence", "promote", "switch", "settle", "unprotect"]
