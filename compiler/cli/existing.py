"""What the verbs that deal with what is deployed already share: how stack sets are operated."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeVar

import click

from compiler.cli.aws import connected, options, progress, via_option
from compiler.cli.documents import json_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.deploy.flow import Listener
    from compiler.deploy.port import Aws
    from compiler.manifest import Manifest

Command = TypeVar("Command", bound="Callable[..., Any]")


class Existing(TypedDict):
    """The options of `existing_options`, by the names under which they are passed."""

    via: Literal["stacksets", "stacks"]
    service_managed: bool
    delegated_admin: bool
    administration_role: str
    execution_role: str
    endpoint_url: str | None
    read_role: str
    parallel: int
    spec: str | None
    yes: bool
    as_json: bool


def existing_options(command: Command) -> Command:
    """Give *command* the options that say how stacks were brought about, and whom to ask."""
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
            click.option(
                "--administration-role",
                default="",
                metavar="NAME",
                help="Name or ARN of the role with which StackSets comes, as at the deploy.",
            ),
            click.option(
                "--execution-role",
                default="",
                metavar="NAME",
                help="Name of the role that makes the stacks, as at the deploy.",
            ),
            options,
            json_option,
        )
    ):
        command = option(command)
    return command


def asked(manifest: Manifest, existing: Existing) -> Aws:
    """
    Return AWS for what is deployed of *manifest*.

    Raises:
        click.UsageError: What is asked for cannot be had that way.
    """
    from compiler.deploy.targets import Targets
    from spec.regions import REGIONS

    role = existing["administration_role"]
    if role and not role.startswith("arn:"):
        partition = REGIONS[manifest.target_region].partition
        role = f"arn:{partition}:iam::{manifest.target_account}:role/{role}"
    return connected(
        manifest,
        endpoint_url=existing["endpoint_url"],
        read_role=existing["read_role"],
        via=existing["via"],
        targets=Targets(
            permission_model="SERVICE_MANAGED" if existing["service_managed"] else "SELF_MANAGED",
            call_as="DELEGATED_ADMIN" if existing["delegated_admin"] else "SELF",
            administration_role=role,
            execution_role=existing["execution_role"],
        ),
    )


@contextmanager
def telling(*, as_json: bool) -> Iterator[Listener]:
    """Show what happens; with --json on the standard error, since the output is the document's."""
    if not as_json:
        with progress() as listener:
            yield listener
        return
    from compiler.report.plain import PlainProgress

    yield PlainProgress(sys.stderr)
