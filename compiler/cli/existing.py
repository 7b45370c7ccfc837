"""What the verbs that deal with what is deployed already share: how stack sets are operated."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from compiler.cli.aws import options, progress
from compiler.cli.documents import json_option
from compiler.cli.reading import HOW_STACKS_CAME, Reading, reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.deploy.flow import Listener
    from compiler.deploy.port import Aws
    from compiler.manifest import Manifest

Command = TypeVar("Command", bound="Callable[..., Any]")


class Existing(Reading):
    """The options of `existing_options`, by the names under which they are passed."""

    administration_role: str
    execution_role: str
    yes: bool


def existing_options(command: Command) -> Command:
    """Give *command* the options that say how stacks were brought about, and whom to ask."""
    for option in reversed(
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
    from spec.regions import REGIONS

    role = existing["administration_role"]
    if role and not role.startswith("arn:"):
        partition = REGIONS[manifest.target_region].partition
        role = f"arn:{partition}:iam::{manifest.target_account}:role/{role}"
    return reader(
        manifest,
        existing,
        administration_role=role,
        execution_role=existing["execution_role"],
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
