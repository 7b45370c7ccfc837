"""`stackferry rollback`: walk back through the phases, as far as the doors allow."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Unpack

import click

from compiler.cli.aws import must_be_able_to_ask
from compiler.cli.existing import Existing, existing_options, losing_option, wish_of
from compiler.cli.migrations import read_states, spec_of
from compiler.cli.stopping import stoppable
from compiler.cli.transitions import everything_in, world
from compiler.cli.walking import Walk
from compiler.phases import ORDER

if TYPE_CHECKING:
    from compiler.phases import PhaseName


@click.command("rollback", short_help="Walk back through the phases, as far as doors allow.")
@click.argument("folder", type=click.Path())
@click.option(
    "--to",
    type=click.Choice(ORDER),
    help="Go back to this phase.  [default: out of what was begun; else to the nearest phase in "
    "which users are served]",
)
@losing_option
@existing_options
def command(
    folder: str,
    *,
    to: PhaseName | None,
    allow_replacement: tuple[str, ...],
    **existing: Unpack[Existing],
) -> int:
    """
    Bring the migration in FOLDER back to an earlier phase, one after the other.

    Each has a plan and a question of its own, and no gate is asked. A replica that goes only
    follows its source; a database that was promoted is set aside. Behind `switch` and `retire` no
    way leads back: then this says why, and what can be done instead.

    Exit code: 0 done, 1 findings or not wanted, 2 usage, 3 AWS refused or failed, 4 somebody else
    is at work, 130 stopped.
    """
    as_json = existing["as_json"]
    if as_json and not existing["yes"]:
        message = "with --json no plan is shown, so nobody is asked; give --yes."
        raise click.UsageError(message)
    must_be_able_to_ask(yes=existing["yes"])
    states = read_states(folder)
    whole = everything_in(states)
    from compiler.deploy.path.way import backward

    wish = wish_of(whole, existing, allow_replacement)
    with world(
        states,
        wish,
        sandbox=False,
        endpoint_url=existing["endpoint_url"],
        read_role=existing["read_role"],
    ) as asking:
        walk = Walk(
            verb="rollback",
            folder=folder,
            states=states,
            wish=wish,
            world=asking,
            loaded=spec_of(whole, folder, existing["spec"]),
            reason="",
            acknowledged="",
            is_agreed=existing["yes"],
            is_aside=as_json,
            parallel=existing["parallel"],
        )
        with stoppable():
            return walk.go(partial(backward, phases=tuple(states), to=to, folder=walk.named))
