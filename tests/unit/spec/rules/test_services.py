from __future__ import annotations

import pytest

from spec.findings import Finding, at, key_at
from spec.rules.images import architecture_of_parameter, architecture_of_type
from tests.unit.spec.rules.specs import IMAGE, codes, found, service, side

AMIS = "{source: ami-0123456789abcdef0, target: ami-0fedcba9876543210}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"count": 0}, []),
        ({"count": 2, "maximum": 2, "minimum": 2}, []),
        ({"count": 2, "maximum": 1}, ["SF250"]),
        ({"count": 2, "minimum": 3}, ["SF250"]),
        ({"minimum": -1}, ["SF250"]),
        ({"target": "{count: 5}"}, ["SF250"]),
        ({"target": "{count: 5, maximum: 5}"}, []),
        ({"target": "{minimum: 3}"}, ["SF250"]),
        ({"instance_type": "m7i-flex.large"}, []),
        ({"instance_type": "u-6tb1.metal"}, []),
        ({"instance_type": "t3"}, ["SF251"]),
        ({"instance_type": "db.t3.small"}, ["SF251"]),
        ({"target": "{instance_type: T3.small}"}, ["SF251"]),
        ({"image": AMIS}, []),
        ({"image": "{source: ami-01234567, target: ami-76543210}"}, []),
        ({"image": "{source: ami-012345678, target: ami-76543210}"}, ["SF252"]),
        ({"image": '{ssm: "{{resolve:ssm:/golden}}"}'}, ["SF252"]),
        ({"image": '{ssm: "/aws/service/no spaces"}'}, ["SF252"]),
        ({"image": "{ssm: /golden/ami}"}, ["SF255"]),
        ({"image": "{source: ami-01234567, target: ami-01234567}"}, ["SF253"]),
        ({"instance_type": "t4g.small"}, ["SF254"]),
        ({"instance_type": "t4g.small", "image": AMIS}, []),
        ({"target": "{instance_type: c7gn.large}"}, ["SF254"]),
        ({"health_check": '{path: "/health?deep=1"}'}, []),
        ({"health_check": "{path: health}"}, ["SF256"]),
        ({"health_check": '{path: ""}'}, ["SF256"]),
        ({"health_check": '{path: "/a b"}'}, ["SF256"]),
        ({"health_check": '{path: "/a#b"}'}, ["SF256"]),
        ({"health_check": f"{{path: /{'a' * 1023}}}"}, []),
        ({"health_check": f"{{path: /{'a' * 1024}}}"}, ["SF256"]),
        ({"health_check": "{interval_seconds: 5, timeout_seconds: 2}"}, []),
        ({"health_check": "{interval_seconds: 4, timeout_seconds: 2}"}, ["SF257"]),
        ({"health_check": "{interval_seconds: 300, timeout_seconds: 120}"}, []),
        ({"health_check": "{interval_seconds: 301, timeout_seconds: 121}"}, ["SF257", "SF257"]),
        ({"health_check": "{timeout_seconds: 1}"}, ["SF257"]),
        ({"health_check": "{healthy_threshold: 10, unhealthy_threshold: 11}"}, ["SF257"]),
        ({"health_check": "{grace_seconds: 0}"}, []),
        ({"health_check": "{grace_seconds: -1}"}, ["SF257"]),
        ({"health_check": "{interval_seconds: 5}"}, ["SF258"]),
        ({"health_check": "{timeout_seconds: 30}"}, ["SF258"]),
        ({"health_check": '{codes: "200,301,404"}'}, []),
        ({"health_check": '{codes: "200-499"}'}, []),
        ({"health_check": '{codes: "199"}'}, ["SF259"]),
        ({"health_check": '{codes: "200-500"}'}, ["SF259"]),
        ({"health_check": '{codes: "204-200"}'}, ["SF259"]),
        ({"health_check": '{codes: "200-204,301"}'}, ["SF259"]),
        ({"port": 0}, ["SF260"]),
        ({"port": 65_536}, ["SF260"]),
        ({"health_check": "{port: 65535}"}, []),
        ({"hosts": "[api.example.com, '*.example.com']"}, []),
        ({"hosts": "[localhost]"}, ["SF265"]),
        ({"hosts": "['api.example.com:80']"}, ["SF265"]),
        ({"paths": "[/api/*, '*.png']"}, []),
        ({"paths": "[api]"}, ["SF265"]),
        ({"paths": f"[/{'a' * 128}]"}, ["SF265"]),
        ({"user_data": '"#!/bin/sh"'}, []),
        ({"user_data": '"echo"'}, ["SF267"]),
        ({"user_data": f'"#!/bin/sh {"x" * 14_000}"'}, []),
        ({"user_data": f'"#!/bin/sh {"x" * 14_400}"'}, ["SF267"]),
        (
            {
                "user_data": f'"#!/bin/sh {"x" * 14_000}"',
                "environment": f'{{LONG: "{"x" * 400}"}}',
            },
            ["SF267"],
        ),
        ({"environment": "{_A1: x}"}, []),
        ({"environment": "{1A: x}"}, ["SF268"]),
        ({"secrets": "{a-b: shop/x}"}, ["SF268"]),
        ({"environment": '{A: "a\\tb"}'}, ["SF268"]),
        ({"environment": "{DB_PASSWORD: hunter2}"}, ["SF269"]),
        ({"environment": "{PASSWORD_FILE: /run/secrets/db}"}, []),
        ({"environment": '{TOKEN_LIFETIME: "3600"}'}, []),
        ({"environment": "{KEY_ID: AKIAIOSFODNN7EXAMPLE}"}, ["SF269"]),
        ({"environment": "{URL: 'postgres://shop:hunter2@db/shop'}"}, ["SF269"]),
        ({"environment": "{URL: 'https://example.com:8443/a'}"}, []),
        ({"secrets": "{KEY: shop/api-key}"}, []),
        ({"secrets": "{KEY: 'shop api'}"}, ["SF270"]),
        ({"secrets": "{KEY: ''}"}, ["SF270"]),
        ({"secrets": "{KEY: shop/key}", "environment": "{KEY: x}"}, ["SF271"]),
        ({"environment": "{AWS_REGION: us-east-1}"}, ["SF271"]),
        ({"volume_gib": 7}, ["SF273"]),
        ({"volume_gib": 8}, []),
        ({"cpu_target_percent": 0}, ["SF273"]),
        ({"cpu_target_percent": 100}, []),
    ],
)
def test_what_a_service_may_be(given: dict[str, object], expected: list[str]) -> None:
    private = "{private: {us-east-1a: 10.0.0.0/20, us-east-1b: 10.0.32.0/20}}"

    assert codes(side("source", "us-east-1", subnets=private), service(**given)) == expected


