"""`stackferry outputs`: what the application and its people have to find."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from compiler.cli.aws import connected, reading_options, via_option
from compiler.cli.documents import json_option, write
from compiler.cli.migrations import read_manifest, show, spec_of

if TYPE_CHECKING:
    from compiler.deploy.targets import Via


@click.command("outputs", short_help="Tell names and addresses that the application needs.")
@click.argument("folder", type=click.Path())
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "env"]),
    default="text",
    show_default=True,
    help="For people, or as lines NAME=value for a shell.",
)
@via_option
@reading_options
@json_option
def command(  # noqa: PLR0913 -- one for each option
    folder: str,
    *,
    format_: str,
    via: Via,
    endpoint_url: str | None,
    read_role: str,
    parallel: int,
    spec: str | None,
    as_json: bool,
) -> int:
    """
    Tell public names, databases, buckets, log groups and topics of the migration in FOLDER.

    Secrets are named, their values never read. What can be computed is told before it is there.
    Exit code: 0 all is there, 1 something is not there yet or the credentials are of another
    account, 2 usage, 3 AWS refused.
    """
    manifest = read_manifest(folder)
    from concurrent.futures import ThreadPoolExecutor

    from compiler.deploy.endpoints import find_endpoints

    loaded = spec_of(manifest, folder, spec)
    aws = connected(manifest, endpoint_url=endpoint_url, read_role=read_role, via=via)
    with ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="aws") as pool:
        found = find_endpoints(aws, manifest, pool)
    if as_json:
        from compiler.report.documents.outputs import document

        write(document(found, manifest, loaded))
    elif found.findings:
        show(found.findings, manifest, loaded)
    else:
        from compiler.report.outputs_text import outputs_env, outputs_text

        text = outputs_env(found) if format_ == "env" else outputs_text(found, manifest)
        sys.stdout.write(text)
    return found.exit_code
