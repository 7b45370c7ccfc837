"""Clients of a database outlive the rule that let them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.sandbox.behaviour_ground import Behaving, behaving
from tests.unit.sandbox.handlers_databases import (
    INSTANCES,
    PRIMARY,
    security_group,
    subnet_group,
    vpc_of,
)
from tests.unit.sandbox.handlers_ground import scope_in

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = scope_in()
RULE = {
    "IpProtocol": "tcp",
    "FromPort": 5432,
    "ToPort": 5432,
    "IpRanges": [{"CidrIp": "10.0.0.0/16"}],
}


@pytest.fixture(name="rds")
def _rds() -> Iterator[Behaving]:
    with behaving() as found:
        yield found


def database() -> str:
    """Make a database behind a door of its own, and return the door."""
    group = subnet_group(HERE)
    door = security_group(HERE, vpc_of(HERE, group))
    own = {"DBSubnetGroupName": group, "VPCSecurityGroups": [door], "Port": "5432"}
    INSTANCES.create(HERE, {**PRIMARY, **own})
    return door


def connected(rds: Behaving) -> float:
    """Return how many are connected a minute later."""
    rds.wait()
    return rds.samples(HERE, "AWS/RDS DatabaseConnections", {"DBInstanceIdentifier": "orders"})[-1]


def test_clients_stay_when_their_rule_goes_and_until_a_reboot_severs_them(rds: Behaving) -> None:
    door, ec2 = database(), HERE.client("ec2")
    found = [connected(rds)]
    ec2.authorize_security_group_ingress(GroupId=door, IpPermissions=[RULE])
    found.append(connected(rds))
    ec2.revoke_security_group_ingress(GroupId=door, IpPermissions=[RULE])
    found.append(connected(rds))
    HERE.client("rds").reboot_db_instance(DBInstanceIdentifier="orders")
    found.append(connected(rds))

    assert found == [0, 6, 6, 0]


def test_clients_that_may_come_back_do(rds: Behaving) -> None:
    HERE.client("ec2").authorize_security_group_ingress(GroupId=database(), IpPermissions=[RULE])

    HERE.client("rds").reboot_db_instance(DBInstanceIdentifier="orders")

    assert connected(rds) == 6


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"FromPort": 3306, "ToPort": 3306}, 0),
        ({"FromPort": 5000, "ToPort": 6000}, 6),
        ({"IpProtocol": "udp"}, 0),
        ({"IpProtocol": "-1"}, 6),
    ],
)
def test_a_rule_lets_in_whom_it_covers(
    rds: Behaving, changed: dict[str, object], expected: int
) -> None:
    door = database()

    HERE.client("ec2").authorize_security_group_ingress(
        GroupId=door, IpPermissions=[{**RULE, **changed}]
    )

    assert connected(rds) == expected


def test_a_default_security_group_lets_nobody_in(rds: Behaving) -> None:
    INSTANCES.create(HERE, PRIMARY)

    assert connected(rds) == 0
