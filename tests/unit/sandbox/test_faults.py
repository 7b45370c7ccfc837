"""Faults as they are asked for."""

from __future__ import annotations

from typing import get_args

import pytest

from compiler.cli.sandbox import command
from compiler.sandbox.faults import MEANING, FaultKind, Faults, names_in, read_faults


def test_a_fault_holds_for_its_name_until_it_ends() -> None:
    faults = Faults()
    faults.ask("unhealthy", "web")

    assert faults.holds("unhealthy", "web")
    assert not faults.holds("unhealthy", "other")
    assert not faults.holds("idle", "web")
    faults.end("unhealthy", "web")
    faults.end("unhealthy", "web")
    assert not faults.holds("unhealthy", "web")


def test_a_star_stands_for_every_name() -> None:
    faults = read_faults(("unhealthy=*", "lag=*:30", "lag=orders:90"))

    assert faults.holds("unhealthy", "web")
    assert [faults.seconds("lag", name) for name in ("orders", "other")] == [90, 30]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense=web", "'nonsense=web' is no fault; write KIND=NAME, with one of backing-up, "),
        ("unhealthy", "'unhealthy' is no fault"),
        ("unhealthy=", "'unhealthy=' is no fault"),
        ("lag=orders", "'lag=orders' does not say how far behind; write lag=NAME:SECONDS"),
        ("lag=orders:soon", "'lag=orders:soon' does not say how far behind"),
    ],
)
def test_what_is_no_fault_is_told_with_the_way_to_write_one(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"no fault|how far behind") as refused:
        read_faults((text,))

    assert str(refused.value).startswith(said)


def test_every_kind_has_a_meaning_and_is_named_by_the_command() -> None:
    kinds = get_args(FaultKind)

    assert tuple(MEANING) == kinds
    named = " ".join(str(command.help).split())
    assert [kind for kind in kinds if kind not in named] == []


def test_a_fault_of_a_thing_in_one_region_is_not_that_of_its_namesake() -> None:
    faults = read_faults(("lag=eu-west-1/orders:90", "lag=orders:5"))

    found = [faults.seconds("lag", *names_in(place, "orders")) for place in ("eu-west-1", "x")]

    assert found == [90, 5]
