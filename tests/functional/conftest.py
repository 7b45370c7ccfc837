"""Sandboxes that several modules ask: inside this process, served, or a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.embedded import Sandbox, Served, embedded
from tests.functional.planned_shop import serving, texts, written

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox inside this process, in which there is nothing yet."""
    with embedded() as running:
        yield running


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Return a sandbox that is served, and to which the environment leads."""
    with serving(monkeypatch) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """Return the compiled folder of the planned shop."""
    return written(tmp_path / "shop-prod", texts())


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
