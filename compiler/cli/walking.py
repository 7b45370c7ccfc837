"""Carrying out a way from phase to phase: each transition shown, agreed to, run, and told."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from compiler.cli.aws import progress, show_bars, this_run
from compiler.cli.documents import write
from compiler.cli.files import look
from compiler.cli.migrations import locator, show
from compiler.cli.stopping import as_typed
from compiler.cli.transitions import (
    Consent,
    crossings,
    everything_in,
    forcing,
    must_be_acknowledgeable,
    way_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.cli.transitions import World
    from compiler.deploy.deploying import DeployResult
    from compiler.deploy.folder import Compiled
    from compiler.deploy.path.standing import Standing
    from compiler.deploy.path.states import States
    from compiler.deploy.path.walking import Walked
    from compiler.deploy.path.way import Way
    from compiler.deploy.plan import Plan
    from compiler.deploy.wish import Wish
    from compiler.manifest import Manifest
    from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """
    A way that an operator asked for.

    Attributes:
        verb: What was typed.
        folder: The compiled folder, as it was named.
        states: Every compiled state.
        wish: What is asked for beside the way.
        world: Whom to ask.
        loaded: The spec, where it is at hand.
        reason: Why phases are left without evidence; empty if they are not.
        acknowledged: The migration that was named for its one-way doors; empty if none was.
        is_agreed: Whether no question is asked.
        is_aside: Whether the standard output is for a document.
        parallel: How many stacks at a time.
    """

    verb: Literal["deploy", "rollback"]
    folder: str
    states: States
    wish: Wish
    world: World
    loaded: LoadedSpec | None
    reason: str
    acknowledged: str
    is_agreed: bool
    is_aside: bool
    parallel: int

    @property
    def named(self) -> str:
        """The folder as commands name it."""
        from compiler.report.failures import named

        return named(self.folder, self.wish.via)

    def go(self, choose: Callable[[Standing], Way], *, most: int | None = None) -> int:
        """
        Go the way that *choose* finds from where the migration stands, and return the exit code.

        Args:
            choose: Finds the way.
            most: At most so many transitions of it.

        Raises:
            click.UsageError: A one-way door lies on it, and nobody is there to acknowledge it.
        """
        from compiler.deploy.deploying import DeployResult
        from compiler.deploy.path.walking import exit_code_of, walk

        manifest = everything_in(self.states)
        legs = way_of(self.world, self.states, self.parallel, choose)
        if not isinstance(legs, tuple):
            result = DeployResult(exit_code=legs.exit_code, findings=(legs.finding,))
            if self.is_aside:
                self._write(result, manifest, ())
            else:
                show(result.findings, manifest, self.loaded)
            return result.exit_code
        legs = legs[:most]
        is_inside = self.world.inside is not None
        if not is_inside:
            must_be_acknowledgeable(
                legs,
                self._migration,
                self.acknowledged,
                can_ask=sys.stdin.isatty() and not self.is_aside,
            )
        elif any(state.manifest.gates for state in self.states.values()):
            sys.stderr.write("In this sandbox no gate is asked; `stackferry rehearse` asks them.\n")
        consent = Consent(
            locator(self.loaded),
            is_agreed=self.is_agreed,
            is_aside=self.is_aside,
            acknowledged=self._migration if is_inside else self.acknowledged,
            legs=legs,
            # What is tried in the sandbox is no evidence of anything.
            force=forcing(self.folder, self.states, "" if is_inside else self.reason),
        )
        walked: list[Walked] = []
        for one in walk(
            legs,
            crossings(
                self.states,
                self.world.acting,
                self.folder,
                self.named,
                is_forced=bool(self.reason) or is_inside,
            ),
            self.wish,
            self._deploy,
            consent.agree,
            show=consent.show,
        ):
            walked.append(one)
            if not self.is_aside:
                self._tell(one, consent)
        if self.is_aside:
            self._write(walked[-1].result, manifest, tuple(walked))
        else:
            self._end(walked)
        return exit_code_of(walked)

    @property
    def _migration(self) -> str:
        manifest = everything_in(self.states)
        return manifest.migration

    def _deploy(
        self, compiled: Compiled, wish: Wish, confirm: Callable[[Plan], bool]
    ) -> DeployResult:
        from compiler.deploy import deploying
        from compiler.deploy.clock import WallClock

        with progress(is_aside=self.is_aside) as listener:
            return deploying.deploy(
                compiled,
                aws=self.world.aws,
                clock=WallClock(),
                listener=listener,
                taker=this_run(),
                chance=random.random,
                confirm=confirm,
                wish=wish,
                parallel=self.parallel,
                other=self.world.other,
            )

    def _tell(self, walked: Walked, consent: Consent) -> None:
        from compiler.report.outcome import deployed_text

        result = walked.result
        manifest = self.states[walked.leg.to].manifest
        if walked.is_undoing:
            sys.stdout.write(
                f"{walked.leg.origin} was left again, since it could not be brought about.\n"
            )
        if result.findings:
            consent.show(result.plan)
            sys.stdout.write("\n" if result.plan is not None else "")
            show(result.findings, manifest, self.loaded)
        show_bars(result.outcome)
        sys.stdout.write(
            deployed_text(
                result, locator(self.loaded), self.named, again=as_typed(), columns=look().columns
            )
        )
        if walked.is_done and result.plan is not None and result.plan.transition is not None:
            sys.stdout.write(f"{self._migration} stands in {walked.leg.to} now.\n")

    def _end(self, walked: list[Walked]) -> None:
        """Show what the sandbox has in it: it is gone when this ends."""
        inside = self.world.inside
        if inside is None or walked[-1].result.outcome is None:
            return
        from compiler.report.inventory import inventory_text
        from compiler.sandbox.inventory import inventory

        regions = sorted({stack.region for stack in self.states[walked[-1].leg.to].manifest.stacks})
        sys.stdout.write(inventory_text(inventory(inside.client, regions)))

    def _write(self, result: DeployResult, manifest: Manifest, walked: tuple[Walked, ...]) -> None:
        from compiler.report.documents.deploy import deployed
        from compiler.report.documents.rollback import rolled_back

        document = deployed if self.verb == "deploy" else rolled_back
        write(document(result, manifest, self.loaded, folder=self.folder, walked=walked))
