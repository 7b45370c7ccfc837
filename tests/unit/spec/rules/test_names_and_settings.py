from __future__ import annotations

import pytest

from spec.findings import Finding, Spot, at, key_at
from tests.unit.spec.rules.specs import IMAGE, codes, database, found, side

ENTRY = '{engine: postgres, version: "16.4", instance_class: db.t3.medium, storage_gib: 20}'


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        (("buckets: {media: {}, media-files: {}}",), []),
        (("buckets: {logs: {}}",), ["SF291"]),
        (("buckets: {a1: {}, a-1: {}}",), ["SF291"]),
        (("buckets: {ab: {}, a-b: {}}",), []),
        ((f"databases: {{a: {ENTRY}, a-groups: {ENTRY}}}",), ["SF292"]),
        ((f"databases: {{a: {ENTRY}, groups: {ENTRY}}}",), []),
        ((f"databases: {{a: {ENTRY}, a-endpoint: {ENTRY}}}",), ["SF292"]),
        ((f"databases: {{a: {ENTRY}, a-g2: {ENTRY}}}",), []),
        ((f"databases: {{a: {ENTRY[:-1]}, generation: 2}}, a-g2: {ENTRY}}}",), ["SF291"]),
        ((f"databases: {{a: {ENTRY[:-1]}, generation: 3}}, a-g2: {ENTRY}}}",), []),
        ((database(), "buckets: {catalog: {}}"), ["SF249"]),
    ],
)
def test_two_things_have_two_names(sections: tuple[str, ...], expected: list[str]) -> None:
    sections = tuple(
        section.replace(", groups: {", ", groups: {database: x, ") for section in sections
    )

    assert [code for code in codes(*sections) if code != "SF240"] == expected


def test_a_bucket_named_like_ours_shows_no_other_place() -> None:
    assert found("buckets: {logs: {}}") == (
        Finding(
            code="SF291",
            where=key_at("buckets", "logs"),
            detail=(
                'The bucket would be called "shop-test-logs-111122223333-us-east-1", as the'
                " bucket"
                " for logs already is."
            ),
            way_out="Rename it.",
        ),
    )


def test_stacks_that_collide_are_shown_with_each_other() -> None:
    (finding,) = found(f"databases: {{a-groups: {ENTRY}, a: {ENTRY}}}")

    assert finding == Finding(
        code="SF292",
        where=key_at("databases", "a"),
        detail=(
            'Its stack would be called "database-a-groups", as a stack of "a-groups" already is.'
        ),
        way_out="Rename one of them before anything is deployed.",
        related=((key_at("databases", "a-groups"), 'has a stack "database-a-groups" too'),),
    )


def test_long_names_stay_apart() -> None:
    first, second = "a" * 31 + "b", "a" * 31 + "c"
    services = ", ".join(
        f"{key}: {{instance_type: t3.small, image: {IMAGE}, paths: [/{key}]}}"
        for key in (first, second)
    )

    assert codes(f"name: {'n' * 32}", f"environment: {'e' * 32}", f"services: {{{services}}}") == [
        "SF284"
    ]


@pytest.mark.parametrize(
    ("name", "environment", "expected"),
    [
        ("internal", "test", ["SF299"]),
        ("internals", "test", []),
        ("sthree", "test", ["SF299"]),
        ("amzn", "s3-demo", ["SF299"]),
        ("awsome", "test", ["SF299"]),
        ("ssm", "test", ["SF299"]),
        ("laws", "test", []),
    ],
)
def test_names_begin_as_no_name_of_aws(name: str, environment: str, expected: list[str]) -> None:
    assert codes(f"name: {name}", f"environment: {environment}") == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ('{CostCenter: "4711", "team:owner": a@b}', []),
        ('{"AWS:x": y}', ["SF294"]),
        ("{Timestamp: now}", ["SF294"]),
        ("{sourceregion: x}", ["SF294"]),
        ("{name: x}", ["SF294"]),
        ("{Größe: XL}", []),
        ("{Team: a, team: b}", ["SF295"]),
        ('{"": a}', ["SF295"]),
        ('{"a;b": c}', ["SF295"]),
        ("{Owner: a&b}", ["SF295"]),
        (f"{{{'k' * 128}: {'v' * 256}}}", []),
        (f"{{{'k' * 129}: v}}", ["SF295"]),
        (f"{{k: {'v' * 257}}}", ["SF295"]),
        (f"{{{', '.join(f'k{number}: v' for number in range(44))}}}", []),
        (f"{{{', '.join(f'k{number}: v' for number in range(45))}}}", ["SF296"]),
    ],
)
def test_what_tags_may_be(tags: str, expected: list[str]) -> None:
    assert codes(f"tags: {tags}") == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(1, []), (30, []), (31, ["SF298"]), (0, ["SF298"]), (3653, [])]
)
def test_flow_logs_are_kept_for_the_periods_of_cloudwatch(days: int, expected: list[str]) -> None:
    source = side("source", "us-east-1", flow_logs=f"{{retention_days: {days}}}")

    assert codes(source) == expected


def test_a_period_that_is_not_offered_is_answered_with_the_nearest() -> None:
    (finding,) = found(side("source", "us-east-1", flow_logs="{retention_days: 360}"))

    assert finding.way_out.startswith("Choose 365, the nearest; or one of 1, 3, 5,")


@pytest.mark.parametrize(
    ("alarms", "expected"),
    [
        ("{email: ops@example.com}", []),
        ("{email: ops+eu@mail.example.co.uk}", []),
        ("{email: ops}", ["SF297"]),
        ("{email: ops@localhost}", ["SF297"]),
        ("{email: 'a@example.com, b@example.com'}", ["SF297"]),
        ("{email: ops@example.com, database_cpu_percent: 100}", ["SF273"]),
        ("{email: ops@example.com, free_storage_percent: 0}", ["SF273"]),
        ("{email: ops@example.com, replica_lag_minutes: 1440}", []),
    ],
)
def test_what_alarms_may_be(alarms: str, expected: list[str]) -> None:
    assert codes(f"alarms: {alarms}") == expected


@pytest.mark.parametrize(
    ("bucket", "expected"),
    [
        ("{versioning: false}", ["SF248"]),
        ("{versioning: false, replication: false}", []),
        ("{expire_versions_days: 0}", ["SF273"]),
        ("{expire_versions_days: 1}", []),
    ],
)
def test_what_a_bucket_may_be(bucket: str, expected: list[str]) -> None:
    assert codes(f"buckets: {{media: {bucket}}}") == expected


def test_a_list_names_each_thing_once() -> None:
    source = side("source", "us-east-1", endpoints="[s3, ssm, s3]")

    assert [(finding.code, finding.where) for finding in found(source)] == [
        ("SF262", at("source", "vpc", "endpoints", 2))
    ]


def test_every_finding_names_a_place_and_no_line() -> None:
    assert all(
        isinstance(finding.where, Spot) for finding in found("buckets: {logs: {versioning: false}}")
    )
