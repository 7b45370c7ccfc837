"""How jobs ended in a document."""

from __future__ import annotations

from typing import assert_never

from compiler.deploy.outcome import Done, End, Failed, NeverStarted, StillRunning


def ended(end: End) -> str:
    """Return what was done, or `failed`, `not started` or `still running`."""
    match end:
        case Done(what=what):
            return what
        case Failed():
            return "failed"
        case NeverStarted():
            return "not started"
        case StillRunning():
            return "still running"
        case _:
            assert_never(end)
