from __future__ import annotations

import pytest

from spec.findings import Finding, at
from tests.unit.spec.rules.specs import WEB, certificate, codes, found, side

DNS = "dns: {zone: example.com, record: app, hosted_zone_id: Z0123456789}"
CDN = "cdn: {default: web}"
MEDIA = "buckets: {media: {}}"


def _certificates(**given: str) -> str:
    places = {
        "source": certificate("us-east-1"),
        "target": certificate("us-east-2"),
        "cdn": certificate("us-east-1"),
        **given,
    }
    return f"certificates: {{{', '.join(f'{key}: {arn}' for key, arn in places.items() if arn)}}}"


ALL = _certificates()
SIDES = _certificates(cdn="")
NONE = ""


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ((WEB, CDN, DNS, ALL), []),
        ((WEB, DNS, SIDES), []),
        ((WEB, SIDES), []),
        ((MEDIA, "cdn: {default: media}"), []),
        ((WEB,), ["SF284"]),
        ((WEB, CDN, DNS), ["SF284"]),
        ((WEB, DNS, ALL), ["SF283"]),
        ((WEB, CDN, DNS, SIDES), ["SF278"]),
        ((WEB, CDN, SIDES), ["SF278"]),
        ((WEB, CDN, ALL), ["SF278", "SF283"]),
        ((WEB, CDN, DNS, _certificates(source="")), ["SF285"]),
        ((WEB, CDN, DNS, _certificates(source="", target="")), ["SF285", "SF285"]),
        ((DNS,), ["SF272"]),
        ((MEDIA, "cdn: {default: media}", DNS), ["SF272"]),
        ((MEDIA, "cdn: {default: media}", DNS, _certificates(source="", target="")), []),
        ((SIDES,), ["SF283", "SF283"]),
        ((WEB, "dns: {zone: example.com, record: app}"), ["SF284"]),
        ((WEB, "dns: {zone: example.com, record: app}", SIDES), ["SF289"]),
    ],
)
def test_names_cdn_and_certificates_go_together(
    sections: tuple[str, ...], expected: list[str]
) -> None:
    assert codes(*sections) == expected


def test_a_certificate_of_the_cdn_elsewhere_is_refused_with_its_home() -> None:
    assert found(WEB, CDN, DNS, _certificates(cdn=certificate("eu-west-1"))) == (
        Finding(
            code="SF280",
            where=at("certificates", "cdn"),
            detail=(
                "The certificate is in eu-west-1. CloudFront takes certificates of us-east-1"
                " only,"
                " wherever the system is."
            ),
            way_out="Request or import the certificate in us-east-1 too, and give that one.",
        ),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"target": certificate("us-east-1")}, ["SF281"]),
        ({"target": certificate("us-east-2", "999999999999")}, ["SF282"]),
        ({"target": certificate("us-east-2").replace("arn:aws:", "arn:aws-cn:")}, ["SF282"]),
        ({"target": '"arn:aws:acm:us-east-2:111122223333:certificate/mrk-1"'}, ["SF279"]),
        ({"target": '"arn:aws:iam::111122223333:server-certificate/shop"'}, ["SF279"]),
        ({"cdn": certificate("us-east-1", "999999999999")}, ["SF282"]),
    ],
)
def test_what_a_certificate_may_be(given: dict[str, str], expected: list[str]) -> None:
    assert codes(WEB, CDN, DNS, _certificates(**given)) == expected


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ('{"/static/*": media, "/img/?.png": media}', []),
        ('{"*.png": web}', []),
        ('{"*": media}', ["SF275"]),
        ('{"/*": media}', ["SF275"]),
        ('{"/a b": media}', ["SF275"]),
        ('{"/ä": media}', ["SF275"]),
        (f'{{"/{"a" * 255}": media}}', ["SF275"]),
        ('{"/a/*": media, "a/*": media}', ["SF275"]),
        ('{"/a/*": medai}', ["SF274"]),
        (f"{{{', '.join(f'/{number}: media' for number in range(74))}}}", []),
        (f"{{{', '.join(f'/{number}: media' for number in range(75))}}}", ["SF276"]),
    ],
)
def test_what_the_paths_of_a_cdn_may_be(paths: str, expected: list[str]) -> None:
    assert codes(WEB, MEDIA, f"cdn: {{default: web, paths: {paths}}}", DNS, ALL) == expected


@pytest.mark.parametrize(
    ("dns", "expected"),
    [
        ('{zone: example.com, record: "@", hosted_zone_id: Z1}', []),
        ('{zone: example.com, record: "*", hosted_zone_id: Z1}', []),
        ("{zone: example.com, record: a.b, hosted_zone_id: Z1}", []),
        ("{zone: com, record: app, hosted_zone_id: Z1}", ["SF286"]),
        ("{zone: example.com., record: app, hosted_zone_id: Z1}", ["SF286"]),
        ("{zone: EXAMPLE.com, record: app, hosted_zone_id: Z1}", ["SF286"]),
        (f"{{zone: {'a' * 64}.com, record: app, hosted_zone_id: Z1}}", ["SF286"]),
        ("{zone: example.com, record: app.example.com, hosted_zone_id: Z1}", ["SF287"]),
        ("{zone: example.com, record: example.com, hosted_zone_id: Z1}", ["SF287"]),
        ("{zone: example.com, record: App, hosted_zone_id: Z1}", ["SF287"]),
        ('{zone: example.com, record: "", hosted_zone_id: Z1}', ["SF287"]),
        ("{zone: example.com, record: app, hosted_zone_id: /hostedzone/Z1}", ["SF288"]),
        ("{zone: example.com, record: app, hosted_zone_id: z1}", ["SF288"]),
        ("{zone: example.com, record: app, hosted_zone_id: Z1, ttl_seconds: 0}", ["SF273"]),
    ],
)
def test_what_a_public_name_may_be(dns: str, expected: list[str]) -> None:
    assert codes(WEB, f"dns: {dns}", SIDES) == expected


def test_origin_is_a_free_name_without_a_cdn_only() -> None:
    dns = "dns: {zone: example.com, record: origin, hosted_zone_id: Z1}"

    assert codes(WEB, dns, SIDES) == []
    assert codes(WEB, CDN, dns, ALL) == ["SF287"]


def test_a_record_that_repeats_the_zone_is_answered_with_the_rest() -> None:
    dns = "dns: {zone: example.com, record: app.example.com, hosted_zone_id: Z1}"

    (finding,) = found(WEB, dns, SIDES)

    assert finding.way_out == 'Write "app".'


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("us-gov-west-1", "us-gov-east-1", ["SF277", "SF284", "SF290"]),
        ("cn-northwest-1", "cn-north-1", ["SF277", "SF284"]),
        ("us-west-2", "ca-central-1", ["SF284"]),
    ],
)
def test_what_a_partition_lacks_is_a_finding(source: str, target: str, expected: list[str]) -> None:
    assert codes(side("source", source), side("target", target), WEB, CDN, DNS) == expected
