"""The way back through the phases: what goes, what is set aside, and where it stops."""

from __future__ import annotations

import pytest

from compiler.deploy.path.standing import Standing
from compiler.deploy.path.walking import exit_code_of
from compiler.deploy.path.way import backward
from compiler.deploy.plan import Guard
from compiler.deploy.wish import Wish
from compiler.phases import ORDER
from tests.fakes.aws import Failing
from tests.fakes.migration import SOURCE, TARGET
from tests.fakes.phases import MARKER, REPLICA, SERVICE, SOURCE_ACCESS, states
from tests.fakes.walker import FOLDER, Walker, codes, ends, sets_of

SEVER = f"{SOURCE} sever connections orders"
PEERING_DNS = f"{TARGET} peering dns orders"


@pytest.fixture
def walker() -> Walker:
    return Walker()


def test_the_way_back_leads_through_each_phase(walker: Walker) -> None:
    walker.to("fence")

    walked = walker.back("prepare")

    assert [(one.leg.origin, one.leg.to) for one in walked] == [
        ("fence", "warm"),
        ("warm", "replicate"),
        ("replicate", "prepare"),
    ]
    assert [ends(one) for one in walked] == [
        {MARKER: "updated", SOURCE_ACCESS: "updated"},
        {MARKER: "updated", SERVICE: "updated"},
        {
            MARKER: "updated",
            SERVICE: "deleted",
            REPLICA: "deleted",
            PEERING_DNS: "done",
        },
    ]
    assert walker.stands() == Standing(phase="prepare")
    assert walker.demanded == ["warm", "warm"]


def test_on_the_way_back_the_word_that_a_phase_stands_comes_first(walker: Walker) -> None:
    walker.to("replicate")
    walker.aws.failing["shop-prod-eu-central-1-database-orders"] = Failing("Database")

    walked = walker.back("prepare")

    assert exit_code_of(walked) == 3
    assert walker.heard.schedules[-1].needs[MARKER] == frozenset()
    # Whoever looks now knows that the replica, which is still there, is of the later one.
    assert walker.stands() == Standing(phase="prepare", begun="replicate")


def test_a_promoted_database_is_set_aside_and_the_source_opens_again(walker: Walker) -> None:
    walker.to("promote")

    walked = walker.back()

    assert [(one.leg.origin, one.leg.to) for one in walked] == [
        ("promote", "fence"),
        ("fence", "warm"),
    ]
    assert [ends(one) for one in walked] == [
        {MARKER: "updated"},
        {MARKER: "updated", SOURCE_ACCESS: "updated"},
    ]
    assert [plan.transition and plan.transition.aside for plan in walker.shown[-2:]] == [
        (REPLICA,),
        (REPLICA,),
    ]
    assert walker.stands() == Standing(phase="warm", begun="promote")


def test_after_that_no_way_leads_on_before_a_new_replica_is_seeded(walker: Walker) -> None:
    walker.to("promote")
    walker.back()
    walker.missing = ()

    refused = walker.to("promote")
    walker.states = states(generation=2)
    seeded = walker.up_to_date()
    on = walker.to("promote")

    assert codes(refused) == ["SF603"]
    assert refused[0].leg.to == "fence"
    assert ends(seeded[0]) == {f"{TARGET}/database-orders-g2": "created"}
    assert [one.is_done for one in on] == [True, True]
    assert "eu-central-1-database-orders" in sets_of(walker)


def test_a_promoted_database_stays_where_its_phase_goes(walker: Walker) -> None:
    walker.to("promote")

    walked = walker.back("prepare")

    assert codes(walked) == ["SF604"]
    assert walked[-1].result.findings[0].way_out == (
        "It was promoted: raise its `generation` by one and compile, and the way back leaves it as "
        "it is. Only if nothing needs what it holds, run this again with --allow-replacement "
        "eu-central-1/database-orders:Database."
    )
    assert walker.stands() == Standing(phase="replicate", begun="promote")


def test_what_may_be_lost_is_named_for_the_whole_way(walker: Walker) -> None:
    walker.to("promote")
    guard = Guard(allowed=(f"{REPLICA}:Database",))
    way = backward(walker.stands(), ORDER, "prepare", FOLDER)

    walked = walker.walk(way, Wish(guard=guard))

    assert [one.is_done for one in walked] == [True] * 4
    assert walker.stands() == Standing(phase="prepare")
    assert "eu-central-1-database-orders" not in sets_of(walker)


@pytest.mark.parametrize(
    ("stood", "back"),
    [
        ("replicate", "prepare"),
        ("warm", "replicate"),
        ("fence", "warm"),
        ("settle", "switch"),
        ("unprotect", "settle"),
    ],
)
def test_each_door_that_opens_both_ways_does(walker: Walker, stood: str, back: str) -> None:
    walker.to(stood)  # type: ignore[arg-type] # a phase

    walker.back(back)  # type: ignore[arg-type] # a phase

    assert walker.stands() == Standing(phase=back)  # type: ignore[arg-type] # a phase
