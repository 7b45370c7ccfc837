"""`python -m spec.publish` writes what is generated from the models, next to them."""

from __future__ import annotations

from pathlib import Path

from spec.reference import reference
from spec.schema import json_schema

_ROOM = Path(__file__).parent


def published() -> dict[Path, bytes]:
    """Return the content of each generated file, by its path."""
    example = (_ROOM / "examples" / "media-streaming.yaml").read_text(encoding="utf-8")
    return {
        _ROOM / "SPEC.md": reference(example).encode(),
        _ROOM / "stackferry.schema.json": json_schema().encode(),
    }


if __name__ == "__main__":
    for path, content in published().items():
        path.write_bytes(content)
