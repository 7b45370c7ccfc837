"""`stackferry plan`: what a deploy would do, and nothing of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from compiler.cli.aws import reading_options
from compiler.cli.documents import json_option, write
from compiler.cli.files import CannotReadError, look
from compiler.cli.migrations import locator, read, show, spec_of
from compiler.cli.planning import (
    Planning,
    planning_options,
    sandbox_option,
    whom_to_ask,
    wish_from,
)

if TYPE_CHECKING:
    from compiler.deploy.plan_file import SavedPlan


@click.command("plan", short_help="Print what a deploy would do, and why; do nothing of it.")
@click.argument("folder", type=click.Path())
@click.option(
    "--out",
    type=click.Path(dir_okay=False),
    help="Write the plan into this file, for `deploy --plan`; only where nothing speaks against "
    "it.",
)
@planning_options
@sandbox_option
@reading_options
@json_option
def command(  # noqa: PLR0913 -- one for each option
    folder: str,
    *,
    out: str | None,
    sandbox: bool,
    endpoint_url: str | None,
    read_role: str,
    parallel: int,
    spec: str | None,
    as_json: bool,
    **options: Unpack[Planning],
) -> int:
    """
    Print each step of a deploy of FOLDER: what would be done, why, and what is not known yet.

    Changes nothing and takes no lock. To learn what updates would do, a change set is made of each
    stack, read and deleted again; templates too large for a request are put into their bucket.
    Exit code: 0 nothing speaks against it, 1 findings, 2 usage, 3 AWS refused, 130 stopped by the
    user.
    """
    compiled = read(folder)
    manifest = compiled.manifest
    wish = wish_from(manifest, options)
    from concurrent.futures import ThreadPoolExecutor

    from compiler.deploy.prepare import prepare
    from compiler.deploy.saved_plan import saved

    loaded = spec_of(manifest, folder, spec)
    with (
        whom_to_ask(
            compiled, wish, sandbox=sandbox, endpoint_url=endpoint_url, read_role=read_role
        ) as (aws, other, _),
        ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="aws") as pool,
    ):
        prepared = prepare(compiled, wish, aws=aws, pool=pool, other=other)
    made = prepared.plan
    if as_json:
        from compiler.report.documents.plan import document

        write(document(prepared, manifest, loaded, folder=folder))
    else:
        if made is not None:
            from compiler.report.plan_text import plan_text

            sys.stdout.write(plan_text(made, locator(loaded), look().columns))
        if prepared.findings:
            sys.stdout.write("\n" if made is not None else "")
            show(prepared.findings, manifest, loaded)
    if out is not None and made is not None and prepared.exit_code is None:
        _write(saved(compiled, folder, wish, made, prepared.seen), out, as_json=as_json)
    return prepared.exit_code or 0


def _write(plan: SavedPlan, out: str, *, as_json: bool) -> None:
    from compiler.deploy.plan_file import to_text

    try:
        Path(out).write_text(to_text(plan), encoding="utf-8")
    except OSError as error:
        message = f"cannot write {click.format_filename(out)}: {error.strerror}"
        raise CannotReadError(message) from error
    if not as_json:
        sys.stdout.write(
            f"Written to {click.format_filename(out)}. To carry out exactly this: "
            f"stackferry deploy --plan {click.format_filename(out)}\n"
        )
