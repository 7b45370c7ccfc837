"""Which transitions lead from where a migration stands to where it is to stand, or why none do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.deploy.path.standing import Standing
from compiler.deploy.path.way import backward, onward, up_to_date
from compiler.phases import ORDER, PHASES
from spec.findings import Finding

if TYPE_CHECKING:
    from compiler.deploy.path.way import Way
    from compiler.phases import PhaseName

NOTHING = Standing()


def pairs(way: Way) -> list[tuple[str | None, str]]:
    assert not isinstance(way, Finding), way
    return [(leg.origin, leg.to) for leg in way]


def refusal(way: Way) -> tuple[str, str, str]:
    assert isinstance(way, Finding), way
    return way.code, way.detail, way.way_out


@pytest.mark.parametrize(
    ("stands", "to", "legs"),
    [
        (NOTHING, "prepare", [(None, "prepare")]),
        (NOTHING, "warm", [(None, "prepare"), ("prepare", "replicate"), ("replicate", "warm")]),
        (Standing(phase="warm"), "promote", [("warm", "fence"), ("fence", "promote")]),
        (Standing(phase="warm"), "warm", [("warm", "warm")]),
        (Standing(phase="warm", begun="fence"), "fence", [("warm", "fence")]),
        (Standing(begun="prepare"), "replicate", [(None, "prepare"), ("prepare", "replicate")]),
        # Something was promoted and set aside: the phase between is not skipped.
        (
            Standing(phase="warm", begun="promote"),
            "promote",
            [("warm", "fence"), ("fence", "promote")],
        ),
    ],
)
def test_the_way_on_enters_each_phase_in_between(
    stands: Standing, to: PhaseName, legs: list[tuple[str | None, str]]
) -> None:
    assert pairs(onward(stands, ORDER, to, "out")) == legs


@pytest.mark.parametrize(
    ("stands", "phases", "legs"),
    [
        (NOTHING, ORDER, [(None, "prepare")]),
        (Standing(begun="prepare"), ORDER, [(None, "prepare")]),
        (Standing(phase="fence"), ORDER, [("fence", "fence")]),
        (NOTHING, ("warm",), [(None, "warm")]),
        (Standing(begun="warm"), ("warm",), [(None, "warm")]),
        (Standing(phase="warm"), ("warm",), [("warm", "warm")]),
        (Standing(phase="replicate"), ("warm",), [("replicate", "warm")]),
        (Standing(phase="replicate", begun="warm"), ("warm",), [("replicate", "warm")]),
    ],
)
def test_without_a_word_the_phase_that_stands_is_brought_up_to_date(
    stands: Standing, phases: tuple[PhaseName, ...], legs: list[tuple[str | None, str]]
) -> None:
    assert pairs(up_to_date(stands, phases, "out")) == legs


def test_no_way_leads_from_nothing_into_a_phase_that_takes_replicas_for_granted() -> None:
    assert refusal(up_to_date(NOTHING, ("promote",), "out")) == (
        "SF608",
        (
            "The migration has nothing deployed; between that and promote lie prepare, replicate, "
            'warm, fence, which "out" was not compiled for. No phase is skipped.'
        ),
        "Compile all phases, without --phase, and run this on that folder.",
    )


def test_what_was_begun_is_not_deployed_over() -> None:
    assert refusal(up_to_date(Standing(phase="warm", begun="fence"), ORDER, "out")) == (
        "SF606",
        (
            "The migration stands between warm and fence: the way from one to the other was not "
            "finished."
        ),
        (
            "Go on with `stackferry deploy out --to fence`, or back to warm with `stackferry "
            "rollback out`."
        ),
    )


def test_where_no_way_leads_back_none_is_offered() -> None:
    assert refusal(up_to_date(Standing(phase="promote", begun="switch"), ORDER, "out"))[2] == (
        "Go on with `stackferry deploy out --to switch`."
    )


def test_after_a_promotion_that_was_taken_back_a_new_replica_is_asked_for() -> None:
    assert refusal(up_to_date(Standing(phase="warm", begun="promote"), ORDER, "out"))[2] == (
        "Raise the `generation` of the databases that were promoted, compile and deploy: new "
        "replicas are seeded beside them."
    )


def test_deploy_does_not_go_back() -> None:
    expected = (
        "SF607",
        "The migration stands in fence; warm lies behind, and deploy goes on only.",
        "To go back, run `stackferry rollback out --to warm`.",
    )
    assert refusal(onward(Standing(phase="fence"), ORDER, "warm", "out")) == expected
    assert refusal(up_to_date(Standing(phase="fence"), ("warm",), "out")) == expected
    assert refusal(onward(Standing(phase="warm", begun="fence"), ORDER, "warm", "out"))[0] == (
        "SF607"
    )


def test_no_phase_is_skipped_by_a_folder_of_one() -> None:
    assert refusal(up_to_date(Standing(phase="replicate"), ("fence",), "out")) == (
        "SF608",
        (
            'The migration stands in replicate; between that and fence lies warm, which "out" was '
            "not compiled for. No phase is skipped."
        ),
        "Compile all phases, without --phase, and run this on that folder.",
    )


def test_a_phase_that_was_not_compiled_is_not_gone_to() -> None:
    assert refusal(onward(NOTHING, ("warm",), "fence", "out"))[:2] == (
        "SF566",
        "fence is not among what was compiled into the folder (warm).",
    )


@pytest.mark.parametrize(
    ("stands", "to", "legs"),
    [
        (Standing(phase="replicate"), None, [("replicate", "prepare")]),
        (Standing(phase="fence"), None, [("fence", "warm")]),
        (Standing(phase="promote"), None, [("promote", "fence"), ("fence", "warm")]),
        (
            Standing(phase="fence"),
            "prepare",
            [("fence", "warm"), ("warm", "replicate"), ("replicate", "prepare")],
        ),
        (Standing(phase="warm", begun="fence"), None, [("fence", "warm")]),
        (Standing(phase="fence", begun="promote"), None, [("promote", "fence"), ("fence", "warm")]),
        (Standing(phase="warm", begun="promote"), None, [("promote", "warm")]),
        (Standing(phase="unprotect"), "switch", [("unprotect", "settle"), ("settle", "switch")]),
    ],
)
def test_the_way_back_leads_to_where_users_are_served(
    stands: Standing, to: PhaseName | None, legs: list[tuple[str | None, str]]
) -> None:
    assert pairs(backward(stands, ORDER, to, "out")) == legs


@pytest.mark.parametrize(
    ("stands", "to", "closed"),
    [
        (Standing(phase="switch"), None, "switch"),
        (Standing(phase="settle"), "warm", "switch"),
        (Standing(phase="promote", begun="switch"), None, "switch"),
        (Standing(phase="retire"), None, "retire"),
        (Standing(phase="unprotect", begun="retire"), None, "retire"),
    ],
)
def test_a_one_way_door_stops_the_way_back_before_anything_is_touched(
    stands: Standing, to: PhaseName | None, closed: PhaseName
) -> None:
    code, detail, way_out = refusal(backward(stands, ORDER, to, "out"))

    assert (code, way_out.startswith(PHASES[closed].way_back)) == ("SF611", True)
    assert detail == (
        f"The migration {stands}. The door into {closed} is {PHASES[closed].door}, so no state "
        "before it comes back. Nothing was touched."
    )


def test_nothing_lies_behind_the_first_phase() -> None:
    assert refusal(backward(Standing(phase="prepare"), ORDER, None, "out")) == (
        "SF610",
        "The migration stands in prepare; no phase lies behind that.",
        (
            "None is needed: the source serves, and no data has moved. `destroy` takes all away "
            "that was built, and that is the source, too. Only if the migration is given up, with "
            "its source: `stackferry destroy out`."
        ),
    )
    assert refusal(backward(NOTHING, ORDER, None, "out"))[1:] == (
        "The migration has nothing deployed; no phase lies behind that.",
        "There is nothing to do.",
    )


def test_rollback_does_not_go_on() -> None:
    assert refusal(backward(Standing(phase="warm"), ORDER, "fence", "out")) == (
        "SF607",
        "The migration stands in warm; fence does not lie behind that, and rollback goes back.",
        "To go on, run `stackferry deploy out --to fence`.",
    )
