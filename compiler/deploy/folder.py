"""A compiled folder, read back: its states and the templates of each, checked by digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from compiler.deploy.kept import flaw
from compiler.itinerary import Itinerary, from_bytes
from compiler.manifest import MANIFEST_NAME, Manifest
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from compiler.phases import PhaseName


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """
    What was compiled.

    Attributes:
        manifest: The manifest.
        templates: The text of each template, by the id of its stack.
    """

    manifest: Manifest
    templates: Mapping[str, str]


def read_folder(folder: Path, phase: PhaseName | None = None) -> Compiled | tuple[Finding, ...]:
    """
    Read one state out of *folder*, with its templates.

    Args:
        folder: The folder of a compiled migration.
        phase: The state; default: the only one that was compiled, else `replicate`.

    Returns:
        Both, or every finding: no manifest, one of another version, a phase that was not compiled,
        a template that is missing or was changed by hand.
    """
    manifest = read_manifest(folder, phase)
    if not isinstance(manifest, Manifest):
        return manifest
    texts = read_templates(folder, manifest)
    if not isinstance(texts, dict):
        return texts
    return Compiled(
        manifest=manifest, templates={stack.id: texts[stack.file] for stack in manifest.stacks}
    )


def read_templates(
    folder: Path, compiled: Itinerary | Manifest
) -> dict[str, str] | tuple[Finding, ...]:
    """Read every template of *compiled*, by file; or every finding as `read_folder`."""
    texts = {stack.file: _text(folder / stack.file) for stack in compiled.stacks}
    findings = tuple(_strange_templates(compiled, texts))
    if findings:
        return findings
    return {file: text.decode() for file, text in texts.items() if text is not None}


def read_manifest(folder: Path, phase: PhaseName | None = None) -> Manifest | tuple[Finding, ...]:
    """Read one state's manifest in *folder*, or say why there is none; see `read_folder`."""
    itinerary = read_itinerary(folder)
    if not isinstance(itinerary, Itinerary):
        return itinerary
    phases = itinerary.phases
    wanted = phase or (phases[0] if len(phases) == 1 else "replicate")
    if wanted in phases:
        return itinerary.at(wanted)
    return (
        Finding(
            code="SF566",
            where=at(),
            detail=f'The phase {wanted} is not among what was compiled into "{folder}"'
            f" ({', '.join(phases)}).",
            way_out=f'Compile "{itinerary.spec_file}" again without --phase.',
        ),
    )


def read_itinerary(folder: Path) -> Itinerary | tuple[Finding, ...]:
    """Read what was compiled into *folder* for all phases, or say why there is nothing."""
    path = folder / MANIFEST_NAME
    try:
        return from_bytes(path.read_bytes())
    except FileNotFoundError:
        return (_no_manifest(f'There is no "{MANIFEST_NAME}" in "{folder}".'),)
    except OSError as error:
        return (_no_manifest(f'"{path}" cannot be read: {error.strerror}.'),)
    except ValidationError as error:
        return (_no_manifest(f'"{path}" is no manifest of this version ({flaw(error)}).'),)


def _text(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _strange_templates(
    compiled: Itinerary | Manifest, texts: Mapping[str, bytes | None]
) -> Iterator[Finding]:
    for stack in compiled.stacks:
        text = texts[stack.file]
        if text is not None and hashlib.sha256(text).hexdigest() == stack.sha256:
            continue
        problem = "is missing" if text is None else "is not the one that was compiled"
        yield Finding(
            code="SF502",
            where=at(*stack.component),
            detail=f'The template "{stack.file}" of the stack "{stack.id}" {problem}.',
            way_out=(
                f'Compile "{compiled.spec_file}" again, or restore the folder from your repository.'
            ),
        )


def _no_manifest(detail: str) -> Finding:
    return Finding(
        code="SF501",
        where=at(),
        detail=detail,
        way_out="Run `stackferry compile` first and name the folder that it writes.",
    )
