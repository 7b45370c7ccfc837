"""What the verbs on states share: every state of a spec or of a compiled folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli.files import STDIN, content, shown_name
from compiler.cli.migrations import read_all, spec_of

if TYPE_CHECKING:
    from compiler.itinerary import Itinerary
    from compiler.prove import State
    from compiler.report.located import FileReport
    from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    What the user named: a spec, compiled in passing, or a compiled folder.

    Attributes:
        name: As it was named.
        itinerary: What was compiled.
        states: Its states, in order.
        loaded: Its spec, where it is at hand.
    """

    name: str
    itinerary: Itinerary
    states: tuple[State, ...]
    loaded: LoadedSpec | None

    def state(self, phase: str) -> State | None:
        """Return the state of *phase*, if it was compiled."""
        return next((one for one in self.states if one.manifest.phase == phase), None)

    def must_be_of(self, other: Target) -> None:
        """
        Make sure that both are of one migration.

        Raises:
            click.UsageError: They are not.
        """
        if self.itinerary.migration != other.itinerary.migration:
            message = (
                f"{self.name} is {self.itinerary.migration}, and {other.name} is"
                f" {other.itinerary.migration}: another migration, which has names of its own."
            )
            raise click.UsageError(message)


def target(name: str, spec: str | None = None) -> Target | FileReport:
    """
    Read, or compile, what the user named.

    Args:
        name: A compiled folder, or a spec.
        spec: Of a folder: the file that the user named as its spec.

    Returns:
        All its states; or of a spec that does not compile, why.

    Raises:
        CannotReadError: It cannot be read.
    """
    from compiler.prove import states_of

    if name != STDIN and Path(name).is_dir():
        itinerary, texts = read_all(name)
        return Target(
            name=name,
            itinerary=itinerary,
            states=states_of(itinerary, texts),
            loaded=spec_of(itinerary, name, spec),
        )
    from compiler.report.located import report, report_on
    from spec.decoding import MAX_BYTES
    from spec.load import load

    loaded = load(content(name, MAX_BYTES + 1), shown_name(name))
    if loaded.spec is None or loaded.has_errors:
        return report_on(loaded)
    from compiler.pipeline import compile_migration

    compilation = compile_migration(loaded.spec, Path(shown_name(name)).name)
    emitted = compilation.emitted
    if emitted is None:
        return report(loaded.source, loaded.tree, (*loaded.findings, *compilation.findings))
    return Target(
        name=name,
        itinerary=emitted.itinerary,
        states=states_of(emitted.itinerary, emitted.files),
        loaded=loaded,
    )
