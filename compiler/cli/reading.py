"""What the verbs share that change nothing: whom to ask, and how stacks were brought about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

import click

from compiler.cli.aws import (
    Command,
    connected,
    other_way,
    reading_options,
    via_option,
    with_options,
)
from compiler.cli.documents import json_option

if TYPE_CHECKING:
    from compiler.deploy.otherwise import OtherWay
    from compiler.deploy.port import Aws
    from compiler.manifest import Manifest


class Reading(TypedDict):
    """The options of `reading_verb`, by the names under which they are passed."""

    via: Literal["stacksets", "stacks"]
    service_managed: bool
    delegated_admin: bool
    endpoint_url: str | None
    read_role: str
    parallel: int
    spec: str | None
    as_json: bool


HOW_STACKS_CAME = (
    via_option,
    click.option(
        "--service-managed", is_flag=True, help="The stack sets are those of AWS Organizations."
    ),
    click.option(
        "--delegated-admin",
        is_flag=True,
        help="The credentials are of a delegated administrator.",
    ),
)
"""Options of every verb that looks at what was deployed: how it was."""


def reading_verb(command: Command) -> Command:
    """Give *command* the options of a verb that changes nothing."""
    return with_options(command, (*HOW_STACKS_CAME, reading_options, json_option))


def reader(
    manifest: Manifest,
    reading: Reading,
    *,
    administration_role: str = "",
    execution_role: str = "",
) -> Aws:
    """
    Return AWS for what is deployed of *manifest*.

    Args:
        manifest: What was compiled.
        reading: The options.
        administration_role: ARN of the role with which StackSets comes; empty for AWS's default.
        execution_role: Name of the role that makes the stacks; empty for AWS's default.

    Raises:
        click.UsageError: What is asked for cannot be had that way.
    """
    from compiler.deploy.targets import Targets

    return connected(
        manifest,
        endpoint_url=reading["endpoint_url"],
        read_role=reading["read_role"],
        via=reading["via"],
        targets=Targets(
            permission_model="SERVICE_MANAGED" if reading["service_managed"] else "SELF_MANAGED",
            call_as="DELEGATED_ADMIN" if reading["delegated_admin"] else "SELF",
            administration_role=administration_role,
            execution_role=execution_role,
        ),
    )


def not_asked(manifest: Manifest, reading: Reading) -> OtherWay:
    """Return the way that the options do not ask for."""
    return other_way(
        manifest,
        endpoint_url=reading["endpoint_url"],
        read_role=reading["read_role"],
        via=reading["via"],
    )
