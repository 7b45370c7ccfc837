"""The documents of `compile` and `lint`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from compiler.phases import PhaseName
from compiler.report.documents.findings import FoundFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledFile:
    """
    What came of one spec.

    Attributes:
        file: The spec, as it was named.
        errors: How many findings are errors.
        warnings: How many findings are warnings.
        findings: In the order of their places, then of their codes.
        folder: Where its templates are; null where it was not compiled.
        regions: For which regions there are templates, sorted.
        phases: The states that were compiled, in order.
        templates: How many templates there are, every form of a stack counted.
        is_linted: Whether they were linted.
        is_written: Whether they were written.
        differences: With --check: in what the folder differs, a line for each file; none if it is
            what the spec compiles to.
    """

    file: str
    errors: int
    warnings: int
    findings: tuple[FoundFinding, ...]
    folder: str | None = None
    regions: tuple[str, ...] = ()
    phases: tuple[PhaseName, ...] = ()
    templates: int = 0
    is_linted: bool = False
    is_written: bool = False
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledSpecs:
    """
    What came of each spec.

    Attributes:
        command: The verb.
        version: Of the documents.
        files: In the order in which they were named.
    """

    files: tuple[CompiledFile, ...]
    command: Literal["compile"] = "compile"
    version: Literal[1] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """
    What cfn-lint has to say about compiled templates.

    Attributes:
        command: The verb.
        version: Of the documents.
        folder: The folder, as it was named.
        templates: How many templates were linted.
        findings: On the places of the spec that the templates come from.
    """

    folder: str
    templates: int
    findings: tuple[FoundFinding, ...]
    command: Literal["lint"] = "lint"
    version: Literal[1] = 1
