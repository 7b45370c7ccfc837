"""Operators who take the lock, each run with an id of its own."""

from __future__ import annotations

from itertools import count

from compiler.deploy.lease import Taker

_RUNS = count(1)


def new_taker(owner: str = "ada@desk") -> Taker:
    """Somebody who begins a run."""
    return Taker(owner=owner, run=f"run-{next(_RUNS)}")
