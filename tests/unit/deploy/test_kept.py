"""Files beside a manifest: written whole, and read back or told why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.kept import read_kept, write_whole

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is kept."""

    says: str


def test_what_is_written_stands_alone_in_its_folder_and_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "note.json"

    write_whole(path, '{"says": "first"}')
    write_whole(path, '{"says": "second"}')

    assert read_kept(Note, path, "note") == Note(says="second")
    assert [one.name for one in path.parent.iterdir()] == ["note.json"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, 'There is no "{path}".'),
        (
            '{"says": 1}',
            '"{path}" is no note of this version (says: Input should be a valid string).',
        ),
        ("[]", '"{path}" is no note of this version (Input should be an object).'),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, text: str | None, problem: str
) -> None:
    path = tmp_path / "note.json"
    if text is not None:
        write_whole(path, text)

    assert read_kept(Note, path, "note") == problem.format(path=path)
