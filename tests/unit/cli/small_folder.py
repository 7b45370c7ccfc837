"""The small spec of these tests, and what it compiles to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from compiler import outdir
from compiler.pipeline import compile_migration
from spec.load import load

if TYPE_CHECKING:
    from compiler.emit import Emitted

SMALL = Path(__file__).with_name("small.yaml")


@cache
def compiled(text: str) -> Emitted:
    """What *text* compiles to, once."""
    loaded = load(text.encode(), "small.yaml")
    assert loaded.spec is not None
    compilation = compile_migration(loaded.spec, "small.yaml")
    assert compilation.emitted is not None, compilation.findings
    return compilation.emitted


def written(folder: Path, text: str | None = None) -> str:
    """Write a spec and what it compiles to below *folder*; return the compiled folder's name."""
    text = SMALL.read_text(encoding="utf-8") if text is None else text
    emitted = compiled(text)
    folder.mkdir()
    (folder / "small.yaml").write_text(text, encoding="utf-8")
    place = folder / outdir.folder_name(emitted.itinerary)
    outdir.write(place, emitted.files)
    return place.relative_to(Path.cwd()).as_posix()
