"""Where a cutover, and a retirement, may begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.deploy.cutover.beginning import cutover_from, retirement_from
from compiler.deploy.path.standing import Standing
from compiler.phases import ORDER
from spec.findings import Finding

if TYPE_CHECKING:
    from compiler.phases import PhaseName

FOLDER = "out/shop-prod"


@pytest.mark.parametrize(
    ("stands", "left"),
    [
        (Standing(phase="warm"), ["fence", "promote", "switch"]),
        (Standing(phase="warm", begun="fence"), ["fence", "promote", "switch"]),
        (Standing(phase="fence"), ["promote", "switch"]),
        (Standing(phase="fence", begun="promote"), ["promote", "switch"]),
        (Standing(phase="promote", begun="switch"), ["switch"]),
        (Standing(phase="switch"), []),
        (Standing(phase="switch", begun="settle"), []),
    ],
)
def test_a_cutover_goes_on_from_where_it_stands(stands: Standing, left: list[PhaseName]) -> None:
    legs = cutover_from(stands, ORDER, FOLDER)

    assert isinstance(legs, tuple)
    assert [leg.to for leg in legs] == left
    assert [leg.is_resumed for leg in legs[:1]] == [stands.begun is not None] * len(legs[:1])


@pytest.mark.parametrize(
    ("stands", "detail", "way_out"),
    [
        (
            Standing(phase="replicate"),
            "The migration stands in replicate; a cutover begins in warm and ends in switch.",
            "Bring it there first: `stackferry deploy out/shop-prod --to warm`.",
        ),
        (
            Standing(),
            "The migration has nothing deployed; a cutover begins in warm and ends in switch.",
            "Bring it there first: `stackferry deploy out/shop-prod --to warm`.",
        ),
        (
            Standing(phase="warm", begun="promote"),
            (
                "The migration stands between warm and promote; a cutover begins in warm and ends "
                "in switch."
            ),
            (
                "Raise the `generation` of the databases that were promoted, compile and deploy: "
                "new replicas are seeded beside them."
            ),
        ),
        (
            Standing(phase="settle"),
            "The migration stands in settle; a cutover begins in warm and ends in switch.",
            "There is nothing left to cut over. See how it stands with `stackferry status`.",
        ),
    ],
)
def test_elsewhere_a_cutover_does_not_begin(stands: Standing, detail: str, way_out: str) -> None:
    found = cutover_from(stands, ORDER, FOLDER)

    assert isinstance(found, Finding)
    assert (found.code, found.detail, found.way_out) == ("SF663", detail, way_out)


def test_a_folder_of_one_phase_is_not_enough() -> None:
    found = cutover_from(Standing(phase="warm"), ("warm", "fence"), FOLDER)

    assert isinstance(found, Finding)
    assert found.code == "SF566"


@pytest.mark.parametrize(
    ("stands", "left"),
    [
        (Standing(phase="settle"), ["unprotect", "retire"]),
        (Standing(phase="unprotect", begun="retire"), ["retire"]),
        (Standing(phase="retire"), []),
    ],
)
def test_a_source_is_retired_from_settle_on(stands: Standing, left: list[PhaseName]) -> None:
    legs = retirement_from(stands, ORDER, FOLDER)

    assert isinstance(legs, tuple)
    assert [leg.to for leg in legs] == left


def test_before_that_a_source_is_not_retired() -> None:
    found = retirement_from(Standing(phase="switch", begun="settle"), ORDER, FOLDER)

    assert isinstance(found, Finding)
    assert (found.code, found.detail, found.way_out) == (
        "SF665",
        "The migration stands between switch and settle; a source is retired from settle.",
        "Bring it there first: `stackferry deploy out/shop-prod --to settle`.",
    )
