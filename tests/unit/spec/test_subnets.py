from __future__ import annotations

from ipaddress import IPv4Network, collapse_addresses

from hypothesis import given
from hypothesis import strategies as st

from spec.model import Vpc
from spec.subnets import carved, network, subnets

ZONES = st.lists(
    st.sampled_from([f"us-east-1{letter}" for letter in "abcdefgh"]), min_size=1, unique=True
)
PRIMARY = st.builds(
    lambda length, address: IPv4Network((address >> (32 - length) << (32 - length), length)),
    st.integers(16, 22),
    st.integers(0, (1 << 32) - 1),
)


@given(PRIMARY, ZONES, st.data())
def test_adding_a_zone_moves_no_subnet(
    primary: IPv4Network, zones: list[str], data: st.DataObject
) -> None:
    some = data.draw(st.lists(st.sampled_from(zones), min_size=1, unique=True))

    all_of_them = subnets(Vpc(cidr=str(primary), zones=tuple(zones)))
    fewer = subnets(Vpc(cidr=str(primary), zones=tuple(some)))

    assert fewer == {place: one for place, one in all_of_them.items() if place[1] in some}


@given(PRIMARY, ZONES)
def test_carved_subnets_lie_inside_of_the_range_and_apart(
    primary: IPv4Network, zones: list[str]
) -> None:
    found = list(subnets(Vpc(cidr=str(primary), zones=tuple(zones))).values())

    assert len(found) == 3 * len(zones)
    assert all(one.subnet_of(primary) for one in found)
    assert sum(one.num_addresses for one in found) == sum(
        one.num_addresses for one in collapse_addresses(found)
    )


def test_a_slash_16_is_cut_as_the_reference_says() -> None:
    found = subnets(Vpc(cidr="10.0.0.0/16", zones=("us-east-1a", "us-east-1b")))

    assert {place: str(one) for place, one in found.items()} == {
        ("public", "us-east-1a"): "10.0.24.0/22",
        ("public", "us-east-1b"): "10.0.56.0/22",
        ("private", "us-east-1a"): "10.0.0.0/20",
        ("private", "us-east-1b"): "10.0.32.0/20",
        ("database", "us-east-1a"): "10.0.16.0/21",
        ("database", "us-east-1b"): "10.0.48.0/21",
    }


def test_a_subnet_that_is_given_takes_the_place_of_the_carved_one() -> None:
    vpc = Vpc.model_validate(
        {
            "cidr": "10.0.0.0/16",
            "zones": ("us-east-1a",),
            "subnets": {"public": {"us-east-1a": "10.0.200.0/24", "us-east-1f": "10.0.201.0/24"}},
        }
    )

    assert subnets(vpc) == {
        ("public", "us-east-1a"): IPv4Network("10.0.200.0/24"),
        ("private", "us-east-1a"): IPv4Network("10.0.0.0/20"),
        ("database", "us-east-1a"): IPv4Network("10.0.16.0/21"),
    }


def test_what_cannot_be_read_or_carved_is_left_out() -> None:
    assert subnets(Vpc(cidr="10.0.0.0", zones=("us-east-1a",))) == {}
    assert carved(IPv4Network("10.0.0.0/16"), "public", "us-east-1z") is None
    assert carved(IPv4Network("10.0.0.0/16"), "public", "") is None
    assert carved(IPv4Network("10.0.0.0/28"), "public", "us-east-1a") is None


def test_a_network_is_read_in_one_form_only() -> None:
    assert network("10.0.0.0/16") == IPv4Network("10.0.0.0/16")
    assert [
        network(text)
        for text in ("10.0.0.0", "10.0.0.1/16", "10.0.0.0/255.255.0.0", "10.0.0.0/33", "::/0", "")
    ] == [None] * 6
