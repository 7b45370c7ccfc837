"""`stackferry sandbox`: an AWS of one's own, over HTTP, until stopped."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from compiler.cli.documents import json_option, write
from compiler.cli.migrations import read_states
from compiler.cli.program import FINE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import FrameType

    from compiler.deploy.folder import Compiled
    from compiler.manifest import Manifest
    from compiler.sandbox.embedded import Sandbox, Served


@click.command("sandbox", short_help="Serve the embedded AWS until stopped.")
@click.argument("folders", metavar="[FOLDER]...", nargs=-1, type=click.Path())
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=4599, show_default=True, help="Port to listen on; 0 for any.")
@click.option(
    "--slow",
    "seconds",
    metavar="SECONDS",
    default=0.0,
    type=click.FloatRange(min=0),
    help="Let each stack, and each instance of a stack set, take that long.",
)
@click.option(
    "--bare",
    is_flag=True,
    help="Provide nothing, and let stack sets need their two IAM roles, as in a new account.",
)
@click.option(
    "--fault",
    "faults",
    metavar="KIND=NAME",
    multiple=True,
    help="Let something go wrong with what has that name; * for everything. Repeatable; see below.",
)
@json_option
def command(  # noqa: PLR0913 -- one for each option
    folders: tuple[str, ...],
    host: str,
    port: int,
    seconds: float,
    *,
    bare: bool,
    faults: tuple[str, ...],
    as_json: bool,
) -> int:
    """
    Serve the embedded AWS, and print the environment variables that lead AWS tools to it.

    What the migrations compiled into each FOLDER take for granted (certificates, images, a hosted
    zone) is there from the beginning, unless --bare. Everything is gone when it stops.

    Faults are: backing-up, idle, job-fails, lag (as lag=NAME:SECONDS), lag-grows, promotion-fails,
    replica-breaks, replica-broken, replication-fails, replication-stalls, stack-fails, unhealthy.
    """
    need_the_sandbox()
    from compiler.sandbox.embedded import serve
    from compiler.sandbox.faults import read_faults

    try:
        asked = read_faults(faults)
    except ValueError as error:
        raise click.UsageError(str(error)) from error

    from compiler.deploy.path.states import whole

    compiled = [whole(read_states(folder)) for folder in folders]
    home = compiled[0].manifest if compiled else None
    try:
        with serve(
            host,
            port,
            seconds_per_stack=seconds,
            seconds_per_instance=seconds,
            needs_roles=bare,
            faults=asked,
        ) as served:
            provided = [
                line for item in compiled if not bare for line in provide(served.sandbox, item)
            ]
            sys.stderr.write("".join(f"provided: {line}\n" for line in provided))
            # Before anybody can read where it is: who can, may stop it at once. Not by raising
            # SIGINT: a shell that is no terminal's starts what ends in & with that one ignored.
            signal.signal(signal.SIGTERM, _stop)
            with suppress(KeyboardInterrupt):
                _tell(_environment(served, home), provided, as_json=as_json)
                sys.stderr.write("Serving; Ctrl-C stops it, and everything in it is gone.\n")
                while True:
                    # Not signal.pause(): a signal right before it would be slept through.
                    time.sleep(0.2)
    except OSError as error:
        message = f"cannot listen on {host}:{port}: {error.strerror or error}"
        raise click.UsageError(message) from error
    return FINE


def _environment(served: Served, home: Manifest | None) -> Mapping[str, str]:
    """Return the variables with which stack sets of a migration are reached: those of its home."""
    if home is None:
        return served.environment("us-east-1")
    return served.environment(home.target_region, home.target_account)


def _stop(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def _tell(environment: Mapping[str, str], provided: Sequence[str], *, as_json: bool) -> None:
    """Say where it is, at once."""
    if as_json:
        from compiler.report.documents.sandbox import Serving

        write(Serving(environment=environment, provided=tuple(provided)))
    else:
        sys.stdout.write("".join(f"export {name}={value}\n" for name, value in environment.items()))
    sys.stdout.flush()


def provide(sandbox: Sandbox, compiled: Compiled) -> tuple[str, ...]:
    """Put into *sandbox* what the templates of *compiled* take for granted; say what it was."""
    import json

    from compiler.sandbox.prerequisites import Deployable
    from compiler.sandbox.prerequisites import provide as provide_for

    return provide_for(
        sandbox,
        [
            Deployable(
                account=stack.account,
                region=stack.region,
                template=json.loads(compiled.templates[stack.id]),
            )
            for stack in compiled.manifest.stacks
        ],
    )


def must_be_one(*, sandbox: bool, endpoint_url: str | None) -> None:
    """
    Make sure that not both the sandbox inside this process and an address are to be asked.

    Raises:
        click.UsageError: Both are.
    """
    if sandbox and endpoint_url:
        message = "--sandbox and --endpoint-url exclude each other."
        raise click.UsageError(message)


def need_the_sandbox() -> None:
    """
    Make sure that the sandbox is installed.

    Raises:
        click.UsageError: It is not.
    """
    from importlib.util import find_spec

    if find_spec("moto") is None:
        message = "the sandbox is not installed; run: pip install 'stackferry[sandbox]'"
        raise click.UsageError(message)
