"""No example's deploy takes noticeably longer than its critical path."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.deploy.folder import Compiled, read_folder
from tests.benchmarks.makespan import makespan


@pytest.mark.parametrize(
    "path", sorted(Path("templates_out").iterdir()), ids=lambda path: path.name
)
def test_a_first_deploy_takes_as_long_as_its_critical_path(path: Path) -> None:
    compiled = read_folder(path)
    assert isinstance(compiled, Compiled)

    made = makespan(compiled)

    assert 1.0 <= made.ratio <= 1.05
    assert made.calls_per_stack <= 100
