"""Elastic IP addresses and the NAT gateways that use them."""

from __future__ import annotations

from typing import Any

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.identity import without_system
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse
from compiler.sandbox.handlers.tagging import retag, specification


class EipHandler:
    """
    Elastic IP addresses of a VPC.

    `Ref` gives the address, which is the first half of the registry's primary identifier.
    """

    type_name = "AWS::EC2::EIP"
    supported = frozenset({"Domain", "Tags"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Allocate an address."""
        address = ask(
            scope.client("ec2"),
            "allocate_address",
            Domain=properties.get("Domain", "vpc"),
            TagSpecifications=specification(scope, properties.get("Tags"), "elastic-ip"),
        )
        return self._described(address)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Set the tags."""
        del old
        address = self._find(scope, physical_id)
        if address is None:
            refuse("InvalidAddress.NotFound", f"Address '{physical_id}' not found.")
        retag(scope, address["AllocationId"], new.get("Tags"))
        return self._described(address)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Release an address that nothing uses."""
        del properties
        address = self._find(scope, physical_id)
        if address is None:
            return
        if address.get("AssociationId"):
            refuse("InvalidIPAddress.InUse", f"Address {address['AllocationId']} is in use.")
        ask(scope.client("ec2"), "release_address", AllocationId=address["AllocationId"])

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read domain and tags."""
        address = self._find(scope, physical_id)
        if address is None:
            return None
        return {"Domain": address["Domain"], "Tags": without_system(address.get("Tags", ()))}

    def _find(self, scope: Scope, public_ip: str) -> dict[str, Any] | None:
        answer = ask_or_none(
            scope.client("ec2"),
            "describe_addresses",
            "InvalidAddress.NotFound",
            PublicIps=[public_ip],
        )
        return answer["Addresses"][0] if answer and answer["Addresses"] else None

    def _described(self, address: dict[str, Any]) -> Created:
        names = ("AllocationId", "PublicIp")
        return Created(
            physical_id=address["PublicIp"], attributes={name: address[name] for name in names}
        )


class NatGatewayHandler:
    """NAT gateways of one zone, public or private."""

    type_name = "AWS::EC2::NatGateway"
    supported = frozenset({"SubnetId", "AllocationId", "ConnectivityType", "Tags"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the gateway; a public one needs a free address and a VPC with a way out."""
        connectivity = properties.get("ConnectivityType", "public")
        allocation = properties.get("AllocationId")
        subnet = ask(scope.client("ec2"), "describe_subnets", SubnetIds=[properties["SubnetId"]])[
            "Subnets"
        ][0]
        if connectivity == "public":
            self._refuse_address(scope, allocation)
            self._refuse_closed_vpc(scope, subnet["VpcId"])
        elif allocation is not None:
            refuse(
                "InvalidParameterCombination",
                "AllocationId cannot be specified for a private NAT gateway.",
            )
        gateway_id = ask(
            scope.client("ec2"),
            "create_nat_gateway",
            SubnetId=properties["SubnetId"],
            AllocationId=allocation,
            ConnectivityType=connectivity,
            TagSpecifications=specification(scope, properties.get("Tags"), "natgateway"),
        )["NatGateway"]["NatGatewayId"]
        return self._described(scope, gateway_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Set the tags."""
        del old
        retag(scope, physical_id, new.get("Tags"))
        return self._described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the gateway and set its address free."""
        del properties
        found = self._find(scope, physical_id)
        if found is None:
            return
        ask(scope.client("ec2"), "delete_nat_gateway", NatGatewayId=physical_id)
        # moto leaves the address associated and the interface in the subnet, which then could
        # neither be released nor deleted.
        held = beneath("ec2", scope.account, scope.region)
        for address in found["NatGatewayAddresses"]:
            if address.get("AssociationId"):
                held.disassociate_address(association_id=address["AssociationId"])
            held.enis.pop(address["NetworkInterfaceId"], None)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read subnet, address and tags."""
        found = self._find(scope, physical_id)
        if found is None:
            return None
        held = beneath("ec2", scope.account, scope.region).nat_gateways[physical_id]
        told: dict[str, Any] = {
            "SubnetId": found["SubnetId"],
            # moto keeps it and does not tell it.
            "ConnectivityType": held.connectivity_type,
            "Tags": without_system(found.get("Tags", ())),
        }
        allocation = found["NatGatewayAddresses"][0].get("AllocationId")
        return told | ({"AllocationId": allocation} if allocation else {})

    def _refuse_address(self, scope: Scope, allocation: str | None) -> None:
        if allocation is None:
            refuse("MissingParameter", "The request must include the AllocationId parameter.")
        found = ask_or_none(
            scope.client("ec2"),
            "describe_addresses",
            "InvalidAllocationID.NotFound",
            AllocationIds=[allocation],
        )
        if not found or not found["Addresses"]:
            refuse(
                "InvalidAllocationID.NotFound", f"The allocation ID '{allocation}' does not exist"
            )
        if found["Addresses"][0].get("AssociationId"):
            refuse(
                "Resource.AlreadyAssociated",
                f"Elastic IP address [{allocation}] is already associated",
            )

    def _refuse_closed_vpc(self, scope: Scope, vpc_id: str) -> None:
        gateways = ask(
            scope.client("ec2"),
            "describe_internet_gateways",
            Filters=[{"Name": "attachment.vpc-id", "Values": [vpc_id]}],
        )["InternetGateways"]
        if not gateways:
            refuse("Gateway.NotAttached", f"Network {vpc_id} has no Internet gateway attached")

    def _find(self, scope: Scope, gateway_id: str) -> dict[str, Any] | None:
        answer = ask(scope.client("ec2"), "describe_nat_gateways", NatGatewayIds=[gateway_id])
        for gateway in answer["NatGateways"]:
            if gateway["State"] != "deleted":
                found: dict[str, Any] = gateway
                return found
        return None

    def _described(self, scope: Scope, gateway_id: str) -> Created:
        answer = ask(scope.client("ec2"), "describe_nat_gateways", NatGatewayIds=[gateway_id])
        address = answer["NatGateways"][0]["NatGatewayAddresses"][0]
        return Created(
            physical_id=gateway_id,
            attributes={"NatGatewayId": gateway_id, "EniId": address["NetworkInterfaceId"]},
        )


HANDLERS: tuple[Handler, ...] = (EipHandler(), NatGatewayHandler())
