"""
VPC peering connections, within a region, across regions and across accounts.

CloudFormation accepts what it requests: at once within an account, through `PeerRoleArn` in
another. Source: CloudFormation template reference, "AWS::EC2::VPCPeeringConnection", 2026-11-23.
"""

from __future__ import annotations

import ipaddress
from itertools import product
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.identity import without_system
from compiler.sandbox.handlers.replies import Backend, ask, beneath, refuse
from compiler.sandbox.handlers.tagging import retag, specification

if TYPE_CHECKING:
    from collections.abc import Iterator

LIVE = frozenset({"active", "pending-acceptance", "provisioning", "initiating-request"})
"""States in which a connection still stands."""


class VpcPeeringConnectionHandler:
    """Peering connections, seen from the requester."""

    type_name = "AWS::EC2::VPCPeeringConnection"
    supported = frozenset(
        {
            "VpcId",
            "PeerVpcId",
            "PeerOwnerId",
            "PeerRegion",
            "PeerRoleArn",
            "AssumeRoleRegion",
            "Tags",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Request the connection and accept it."""
        owner = str(properties.get("PeerOwnerId", scope.account))
        region = properties.get("PeerRegion", scope.region)
        mine = _vpc(scope.account, scope.region, properties["VpcId"])
        theirs = _vpc(owner, region, properties["PeerVpcId"])
        self._refuse_twin(scope, properties["VpcId"], properties["PeerVpcId"])
        _refuse_overlap(mine, theirs)
        if owner != scope.account:
            _refuse_role(properties.get("PeerRoleArn"), owner, scope)
        connection_id = ask(
            scope.client("ec2"),
            "create_vpc_peering_connection",
            VpcId=properties["VpcId"],
            PeerVpcId=properties["PeerVpcId"],
            PeerOwnerId=owner,
            PeerRegion=region,
            TagSpecifications=specification(
                scope, properties.get("Tags"), "vpc-peering-connection"
            ),
        )["VpcPeeringConnection"]["VpcPeeringConnectionId"]
        # The accepter's backend, since its account's credentials are the peer role's, not the
        # caller's.
        accepter = beneath("ec2", owner, region)
        accepter.accept_vpc_peering_connection(connection_id)
        self._keep(scope, connection_id, properties)
        return _described(connection_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Set the tags, and the role that only creating and deleting use."""
        del old
        retag(scope, physical_id, new.get("Tags"))
        self._keep(scope, physical_id, new)
        return _described(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the connection, for both sides."""
        del properties
        if _find(scope, physical_id) is not None:
            ask(
                scope.client("ec2"),
                "delete_vpc_peering_connection",
                VpcPeeringConnectionId=physical_id,
            )

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read both sides; the role, which EC2 does not tell, is kept on moto's connection."""
        found = _find(scope, physical_id)
        if found is None:
            return None
        mine, theirs = found["RequesterVpcInfo"], found["AccepterVpcInfo"]
        told: dict[str, Any] = {
            "VpcId": mine["VpcId"],
            "PeerVpcId": theirs["VpcId"],
            "PeerOwnerId": theirs["OwnerId"],
            "PeerRegion": theirs["Region"],
            "Tags": without_system(found.get("Tags", ())),
        }
        held = beneath("ec2", scope.account, scope.region).vpc_pcxs[physical_id]
        return told | getattr(held, "kept_for_template", {})

    def _keep(self, scope: Scope, connection_id: str, properties: Properties) -> None:
        held = beneath("ec2", scope.account, scope.region).vpc_pcxs[connection_id]
        held.kept_for_template = {
            name: properties[name]
            for name in ("PeerRoleArn", "AssumeRoleRegion")
            if name in properties
        }

    def _refuse_twin(self, scope: Scope, vpc_id: str, peer_id: str) -> None:
        for connection in _connections(scope, vpc_id):
            other = connection["AccepterVpcInfo"]["VpcId"], connection["RequesterVpcInfo"]["VpcId"]
            if peer_id in other:
                refuse(
                    "VpcPeeringConnectionAlreadyExists",
                    "Vpc peering connection already exists: "
                    f"{connection['VpcPeeringConnectionId']}",
                )


def overlap_with_active_peer(scope: Scope, vpc_id: str, cidr: str) -> str | None:
    """Return the id of a VPC that is peered with *vpc_id* and has a range overlapping *cidr*."""
    wanted = ipaddress.ip_network(cidr)
    for connection in _connections(scope, vpc_id):
        for side in ("AccepterVpcInfo", "RequesterVpcInfo"):
            told = connection[side]
            if told["VpcId"] == vpc_id:
                continue
            other = _vpc(told["OwnerId"], told["Region"], told["VpcId"])
            if any(wanted.overlaps(block) for block in _blocks(other)):
                return str(told["VpcId"])
    return None


def _vpc(account: str, region: str, vpc_id: str) -> Backend:
    """Return a VPC wherever it is, or refuse as EC2 does when it does not exist there."""
    held = beneath("ec2", account, region).vpcs.get(vpc_id)
    if held is None:
        refuse("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")
    return held


def _blocks(vpc: Backend) -> Iterator[ipaddress.IPv4Network]:
    """Yield every IPv4 range of a VPC, the secondary ones too."""
    for association in vpc.get_cidr_block_association_set(ipv6=False):
        if association["cidr_block_state"]["state"] in {"associated", "associating"}:
            yield ipaddress.IPv4Network(association["cidr_block"])


def _refuse_overlap(mine: Backend, theirs: Backend) -> None:
    """
    Refuse any overlap of any two ranges, used or not.

    Source: VPC peering guide, "VPC peering basics", 2026-11-23.
    """
    for left, right in product(_blocks(mine), _blocks(theirs)):
        if left.overlaps(right):
            refuse(
                "OverlappingCidr",
                "VPC peering connection failed: VPC CIDR blocks overlap "
                f"({mine.id} {left}, {theirs.id} {right})",
            )


def _refuse_role(role_arn: str | None, owner: str, scope: Scope) -> None:
    if role_arn is None:
        refuse(
            "InvalidRequest",
            "VpcPeeringConnection is in pending-acceptance state: one with another account needs "
            "PeerRoleArn, a role of the accepter's account that allows "
            "ec2:AcceptVpcPeeringConnection",
        )
    roles = beneath("iam", owner, scope.partition).roles.values()
    if not any(role.arn == role_arn for role in roles):
        refuse(
            "AccessDenied",
            f"User is not authorized to perform: sts:AssumeRole on resource: {role_arn}",
        )


def _connections(scope: Scope, vpc_id: str) -> Iterator[dict[str, Any]]:
    answer = ask(scope.client("ec2"), "describe_vpc_peering_connections")
    for connection in answer["VpcPeeringConnections"]:
        sides = {connection[side]["VpcId"] for side in ("AccepterVpcInfo", "RequesterVpcInfo")}
        if connection["Status"]["Code"] in LIVE and vpc_id in sides:
            yield connection


def _find(scope: Scope, connection_id: str) -> dict[str, Any] | None:
    answer = ask(
        scope.client("ec2"),
        "describe_vpc_peering_connections",
        VpcPeeringConnectionIds=[connection_id],
    )
    for connection in answer["VpcPeeringConnections"]:
        if connection["Status"]["Code"] in LIVE:
            found: dict[str, Any] = connection
            return found
    return None


def _described(connection_id: str) -> Created:
    return Created(physical_id=connection_id, attributes={"Id": connection_id})


HANDLERS: tuple[Handler, ...] = (VpcPeeringConnectionHandler(),)
