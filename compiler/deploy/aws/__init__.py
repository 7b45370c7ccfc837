"""The only room that talks to AWS: the port's answers, by boto3."""

from __future__ import annotations

from compiler.deploy.aws.adapter import Boto3Aws
from compiler.deploy.aws.clients import EXECUTION_ROLE, Clients

__all__ = ["EXECUTION_ROLE", "Boto3Aws", "Clients", "connect"]


def connect(
    *,
    region: str,
    endpoint_url: str | None = None,
    read_role: str = EXECUTION_ROLE,
) -> Boto3Aws:
    """
    Return AWS as the deployer asks it.

    Args:
        region: Where stack sets live: the target region.
        endpoint_url: Ask there instead of AWS's own addresses.
        read_role: Role that reads stacks in other accounts.

    Credentials come from where all AWS tools take them: environment, profile, role.
    """
    return Boto3Aws(clients=Clients(endpoint_url=endpoint_url, read_role=read_role), home=region)
