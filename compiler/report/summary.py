"""How a file is summed up in one line."""

from __future__ import annotations

from compiler.report.terminal import visible


def summary(name: str, errors: int = 0, warnings: int = 0) -> str:
    """Return one line about the file *name*: `2 errors, 1 warning in shop.yaml`."""
    counts = (("error", errors), ("warning", warnings))
    said = ", ".join(f"{count} {word}{'s' if count > 1 else ''}" for word, count in counts if count)
    return f"{said or 'no findings'} in {visible(name)}"
