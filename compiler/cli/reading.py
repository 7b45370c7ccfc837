"""What the verbs share that change nothing: whom to ask, and how stacks were brought about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeVar

import click

from compiler.cli.aws import connected, reading_options, via_option
from compiler.cli.documents import json_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.deploy.port import Aws
    from compiler.manifest import Manifest

Command = TypeVar("Command", bound="Callable[..., Any]")


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


def reading_verb(command: Command) -> Command:
    """Give *command* the options of a verb that changes nothing."""
    for option in reversed(
        (
            via_option,
            click.option(
                "--service-managed",
                is_flag=True,
                help="The stack sets are those of AWS Organizations.",
            ),
            click.option(
                "--delegated-admin",
                is_flag=True,
                help="The credentials are of a delegated administrator.",
            ),
            reading_options,
            json_option,
        )
    ):
        command = option(command)
    return command


def reader(manifest: Manifest, reading: Reading) -> Aws:
    """
    Return AWS for what is deployed of *manifest*.

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
        ),
    )
