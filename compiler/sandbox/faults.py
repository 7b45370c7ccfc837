"""What is to go wrong in a sandbox: asked for by kind and name, before or while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

FaultKind: TypeAlias = Literal[
    "backing-up",
    "idle",
    "job-fails",
    "lag",
    "lag-grows",
    "promotion-fails",
    "replica-breaks",
    "replica-broken",
    "replication-fails",
    "replication-stalls",
    "stack-fails",
    "unhealthy",
]
"""What can be asked to go wrong."""

MEANING: Mapping[FaultKind, str] = {
    "backing-up": "the database of that name takes a backup, and cannot be promoted meanwhile",
    "idle": "nobody writes to the source of the PostgreSQL replica of that name: its lag is a "
    "saw-tooth of up to five minutes",
    "job-fails": "S3 Batch Operations jobs on the bucket of that name fail",
    "lag": "the replica of that name is SECONDS behind, as NAME:SECONDS",
    "lag-grows": "the replica of that name replays nothing any more",
    "promotion-fails": "the database of that name is promoted, and what has to follow fails",
    "replica-breaks": "the replica of that name does not survive a reboot of its source",
    "replica-broken": "the replica of that name does not replicate",
    "replication-fails": "no object of the bucket of that name can be replicated",
    "replication-stalls": "objects of the bucket of that name stay pending",
    "stack-fails": "the stack (or the stacks of the stack set) of that name cannot make or change "
    "anything",
    "unhealthy": "the targets of the target group of that name fail their health check",
}
"""What each kind means, with the name that it takes."""

ANY = "*"
"""A name that stands for all."""


def names_in(region: str, name: str) -> tuple[str, str]:
    """Return both names under which a fault of a thing can be asked for, the closer one first."""
    return f"{region}/{name}", name


@dataclass(slots=True, kw_only=True)
class Faults:
    """The faults that hold now."""

    _asked: dict[tuple[FaultKind, str], float] = field(default_factory=dict)

    def ask(self, kind: FaultKind, name: str, seconds: float = 0) -> None:
        """
        Let a fault hold from now on.

        Args:
            kind: What goes wrong.
            name: Of what it goes wrong with, as `<region>/<name>` where both regions have one of
                that name; `*` for everything.
            seconds: How far a `lag` is behind; means nothing to the others.
        """
        self._asked[kind, name] = seconds

    def end(self, kind: FaultKind, name: str) -> None:
        """Let a fault hold no longer; one that does not hold is no error."""
        self._asked.pop((kind, name), None)

    def holds(self, kind: FaultKind, *names: str) -> bool:
        """Tell whether it was asked for any of *names*, or for all."""
        return any((kind, name) in self._asked for name in (*names, ANY))

    def seconds(self, kind: FaultKind, *names: str) -> float:
        """Return the seconds it was asked with, for the first of *names*; 0 where it holds not."""
        for name in (*names, ANY):
            if (kind, name) in self._asked:
                return self._asked[kind, name]
        return 0


def read_faults(texts: tuple[str, ...]) -> Faults:
    """
    Read faults as a command line gives them: `KIND=NAME`, and `lag=NAME:SECONDS`.

    Raises:
        ValueError: One is none; the text says why.
    """
    faults = Faults()
    for text in texts:
        kind, separator, name = text.partition("=")
        known = next((one for one in get_args(FaultKind) if one == kind), None)
        if known is None or not separator or not name:
            message = f"{text!r} is no fault; write KIND=NAME, with one of {', '.join(MEANING)}"
            raise ValueError(message)
        if known != "lag":
            faults.ask(known, name)
            continue
        name, _, seconds = name.rpartition(":")
        if not name or not seconds.isdigit():
            message = f"{text!r} does not say how far behind; write lag=NAME:SECONDS"
            raise ValueError(message)
        faults.ask(known, name, float(seconds))
    return faults
