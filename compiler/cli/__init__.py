"""
The command `stackferry`: arguments in, an exit code out.

One file per verb, each a few lines that import their room when they run: what a verb does not need
is not loaded. `program` finds the verbs and turns what goes wrong into words and exit codes.
"""

from __future__ import annotations

from compiler.cli.program import main

__all__ = ["main"]
