from __future__ import annotations

import pytest

from spec.findings import Finding, at
from tests.unit.spec.rules.specs import WEB, codes, database, found, service, side


def test_a_sound_spec_is_silent() -> None:
    assert found() == ()


def test_ranges_of_both_vpcs_that_overlap_are_shown_together() -> None:
    assert found(side("target", "us-east-2", cidr="10.0.64.0/18")) == (
        Finding(
            code="SF203",
            where=at("target", "vpc", "cidr"),
            detail="10.0.64.0/18 of the target overlaps 10.0.0.0/16 of the source. VPCs with any"
            " common address cannot be peered, and then the database in the target cannot be"
            " reached"
            " from the source.",
            way_out="Give the target a range that shares no address with 10.0.0.0/16.",
            related=((at("source", "vpc", "cidr"), "10.0.0.0/16 is used here"),),
        ),
    )


def test_a_range_inside_of_the_same_vpc_gets_another_reason() -> None:
    (finding,) = found(side("source", "us-east-1", secondary_cidrs="[10.0.1.0/24]"))

    assert finding.detail == (
        "10.0.1.0/24 of the source overlaps 10.0.0.0/16 of the source. A VPC takes each address"
        " once."
    )


def test_a_range_that_cannot_be_read_makes_no_other_rule_speak() -> None:
    source = side("source", "us-east-1", cidr="ten", subnets="{public: {us-east-1a: 11.0.0.0/24}}")

    assert codes(source, database(), WEB) == ["SF201", "SF284"]


@pytest.mark.parametrize(
    ("cidr", "expected"),
    [
        ("10.0.0.0/16", []),
        ("10.0.0.0/15", ["SF204"]),
        ("10.0.0.0/22", []),
        ("10.0.0.0/23", ["SF208"]),
        ("10.0.0.0/24", ["SF208"]),
        ("10.0.0.0/28", ["SF208"]),
        ("10.0.0.0/29", ["SF204"]),
        ("10.0.0.0", ["SF201"]),
        ("10.0.0.0/8/8", ["SF201"]),
        ("10.0.0.256/24", ["SF201"]),
        ('"fd00::/56"', ["SF201"]),
        ("10.0.0.1/16", ["SF202"]),
        ("172.17.0.0/20", ["SF211"]),
        ("172.18.0.0/16", []),
        ("100.64.0.0/16", []),
        ("100.128.0.0/16", ["SF210"]),
        ("192.168.0.0/16", []),
        ("198.18.0.0/16", ["SF210"]),
        ("127.0.0.0/16", ["SF214"]),
        ("0.0.0.0/0", ["SF203", "SF204", "SF211", "SF214"]),
    ],
)
def test_what_a_primary_range_may_be(cidr: str, expected: list[str]) -> None:
    target = side("target", "us-east-2", cidr="10.200.0.0/16")

    assert codes(side("source", "us-east-1", cidr=cidr), target) == expected


@pytest.mark.parametrize(
    ("primary", "secondary", "expected"),
    [
        ("10.2.0.0/16", "10.3.0.0/16", []),
        ("10.2.0.0/16", "100.64.0.0/16", []),
        ("10.2.0.0/16", "172.20.0.0/16", ["SF212"]),
        ("10.0.0.0/20", "10.0.128.0/17", ["SF212"]),
        ("172.16.0.0/16", "172.20.0.0/16", []),
        ("172.16.0.0/16", "172.31.0.0/16", ["SF212"]),
        ("192.168.0.0/20", "192.168.64.0/20", []),
        ("192.168.0.0/20", "10.9.0.0/16", ["SF212"]),
        ("100.64.0.0/16", "10.9.0.0/16", ["SF212"]),
        ("100.64.0.0/16", "100.65.0.0/16", []),
    ],
)
def test_what_may_be_added_to_a_primary_range(
    primary: str, secondary: str, expected: list[str]
) -> None:
    source = side("source", "us-east-1", cidr=primary, secondary_cidrs=f"[{secondary}]")

    assert codes(source) == expected


