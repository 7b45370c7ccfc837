"""A proof as text: for each step a table of what becomes of what cannot be made again."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from compiler.report.breaking import WIDEST, broken
from spec.findings import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.prove import Transition, Verdict
    from compiler.prove.verdicts import Fate
    from spec.findings import Path
    from spec.loaded import LoadedSpec

_SIGNS: dict[Fate, str] = {
    "replaced": "!",
    "overwritten": "!",
    "unknown": "?",
    "refused": "!",
    "deleted": "-",
    "deleted with snapshot": "-",
    "kept": ">",
    "created": "+",
    "in place": "~",
    "unchanged": "=",
}
"""In the order in which verdicts are told."""

_TAGS = frozenset({"Tags", "HostedZoneTags"})
"""Properties that every step changes, with the name of the phase."""


def prove_text(
    steps: Sequence[Transition],
    notes: Sequence[str],
    loaded: LoadedSpec | None,
    *,
    everything: bool = False,
    columns: int = WIDEST,
) -> str:
    """
    Return the proof of *steps*: a row for each resource with its verdict and its line of the spec.

    Args:
        steps: The steps, proven.
        notes: What else there is to say, as sentences.
        loaded: The spec, where it is at hand; without it there are no lines, only places.
        everything: Whether what is unchanged has a row of its own.
        columns: Where lines are broken; names are not.
    """
    lines: list[str] = []
    if loaded is not None and steps:
        lines += [f"Lines are those of {loaded.source.name}.", ""]
    for step in steps:
        door = f" ({step.door})" if step.door else ""
        lines.append(f"{step.words[0].upper()}{step.words[1:]}{door}")
        lines += _step_lines(step, loaded, everything=everything)
        lines.append("")
    lines += notes
    lines += _sum(steps)
    return "".join(f"{part}\n" for line in lines for part in broken(line, columns))


def _step_lines(step: Transition, loaded: LoadedSpec | None, *, everything: bool) -> Iterator[str]:
    order = list(_SIGNS)
    told = sorted(
        (one for one in step.verdicts if everything or one.fate != "unchanged"),
        key=lambda one: (not one.is_stateful, not one.fails, order.index(one.fate)),
    )
    fate_wide = max((len(one.fate) for one in told), default=0)
    key_wide = max((len(str(one.key)) for one in told), default=0)
    for verdict in told:
        row = f"{verdict.fate:{fate_wide}}  {verdict.key!s:{key_wide}}"
        yield f"  {_SIGNS[verdict.fate]} {row}  {_place(verdict.path, loaded)}"
        if detail := _detail(verdict):
            yield f"      {detail}"
    if not everything:
        quiet = [one.key for one in step.verdicts if one.fate == "unchanged"]
        for stack, keys in groupby(quiet, key=lambda key: key.stack):
            yield f"  = unchanged in {stack}: {', '.join(key.logical_id for key in keys)}"
    if not step.verdicts:
        yield "  Nothing in it holds what cannot be made again."


def _place(path: Path, loaded: LoadedSpec | None) -> str:
    dotted = ".".join(str(part) for part in path) or "the spec"
    if loaded is None:
        return dotted
    return f"{loaded.locate(Spot(path=path)).line}: {dotted}"


def _detail(verdict: Verdict) -> str:
    """Return what there is to say beyond the verdict; empty where the word says it all."""
    if verdict.fails:
        return verdict.reason
    if not verdict.is_stateful:
        return f"It holds nothing that cannot be made again. {verdict.reason}"
    if verdict.fate == "in place":
        if any(change.name == "SourceDBInstanceIdentifier" for change in verdict.changes):
            return "promoted: it stops following its source, and nothing else changes."
        return ", ".join(change.name for change in verdict.changes if change.name not in _TAGS)
    if verdict.fate in {"created", "deleted"}:
        return verdict.reason
    return ""


def _sum(steps: Sequence[Transition]) -> Iterator[str]:
    failed = [step for step in steps if step.findings]
    if failed:
        named = "; ".join(step.words for step in failed)
        yield f"Not proven: {len(failed)} of {_steps(len(steps))} ({named})."
    elif steps:
        yield f"Proven: {_steps(len(steps))}, and nothing is lost that cannot be made again."


def _steps(count: int) -> str:
    return f"{count} step{'' if count == 1 else 's'}"
