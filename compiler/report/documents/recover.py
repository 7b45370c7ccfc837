"""The document of `recover`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from compiler.deploy.recovery.frame import RecoverResult
from compiler.deploy.recovery.option import Option
from compiler.deploy.recovery.troubles import Trouble
from compiler.deploy.ways_out import filled
from compiler.manifest import Manifest
from compiler.report.documents.failures import FailedStack, failed_stack, failed_stacks
from compiler.report.documents.findings import FoundFinding, found
from compiler.report.recover_text import step_lines
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """
    A way out of a trouble.

    Attributes:
        option: Its name, for `--option`.
        does: What it does.
        risks: What may come of it; empty where there is no risk.
        will_not: What it will not do.
        refusal: Why it cannot be chosen now; empty if it can.
        commands: What the operator types instead, where stackferry does not do it itself.
        is_ours: Whether stackferry carries it out.
        deletes: Whether something is deleted.
    """

    option: str
    does: str
    risks: str
    will_not: str
    refusal: str
    commands: tuple[str, ...]
    is_ours: bool
    deletes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StackInTrouble:
    """
    A stack in trouble.

    Attributes:
        stack: Id of the stack, `<region>/<name>`.
        account: The account in which it stands.
        region: The region in which it stands.
        kind: What is wrong, in a word or two.
        says: What AWS says of it.
        failure: Why, as far as AWS tells; null if it tells of no failure.
        options: The ways out, the one that changes least first.
    """

    stack: str
    account: str
    region: str
    kind: str
    says: str
    failure: FailedStack | None
    options: tuple[WayOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """
    What is in trouble, and what became of the way out that was chosen.

    Attributes:
        command: The verb.
        version: Of the documents.
        exit_code: What the command ends with.
        findings: What speaks against it.
        troubles: What was in trouble at first, in the manifest's order.
        option: The way out that was chosen; empty if none was.
        steps: What it does, in the words of the printed plan.
        is_started: Whether it was started.
        failures: What failed of it.
        after: What is in trouble afterwards; empty if it was not started.
    """

    exit_code: int
    findings: tuple[FoundFinding, ...]
    troubles: tuple[StackInTrouble, ...]
    option: str
    steps: tuple[str, ...]
    is_started: bool
    failures: tuple[FailedStack, ...]
    after: tuple[StackInTrouble, ...]
    command: Literal["recover"] = "recover"
    version: Literal[1] = 1


def recovered(
    result: RecoverResult, manifest: Manifest, loaded: LoadedSpec | None, *, folder: str
) -> Recovered:
    """
    Return the document about *result*.

    Args:
        result: Of `compiler.deploy.recovery.frame.recover`.
        manifest: What was compiled.
        loaded: The spec, where it is at hand.
        folder: The compiled folder as commands name it, `compiler.report.failures.named`.
    """
    home = manifest.target_region
    return Recovered(
        exit_code=result.exit_code,
        findings=found(result.findings, manifest.spec_file, loaded),
        troubles=tuple(_trouble(one, folder, home) for one in result.troubles),
        option=result.plan.option.name if result.plan else "",
        steps=tuple(step_lines(result.plan)) if result.plan else (),
        is_started=result.outcome is not None,
        failures=failed_stacks(result.outcome, folder=folder, home=home),
        after=tuple(_trouble(one, folder, home) for one in result.after),
    )


def _trouble(trouble: Trouble, folder: str, home: str) -> StackInTrouble:
    return StackInTrouble(
        stack=trouble.stack,
        account=trouble.place.account,
        region=trouble.place.region,
        kind=trouble.kind,
        says=trouble.says,
        failure=failed_stack(trouble.failure, folder=folder, home=home)
        if trouble.failure
        else None,
        options=tuple(_way_out(one, folder, home) for one in trouble.options),
    )


def _way_out(option: Option, folder: str, home: str) -> WayOut:
    return WayOut(
        option=option.name,
        does=filled(option.does, folder=folder, home=home),
        risks=option.risks,
        will_not=option.will_not,
        refusal=option.refusal,
        commands=tuple(filled(one, folder=folder, home=home) for one in option.commands),
        is_ours=option.is_ours,
        deletes=option.deletes,
    )
