"""The hook of .pre-commit-hooks.yaml, by the real pre-commit on a clone of this repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spec.starter import starter

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]


def ran(
    command: Sequence[str], folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - git and pre-commit, on folders of our own
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow  # pip installs the hook and all that it needs
def test_the_hook_refuses_a_commit_of_a_bad_spec_and_lets_a_good_one_pass(tmp_path: Path) -> None:
    hooks = tmp_path / "stackferry"
    assert ran(["git", "clone", "--quiet", str(ROOT), str(hooks)], tmp_path).returncode == 0
    users = tmp_path / "users"
    users.mkdir()
    ran(["git", "init", "--quiet"], users)
    (users / "migration.yaml").write_text(starter())
    (users / "bad.migration.yaml").write_text(starter().replace("cidr: 10.1.", "cidr: 10.0."))
    (users / "other.yaml").write_text("- no spec\n")
    ran(["git", "add", "."], users)

    def hook(*files: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "pre_commit",
            "try-repo",
            str(hooks),
            "stackferry-validate",
        ]
        return ran(
            [*command, "--files", *files],
            users,
            PRE_COMMIT_HOME=str(tmp_path / "cache"),
        )

    good = hook("migration.yaml", "other.yaml")
    assert "Passed" in good.stdout, good.stdout + good.stderr
    assert good.returncode == 0

    bad = hook("migration.yaml", "bad.migration.yaml", "other.yaml")
    assert bad.returncode == 1
    assert "bad.migration.yaml:" in bad.stdout
    assert "no findings in migration.yaml" in bad.stdout
    assert "other.yaml" not in bad.stdout.replace("bad.migration.yaml", "")
