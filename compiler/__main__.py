"""`python -m compiler` is `stackferry`."""

from __future__ import annotations

from compiler.cli import main

main()
