"""What the verbs that deal with what is deployed already share: how stack sets are operated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from compiler.cli.aws import Command, administration_role_of, options, with_options
from compiler.cli.documents import json_option
from compiler.cli.reading import HOW_STACKS_CAME, Reading, reader

if TYPE_CHECKING:
    from compiler.deploy.port import Aws
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
