"""
The folder of a compiled migration: written and compared.

Only files that a manifest names are ever removed from it, so that nothing of the user's own is
lost.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.manifest import MANIFEST_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.itinerary import Itinerary


def folder_name(itinerary: Itinerary) -> str:
    """Return the name of a migration's folder: `<name>-<environment>`."""
    return itinerary.migration


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
    """Return the files in *folder* that its manifest names, of whatever version that one is."""
    try:
        stacks = json.loads((folder / MANIFEST_NAME).read_bytes())["stacks"]
        inside = [str(stack["file"]) for stack in stacks]
    except (OSError, ValueError, LookupError, TypeError):
        return ()
    return tuple(name for name in inside if not _climbs(name) and (folder / name).is_file())


def _climbs(name: str) -> bool:
    """Tell whether *name* leaves the folder, as only a manifest that was tampered with says."""
    return Path(name).is_absolute() or ".." in Path(name).parts
