"""The spec that a manifest was compiled from, where it is readable and still says the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from compiler.manifest import spec_digest
from spec.findings import Spot
from spec.load import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.itinerary import Itinerary
    from compiler.manifest import Manifest
    from spec.findings import Path as SpecPath
    from spec.loaded import LoadedSpec


def candidates(manifest: Manifest | Itinerary, folder: Path, named: str | None) -> tuple[Path, ...]:
    """
    Return where the spec of *manifest* may be, likeliest first.

    Args:
        manifest: What was compiled.
        folder: Its folder.
        named: The file that the user named, which is then the only one.
    """
    if named is not None:
        return (Path(named),)
    above = (
        Path(),
        folder.parent,
        folder.parent.parent,
        folder.parent.parent / "spec" / "examples",
    )
    return tuple(dict.fromkeys(place / manifest.spec_file for place in above))


def find(manifest: Manifest | Itinerary, files: Iterable[Path]) -> LoadedSpec | None:
    """Return the first of *files* whose values are those that *manifest* was compiled from."""
    for path in files:
        try:
            data = path.read_bytes()
        except OSError:
            continue
        loaded = load(data, str(path))
        if loaded.spec is not None and spec_digest(loaded.spec) == manifest.spec_sha256:
            return loaded
    return None


def line_of(loaded: LoadedSpec | None, path: SpecPath) -> str:
    """Return `file:line` of a spec path, or the path itself where the file is not at hand."""
    dotted = ".".join(str(part) for part in path) or "the spec"
    if loaded is None or loaded.tree is None:
        return dotted
    return f"{loaded.source.name}:{loaded.locate(Spot(path=path)).line} ({dotted})"
