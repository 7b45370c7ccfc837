"""`stackferry plan`: what a deploy would do, and nothing of it."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from compiler.cli.aws import reading_options
from compiler.cli.documents import json_option, write
from compiler.cli.files import CannotReadError, look
from compiler.cli.migrations import locator, read_states, show, spec_of
from compiler.cli.planning import Planning, planning_options, sandbox_option, wish_from
from compiler.cli.transitions import (
    choosing,
    crossings,
    everything_in,
    going_options,
    must_be_whole,
    must_have_a_reason,
    way_of,
    world,
)

if TYPE_CHECKING:
    from compiler.deploy.plan_file import SavedPlan
    from compiler.phases import PhaseName


@click.command("plan", short_help="Print what a deploy would do, and why; do nothing of it.")
@click.argument("folder", type=click.Path())
@click.option(
    "--out",
    type=click.Path(dir_okay=False),
    help="Write the plan into this file, for `deploy --plan`; only where nothing speaks against "
    "it.",
)
@going_options
@planning_options
@sandbox_option
@reading_options
@json_option
def command(  # noqa: PLR0913 -- one for each option
    folder: str,
    *,
    out: str | None,
    to: PhaseName | None,
    force: bool,
    reason: str,
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

    Where --to names a phase that is several away, the plan is that of the next one: what the others
    do is known when they are reached. Changes nothing and takes no lock. To learn what updates
    would do, a change set is made of each stack, read and deleted again; templates too large for a
    request are put into their bucket. Exit code: 0 nothing speaks against it, 1 findings, 2 usage,
    3 AWS refused, 130 stopped by the user.
    """
    must_have_a_reason(force=force, reason=reason)
    states = read_states(folder)
    whole = everything_in(states)
    wish = wish_from(whole, options)
    must_be_whole(wish, to)
    from compiler.deploy.prepare import Prepared, prepare
    from compiler.deploy.saved_plan import saved
    from compiler.report.failures import named

    loaded = spec_of(whole, folder, spec)
    named_so = named(folder, wish.via)
    manifest = whole
    with (
        world(
            states, wish, sandbox=sandbox, endpoint_url=endpoint_url, read_role=read_role
        ) as asking,
        ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="aws") as pool,
    ):
        legs = way_of(asking, states, parallel, choosing(states, to, named_so))
        if isinstance(legs, tuple):
            crossing = crossings(
                states, asking.acting, folder, named_so, is_forced=force or sandbox
            )(legs[0])
            wish = replace(wish, crossing=crossing)
            compiled = crossing.reached
            manifest = compiled.manifest
            prepared = prepare(compiled, wish, aws=asking.aws, pool=pool, other=asking.other)
        else:
            prepared = Prepared(findings=(legs.finding,), exit_code=legs.exit_code)
    found = legs if isinstance(legs, tuple) else ()
    made = prepared.plan
    if as_json:
        from compiler.report.documents.plan import document

        write(document(prepared, manifest, loaded, folder=folder, legs=found))
    else:
        if made is not None:
            from compiler.report.plan_text import plan_text
            from compiler.report.transition_text import still_to_come

            sys.stdout.write(plan_text(made, locator(loaded), look().columns))
            sys.stdout.write("".join(f"{line}\n" for line in still_to_come(found)))
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
