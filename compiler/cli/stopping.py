"""
Ctrl-C and SIGTERM while AWS is at work: the first stops in order, the second at once.

Python raises KeyboardInterrupt in the main thread, where the run decides what to do; SIGTERM, which
CI sends, is made the same.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from compiler.cli.program import STOPPED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


_SAME = 0.5
"""
Seconds in which a second signal is the first one once more: `timeout` of GNU sends its signal to
the process and to its group (coreutils 9.1, timeout.c, `cleanup`).
"""


@contextmanager
def stoppable() -> Iterator[None]:
    """
    Let the first signal interrupt the block, and the second one, also after it, end the process.

    At its end Python waits for threads, and a call to AWS may take minutes to time out; so after a
    second signal the process is ended without them. What AWS was asked for goes on.
    """
    first: float | None = None

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal first
        del number, frame
        if first is None:
            first = time.monotonic()
        elif time.monotonic() - first < _SAME:
            return
        else:
            os.write(sys.stderr.fileno(), b"Stopped at once. What AWS was asked for goes on.\n")
            os._exit(STOPPED)
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for number in before:
            signal.signal(number, stop)
        yield
    finally:
        # After a first signal the second one still ends the process: Python waits for threads.
        for number, handler in before.items() if first is None else ():
            signal.signal(number, handler)


def as_typed() -> str:
    """Return the command line of this run, as it can be typed again."""
    arguments = click.get_current_context().find_root().obj or ()
    return shlex.join(["stackferry", *arguments])
