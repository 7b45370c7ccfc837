"""
From text to a spec, or to everything that is wrong with it at once.

Three kinds of mistakes are found in one run: what the text says (`spec.tree`), what the models
refuse (`spec.structure`), and what the rules refuse (`spec.rules`). The rules also look at a spec
whose structure has mistakes, after the faulty pieces were taken out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from spec.loaded import LoadedSpec, in_order
from spec.model import Spec
from spec.rules import check
from spec.tree import read

if TYPE_CHECKING:
    from spec.findings import Finding
    from spec.places import LocatedTree


def load(data: bytes, name: str) -> LoadedSpec:
    """
    Load the spec in *data*, the content of the file called *name*.

    Returns:
        The spec, and every finding. Never raises, whatever the bytes are.
    """
    reading = read(data, name)
    spec, findings = _checked(reading.tree) if reading.tree is not None else (None, ())
    return LoadedSpec(
        source=reading.source,
        tree=reading.tree,
        spec=None if reading.findings else spec,
        findings=in_order(reading.tree, (*reading.findings, *findings)),
    )


def _checked(tree: LocatedTree) -> tuple[Spec | None, tuple[Finding, ...]]:
    """Return the model of *tree*, if it is one, and what is wrong with either."""
    if not tree.broken:
        try:
            spec = Spec.model_validate(tree.root)
        except ValidationError:
            pass
        else:
            return spec, tuple(check(spec))
    # A sixth of the time that validating a spec takes, for one without mistakes in its structure.
    from spec.structure import findings_despite  # noqa: PLC0415 -- only for what is wrong

    return None, findings_despite(tree)
