from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from spec.rules.addresses import overlaps


def _network(length: int, address: int) -> IPv4Network:
    return IPv4Network((address >> (32 - length) << (32 - length), length))


# Few addresses and all lengths, so that most examples do overlap somewhere.
NETWORKS = st.lists(st.builds(_network, st.integers(20, 32), st.integers(0, 1 << 12)), max_size=12)


@given(NETWORKS)
def test_the_sweep_names_the_networks_that_the_comparison_of_all_pairs_names(
    networks: list[IPv4Network],
) -> None:
    naive = {
        pair
        for pair in combinations(range(len(networks)), 2)
        if networks[pair[0]].overlaps(networks[pair[1]])
    }

    found = overlaps(networks)

    assert set(found) <= naive
    assert {position for pair in found for position in pair} == {
        position for pair in naive for position in pair
    }


@given(NETWORKS)
def test_pairs_are_sorted_and_named_once(networks: list[IPv4Network]) -> None:
    found = overlaps(networks)

    assert list(found) == sorted(set(found))
    assert all(first < second for first, second in found)


def test_neighbours_do_not_overlap() -> None:
    assert overlaps([IPv4Network("10.0.0.0/25"), IPv4Network("10.0.0.128/25")]) == ()


def test_each_network_inside_of_a_wide_one_is_paired_with_it() -> None:
    networks = [
        IPv4Network(text)
        for text in ("10.0.1.0/24", "10.0.0.0/16", "10.0.1.128/25", "10.1.0.0/16", "10.0.0.0/16")
    ]

    assert overlaps(networks) == ((0, 1), (1, 2), (1, 4))