def test_a_wrong_size_is_told_where_it_is_written() -> None:
    assert [finding.where for finding in found(service(count=2, maximum=1))] == [
        at("services", "web", "maximum")
    ]
    assert [finding.where for finding in found(service(target="{count: 9}"))] == [
        at("services", "web", "target", "count")
    ]


@pytest.mark.parametrize(
    ("instance_type", "expected"),
    [
        ("a1.large", "arm64"),
        ("t4g.small", "arm64"),
        ("im4gn.large", "arm64"),
        ("is4gen.large", "arm64"),
        ("x2gd.large", "arm64"),
        ("g5g.xlarge", "arm64"),
        ("hpc7g.4xlarge", "arm64"),
        ("r8gb.large", "arm64"),
        ("g5.xlarge", "x86_64"),
        ("g4dn.xlarge", "x86_64"),
        ("gr6.4xlarge", "x86_64"),
        ("m7i-flex.large", "x86_64"),
        ("m5dn.large", "x86_64"),
        ("u-6tb1.metal", "x86_64"),
    ],
)
def test_the_architecture_of_an_instance_type(instance_type: str, expected: str) -> None:
    assert architecture_of_type(instance_type) == expected


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64", "arm64"),
        ("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64", "x86_64"),
        ("/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm", "x86_64"),
        ("/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base", None),
    ],
)
def test_the_architecture_of_a_public_parameter(parameter: str, expected: str | None) -> None:
    assert architecture_of_parameter(parameter) == expected


def test_what_is_used_and_not_declared_is_answered_with_what_was_meant() -> None:
    assert found("buckets: {media: {}}", service(uses="[medai]")) == (
        Finding(
            code="SF261",
            where=at("services", "web", "uses", 0),
            detail='There is no database or bucket "medai".',
            way_out='Did you mean "media"?',
        ),
    )


def _two(first: str, second: str, *more: str) -> list[str]:
    web = f"web: {{instance_type: t3.small, image: {IMAGE}, {first}}}"
    api = f"api: {{instance_type: t3.small, image: {IMAGE}, {second}}}"
    certificates = service().split("\n")[1]
    return codes(f"services: {{{web}, {api}}}", certificates, *more)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("port: 80", "paths: [/api/*]", []),
        ("port: 80", "port: 81", ["SF264"]),
        ("port: 80", "paths: [/*]", ["SF264"]),
        ("paths: [/a]", "paths: [/a]", ["SF263"]),
        ("paths: [/a]", "hosts: [x.example.com], paths: [/a]", []),
        ("hosts: [x.example.com]", "hosts: [X.example.com]", ["SF263"]),
        ("hosts: [x.example.com]", "hosts: [x.example.com], paths: [/a]", []),
        ("paths: [/a, /b]", "paths: [/b, /a]", ["SF263"]),
    ],
)
def test_two_services_share_no_route(first: str, second: str, expected: list[str]) -> None:
    assert _two(first, second) == expected


def test_a_service_without_routes_takes_those_that_the_cdn_sends_to_it() -> None:
    dns = "dns: {zone: example.com, record: app, hosted_zone_id: Z0123456789}"
    cdn = 'cdn: {default: web, paths: {"/api/*": api}}'

    assert "SF264" not in _two("port: 80", "port: 81", cdn, dns)
    assert "SF264" in _two("port: 80", "port: 81", "cdn: {default: web}", dns)


def test_a_route_taken_twice_is_shown_with_the_first_one() -> None:
    web = f"web: {{instance_type: t3.small, image: {IMAGE}, paths: [/x, /a]}}"
    api = f"api: {{instance_type: t3.small, image: {IMAGE}, paths: [/a]}}"

    (finding,) = found(f"services: {{{web}, {api}}}", service().split("\n")[1])

    assert finding == Finding(
        code="SF263",
        where=at("services", "api", "paths", 0),
        detail=(
            'Service "web" already answers /a on every host, so this one would get nothing there.'
        ),
        way_out="Give them different hosts or paths.",
        related=((at("services", "web", "paths", 1), "answered here already"),),
    )


def test_what_stackferry_sets_for_a_bucket_is_not_to_be_set_again() -> None:
    section = service(uses="[media-files]", environment="{MEDIA_FILES_BUCKET: mine}")

    assert found("buckets: {media-files: {}}", section) == (
        Finding(
            code="SF271",
            where=key_at("services", "web", "environment", "MEDIA_FILES_BUCKET"),
            detail='stackferry sets "MEDIA_FILES_BUCKET" itself, on each side as it is there.',
            way_out="Remove it, or choose another name.",
            related=((key_at("buckets", "media-files"), "what it tells about"),),
        ),
    )
