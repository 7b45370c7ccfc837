"""Reading a compiled folder back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.deploy.folder import Compiled, read_folder
from compiler.itinerary import itinerary
from compiler.manifest import MANIFEST_NAME, to_bytes
from spec.findings import Finding
from tests.fakes.migration import TARGET, migration

if TYPE_CHECKING:
    from pathlib import Path


SERVICE = f"{TARGET}/service-web"
EDITED = "is not the one that was compiled"


def compiled() -> Compiled:
    """The migration, as the compiler writes it: with the phase of each form."""
    what = migration()
    return replace(
        what,
        manifest=replace(
            what.manifest,
            stacks=tuple(replace(one, phase="replicate") for one in what.manifest.stacks),
            tags={**what.manifest.tags, "MigrationPhase": "replicate"},
        ),
    )


def write(folder: Path) -> None:
    what = compiled()
    for one in what.manifest.stacks:
        path = folder / one.file
        path.parent.mkdir(exist_ok=True)
        path.write_text(what.templates[one.id])
    (folder / MANIFEST_NAME).write_bytes(to_bytes(itinerary([what.manifest])))


def findings(folder: Path) -> list[tuple[str, str]]:
    found = read_folder(folder)
    assert not isinstance(found, Compiled)
    assert all(isinstance(one, Finding) for one in found)
    return [(one.code, one.detail) for one in found]


def test_a_folder_is_read_as_it_was_written(tmp_path: Path) -> None:
    write(tmp_path)

    assert read_folder(tmp_path) == compiled()


def test_a_folder_without_a_manifest_is_a_finding(tmp_path: Path) -> None:
    assert findings(tmp_path) == [("SF501", f'There is no "manifest.json" in "{tmp_path}".')]


def test_a_manifest_of_another_version_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path)
    path = tmp_path / MANIFEST_NAME
    path.write_text(path.read_text().replace('"version": 2', '"version": 1'))

    assert findings(tmp_path) == [
        (
            "SF501",
            f'"{path}" is no manifest of this version (version: Input should be 2).',
        )
    ]


def test_a_manifest_that_is_no_json_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / MANIFEST_NAME
    path.write_text("nothing")
    told = "expected ident at line 1 column 2"

    assert findings(tmp_path) == [
        ("SF501", f'"{path}" is no manifest of this version (Invalid JSON: {told}).'),
    ]


def test_templates_that_were_edited_or_lost_are_findings(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / TARGET / "network.json").write_text("{}")
    (tmp_path / TARGET / "service-web.json").unlink()

    assert findings(tmp_path) == [
        (
            "SF502",
            f'The template "{TARGET}/network.json" of the stack "{TARGET}/network" {EDITED}.',
        ),
        (
            "SF502",
            f'The template "{SERVICE}.json" of the stack "{SERVICE}" is missing.',
        ),
    ]
