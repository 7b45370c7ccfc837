"""Walks with a folder of one phase only, and phases that are deployed region by region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.deploy.outcome import Done
from compiler.deploy.path.standing import Standing
from compiler.deploy.path.way import up_to_date
from compiler.deploy.targets import Scope
from compiler.deploy.wish import Wish
from tests.fakes.migration import SOURCE, TARGET
from tests.fakes.phases import MARKER, states
from tests.fakes.walker import FOLDER, Walker, codes

if TYPE_CHECKING:
    from compiler.deploy.path.walking import Walked


@pytest.fixture
def walker() -> Walker:
    return Walker()


def in_region(walker: Walker, region: str) -> list[Walked]:
    way = up_to_date(walker.stands(), tuple(walker.states), FOLDER)
    return walker.walk(way, Wish(scope=Scope(region=region)))


def test_a_folder_of_one_phase_deploys_it_where_nothing_stands(walker: Walker) -> None:
    walker.states = {"warm": states()["warm"]}

    walked = walker.up_to_date()

    assert [(one.leg.origin, one.leg.to, one.is_done) for one in walked] == [(None, "warm", True)]
    assert walker.stands() == Standing(phase="warm")


def test_without_the_gates_of_the_phase_that_is_left_it_wants_a_reason(walker: Walker) -> None:
    walker.to("replicate")
    walker.aws.calls.clear()
    walker.states = {"warm": states()["warm"]}

    refused = walker.up_to_date()
    writes = walker.aws.writes
    walker.is_forced = True
    forced = walker.up_to_date()

    assert (codes(refused), writes) == (["SF605"], [])
    assert [one.is_done for one in forced] == [True]
    assert walker.stands() == Standing(phase="warm")


def test_a_folder_of_one_phase_leaves_nothing_of_the_one_before_behind(walker: Walker) -> None:
    walker.to("unprotect")
    walker.aws.calls.clear()
    walker.states = {"retire": states()["retire"]}
    walker.is_forced = True

    walked = walker.up_to_date()

    assert codes(walked) == ["SF602"]
    assert walked[0].result.findings[0].detail == (
        "The folder was compiled for retire only. It does not name shop-prod-us-east-1-access, "
        "shop-prod-us-east-1-database-orders, shop-prod-us-east-1-network. What unprotect has and "
        "retire does not have would be left behind."
    )
    assert walker.aws.writes == []


def test_a_phase_that_is_deployed_by_region_stands_only_with_the_whole(walker: Walker) -> None:
    first, second = in_region(walker, SOURCE), in_region(walker, TARGET)
    stood = walker.stands()

    last = walker.up_to_date()

    assert [one[0].result.exit_code for one in (first, second, last)] == [0, 0, 0]
    assert stood == Standing(begun="prepare")
    outcome = last[0].result.outcome
    assert outcome is not None
    assert {node: end.what for node, end in outcome.ends.items() if isinstance(end, Done)} == {
        MARKER: "created"
    }
    assert walker.stands() == Standing(phase="prepare")


def test_a_part_of_the_next_phase_wants_evidence_too(walker: Walker) -> None:
    walker.to("warm")
    walker.demanded.clear()
    way = walker.way_to("fence")

    walker.walk(way, Wish(scope=Scope(region=SOURCE)))

    assert walker.demanded[:1] == ["warm"]
    assert walker.stands() == Standing(phase="warm", begun="fence")
