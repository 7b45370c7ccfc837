from __future__ import annotations

import pytest

from spec.findings import Finding, at, key_at
from tests.unit.spec.rules.specs import codes, database, found


@pytest.mark.parametrize(
    ("engine", "way_out"),
    [
        ("postgresql", 'Did you mean "postgres"?'),
        ("pg", 'Did you mean "postgres"?'),
        ("MySQL", 'Did you mean "mysql"?'),
        ("informix", "Write the engine as RDS does, in lower case."),
    ],
)
def test_an_unknown_engine_is_answered_with_the_one_that_was_meant(
    engine: str, way_out: str
) -> None:
    (finding,) = found(database(engine=engine))

    assert (finding.code, finding.way_out) == ("SF230", way_out)


@pytest.mark.parametrize(
    ("engine", "reason"),
    [
        ("aurora-mysql", "Aurora replicates by global databases"),
        ("sqlserver-ee", "RDS for SQL Server has no cross-region replica"),
        ("oracle-ee", "RDS for Oracle replicates across regions in some editions only"),
        ("db2-ae", "RDS for Db2 replicates with a licence of your own only"),
        ("custom-oracle-ee", "RDS Custom has no cross-region replica"),
    ],
)
def test_an_engine_that_is_not_covered_says_why_and_names_the_way_out(
    engine: str, reason: str
) -> None:
    (finding,) = found(database(engine=engine))

    assert reason in finding.detail
    assert "AWS DMS" in finding.way_out


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"version": '"16"'}, []),
        ({"version": '"16.4-R2"'}, []),
        ({"version": '"11.22-rds.20241121"'}, []),
        ({"version": '"9.6"'}, ["SF231"]),
        ({"version": '"sixteen"'}, ["SF231"]),
        ({"engine": "mysql", "version": '"8.0.39"'}, []),
        ({"engine": "mysql", "version": '"8"'}, ["SF231"]),
        ({"engine": "mariadb", "version": '"10.11"'}, []),
        ({"engine": "mariadb", "version": '"10.7"'}, ["SF231"]),
        ({"instance_class": "db.m6id.large"}, []),
        ({"instance_class": "db.x2iedn.32xlarge"}, []),
        ({"instance_class": "t3.medium"}, ["SF232"]),
        ({"instance_class": "db.t2.micro"}, ["SF247"]),
        ({"instance_class": "db.t2.small"}, []),
        ({"target": "{instance_class: db.m1.small}"}, ["SF247"]),
        ({"target": "{replica_instance_class: db.m1.small}"}, ["SF247"]),
        ({"target": "{replica_instance_class: m6g.large}"}, ["SF232"]),
        ({"target": "{replica_instance_class: db.t3.small}"}, []),
        ({"generation": "0"}, ["SF273"]),
        ({"generation": "2"}, []),
        ({"backup_retention_days": 0}, ["SF233"]),
        ({"backup_retention_days": 1}, []),
        ({"backup_retention_days": 35}, []),
        ({"backup_retention_days": 36}, ["SF234"]),
        ({"backup_retention_days": -1}, ["SF234"]),
        ({"storage_gib": 19}, ["SF235"]),
        ({"storage_gib": 20}, []),
        ({"storage_gib": 65_536}, []),
        ({"storage_gib": 65_537}, ["SF235"]),
        ({"storage_gib": 99, "storage_type": "io2", "iops": 1000}, ["SF235"]),
        ({"storage_type": "io2"}, ["SF236"]),
        ({"storage_type": "io2", "iops": 999}, ["SF236"]),
        ({"storage_type": "io2", "iops": 100_000}, []),
        ({"storage_type": "io1", "iops": 5000}, []),
        ({"storage_type": "io1", "iops": 5001}, ["SF236"]),
        ({"storage_type": "io1", "iops": 1000, "storage_gib": 2001}, ["SF236"]),
        ({"storage_gib": 400, "iops": 11_999}, ["SF236"]),
        ({"storage_gib": 400, "iops": 64_000}, []),
        ({"storage_gib": 399, "iops": 12_000}, ["SF236"]),
        ({"storage_type": "gp2", "iops": 12_000}, ["SF236"]),
        ({"storage_gib": 400, "throughput_mibps": 500}, []),
        ({"storage_gib": 400, "throughput_mibps": 3001}, ["SF237"]),
        ({"storage_gib": 400, "throughput_mibps": 4000, "iops": 16_000}, []),
        ({"storage_gib": 400, "throughput_mibps": 4001, "iops": 64_000}, ["SF237"]),
        ({"throughput_mibps": 500}, ["SF237"]),
        ({"max_storage_gib": 109}, ["SF238"]),
        ({"max_storage_gib": 110}, []),
        ({"max_storage_gib": 70_000}, ["SF238"]),
        ({"user": "admin"}, ["SF239"]),
        ({"user": "admin", "engine": "mysql", "version": '"8.4.3"'}, []),
        ({"user": "rdsadmin", "engine": "mysql", "version": '"8.4.3"'}, ["SF239"]),
        ({"user": "a23456789_1234567"}, []),
        ({"user": "a23456789_1234567", "engine": "mysql", "version": '"8.4.3"'}, ["SF239"]),
        ({"user": "1st"}, ["SF239"]),
        ({"user": "SELECT"}, ["SF239"]),
        ({"user": "pg_owner"}, ["SF239"]),
        ({"database": "catalog-2"}, ["SF240"]),
        ({"database": "table"}, ["SF240"]),
        ({"port": 1149}, ["SF241"]),
        ({"port": 1150}, []),
        ({"port": 65_535}, []),
        ({"port": 65_536}, ["SF241"]),
        ({"log_exports": "[upgrade, slowquery]"}, ["SF244"]),
        ({"log_exports": "[upgrade, upgrade]"}, ["SF262"]),
        ({"parameters": '{rds.force_ssl: "1"}'}, []),
        ({"parameters": '{Max Connections: "1"}'}, ["SF245"]),
        ({"parameters": '{super_read_only: "1"}'}, ["SF245"]),
    ],
)
def test_what_a_database_may_be(given: dict[str, object], expected: list[str]) -> None:
    assert codes(database(**given)) == expected


