"""An example of ours, deployed into a sandbox by the code that talks to AWS."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.deploy.aws import connect
from compiler.deploy.clock import WallClock
from compiler.deploy.deploying import deploy
from compiler.deploy.destroying import DestroyResult, destroy
from compiler.deploy.folder import Compiled, read_folder
from compiler.report.plain import PlainProgress
from compiler.sandbox.embedded import Sandbox, embedded
from compiler.sandbox.prerequisites import Deployable, provide
from tests.fakes.taker import new_taker
from tests.functional.tracing import untraced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEMPLATES_OUT = Path("templates_out")
MIGRATIONS = tuple(sorted(path.name for path in TEMPLATES_OUT.iterdir()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    A migration that stands.

    Attributes:
        sandbox: Where.
        compiled: What was deployed.
    """

    sandbox: Sandbox
    compiled: Compiled

    def template(self, stack_id: str) -> dict[str, Any]:
        template: dict[str, Any] = json.loads(self.compiled.templates[stack_id])
        return template

    def destroy(self, *, unprotect: bool = False) -> DestroyResult:
        return destroy(
            self.compiled,
            aws=connect(region=self.compiled.manifest.target_region),
            clock=WallClock(),
            listener=PlainProgress(io.StringIO()),
            taker=new_taker(),
            confirm=lambda _: True,
            unprotect=unprotect,
        )


def compiled_in(name: str) -> Compiled:
    """Return what is committed below `templates_out/`*name*."""
    compiled = read_folder(TEMPLATES_OUT / name)
    assert isinstance(compiled, Compiled), compiled
    return compiled


def templates_of(compiled: Compiled) -> Mapping[str, dict[str, Any]]:
    """Return the templates by the ids of their stacks."""
    return {stack: json.loads(text) for stack, text in compiled.templates.items()}


def provided(sandbox: Sandbox, compiled: Compiled) -> None:
    """Put into *sandbox* what the templates of *compiled* take for granted."""
    provide(
        sandbox,
        [
            Deployable(
                account=stack.account,
                region=stack.region,
                template=json.loads(compiled.templates[stack.id]),
            )
            for stack in compiled.manifest.stacks
        ],
    )


@contextmanager
def standing(name: str) -> Iterator[Standing]:
    """Deploy the committed migration *name* into a sandbox of its own."""
    compiled = compiled_in(name)
    manifest = compiled.manifest
    with embedded(account=manifest.target_account) as sandbox:
        provided(sandbox, compiled)
        with untraced():
            result = deploy(
                compiled,
                aws=connect(region=manifest.target_region),
                clock=WallClock(),
                listener=PlainProgress(io.StringIO()),
                taker=new_taker(),
                confirm=lambda _: True,
            )
        assert result.exit_code == 0, result
        yield Standing(sandbox=sandbox, compiled=compiled)
