"""Changes of RDS instances that go one way only, or that RDS refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.handler import Refused
from tests.unit.sandbox.handlers_databases import (
    INSTANCES,
    PRIMARY,
    primary,
)
from tests.unit.sandbox.handlers_ground import scope_in, services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Properties, Scope


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def test_a_protected_instance_is_not_deleted(scope: Scope) -> None:
    primary(scope, DeletionProtection=True)

    with pytest.raises(Refused, match="Cannot delete protected DB Instance") as refused:
        INSTANCES.delete(scope, "orders", {})

    assert refused.value.code == "InvalidParameterCombination"
    assert INSTANCES.read(scope, "orders") is not None


@pytest.mark.parametrize(
    ("code", "part", "changed"),
    [
        ("InvalidParameterCombination", "AllowMajorVersionUpgrade", {"EngineVersion": "17.4"}),
        ("InvalidParameterCombination", "less than current", {"AllocatedStorage": "50"}),
        ("InvalidParameterValue", "Invalid DB Instance class", {"DBInstanceClass": "db.x"}),
        ("InvalidParameterValue", "shorter than 8", {"MasterUserPassword": "short"}),
        ("NotUpdatable", "Resource is immutable", {"SourceDBInstanceIdentifier": "other"}),
        ("DBParameterGroupNotFound", "missing", {"DBParameterGroupName": "missing"}),
    ],
)
def test_a_wrong_change_is_refused_and_changes_nothing(
    scope: Scope, code: str, part: str, changed: Properties
) -> None:
    INSTANCES.create(scope, PRIMARY)
    before = INSTANCES.read(scope, "orders")

    with pytest.raises(Refused, match=part) as refused:
        INSTANCES.update(scope, "orders", PRIMARY, {**PRIMARY, **changed})

    assert refused.value.code == code
    assert INSTANCES.read(scope, "orders") == before


def test_a_major_upgrade_is_done_where_it_is_allowed(scope: Scope) -> None:
    INSTANCES.create(scope, PRIMARY)
    new = {**PRIMARY, "EngineVersion": "17.4", "AllowMajorVersionUpgrade": True}

    INSTANCES.update(scope, "orders", PRIMARY, new)

    told = INSTANCES.read(scope, "orders") or {}
    assert (told["EngineVersion"], told["DBParameterGroupName"]) == ("17.4", "default.postgres17")


def test_storage_stays_where_the_template_says_nothing_of_it(scope: Scope) -> None:
    old = {**PRIMARY, "StorageType": "gp3", "MaxAllocatedStorage": 500}
    new = {key: value for key, value in old.items() if key != "MaxAllocatedStorage"}
    INSTANCES.create(scope, old)

    INSTANCES.update(scope, "orders", old, new)

    told = INSTANCES.read(scope, "orders") or {}
    assert (told["StorageType"], told["AllocatedStorage"]) == ("gp3", "100")
    assert "MaxAllocatedStorage" not in told


def test_storage_grows_and_changes_its_type_but_never_shrinks(scope: Scope) -> None:
    old = {**PRIMARY, "StorageType": "gp2"}
    grown = {**old, "AllocatedStorage": "200"}
    other = {**grown, "StorageType": "gp3"}
    INSTANCES.create(scope, old)

    for before, after in ((old, grown), (grown, other)):
        INSTANCES.update(scope, "orders", before, after)
        told = INSTANCES.read(scope, "orders") or {}
        for name in ("AllocatedStorage", "StorageType"):
            assert told[name] == after[name]


def test_what_watches_an_instance_can_be_exchanged(scope: Scope) -> None:
    iam = scope.client("iam")
    trust = json.dumps({"Version": "2012-10-17"})
    one, two = (
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        for name in ("one", "two")
    )
    old = {
        **PRIMARY,
        "EnablePerformanceInsights": True,
        "MonitoringInterval": 60,
        "MonitoringRoleArn": one,
        "ManageMasterUserPassword": False,
    }
    new = {**old, "EnablePerformanceInsights": False, "MonitoringRoleArn": two}
    INSTANCES.create(scope, old)

    INSTANCES.update(scope, "orders", old, new)
    told = INSTANCES.read(scope, "orders") or {}
    assert (told["EnablePerformanceInsights"], told["MonitoringRoleArn"]) == (False, two)

    managed = {name: value for name, value in new.items() if name != "MasterUserPassword"}
    managed["ManageMasterUserPassword"] = True
    INSTANCES.update(scope, "orders", new, managed)
    told = INSTANCES.read(scope, "orders") or {}
    assert told["ManageMasterUserPassword"] is True
