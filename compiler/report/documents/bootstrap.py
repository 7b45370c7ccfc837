"""The document of `bootstrap`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from compiler.bootstrap.build import Bootstrap, Prepared
from compiler.bootstrap.ground import Wish
from compiler.bootstrap.run import Brought
from compiler.deploy.outcome import Outcome
from compiler.manifest import Manifest
from compiler.report.bootstrap_text import commands
from compiler.report.documents.ends import ended
from compiler.report.documents.failures import FailedStack, failed_stacks
from compiler.report.documents.findings import FoundFinding, found
from compiler.report.failures import named
from spec.loaded import LoadedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutPermission:
    """
    A permission that a handler names and the execution role does not get.

    Attributes:
        permission: Its name, such as `s3:DeleteObject`.
        why: Why not.
    """

    permission: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedStack:
    """
    A stack that an account needs.

    Attributes:
        id: `<region>/<name>`.
        region: Where it stands.
        name: Its name in AWS.
        file: Its template, relative to the account's folder.
        sha256: Digest of its template.
        ended: What became of it: `created`, `updated`, `unchanged`, `failed`, `not started` or
            `still running`; empty where nothing was tried.
    """

    id: str
    region: str
    name: str
    file: str
    sha256: str
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedAccount:
    """
    What an account needs.

    Attributes:
        account: Twelve digits.
        is_here: Whether the credentials are of this account.
        is_ready: Whether it has all that it needs: here, that everything stands now; elsewhere,
            that its execution role lets the credentials in. Null where that was not asked.
        stacks: Its stacks.
        commands: What makes them by the AWS CLI alone; none unless templates were written.
        left_out: What its execution role does not get although a handler names it.
    """

    account: str
    is_here: bool
    is_ready: bool | None
    stacks: tuple[PreparedStack, ...]
    commands: tuple[str, ...]
    left_out: tuple[LeftOutPermission, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrapped:
    """
    What the accounts of a migration need before the first deploy, and what became of it.

    Attributes:
        command: The verb.
        version: Of the documents.
        folder: The compiled folder, as it was named.
        exit_code: What the command ended with.
        written: Where the templates were written; empty if they were not.
        administration_role: Name of the role with which StackSets comes.
        execution_role: Name of the role that makes stacks.
        findings: What kept it from starting, and what is worth a warning.
        accounts: The target's, then the others, sorted by number.
        kept_buckets: Artifact buckets that were there already and are used as they are.
        failures: Why stacks are not as they should be.
    """

    folder: str
    exit_code: int
    written: str
    administration_role: str
    execution_role: str
    findings: tuple[FoundFinding, ...]
    accounts: tuple[PreparedAccount, ...]
    kept_buckets: tuple[str, ...]
    failures: tuple[FailedStack, ...]
    command: Literal["bootstrap"] = "bootstrap"
    version: Literal[1] = 1


def document(  # noqa: PLR0913 -- each is a part of the whole
    bootstrap: Bootstrap,
    brought: Brought,
    *,
    manifest: Manifest,
    wish: Wish,
    loaded: LoadedSpec | None,
    folder: str,
    out: str,
) -> Bootstrapped:
    """
    Return the document.

    Args:
        bootstrap: What the accounts need.
        brought: How it ended.
        manifest: The migration.
        wish: What the operator asked for.
        loaded: The spec, where it is at hand.
        folder: The compiled folder as the operator named it.
        out: Where templates were written; empty if they were not.
    """
    outcome = brought.deployed.outcome if brought.deployed else None
    return Bootstrapped(
        folder=folder,
        exit_code=brought.exit_code,
        written=out,
        administration_role=wish.administration_role,
        execution_role=wish.execution_role,
        findings=found((*bootstrap.findings, *brought.findings), manifest.spec_file, loaded),
        accounts=tuple(_account(one, brought, outcome, out) for one in bootstrap.accounts),
        kept_buckets=brought.kept,
        failures=failed_stacks(outcome, folder=named(folder), home=manifest.target_region),
    )


def _account(
    prepared: Prepared, brought: Brought, outcome: Outcome | None, out: str
) -> PreparedAccount:
    is_here = prepared.account == brought.account
    is_ready = None
    if brought.deployed is not None:
        is_ready = brought.exit_code == 0 if is_here else prepared.account in brought.ready
    return PreparedAccount(
        account=prepared.account,
        is_here=is_here,
        is_ready=is_ready,
        stacks=tuple(
            PreparedStack(
                id=stack.id,
                region=stack.region,
                name=stack.stack_set,
                file=stack.file,
                sha256=stack.sha256,
                ended=_ended(stack.id, outcome) if is_here else "",
            )
            for stack in prepared.manifest.stacks
        ),
        commands=commands(prepared, f"{out.rstrip('/')}/{prepared.account}") if out else (),
        left_out=tuple(
            LeftOutPermission(permission=one.permission, why=one.why) for one in prepared.left_out
        ),
    )


def _ended(stack: str, outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    end = outcome.ends.get(stack)
    return ended(end) if end else "unchanged"
