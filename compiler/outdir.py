"""
The folder of a compiled migration: written, compared, read.

Only files that a manifest names are ever removed from it, so that nothing of the user's own is
lost.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from compiler.manifest import MANIFEST_NAME, Manifest, from_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping


class NotCompiledError(Exception):
    """A folder holds no compiled migration that this version can read; its text says why."""


def folder_name(manifest: Manifest) -> str:
    """Return the name of a migration's folder: `<name>-<environment>`."""
    return f"{manifest.name}-{manifest.environment}"


def read_manifest(folder: Path) -> Manifest:
    """
    Read the manifest of *folder*.

    Raises:
        NotCompiledError: There is none, or not one of this version.
    """
    path = folder / MANIFEST_NAME
    try:
        text = path.read_bytes()
    except OSError as error:
        message = f"{path}: {error.strerror or error}. Compile a spec first, and name its folder."
        raise NotCompiledError(message) from error
    try:
        return from_bytes(text)
    except ValidationError as error:
        message = (
            f"{path} is no manifest of this version of stackferry"
            f" ({error.error_count()} places differ). Compile the spec again."
        )
        raise NotCompiledError(message) from error


def read_templates(folder: Path, manifest: Manifest) -> dict[str, bytes]:
    """
    Read every template that *manifest* names, by stack id.

    Raises:
        NotCompiledError: One is missing, or is not the one that was compiled.
    """
    texts: dict[str, bytes] = {}
    for stack in manifest.stacks:
        path = folder / stack.file
        try:
            texts[stack.id] = path.read_bytes()
        except OSError as error:
            message = f"{path}: {error.strerror or error}. Compile the spec again."
            raise NotCompiledError(message) from error
    return texts


def differences(folder: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    Tell how *folder* differs from *files*.

    Returns:
        One line a file, sorted: `missing: …`, `differs: …`, `left over: …`.
    """
    lines = []
    for name, wanted in files.items():
        path = folder / name
        if not path.is_file():
            lines.append(f"missing: {name}")
        elif path.read_bytes() != wanted:
            lines.append(f"differs: {name}")
    lines.extend(f"left over: {name}" for name in _written_before(folder) if name not in files)
    return tuple(sorted(lines))


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write *files* into *folder*, and remove what only the manifest before this one names."""
    stale = [name for name in _written_before(folder) if name not in files]
    # The manifest last: a folder whose writing was cut short still has the old one, or none.
    for name in sorted(files, key=lambda name: (name == MANIFEST_NAME, name)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != files[name]:
            part = path.with_name(f".{path.name}.part")
            part.write_bytes(files[name])
            part.replace(path)
    for name in stale:
        path = folder / name
        path.unlink(missing_ok=True)
        if path.parent != folder and not any(path.parent.iterdir()):
            path.parent.rmdir()


def _written_before(folder: Path) -> tuple[str, ...]:
    try:
        manifest = read_manifest(folder)
    except NotCompiledError:
        return ()
    inside = (stack.file for stack in manifest.stacks)
    return tuple(name for name in inside if (folder / name).is_file() and not _climbs(name))


def _climbs(name: str) -> bool:
    """Tell whether *name* leaves the folder, as only a manifest that was tampered with says."""
    return Path(name).is_absolute() or ".." in Path(name).parts
