"""The identity card of a code, for people."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from compiler.report.text import NARROWEST, Look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spec.codes import Card


def render(card: Card, look: Look) -> str:
    """Return all that *card* says."""
    columns = max(look.columns, NARROWEST)
    parts = [
        f"{card.severity}[{card.code}]: {card.title}",
        textwrap.fill(card.why, columns, break_on_hyphens=False),
        textwrap.fill(f"Way out: {card.fix}", columns, break_on_hyphens=False),
    ]
    if card.example:
        parts.append("Example:\n\n" + textwrap.indent(card.example, "    "))
    if card.aws_says:
        parts.append(textwrap.fill(f"Without this check AWS says: {card.aws_says}", columns))
    return "\n\n".join(parts) + "\n"


def listing(cards: Sequence[Card], look: Look) -> str:
    """Return one line for each of *cards*, in the order of their codes."""
    columns = max(look.columns, NARROWEST)
    lines = [
        textwrap.shorten(f"{card.code}  {card.title}", columns, placeholder="…")
        for card in sorted(cards, key=lambda card: card.code)
    ]
    return "\n".join(lines) + "\n"
