from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.handler import Refused
from tests.unit.sandbox.handlers_ground import assert_refused, scope_in, services
from tests.unit.sandbox.handlers_ground_vpc import (
    ADDRESSES,
    ATTACHMENTS,
    GATEWAYS,
    NAMED,
    NATS,
    RENAMED,
    SUBNETS,
    attached_gateway,
    nat_of,
    refused_delete,
    run_in,
    subnet_in,
    vpc_in,
)
from tests.unit.sandbox.handlers_lives import Life, lived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Properties, Scope


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def test_an_internet_gateway_lives(scope: Scope) -> None:
    life = Life(handler=GATEWAYS, scope=scope, start={"Tags": NAMED}, changes={"Tags": RENAMED})
    assert life.covered == GATEWAYS.supported
    lived(life)


def test_an_attachment_lives(scope: Scope) -> None:
    one, two = (GATEWAYS.create(scope, {}).physical_id for _ in range(2))
    life = Life(
        handler=ATTACHMENTS,
        scope=scope,
        start={"VpcId": vpc_in(scope), "InternetGatewayId": one},
        changes={"InternetGatewayId": two},
    )
    assert life.covered == ATTACHMENTS.supported
    lived(life)


def test_an_attached_gateway_is_not_deleted(scope: Scope) -> None:
    gateway = attached_gateway(scope, vpc_in(scope))

    assert "DependencyViolation" in refused_delete(GATEWAYS, scope, gateway)


def test_a_gateway_that_cannot_be_exchanged_stays(scope: Scope) -> None:
    vpc = vpc_in(scope)
    gateway = attached_gateway(scope, vpc)
    old = {"VpcId": vpc, "InternetGatewayId": gateway}

    with pytest.raises(Refused):
        ATTACHMENTS.update(scope, f"IGW|{vpc}", old, {**old, "InternetGatewayId": "igw-0"})

    assert ATTACHMENTS.read(scope, f"IGW|{vpc}") == old


def test_a_second_gateway_of_a_vpc_is_refused(scope: Scope) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    given = {"VpcId": vpc, "InternetGatewayId": GATEWAYS.create(scope, {}).physical_id}

    assert_refused("InvalidParameterValue", "already has", ATTACHMENTS, scope, given)


def test_a_gateway_that_is_attached_elsewhere_is_refused(scope: Scope) -> None:
    gateway = attached_gateway(scope, vpc_in(scope))
    given = {"VpcId": vpc_in(scope, "10.1.0.0/16"), "InternetGatewayId": gateway}

    assert_refused("Resource.AlreadyAssociated", gateway, ATTACHMENTS, scope, given)


def test_a_gateway_stays_while_public_addresses_need_it(scope: Scope) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    nat = NATS.create(scope, nat_of(scope, vpc)).physical_id

    said = refused_delete(ATTACHMENTS, scope, f"IGW|{vpc}")
    NATS.delete(scope, nat, {})
    ATTACHMENTS.delete(scope, f"IGW|{vpc}", {})

    assert "has some mapped public address(es)" in said
    assert ATTACHMENTS.read(scope, f"IGW|{vpc}") is None


@pytest.mark.parametrize("public", [True, False])
def test_a_gateway_stays_for_instances_with_public_addresses_only(
    scope: Scope, *, public: bool
) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    subnet = SUBNETS.create(
        scope, {"VpcId": vpc, "CidrBlock": "10.0.0.0/24", "MapPublicIpOnLaunch": public}
    ).physical_id
    run_in(scope, subnet)

    if public:
        assert "mapped public" in refused_delete(ATTACHMENTS, scope, f"IGW|{vpc}")
    else:
        ATTACHMENTS.delete(scope, f"IGW|{vpc}", {})
        assert ATTACHMENTS.read(scope, f"IGW|{vpc}") is None


@pytest.mark.parametrize("scheme", ["internet-facing", "internal"])
def test_a_load_balancer_holds_what_it_stands_in(scope: Scope, scheme: str) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    subnets = [subnet_in(scope, vpc), subnet_in(scope, vpc, "10.0.1.0/24", "b")]
    scope.client("elbv2").create_load_balancer(Name="web", Subnets=subnets, Scheme=scheme)

    for subnet in subnets:
        assert "DependencyViolation" in refused_delete(SUBNETS, scope, subnet)
    if scheme == "internet-facing":
        assert "mapped public" in refused_delete(ATTACHMENTS, scope, f"IGW|{vpc}")
    else:
        ATTACHMENTS.delete(scope, f"IGW|{vpc}", {})


def test_an_instance_that_is_gone_holds_no_subnet(scope: Scope) -> None:
    subnet = subnet_in(scope, vpc_in(scope))
    instance = run_in(scope, subnet)
    assert "DependencyViolation" in refused_delete(SUBNETS, scope, subnet)

    scope.client("ec2").terminate_instances(InstanceIds=[instance])
    SUBNETS.delete(scope, subnet, {})

    assert SUBNETS.read(scope, subnet) is None


def test_an_address_lives(scope: Scope) -> None:
    life = Life(
        handler=ADDRESSES,
        scope=scope,
        start={"Domain": "vpc", "Tags": NAMED},
        changes={"Tags": RENAMED},
        elsewhere=frozenset({"Domain"}),  # "vpc" is the only one that is left
    )
    assert life.covered == ADDRESSES.supported
    lived(life)


def test_a_nat_gateway_lives(scope: Scope) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    life = Life(handler=NATS, scope=scope, start=nat_of(scope, vpc), changes={"Tags": RENAMED})
    assert life.covered == NATS.supported
    lived(life)


def test_a_deleted_nat_gateway_leaves_subnet_and_address_free(scope: Scope) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    given = nat_of(scope, vpc)
    nat = NATS.create(scope, given).physical_id
    address = scope.client("ec2").describe_addresses()["Addresses"][0]["PublicIp"]
    assert "InvalidIPAddress.InUse" in refused_delete(ADDRESSES, scope, address)

    NATS.delete(scope, nat, given)
    SUBNETS.delete(scope, given["SubnetId"], {})
    ADDRESSES.delete(scope, address, {})

    assert SUBNETS.read(scope, given["SubnetId"]) is None
    assert ADDRESSES.read(scope, address) is None


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("MissingParameter", {"AllocationId": None}),
        ("InvalidAllocationID.NotFound", {"AllocationId": "eipalloc-0123456789abcdef0"}),
        ("InvalidParameterCombination", {"ConnectivityType": "private"}),
        ("InvalidSubnetID.NotFound", {"SubnetId": "subnet-0123456789abcdef0"}),
    ],
)
def test_a_nat_gateway_without_what_it_needs_is_refused(
    scope: Scope, code: str, changed: Properties
) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    given = {**nat_of(scope, vpc), **changed}

    assert_refused(
        code, "", NATS, scope, {key: value for key, value in given.items() if value is not None}
    )


def test_a_public_nat_gateway_needs_a_way_out(scope: Scope) -> None:
    given = nat_of(scope, vpc_in(scope))

    assert_refused("Gateway.NotAttached", "has no Internet gateway", NATS, scope, given)


def test_an_address_serves_one_nat_gateway(scope: Scope) -> None:
    vpc = vpc_in(scope)
    attached_gateway(scope, vpc)
    given = nat_of(scope, vpc)
    NATS.create(scope, given)

    assert_refused("Resource.AlreadyAssociated", "is already", NATS, scope, given)