def test_five_ranges_are_the_most_before_a_warning() -> None:
    more = [f"10.{number}.0.0/16" for number in range(3, 8)]

    def _codes(count: int) -> list[str]:
        listed = f"[{', '.join(more[:count])}]"
        return codes(side("source", "us-east-1", cidr="10.2.0.0/16", secondary_cidrs=listed))

    assert (_codes(4), _codes(5)) == ([], ["SF213"])


@pytest.mark.parametrize(
    ("subnets", "expected"),
    [
        ("{public: {us-east-1a: 10.0.200.0/24}}", []),
        ("{public: {us-east-1a: 10.0.200.0/28}}", ["SF209"]),
        ("{public: {us-east-1a: 10.0.200.0/27}}", []),
        ("{public: {us-east-1a: 10.0.200.0/29}}", ["SF205"]),
        ("{public: {us-east-1a: 10.0.0.0/24}}", ["SF207"]),
        ("{public: {us-east-1c: 10.0.200.0/24}}", ["SF218"]),
        ("{public: {us-east-1a: 10.4.0.0/24}}", ["SF206"]),
        ("{public: {us-east-1a: 10.4.0.1/24}}", ["SF202"]),
        ("{private: {us-east-1a: 10.0.200.0/28, us-east-1b: 10.0.201.0/28}}", []),
        ("{private: {us-east-1a: 10.0.200.0/28, us-east-1b: 10.0.200.16/28}}", []),
        ("{database: {us-east-1a: 10.0.200.0/28}}", []),
    ],
)
def test_what_a_subnet_may_be(subnets: str, expected: list[str]) -> None:
    assert codes(side("source", "us-east-1", subnets=subnets), service(), database()) == expected


def test_instances_need_addresses_beside_those_of_endpoints() -> None:
    subnets = "{private: {us-east-1a: 10.0.200.0/28, us-east-1b: 10.0.201.0/28}}"

    def _codes(maximum: int, endpoints: str) -> list[str]:
        source = side("source", "us-east-1", subnets=subnets, endpoints=endpoints)
        return codes(source, service(count=2, maximum=maximum))

    assert _codes(22, "[s3]") == []
    assert _codes(23, "[s3]") == ["SF209"]
    assert _codes(22, "[s3, ssm]") == ["SF209"]


def test_databases_need_an_address_each_and_one_to_spare() -> None:
    source = side("source", "us-east-1", subnets="{database: {us-east-1a: 10.0.200.0/28}}")
    entry = 'engine: postgres, version: "16.4", instance_class: db.t3.medium, storage_gib: 20'

    def _codes(count: int) -> list[str]:
        listed = ", ".join(f"db{number}: {{{entry}}}" for number in range(count))
        return codes(source, f"databases: {{{listed}}}")

    assert _codes(10) == []
    assert _codes(11) == ["SF209"]


def test_a_carved_subnet_in_the_way_is_shown_with_the_range_it_is_carved_from() -> None:
    source = side("source", "us-east-1", subnets="{database: {us-east-1b: 10.0.8.0/24}}")

    (finding,) = found(source)

    assert finding == Finding(
        code="SF207",
        where=at("source", "vpc", "subnets", "database", "us-east-1b"),
        detail="10.0.8.0/24, the database subnet of us-east-1b, overlaps 10.0.0.0/20, the carved"
        " private subnet of us-east-1a. A VPC takes each address once.",
        way_out="Move it, or give a place to the private subnet of us-east-1a too.",
        related=((at("source", "vpc", "cidr"), "10.0.0.0/20 is the private subnet of us-east-1a"),),
    )


def test_a_subnet_may_lie_in_a_secondary_range() -> None:
    source = side(
        "source",
        "us-east-1",
        secondary_cidrs="[10.2.0.0/20]",
        subnets="{database: {us-east-1a: 10.2.0.0/24}}",
    )

    assert codes(source) == []
