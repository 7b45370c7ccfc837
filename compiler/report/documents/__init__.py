"""
What the commands print with `--json`: one frozen dataclass for each, in a file of its own.

A document holds texts, numbers, truths, tuples, mappings with texts as keys, and more dataclasses
of this room; times are ISO 8601 texts in UTC, durations are seconds, places of the spec are dotted
paths. Its first fields are `command` and `version`; every field is described in the `Attributes` of
its docstring, from where the JSON Schema and `OUTPUT.md` take the words. The annotations are read
when the program runs, so what they name is imported for good. New keys may come at any time; what
is there keeps its meaning.

To add one: a file here, a line in `DOCUMENTS`, `--json` in the verb (`compiler.cli.documents`), and
`make generated`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module

__all__ = ["DOCUMENTS", "document_type", "render"]

DOCUMENTS: dict[str, str] = {
    "validate": "compiler.report.documents.findings:Validated",
    "compile": "compiler.report.documents.compiled:CompiledSpecs",
    "lint": "compiler.report.documents.compiled:Linted",
    "prove": "compiler.report.documents.prove:Proved",
    "diff": "compiler.report.documents.diff:Differed",
    "bootstrap": "compiler.report.documents.bootstrap:Bootstrapped",
    "plan": "compiler.report.documents.plan:Planned",
    "deploy": "compiler.report.documents.deploy:Deployed",
    "rollback": "compiler.report.documents.rollback:RolledBack",
    "cutover": "compiler.report.documents.cutover:CutOver",
    "retire": "compiler.report.documents.retire:Retired",
    "destroy": "compiler.report.documents.destroy:Destroyed",
    "unlock": "compiler.report.documents.locks:Unlocked",
    "recover": "compiler.report.documents.recover:Recovered",
    "status": "compiler.report.documents.status:MigrationStatus",
    "drift": "compiler.report.documents.drift:MigrationDrift",
    "outputs": "compiler.report.documents.outputs:MigrationOutputs",
    "gate": "compiler.report.documents.gate:GatesAsked",
    "rehearse": "compiler.report.documents.rehearse:RehearsedMigration",
    "sandbox": "compiler.report.documents.sandbox:Serving",
    "export": "compiler.report.documents.texts:Exported",
    "init": "compiler.report.documents.texts:Begun",
    "explain": "compiler.report.documents.texts:Explained",
}
"""Where the document of each verb is, in the order of `--help`: `module:class`."""


def document_type(verb: str) -> type:
    """
    Return the class of the document that *verb* prints.

    Raises:
        KeyError: It prints none.
    """
    module, _, name = DOCUMENTS[verb].partition(":")
    found = getattr(import_module(module), name)
    if not isinstance(found, type):
        raise TypeError(DOCUMENTS[verb])
    return found


def render(document: object) -> str:
    """Return *document* as JSON text: sorted keys, and ASCII only, so a terminal can show it."""
    return json.dumps(document, default=_plain, indent=2, sort_keys=True) + "\n"


def _plain(value: object) -> dict[str, object]:
    if isinstance(value, Mapping):
        return dict(value)
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(type(value))
