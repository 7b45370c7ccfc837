"""Internet gateways and their attachment to a VPC."""

from __future__ import annotations

from typing import Any

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.dependents import public_addresses_in
from compiler.sandbox.handlers.identity import without_system
from compiler.sandbox.handlers.replies import ask, ask_or_none, refuse
from compiler.sandbox.handlers.tagging import retag, specification

_ABSENT = "InvalidInternetGatewayID.NotFound"


class InternetGatewayHandler:
    """Internet gateways."""

    type_name = "AWS::EC2::InternetGateway"
    supported = frozenset({"Tags"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a gateway that is attached nowhere."""
        gateway_id = ask(
            scope.client("ec2"),
            "create_internet_gateway",
            TagSpecifications=specification(scope, properties.get("Tags"), "internet-gateway"),
        )["InternetGateway"]["InternetGatewayId"]
        return _gateway(gateway_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Set the tags."""
        del old
        retag(scope, physical_id, new.get("Tags"))
        return _gateway(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete a gateway that is attached nowhere."""
        del properties
        found = _find(scope, physical_id)
        if found is None:
            return
        if found["Attachments"]:
            refuse(
                "DependencyViolation",
                f"The internetGateway '{physical_id}' has dependencies and cannot be deleted.",
            )
        ask(scope.client("ec2"), "delete_internet_gateway", InternetGatewayId=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the tags."""
        found = _find(scope, physical_id)
        return None if found is None else {"Tags": without_system(found.get("Tags", ()))}


class VpcGatewayAttachmentHandler:
    """
    Attachments of internet gateways; VPN gateways are not played.

    The physical id is `IGW|<vpc>`, as the registry's primary identifier has it.
    """

    type_name = "AWS::EC2::VPCGatewayAttachment"
    supported = frozenset({"VpcId", "InternetGatewayId"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Attach the gateway to the VPC; both may have one partner only."""
        vpc_id, gateway_id = properties["VpcId"], properties["InternetGatewayId"]
        attached = _attached_to(scope, vpc_id)
        if attached is not None:
            refuse(
                "InvalidParameterValue",
                f"Network {vpc_id} already has an internet gateway attached",
            )
        self._attach(scope, vpc_id, gateway_id)
        return _attachment(vpc_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Exchange the gateway."""
        if old["InternetGatewayId"] != new["InternetGatewayId"]:
            self.delete(scope, physical_id, old)
            try:
                self._attach(scope, new["VpcId"], new["InternetGatewayId"])
            except Refused:
                self._attach(scope, old["VpcId"], old["InternetGatewayId"])
                raise
        return _attachment(new["VpcId"])

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Detach the gateway, unless public addresses inside the VPC need it."""
        del properties
        vpc_id = physical_id.removeprefix("IGW|")
        gateway_id = _attached_to(scope, vpc_id)
        if gateway_id is None:
            return
        if public_addresses_in(scope, vpc_id):
            refuse(
                "DependencyViolation",
                f"Network {vpc_id} has some mapped public address(es). Please unmap those public "
                "address(es) before detaching the gateway.",
            )
        ask(
            scope.client("ec2"),
            "detach_internet_gateway",
            InternetGatewayId=gateway_id,
            VpcId=vpc_id,
        )

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read which gateway the VPC has."""
        vpc_id = physical_id.removeprefix("IGW|")
        gateway_id = _attached_to(scope, vpc_id)
        if gateway_id is None:
            return None
        return {"VpcId": vpc_id, "InternetGatewayId": gateway_id}

    def _attach(self, scope: Scope, vpc_id: str, gateway_id: str) -> None:
        ask(
            scope.client("ec2"),
            "attach_internet_gateway",
            InternetGatewayId=gateway_id,
            VpcId=vpc_id,
        )


def _find(scope: Scope, gateway_id: str) -> dict[str, Any] | None:
    answer = ask_or_none(
        scope.client("ec2"), "describe_internet_gateways", _ABSENT, InternetGatewayIds=[gateway_id]
    )
    return answer["InternetGateways"][0] if answer and answer["InternetGateways"] else None


def _attached_to(scope: Scope, vpc_id: str) -> str | None:
    gateways = ask(
        scope.client("ec2"),
        "describe_internet_gateways",
        Filters=[{"Name": "attachment.vpc-id", "Values": [vpc_id]}],
    )["InternetGateways"]
    return gateways[0]["InternetGatewayId"] if gateways else None


def _gateway(gateway_id: str) -> Created:
    return Created(physical_id=gateway_id, attributes={"InternetGatewayId": gateway_id})


def _attachment(vpc_id: str) -> Created:
    return Created(physical_id=f"IGW|{vpc_id}", attributes={"AttachmentType": "IGW"})


HANDLERS: tuple[Handler, ...] = (InternetGatewayHandler(), VpcGatewayAttachmentHandler())
