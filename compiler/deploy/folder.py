"""A compiled folder, read back: the manifest and the templates that it names, checked by digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from compiler.manifest import MANIFEST_NAME, Manifest, from_bytes
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


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


def read_folder(folder: Path) -> Compiled | tuple[Finding, ...]:
    """
    Read the manifest in *folder* and its templates.

    Returns:
        Both, or every finding: no manifest, one of another version, a template that is missing or
        was changed by hand.
    """
    manifest = read_manifest(folder)
    if not isinstance(manifest, Manifest):
        return manifest
    texts = {stack.id: _text(folder / stack.file) for stack in manifest.stacks}
    findings = tuple(_strange_templates(manifest, texts))
    if findings:
        return findings
    return Compiled(
        manifest=manifest,
        templates={id_: text.decode() for id_, text in texts.items() if text is not None},
    )


def read_manifest(folder: Path) -> Manifest | tuple[Finding, ...]:
    """Read the manifest in *folder*, or say why there is none; what only looks needs no more."""
    path = folder / MANIFEST_NAME
    try:
        return from_bytes(path.read_bytes())
    except FileNotFoundError:
        return (_no_manifest(f'There is no "{MANIFEST_NAME}" in "{folder}".'),)
    except OSError as error:
        return (_no_manifest(f'"{path}" cannot be read: {error.strerror}.'),)
    except ValidationError as error:
        first = error.errors()[0]
        place = "".join(f"{part}: " for part in (".".join(map(str, first["loc"])),) if part)
        return (_no_manifest(f'"{path}" is no manifest of this version ({place}{first["msg"]}).'),)


def _text(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _strange_templates(manifest: Manifest, texts: Mapping[str, bytes | None]) -> Iterator[Finding]:
    for stack in manifest.stacks:
        text = texts[stack.id]
        if text is not None and hashlib.sha256(text).hexdigest() == stack.sha256:
            continue
        problem = "is missing" if text is None else "is not the one that was compiled"
        yield Finding(
            code="SF502",
            where=at(*stack.component),
            detail=f'The template "{stack.file}" of the stack "{stack.id}" {problem}.',
            way_out=(
                f'Compile "{manifest.spec_file}" again, or restore the folder from your repository.'
            ),
        )


def _no_manifest(detail: str) -> Finding:
    return Finding(
        code="SF501",
        where=at(),
        detail=detail,
        way_out="Run `stackferry compile` first and name the folder that it writes.",
    )
