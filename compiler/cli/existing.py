"""What the verbs that deal with what is deployed already share: how stack sets are operated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from compiler.cli.aws import Command, administration_role_of, options, with_options
from compiler.cli.documents import json_option
from compiler.cli.reading import HOW_STACKS_CAME, Reading, reader

if TYPE_CHECKING:
    from compiler.deploy.port import Aws
    from compiler.deploy.wish import Wish
    from compiler.manifest import Manifest


class Existing(Reading):
    """The options of `existing_options`, by the names under which they are passed."""

    administration_role: str
    execution_role: str
    yes: bool


def existing_options(command: Command) -> Command:
    """Give *command* the options that say how stacks were brought about, and whom to ask."""
    return with_options(
        command,
        (
            *HOW_STACKS_CAME,
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
        ),
    )


losing_option = click.option(
    "--allow-replacement",
    multiple=True,
    metavar="RESOURCE",
    help="Let this resource and what it holds be lost: its logical id, STACK:ID, or the name that "
    "its service gave it; again for each.",
)
"""For verbs that take away what is deployed, phase by phase."""


def wish_of(manifest: Manifest, existing: Existing, allowed: tuple[str, ...] = ()) -> Wish:
    """
    Return what is wished for beside the way.

    Args:
        manifest: What was compiled.
        existing: How stacks were brought about.
        allowed: Resources that may be lost, as the operator named them.
    """
    from compiler.deploy.plan import Guard
    from compiler.deploy.targets import Targets
    from compiler.deploy.wish import Wish

    return Wish(
        targets=Targets(
            permission_model="SERVICE_MANAGED" if existing["service_managed"] else "SELF_MANAGED",
            call_as="DELEGATED_ADMIN" if existing["delegated_admin"] else "SELF",
            administration_role=administration_role_of(manifest, existing["administration_role"]),
            execution_role=existing["execution_role"],
        ),
        guard=Guard(allowed=tuple(sorted(set(allowed)))),
        via=existing["via"],
    )


def asked(manifest: Manifest, existing: Existing) -> Aws:
    """
    Return AWS for what is deployed of *manifest*.

    Raises:
        click.UsageError: What is asked for cannot be had that way.
    """
    return reader(
        manifest,
        existing,
        administration_role=administration_role_of(manifest, existing["administration_role"]),
        execution_role=existing["execution_role"],
    )
