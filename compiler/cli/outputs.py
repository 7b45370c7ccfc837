"""`stackferry outputs`: what the application and its people have to find."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from compiler.cli.documents import write
from compiler.cli.migrations import read_itinerary, show, spec_of
from compiler.cli.reading import Reading, not_asked, reader, reading_verb
from compiler.cli.transitions import standing_now

if TYPE_CHECKING:
    from typing import Unpack


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
@reading_verb
def command(folder: str, *, format_: str, **reading: Unpack[Reading]) -> int:
    """
    Tell public names, databases, buckets, log groups and topics of the migration in FOLDER.

    Secrets are named, their values never read. What can be computed is told before it is there.
    Exit code: 0 all is there, 1 something is not there yet or the credentials are of another
    account, 2 usage, 3 AWS refused.
    """
    itinerary = read_itinerary(folder)
    from concurrent.futures import ThreadPoolExecutor

    from compiler.deploy.endpoints import find_endpoints
    from compiler.deploy.path.states import everything

    loaded = spec_of(itinerary, folder, reading["spec"])
    manifests = [itinerary.at(phase) for phase in itinerary.phases]
    aws = reader(everything(manifests), reading)
    stands = standing_now(aws, manifests, reading["parallel"])
    compiled = [phase for phase in itinerary.phases if phase == stands.phase]
    manifest = itinerary.at((*compiled, *itinerary.phases)[0])
    with ThreadPoolExecutor(max_workers=reading["parallel"], thread_name_prefix="aws") as pool:
        found = find_endpoints(aws, manifest, pool, not_asked(manifest, reading))
    if reading["as_json"]:
        from compiler.report.documents.outputs import document

        write(document(found, manifest, loaded))
    elif found.findings:
        show(found.findings, manifest, loaded)
    else:
        from compiler.report.outputs_text import outputs_env, outputs_text

        text = outputs_env(found) if format_ == "env" else outputs_text(found, manifest)
        sys.stdout.write(text)
    return found.exit_code
