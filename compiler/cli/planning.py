"""What `plan` and `deploy` share: the options that shape a plan, and whom both ask."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TypedDict

import click

from compiler.cli.aws import (
    Command,
    accounts_in,
    administration_role_of,
    connected,
    other_way,
    via_option,
    with_options,
)
from compiler.cli.migrations import must_be_stacks
from compiler.cli.sandbox import must_be_one, need_the_sandbox, provide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.deploy.folder import Compiled
    from compiler.deploy.otherwise import OtherWay
    from compiler.deploy.port import Aws
    from compiler.deploy.targets import Via
    from compiler.deploy.wish import Wish
    from compiler.manifest import Manifest
    from compiler.sandbox.embedded import Sandbox


class Planning(TypedDict):
    """The options of `planning_options`, by the names under which they are passed."""

    region: str | None
    only: tuple[str, ...]
    accounts: str | None
    organizational_units: tuple[str, ...]
    service_managed: bool
    delegated_admin: bool
    administration_role: str
    execution_role: str
    failure_tolerance: int
    max_concurrent: int
    allow_replacement: tuple[str, ...]
    no_preview: bool
    refresh_images: bool
    via: Via


def planning_options(command: Command) -> Command:
    """Give *command* the options that shape a plan."""
    return with_options(command, _options())


def _options() -> tuple[Callable[[Command], Command], ...]:
    return (
        click.option("--region", help="This region only; say what waits for the others."),
        click.option(
            "--only", multiple=True, metavar="STACK", help="This stack only; again for each."
        ),
        *_fan_out_options(),
        click.option(
            "--allow-replacement",
            multiple=True,
            metavar="RESOURCE",
            help="Let an update lose this resource and what it holds: its logical id, STACK:ID, or "
            "the name that its service gave it; again for each.",
        ),
        click.option(
            "--no-preview",
            is_flag=True,
            help="Do not ask CloudFormation what updates would do; then nothing keeps them from "
            "losing data.",
        ),
        click.option(
            "--refresh-images", is_flag=True, help="Look up AMIs anew; this replaces instances."
        ),
        via_option,
    )


def _fan_out_options() -> tuple[Callable[[Command], Command], ...]:
    return (
        click.option(
            "--accounts",
            metavar="A,B",
            help="Beside its own account, have each stack in exactly these, or in `all` of the "
            'units; "" takes it back from all others. Without it stacks stay where they are.',
        ),
        click.option(
            "--organizational-unit",
            "organizational_units",
            multiple=True,
            metavar="OU",
            help="Of service-managed stack sets: a unit that holds the accounts; again for each.",
        ),
        click.option(
            "--service-managed",
            is_flag=True,
            help="Let AWS Organizations make the roles of stack sets.",
        ),
        click.option(
            "--delegated-admin",
            is_flag=True,
            help="The credentials are of a delegated administrator, not of the management account.",
        ),
        click.option(
            "--administration-role",
            default="",
            metavar="NAME",
            help="Name or ARN of the role with which StackSets comes, if it is not AWS's own name.",
        ),
        click.option(
            "--execution-role",
            default="",
            metavar="NAME",
            help="Name of the role that makes the stacks, if it is not AWS's own name.",
        ),
        click.option(
            "--failure-tolerance",
            default=0,
            show_default=True,
            type=click.IntRange(0),
            metavar="N",
            help="Go on with a stack set although it failed in this many accounts.",
        ),
        click.option(
            "--max-concurrent",
            default=1,
            show_default=True,
            type=click.IntRange(1),
            metavar="N",
            help="In how many accounts a stack set works at the same time.",
        ),
    )


def wish_from(manifest: Manifest, options: Planning) -> Wish:
    """
    Return what the options ask for.

    Raises:
        click.UsageError: They name a region, a stack or an account that cannot be.
    """
    from compiler.deploy.plan import Guard
    from compiler.deploy.targets import Scope, Targets
    from compiler.deploy.wish import Wish

    regions = sorted({stack.region for stack in manifest.stacks})
    if options["region"] is not None and options["region"] not in regions:
        message = (
            f"nothing is compiled for the region {options['region']}; there is "
            f"{', '.join(regions)}."
        )
        raise click.UsageError(message)
    must_be_stacks(options["only"], manifest)
    if (region := options["region"]) and options["only"]:
        for name in options["only"]:
            if not name.startswith(f"{region}/"):
                message = f"--only {name} is not in --region {region}; leave one of them out."
                raise click.UsageError(message)
    named = options["accounts"]
    in_all_units = named == "all"
    return Wish(
        scope=Scope(region=options["region"], stacks=tuple(sorted(set(options["only"])))),
        targets=Targets(
            accounts=None if named is None or in_all_units else accounts_in(named),
            organizational_units=tuple(sorted(set(options["organizational_units"]))),
            permission_model="SERVICE_MANAGED" if options["service_managed"] else "SELF_MANAGED",
            call_as="DELEGATED_ADMIN" if options["delegated_admin"] else "SELF",
            failure_tolerance=options["failure_tolerance"],
            max_concurrent=options["max_concurrent"],
            administration_role=administration_role_of(manifest, options["administration_role"]),
            execution_role=options["execution_role"],
        ),
        in_all_units=in_all_units,
        refresh_images=options["refresh_images"],
        guard=Guard(
            allowed=tuple(sorted(set(options["allow_replacement"]))),
            is_off=options["no_preview"],
        ),
        via=options["via"],
    )


def sandbox_option(command: Command) -> Command:
    """Give *command* the option to talk to an AWS inside this process."""
    return click.option(
        "--sandbox",
        is_flag=True,
        help="Talk to an AWS inside this process, in which nothing is deployed yet.",
    )(command)


@contextmanager
def whom_to_ask(
    compiled: Compiled, wish: Wish, *, sandbox: bool, endpoint_url: str | None, read_role: str
) -> Iterator[tuple[Aws, OtherWay, Sandbox | None]]:
    """
    Give AWS, the way that is not asked for, and the sandbox that plays AWS if one does.

    Args:
        compiled: What was compiled.
        wish: What is asked for.
        sandbox: Whether an AWS inside this process is asked.
        endpoint_url: Another address to ask.
        read_role: The role in other accounts.

    Raises:
        click.UsageError: The sandbox is not installed, or has no address.
    """
    from compiler.deploy.fan_out import options_that_do_not_fit
    from compiler.deploy.targets import OWN_ACCOUNTS

    must_be_one(sandbox=sandbox, endpoint_url=endpoint_url)
    manifest = compiled.manifest
    # What does not fit is a finding of the plan; until then nobody has to be asked that way.
    fits = not any(options_that_do_not_fit(wish.targets, wish.via, in_all_units=wish.in_all_units))
    with ExitStack() as stack:
        inside = None
        if sandbox:
            need_the_sandbox()
            from compiler.sandbox.embedded import embedded

            inside = stack.enter_context(embedded(account=manifest.target_account))
            for line in provide(inside, compiled):
                sys.stderr.write(f"provided: {line}\n")
        yield (
            connected(
                manifest,
                endpoint_url=endpoint_url,
                read_role=read_role,
                via=wish.via,
                targets=wish.targets if fits else OWN_ACCOUNTS,
            ),
            other_way(manifest, endpoint_url=endpoint_url, read_role=read_role, via=wish.via),
            inside,
        )