@pytest.mark.parametrize(
    ("backup", "maintenance", "expected"),
    [
        ("03:00-04:00", "sun:05:00-sun:06:00", []),
        ("03:00-03:30", "sun:05:00-sun:05:30", []),
        ("03:00-03:29", "sun:05:00-sun:05:29", ["SF242", "SF242"]),
        ("3:00-4:00", "Sun:05:00-Sun:06:00", ["SF242", "SF242"]),
        ("24:00-01:00", "sun:05:60-sun:06:00", ["SF242", "SF242"]),
        ("03:00-03:00", "sun:05:00-sun:05:00", ["SF242", "SF242"]),
        ("03:00-04:00", "sun:05:00-tue:05:00", ["SF242", "SF243"]),
        ("03:00-04:00", "sun:04:00-sun:05:00", []),
        ("03:00-04:00", "sun:03:59-sun:05:00", ["SF243"]),
        ("23:30-00:30", "sun:23:00-mon:00:00", ["SF243"]),
        ("23:30-00:30", "sun:00:00-sun:01:00", ["SF243"]),
        ("23:30-00:30", "sun:00:30-sun:01:00", []),
    ],
)
def test_windows_are_long_enough_and_apart(
    backup: str, maintenance: str, expected: list[str]
) -> None:
    section = database(backup_window=f'"{backup}"', maintenance_window=f'"{maintenance}"')

    assert codes(section) == expected


def test_a_component_named_like_a_word_of_the_language_needs_a_database_name() -> None:
    entry = 'engine: postgres, version: "16.4", instance_class: db.t3.medium, storage_gib: 20'

    assert found(f"databases: {{order: {{{entry}}}}}") == (
        Finding(
            code="SF240",
            where=key_at("databases", "order"),
            detail=(
                'The database name "order" is a reserved word. It is the component\'s name,'
                " without"
                " hyphens."
            ),
            way_out='Set "database" to up to 63 letters, digits and underscores, a letter first.',
        ),
    )
    assert codes(f"databases: {{order: {{{entry}, database: orders}}}}") == []


def test_a_database_does_not_cross_accounts() -> None:
    accounts = (
        'accounts: {source: "111122223333", target: "444455556666",'
        ' peering_role: "arn:aws:iam::444455556666:role/AcceptPeering"}'
    )

    (finding,) = found(accounts, database())

    assert (finding.code, finding.where, finding.related) == (
        "SF246",
        key_at("databases", "catalog"),
        ((at("accounts", "target"), "another account than the source's"),),
    )
