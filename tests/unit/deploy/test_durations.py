"""What is expected to take how long."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from compiler.deploy.durations import CREATION, OVERHEAD, REPLICA, Range, expected
from compiler.deploy.folder import Compiled, read_folder
from compiler.deploy.timeline import Schedule
from tests.fakes.migration import SOURCE, TARGET
from tests.fakes.operator import Operator

QUICK = timedelta(seconds=5.5)
GATEWAY = CREATION["AWS::EC2::NatGateway"].middle
DATABASE = CREATION["AWS::RDS::DBInstance"].middle


def text(**resources: object) -> str:
    return json.dumps({"Resources": resources})


def of(type_: str, **properties: object) -> dict[str, object]:
    return {"Type": type_, "Properties": properties}


def test_the_longest_chain_of_references_counts() -> None:
    template = text(
        Address=of("AWS::EC2::EIP"),
        Gateway=of("AWS::EC2::NatGateway", AllocationId={"Fn::GetAtt": ["Address", "Id"]}),
        Route=of("AWS::EC2::Route", NatGatewayId={"Ref": "Gateway"}),
        Beside=of("AWS::EC2::NatGateway", SubnetId={"Ref": "SubnetId"}),
    )

    assert expected(template, "create") == OVERHEAD.middle + QUICK + GATEWAY + QUICK


@pytest.mark.parametrize(
    "reference",
    [
        {"Fn::GetAtt": "Gateway.Id"},
        {"Fn::Sub": "x-${Gateway}-${AWS::Region}"},
        {"Fn::Sub": ["x-${Gateway.Id}-${A}", {"A": "a"}]},
        {"Fn::Sub": ["x-${A}", {"A": {"Ref": "Gateway"}}]},
        [{"Deep": {"Fn::Join": ["", ["a", {"Ref": "Gateway"}]]}}],
    ],
)
def test_every_way_to_refer_to_a_resource_is_an_order(reference: object) -> None:
    template = text(Gateway=of("AWS::EC2::NatGateway"), Route=of("AWS::EC2::Route", To=reference))

    assert expected(template, "create") == OVERHEAD.middle + GATEWAY + QUICK


@pytest.mark.parametrize("named", ["Gateway", ["Gateway"]])
def test_what_a_resource_depends_on_comes_first(named: object) -> None:
    template = text(
        Gateway=of("AWS::EC2::NatGateway"),
        Route={"Type": "AWS::EC2::Route", "DependsOn": named},
    )

    assert expected(template, "create") == OVERHEAD.middle + GATEWAY + QUICK


def test_a_replica_is_copied_and_deleted_as_any_database() -> None:
    template = text(Database=of("AWS::RDS::DBInstance", SourceDBInstanceIdentifier="arn"))

    assert expected(template, "create") == OVERHEAD.middle + REPLICA.middle
    assert expected(template, "delete") == OVERHEAD.middle + DATABASE


def test_an_update_takes_what_it_touches() -> None:
    template = text(
        Database=of("AWS::RDS::DBInstance"),
        Gateway=of("AWS::EC2::NatGateway", To={"Ref": "Database"}),
    )

    assert expected(template, "update") == OVERHEAD.middle + DATABASE + QUICK
    assert expected(template, "update", touched=frozenset({"Gateway"})) == OVERHEAD.middle + QUICK
    assert expected(template, "update", touched=frozenset()) == OVERHEAD.middle


@pytest.mark.parametrize(
    "template",
    [
        "no json",
        "[]",
        '{"Resources": []}',
        text(A=of("X", To={"Ref": "B"}), B=of("X", To={"Ref": "A"})),
    ],
)
def test_what_is_no_template_takes_no_time_of_its_own(template: str) -> None:
    assert expected(template, "create") == OVERHEAD.middle


def test_the_middle_of_a_range_is_told() -> None:
    assert Range(low=60, high=180).middle == timedelta(minutes=2)


def test_a_deploy_is_scheduled_with_what_each_step_is_expected_to_take() -> None:
    operator = Operator()
    operator.deploy()

    schedule = operator.heard.schedules[-1]
    assert schedule.lasts(f"{SOURCE}/network") == OVERHEAD.middle + QUICK
    assert schedule.lasts(f"{TARGET}/database-catalog") == OVERHEAD.middle + DATABASE
    assert schedule.critical_path == sum(
        (schedule.lasts(f"{SOURCE}/{name}") for name in ("network", "database-catalog")),
        schedule.lasts(f"{TARGET}/database-catalog"),
    )


def test_the_rest_is_the_longest_chain_that_is_still_to_come() -> None:
    operator = Operator()
    now = operator.clock.now()
    minute = timedelta(minutes=1)
    schedule = Schedule(
        nodes=("a", "b", "c"),
        needs={"a": frozenset(), "b": frozenset({"a"}), "c": frozenset()},
        expected={"a": minute, "b": 5 * minute, "c": 2 * minute},
    )

    assert schedule.rest({}, frozenset(), now) == 6 * minute
    assert schedule.rest({"a": now - minute / 2}, frozenset(), now) == 5.5 * minute
    assert schedule.rest({"a": now - 9 * minute}, frozenset(), now) == 5 * minute
    assert schedule.rest({}, frozenset({"a"}), now) == 5 * minute
    assert schedule.rest({}, frozenset({"a", "b", "c"}), now) == timedelta()


@pytest.mark.parametrize(
    "path", sorted(Path("templates_out").iterdir()), ids=lambda path: path.name
)
def test_each_example_is_expected_to_take_minutes(path: Path) -> None:
    compiled = read_folder(path)
    assert isinstance(compiled, Compiled)

    for stack in compiled.manifest.stacks:
        took = expected(compiled.templates[stack.id], "create")
        assert timedelta(seconds=30) <= took <= timedelta(hours=1), stack.id
