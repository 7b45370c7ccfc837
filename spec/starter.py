"""The file that `stackferry init` writes."""

from __future__ import annotations

from pathlib import Path


def starter() -> str:
    """Return a commented spec, which is valid as it stands."""
    return Path(__file__).with_name("starter.yaml").read_text(encoding="utf-8")
