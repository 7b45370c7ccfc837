"""`stackferry sandbox` as a process of its own, for all tests that ask it over HTTP."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    """Return the address of a sandbox; each test uses accounts of its own there."""
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [str(Path(sys.executable).with_name("stackferry")), "sandbox", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline() for _ in range(5)]
        yield lines[-1].strip().removeprefix("export AWS_ENDPOINT_URL=")
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in errors) == (0, False), errors
