"""`stackferry explain`: what a code means."""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING

import click

from compiler.cli.documents import json_option, write
from compiler.cli.files import look

if TYPE_CHECKING:
    from spec.codes import Card


@click.command("explain", short_help="Explain the code of a finding.")
@click.argument("code", required=False)
@json_option
def command(code: str | None, *, as_json: bool) -> int:
    """Explain the CODE of a finding, such as SF105; without CODE, list all of them."""
    from compiler.report import cards
    from spec.codes import CARDS

    if code is None:
        if as_json:
            _write(tuple(CARDS.values()))
        else:
            sys.stdout.write(cards.listing(tuple(CARDS.values()), look()))
        return 0
    card = CARDS.get(code.upper())
    if card is None:
        close = difflib.get_close_matches(code.upper(), CARDS, n=1)
        guess = f" Did you mean {close[0]}?" if close else ""
        message = f"There is no code {code!r}.{guess} `stackferry explain` lists all of them."
        raise click.UsageError(message)
    if as_json:
        _write((card,))
    else:
        sys.stdout.write(cards.render(card, look()))
    return 0


def _write(cards: tuple[Card, ...]) -> None:
    from compiler.report.documents.texts import explained

    write(explained(cards))
