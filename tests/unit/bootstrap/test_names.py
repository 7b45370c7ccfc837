"""Patterns for the names of a migration."""

from __future__ import annotations

from compiler.bootstrap.patterns import Names
from spec.names import shortened


def names(name: str, environment: str) -> Names:
    return Names(name=name, environment=environment, of_stacks=f"StackSet-{name}-{environment}-")


def test_a_short_name_is_a_prefix_of_its_own() -> None:
    assert names("shop", "prod").given(63) == "shop-prod-*"
    assert names("shop", "prod").made_up == "StackSet-shop-prod-*"


def test_a_name_that_is_cut_is_matched_by_what_is_left_of_it() -> None:
    long = names("a" * 32, "b" * 32)
    name = shortened(f"{long.prefix}-service-web-eu-west-1", 64)

    pattern = long.given(64)

    assert name.startswith(pattern.rstrip("*"))
    assert pattern == "a" * 32 + "-" + "b" * 24 + "*"


def test_the_longest_names_still_match_at_every_limit() -> None:
    for length in range(1, 33):
        for limit in (32, 63, 64, 255):
            one = names("a" * length, "b" * 32)
            name = shortened(f"{one.prefix}-component", limit)
            assert name.startswith(one.given(limit).rstrip("*")), (length, limit)
