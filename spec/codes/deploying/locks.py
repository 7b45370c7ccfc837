"""SF514: the lock."""

from __future__ import annotations

from spec.codes.card import Card

LOCKS: tuple[Card, ...] = (
    Card(
        code="SF514",
        title="Somebody else is at work on the migration",
        why=(
            "Two runs at once would change the same stacks in an order that nobody has read. So a "
            "run that writes takes a lock, a parameter of Systems Manager beside the stack sets, "
            "and holds it by renewing it; a run that died holds it for two minutes and a half."
        ),
        fix=(
            "Wait until the other run has ended, or until its lock has run out. If that run is "
            "known to be dead, `stackferry unlock` shows who has the lock and removes it."
        ),
    ),
)
"""In order of their codes."""
