from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.handler import Refused
from compiler.sandbox.handlers.dependents import of_subnet
from compiler.sandbox.handlers.rds_groups import DbParameterGroupHandler, DbSubnetGroupHandler
from tests.unit.sandbox.handlers_databases import parameter_group, primary, subnet_group, subnets_in
from tests.unit.sandbox.handlers_ground import assert_refused, pairs, scope_in, services
from tests.unit.sandbox.handlers_lives import Life, lived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Properties, Scope

SUBNETS = DbSubnetGroupHandler()
PARAMETERS = DbParameterGroupHandler()


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def test_a_subnet_group_lives(scope: Scope) -> None:
    one, two, three = subnets_in(scope, "abc")
    life = Life(
        handler=SUBNETS,
        scope=scope,
        start={
            "DBSubnetGroupName": "shop",
            "DBSubnetGroupDescription": "one",
            "SubnetIds": [one, two],
            "Tags": pairs(("Name", "one")),
        },
        changes={
            "DBSubnetGroupDescription": "two",
            "SubnetIds": [two, three],
            "Tags": pairs(("Name", "two")),
        },
    )
    assert life.covered == SUBNETS.supported
    lived(life)


def test_a_group_is_known_by_its_name_in_lower_case(scope: Scope) -> None:
    given = {
        "DBSubnetGroupName": "Shop",
        "DBSubnetGroupDescription": "one",
        "SubnetIds": subnets_in(scope, "ab"),
    }

    group = SUBNETS.create(scope, given)

    assert group.physical_id == "shop"
    assert str(group.attributes["DBSubnetGroupArn"]).endswith(":subgrp:shop")


def test_a_subnet_group_of_one_zone_is_refused(scope: Scope) -> None:
    given = {"DBSubnetGroupDescription": "one", "SubnetIds": subnets_in(scope, "aa")}

    assert_refused(
        "DBSubnetGroupDoesNotCoverEnoughAZs",
        "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ "
        "coverage: us-east-1a. Add subnets to cover at least 2 AZs.",
        SUBNETS,
        scope,
        given,
    )


def test_a_subnet_group_cannot_shrink_to_one_zone(scope: Scope) -> None:
    one, two = subnets_in(scope, "ab")
    old = {"DBSubnetGroupDescription": "one", "SubnetIds": [one, two]}
    group = SUBNETS.create(scope, old).physical_id

    with pytest.raises(Refused) as refused:
        SUBNETS.update(scope, group, old, {**old, "SubnetIds": [one]})

    assert refused.value.code == "DBSubnetGroupDoesNotCoverEnoughAZs"
    assert (SUBNETS.read(scope, group) or {})["SubnetIds"] == [one, two]


def test_subnets_that_do_not_fit_together_are_refused(scope: Scope) -> None:
    mixed = [subnets_in(scope, "a")[0], subnets_in(scope, "b")[0]]
    given = {"DBSubnetGroupDescription": "one", "SubnetIds": mixed}
    missing = {**given, "SubnetIds": ["subnet-0123456789abcdef0"]}

    assert_refused("InvalidParameterValue", "same Vpc", SUBNETS, scope, given)
    assert_refused("InvalidSubnet", "Some input subnets in", SUBNETS, scope, missing)


def test_a_subnet_group_exists_once(scope: Scope) -> None:
    given = {
        "DBSubnetGroupName": "shop",
        "DBSubnetGroupDescription": "one",
        "SubnetIds": subnets_in(scope, "ab"),
    }
    SUBNETS.create(scope, given)

    assert_refused("DBSubnetGroupAlreadyExists", "'shop'", SUBNETS, scope, given)


def test_a_subnet_group_with_an_instance_is_kept(scope: Scope) -> None:
    group = subnet_group(scope)
    primary(scope, DBSubnetGroupName=group)

    with pytest.raises(Refused, match="at least one database instance: orders"):
        SUBNETS.delete(scope, group, {})


def test_a_subnet_with_an_instance_in_it_cannot_leave_its_group(scope: Scope) -> None:
    one, two, three = subnets_in(scope, "abc")
    old = {"DBSubnetGroupDescription": "one", "SubnetIds": [one, two]}
    group = SUBNETS.create(scope, old).physical_id
    primary(scope, DBSubnetGroupName=group)

    with pytest.raises(Refused, match=one) as refused:
        SUBNETS.update(scope, group, old, {**old, "SubnetIds": [two, three]})

    assert refused.value.code == "SubnetAlreadyInUse"


def test_a_parameter_group_lives(scope: Scope) -> None:
    life = Life(
        handler=PARAMETERS,
        scope=scope,
        start={
            "DBParameterGroupName": "shop",
            "Family": "postgres16",
            "Description": "one",
            "Parameters": {"rds.force_ssl": "1", "log_min_duration_statement": "500"},
            "Tags": pairs(("Name", "one")),
        },
        changes={
            "Parameters": {"rds.force_ssl": "0"},
            "Tags": pairs(("Name", "two")),
        },
    )
    assert life.covered == PARAMETERS.supported
    lived(life)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("DBParameterGroupAlreadyExists", {}),
        ("InvalidParameterValue", {"DBParameterGroupName": "other", "Family": "postgres"}),
    ],
)
def test_a_wrong_parameter_group_is_refused(scope: Scope, code: str, changed: Properties) -> None:
    given = {"DBParameterGroupName": "shop", "Family": "postgres16", "Description": "one"}
    PARAMETERS.create(scope, given)

    assert_refused(code, "", PARAMETERS, scope, {**given, **changed})


def test_a_parameter_group_with_an_instance_is_kept(scope: Scope) -> None:
    group = parameter_group(scope)
    primary(scope, DBParameterGroupName=group)

    with pytest.raises(Refused) as refused:
        PARAMETERS.delete(scope, group, {})

    assert refused.value.code == "InvalidDBParameterGroupState"


@pytest.mark.parametrize(("standby", "held"), [(False, [True, False]), (True, [True, True])])
def test_an_instance_holds_the_subnets_of_its_zones(
    scope: Scope, *, standby: bool, held: list[bool]
) -> None:
    subnets = subnets_in(scope, "ab")
    given = {"DBSubnetGroupDescription": "one", "SubnetIds": subnets}
    primary(scope, MultiAZ=standby, DBSubnetGroupName=SUBNETS.create(scope, given).physical_id)

    assert [bool(of_subnet(scope, subnet)) for subnet in subnets] == held
