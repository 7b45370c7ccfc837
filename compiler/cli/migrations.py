"""What the verbs on a compiled folder share: reading it, and talking about its spec."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli.files import CannotReadError, look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from compiler.deploy.folder import Compiled
    from compiler.deploy.path.states import States
    from compiler.itinerary import Itinerary
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName
    from spec.findings import Finding
    from spec.findings import Path as SpecPath
    from spec.loaded import LoadedSpec


def read(folder: str, phase: PhaseName | None = None) -> Compiled:
    """
    Read what was compiled into *folder* for one phase; see `compiler.deploy.folder.read_folder`.

    Raises:
        CannotReadError: It holds no compiled migration, or one that was changed by hand.
    """
    from compiler.deploy.folder import Compiled, read_folder

    compiled = read_folder(Path(folder), phase)
    if not isinstance(compiled, Compiled):
        raise cannot_read(compiled)
    return compiled


def read_manifest(folder: str, phase: PhaseName | None = None) -> Manifest:
    """
    Read the manifest of one phase in *folder*, for what needs no template.

    Raises:
        CannotReadError: There is none.
    """
    from compiler.deploy.folder import read_manifest as read_manifest_in
    from compiler.manifest import Manifest

    manifest = read_manifest_in(Path(folder), phase)
    if not isinstance(manifest, Manifest):
        raise cannot_read(manifest)
    return manifest


def read_itinerary(folder: str) -> Itinerary:
    """
    Read what was compiled into *folder* for all phases.

    Raises:
        CannotReadError: It holds no compiled migration.
    """
    from compiler.deploy.folder import read_itinerary as read_itinerary_in
    from compiler.itinerary import Itinerary

    itinerary = read_itinerary_in(Path(folder))
    if not isinstance(itinerary, Itinerary):
        raise cannot_read(itinerary)
    return itinerary


def read_all(folder: str) -> tuple[Itinerary, dict[str, str]]:
    """
    Read what was compiled into *folder* for all phases, and the template of each form by file.

    Raises:
        CannotReadError: It holds no compiled migration, or one that was changed by hand.
    """
    from compiler.deploy.folder import read_templates

    itinerary = read_itinerary(folder)
    texts = read_templates(Path(folder), itinerary)
    if not isinstance(texts, dict):
        raise cannot_read(texts)
    return itinerary, texts


def read_states(folder: str) -> States:
    """
    Read every state that was compiled into *folder*.

    Raises:
        CannotReadError: It holds no compiled migration, or one that was changed by hand.
    """
    from compiler.deploy.path.states import read_states as read_states_in

    states = read_states_in(Path(folder))
    if isinstance(states, tuple):
        raise cannot_read(states)
    return states


def cannot_read(findings: Iterable[Finding]) -> CannotReadError:
    """Return the error that says *findings* on a file of ours."""
    return CannotReadError("\n".join(f"{item.detail} {item.way_out}" for item in findings))


def must_be_stacks(named: Iterable[str], manifest: Manifest) -> None:
    """
    Make sure that the ids that somebody typed are those of stacks.

    Raises:
        click.UsageError: One is not.
    """
    known = [stack.id for stack in manifest.stacks]
    for name in named:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            guess = f"Did you mean {close[0]}?" if close else f"There is {', '.join(known)}."
            message = f"no stack is called {name}. {guess}"
            raise click.UsageError(message)


def spec_of(manifest: Manifest | Itinerary, folder: str, named: str | None) -> LoadedSpec | None:
    """
    Return the spec that *manifest* was compiled from, where it is at hand and still says the same.

    Args:
        manifest: What was compiled.
        folder: Its folder.
        named: The file that the user named as the spec.
    """
    from compiler.report import spec_file

    return spec_file.find(manifest, spec_file.candidates(manifest, Path(folder), named))


def show(
    findings: Sequence[Finding], manifest: Manifest | Itinerary, loaded: LoadedSpec | None
) -> None:
    """Print *findings*: on the lines of the spec where it is at hand, else by path."""
    from compiler.report import by_path, text
    from compiler.report.located import report

    if loaded is None:
        sys.stdout.write(by_path.render(findings, manifest.spec_file, look()))
    else:
        sys.stdout.write(text.render([report(loaded.source, loaded.tree, findings)], look()))


def locator(loaded: LoadedSpec | None) -> Callable[[SpecPath], str]:
    """Return what turns a spec path into `file:line`, or into itself without the spec."""
    from compiler.report.spec_file import line_of

    return lambda path: line_of(loaded, path)
