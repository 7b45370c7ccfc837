from __future__ import annotations

import pytest

from spec.findings import Finding, at
from tests.unit.spec.rules.specs import WEB, certificate, codes, database, found, service, side

OTHER = (
    'accounts: {{source: "111122223333", target: "444455556666", peering_role: "{role}"}}'.format
)


@pytest.mark.parametrize(
    ("region", "way_out"),
    [
        ("eu-centrale-1", 'Did you mean "eu-central-1"?'),
        ("eu-central-1b", 'Write "eu-central-1".'),
        ("eusc-de-east-1", "Choose a region of aws, aws-cn or aws-us-gov."),
        ("us-iso-east-1", "Choose a region of aws, aws-cn or aws-us-gov."),
        ("frankfurt", 'Name a region, like "eu-central-1".'),
        ("", 'Name a region, like "eu-central-1".'),
    ],
)
def test_a_region_that_does_not_exist_is_answered_with_what_was_meant(
    region: str, way_out: str
) -> None:
    target = f'target: {{region: "{region}", vpc: {{cidr: 10.1.0.0/16, zones: [xa, xb]}}}}'

    (finding,) = found(target)

    assert (finding.code, finding.where, finding.way_out) == (
        "SF220",
        at("target", "region"),
        way_out,
    )


def test_regions_that_do_not_exist_hide_no_other_mistake_and_make_none() -> None:
    sections = (side("source", "here"), side("target", "there"))
    certificates = f"certificates: {{cdn: {certificate('us-east-1')}}}"
    dns = "dns: {zone: example.com, record: app, hosted_zone_id: Z1}"
    media = "buckets: {media: {versioning: false}}"

    assert codes(*sections, media, "cdn: {default: media}", dns, certificates) == [
        "SF220",
        "SF220",
        "SF248",
    ]


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("us-east-1", "us-east-1", ["SF221"]),
        ("us-east-1", "cn-north-1", ["SF222"]),
        ("us-gov-west-1", "us-gov-east-1", []),
        ("cn-north-1", "cn-northwest-1", []),
        ("eu-south-2", "me-south-1", ["SF223", "SF223", "SF224"]),
    ],
)
def test_which_regions_go_together(source: str, target: str, expected: list[str]) -> None:
    assert codes(side("source", source), side("target", target)) == expected


def test_a_zone_of_another_region_is_shown_with_the_region() -> None:
    zones = "[us-east-1a, us-east-1b, us-west-2a]"

    assert found(side("source", "us-east-1", zones=zones)) == (
        Finding(
            code="SF215",
            where=at("source", "vpc", "zones", 2),
            detail=(
                'us-east-1 has no zone "us-west-2a". Did you mean "us-east-1a"? An account may see'
                ' "us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e" and'
                ' "us-east-1f" there.'
            ),
            way_out='Name zones of us-east-1, like "us-east-1a".',
            related=((at("source", "region"), "the region of the source"),),
        ),
    )


def test_two_zones_are_needed_where_something_spans_them() -> None:
    source = side("source", "us-east-1", zones="[us-east-1a]")

    assert codes(source) == []
    assert codes(source, database()) == ["SF217"]
    assert codes(source, service()) == ["SF217"]


def test_a_zone_named_twice_is_one_finding() -> None:
    source = side("source", "us-east-1", zones="[us-east-1a, us-east-1a]")

    assert codes(source, database()) == ["SF216"]


def test_services_without_nat_need_endpoints() -> None:
    def _codes(endpoints: str) -> list[str]:
        return codes(side("source", "us-east-1", nat="none", endpoints=endpoints), service())

    assert _codes("[s3, ssm, logs]") == ["SF219"]
    assert _codes("[s3, ssm, logs, secretsmanager]") == []
    assert codes(side("source", "us-east-1", nat="none")) == []


def test_a_gateway_in_each_of_six_zones_is_more_than_the_quota() -> None:
    def _codes(letters: str) -> list[str]:
        zones = f"[{', '.join(f'us-east-1{letter}' for letter in letters)}]"
        return codes(side("source", "us-east-1", zones=zones, nat="per_zone"))

    assert (_codes("abcde"), _codes("abcdef")) == ([], ["SF293"])


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("arn:aws:iam::444455556666:role/AcceptPeering", []),
        ("arn:aws:iam::444455556666:role/network/AcceptPeering", []),
        ("arn:aws:iam::444455556666:user/Somebody", ["SF228"]),
        ("arn:aws-cn:iam::444455556666:role/AcceptPeering", ["SF228"]),
        ("arn:aws:iam::111122223333:role/AcceptPeering", ["SF228"]),
        ("AcceptPeering", ["SF228"]),
    ],
)
def test_the_peering_role_is_one_of_the_target_s_account(role: str, expected: list[str]) -> None:
    assert codes(OTHER(role=role)) == expected


def test_an_account_that_cannot_be_read_makes_no_role_wrong() -> None:
    accounts = (
        'accounts: {source: "111122223333", target: "4444",'
        ' peering_role: "arn:aws:iam::444455556666:role/AcceptPeering"}'
    )

    assert codes(accounts, WEB) == ["SF225", "SF284"]


@pytest.mark.parametrize(
    ("administrator", "expected"),
    [
        ("arn:aws:iam::111122223333:role/KeyAdmin", []),
        ("arn:aws:iam::111122223333:user/Somebody", []),
        ("arn:aws:iam::111122223333:root", ["SF229"]),
        ("arn:aws:iam::999999999999:role/KeyAdmin", ["SF229"]),
        ("arn:aws-us-gov:iam::111122223333:role/KeyAdmin", ["SF229"]),
    ],
)
def test_administrators_are_of_the_migration_s_accounts(
    administrator: str, expected: list[str]
) -> None:
    assert codes(f'keys: {{administrators: ["{administrator}"]}}') == expected
