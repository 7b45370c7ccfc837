"""Options of a peering: each side's in its own region, and of an active one only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox.behaviour_ground import behaving
from tests.unit.sandbox.handlers_ground import scope_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Scope

HERE, THERE = scope_in(), scope_in("eu-west-1")
DNS = "AllowDnsResolutionFromRemoteVpc"


@pytest.fixture(autouse=True)
def _ec2() -> Iterator[None]:
    with behaving():
        yield


def vpc(scope: Scope, cidr: str, *, names: bool = True) -> str:
    ec2 = scope.client("ec2")
    made = str(ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"])
    ec2.modify_vpc_attribute(VpcId=made, EnableDnsHostnames={"Value": names})
    return made


def peering(*, accepted: bool = True, names: bool = True) -> str:
    made = HERE.client("ec2").create_vpc_peering_connection(
        VpcId=vpc(HERE, "10.1.0.0/16", names=names),
        PeerVpcId=vpc(THERE, "10.2.0.0/16"),
        PeerRegion=THERE.region,
    )["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    if accepted:
        THERE.client("ec2").accept_vpc_peering_connection(VpcPeeringConnectionId=made)
    return str(made)


def modify(scope: Scope, connection: str, side: str) -> None:
    options: dict[str, Any] = {f"{side}PeeringConnectionOptions": {DNS: True}}
    scope.client("ec2").modify_vpc_peering_connection_options(
        VpcPeeringConnectionId=connection, **options
    )


def told(scope: Scope) -> tuple[bool, bool]:
    """Return the option of the requester's and of the accepter's side."""
    (found,) = scope.client("ec2").describe_vpc_peering_connections()["VpcPeeringConnections"]
    one, two = (
        bool(found[f"{side}VpcInfo"]["PeeringOptions"][DNS]) for side in ("Requester", "Accepter")
    )
    return one, two


def refusal(scope: Scope, connection: str, side: str) -> str:
    with pytest.raises(ClientError) as refused:
        modify(scope, connection, side)
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def test_each_side_is_modified_in_its_own_region() -> None:
    connection = peering()

    modify(HERE, connection, "Requester")
    between = told(THERE)
    modify(THERE, connection, "Accepter")

    assert between == (True, False)
    assert told(HERE) == told(THERE) == (True, True)


def test_the_other_side_is_refused() -> None:
    connection = peering()

    assert refusal(HERE, connection, "Accepter") == (
        "OperationNotPermitted: Accepter's VPC Peering connection options cannot be modified for a "
        "different region"
    )
    assert told(HERE) == (False, False)


def test_a_peering_that_is_not_accepted_has_no_options_yet() -> None:
    connection = peering(accepted=False)

    assert refusal(HERE, connection, "Requester") == (
        f"OperationNotPermitted: Peering {connection} is not active. Peering options can be added "
        "only to active peerings."
    )


def test_names_that_are_off_cannot_be_resolved() -> None:
    connection = peering(names=False)

    assert refusal(HERE, connection, "Requester").startswith("InvalidParameterValue: DNS hostnames")


def test_a_peering_that_is_none_is_not_found() -> None:
    assert refusal(HERE, "pcx-0", "Requester").startswith("InvalidVpcPeeringConnection")
