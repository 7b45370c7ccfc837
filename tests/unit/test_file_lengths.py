"""No file of Python is too long to be read at one sitting."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 400


def python_files() -> list[str]:
    """Return the paths that git knows, from the root, without those that are gone."""
    # Whoever owns the checkout: a container's user is often another one than that of its files.
    listed = subprocess.run(  # noqa: S603 -- git, on this repository
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "*.py"],  # noqa: S607 -- as found
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]


def lines_of(path: str) -> int:
    return len((ROOT / path).read_text(encoding="utf-8").splitlines())


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no checkout that git could be asked of")
def test_no_python_file_has_more_than_four_hundred_lines() -> None:
    lengths = {path: lines_of(path) for path in python_files()}

    assert "compiler/cli/program.py" in lengths
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}
