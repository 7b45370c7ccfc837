"""
Options of a VPC peering connection: each side's in its own region, and of an active one only.

Source: EC2 API Reference, ModifyVpcPeeringConnectionOptions, 2026-11: a connection between regions
must be modified in the region of the side whose options are changed, and both VPCs must have DNS
hostnames and DNS support on. The sentences are EC2's as users have quoted them.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend

from compiler.sandbox.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_DNS = "AllowDnsResolutionFromRemoteVpc"


@contextmanager
def with_peerings() -> Iterator[None]:
    """Refuse what EC2 refuses of options."""
    with wrapped(EC2Backend, "modify_vpc_peering_connection_options", _modifying):
        yield


def _modifying(by_moto: Callable[..., Any]) -> Callable[..., Any]:
    def modify(
        self: EC2Backend,
        vpc_pcx_id: str,
        accepter_options: Mapping[str, Any] | None = None,
        requester_options: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 -- moto's
        connection = self.get_vpc_peering_connection(vpc_pcx_id)
        if connection.status["Code"] != "active":
            _refuse(
                "OperationNotPermitted",
                f"Peering {vpc_pcx_id} is not active. Peering options can be added only to active "
                "peerings.",
            )
        for side, vpc, options in (
            ("Requester", connection.vpc, requester_options),
            ("Accepter", connection.peer_vpc, accepter_options),
        ):
            if options:
                _refuse_side(self, side, vpc, options)
        return by_moto(self, vpc_pcx_id, accepter_options, requester_options)

    return modify


def _refuse_side(
    backend: EC2Backend,
    side: str,
    vpc: Any,  # noqa: ANN401 -- moto's `VPC`
    options: Mapping[str, Any],
) -> None:
    if vpc.region != backend.region_name:
        _refuse(
            "OperationNotPermitted",
            f"{side}'s VPC Peering connection options cannot be modified for a different region",
        )
    if vpc.owner_id != backend.account_id:
        _refuse(
            "OperationNotPermitted",
            f"User {backend.account_id} does not have permission to modify the {side.lower()} side "
            "peering options",
        )
    settings = {"enable_dns_support": "true", "enable_dns_hostnames": "true"}
    if str(options.get(_DNS)).lower() == "true" and any(
        str(getattr(vpc, name)).lower() != value for name, value in settings.items()
    ):
        _refuse(
            "InvalidParameterValue",
            f"DNS hostnames and DNS support must be enabled for the VPC {vpc.id}.",
        )


def _refuse(code: str, message: str) -> None:
    raise EC2ClientError(code, message)
