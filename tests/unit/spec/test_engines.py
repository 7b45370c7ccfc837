from __future__ import annotations

import json
from pathlib import Path

import cfnlint
import pytest

from spec.engines import ENGINES, family, first_database, major, port_of
from spec.model import Database

VERSIONS = Path(cfnlint.__file__).parent / "data/schemas/extensions/aws_rds_dbinstance"


def _database(**given: object) -> Database:
    return Database.model_validate(
        {
            "engine": "postgres",
            "version": "16.4",
            "instance_class": "db.t3.small",
            "storage_gib": 20,
            **given,
        }
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_every_major_version_is_one_that_cfn_lint_knows(engine: str) -> None:
    rules = json.loads((VERSIONS / "engine_version.json").read_text())["allOf"]
    (known,) = (
        rule["then"]["properties"]["EngineVersion"]["enum"]
        for rule in rules
        if rule["if"]["properties"]["Engine"] == {"const": engine}
    )

    assert set(ENGINES[engine].majors) <= {major(engine, version) for version in known}


def test_the_major_version_has_as_many_numbers_as_the_engine_counts() -> None:
    assert major("postgres", "16.4") == "16"
    assert major("postgres", "16") == "16"
    assert major("mysql", "8.0.39") == "8.0"
    assert major("mariadb", "10.11.19") == "10.11"


def test_a_parameter_group_family_is_the_engine_and_its_major_version() -> None:
    assert family("postgres", "16.4") == "postgres16"
    assert family("mysql", "8.4.3") == "mysql8.4"


def test_the_first_database_is_named_like_the_component_without_hyphens() -> None:
    assert first_database("order-book", None) == "orderbook"
    assert first_database("order-book", "orders") == "orders"


def test_a_port_that_is_given_comes_before_the_engine_s_own() -> None:
    assert port_of(_database()) == 5432
    assert port_of(_database(engine="mysql", version="8.0.39")) == 3306
    assert port_of(_database(port=6432)) == 6432
