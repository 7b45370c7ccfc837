"""How far back a rehearsal goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.rehearsal.carry import furthest_back

if TYPE_CHECKING:
    from compiler.phases import PhaseName


@pytest.mark.parametrize("phase", ["prepare", "replicate", "warm", "fence"])
def test_before_the_promotion_the_way_leads_back_to_the_beginning(phase: PhaseName) -> None:
    assert furthest_back(phase) == "prepare"


def test_after_the_promotion_it_leads_to_where_users_are_served() -> None:
    assert furthest_back("promote") is None


@pytest.mark.parametrize("phase", ["settle", "unprotect"])
def test_after_the_switch_it_leads_to_the_switch(phase: PhaseName) -> None:
    assert furthest_back(phase) == "switch"


@pytest.mark.parametrize("phase", ["switch", "retire"])
def test_behind_a_one_way_door_no_way_leads_back(phase: PhaseName) -> None:
    assert furthest_back(phase) is None
