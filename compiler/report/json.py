"""Findings as JSON, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.report.documents import render as render_document
from compiler.report.documents.findings import Validated, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compiler.report.located import FileReport


def render(reports: Sequence[FileReport]) -> str:
    """Return the document of `validate` about all *reports*."""
    return render_document(Validated(files=checked(reports)))
