"""The only room that talks to AWS: the port's answers, by boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.aws.actions import AwsActions
from compiler.deploy.aws.clients import Clients
from compiler.deploy.aws.plain import PlainStacks
from compiler.deploy.aws.running import AwsRunning
from compiler.deploy.aws.stack_sets import StackSets
from compiler.deploy.targets import EXECUTION_ROLE, OWN_ACCOUNTS, Targets, Via

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.actions.port import Actions
    from compiler.deploy.gates.port import Running
    from compiler.deploy.port import Aws, Place

__all__ = ["Clients", "PlainStacks", "connect", "connect_actions", "connect_running"]


def connect(  # noqa: PLR0913 -- each is a part of the whole
    *,
    region: str,
    endpoint_url: str | None = None,
    read_role: str = EXECUTION_ROLE,
    targets: Targets = OWN_ACCOUNTS,
    via: Via = "stacksets",
    places: Mapping[str, Place] | None = None,
) -> Aws:
    """
    Return AWS as the deployer asks it.

    Args:
        region: Where stack sets, artifacts of theirs and the lock live: the target region.
        endpoint_url: Ask there instead of AWS's own addresses.
        read_role: Role by which stacks in other accounts are read; without stack sets they are
            created, changed and deleted through it as well.
        targets: Into which accounts stacks go, and how StackSets is to treat them.
        via: How stacks are brought about.
        places: Where the stack of each stack set stands, by its name; needed without stack sets.

    Credentials come from where all AWS tools take them: environment, profile, role.

    Raises:
        ValueError: Without stack sets: *targets* ask for what only they can do, or *places* lack.
    """
    clients = Clients(endpoint_url=endpoint_url, read_role=read_role)
    if via == "stacksets":
        return StackSets(clients=clients, home=region, targets=targets)
    if places is None:
        message = "without stack sets somebody must say where each stack stands"
        raise ValueError(message)
    return PlainStacks(clients=clients, home=region, targets=targets, places=places)


def connect_actions(*, endpoint_url: str | None = None, read_role: str = EXECUTION_ROLE) -> Actions:
    """
    Return AWS as actions ask it.

    Args:
        endpoint_url: Ask there instead of AWS's own addresses.
        read_role: Role by which other accounts are asked, and changed.
    """
    return AwsActions(Clients(endpoint_url=endpoint_url, read_role=read_role))


def connect_running(*, endpoint_url: str | None = None, read_role: str = EXECUTION_ROLE) -> Running:
    """
    Return the running system as gates ask it.

    Args:
        endpoint_url: Ask there instead of AWS's own addresses.
        read_role: Role by which they are asked in other accounts.
    """
    return AwsRunning(Clients(endpoint_url=endpoint_url, read_role=read_role))
