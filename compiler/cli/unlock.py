"""`stackferry unlock`: remove the lock of a run that is dead."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from compiler.cli.aws import connected, endpoint_option, must_be_able_to_ask
from compiler.cli.documents import json_option, write
from compiler.cli.migrations import read_manifest, show

if TYPE_CHECKING:
    from compiler.deploy.lease import Holder
    from compiler.deploy.port import Aws
    from compiler.manifest import Manifest
    from spec.findings import Finding


@click.command("unlock", short_help="Show who is at work on a migration, and remove the lock.")
@click.argument("folder", type=click.Path())
@endpoint_option
@click.option("--yes", is_flag=True, help="Do not ask; for CI.")
@json_option
def command(folder: str, *, endpoint_url: str | None, yes: bool, as_json: bool) -> int:
    """
    Show who has the lock of the migration that was compiled into FOLDER, ask, and remove it.

    Only for a run that is known to be dead and cannot be waited for: its lock runs out by itself
    after two and a half minutes. Exit code: 0 there is no lock any more, 1 not wanted, or the
    credentials are of another account, 2 usage, 3 AWS refused, 4 somebody else took it meanwhile,
    130 stopped by the user.
    """
    manifest = read_manifest(folder)
    if as_json:
        must_be_able_to_ask(yes=yes)
    from compiler.report.documents.locks import unlocked

    aws = connected(manifest, endpoint_url=endpoint_url, read_role="")
    ended = _unlock(aws, manifest, yes=yes, as_json=as_json)
    if as_json:
        write(
            unlocked(
                manifest,
                folder=folder,
                exit_code=ended.exit_code,
                holder=ended.holder,
                is_removed=ended.is_removed,
                findings=ended.findings,
            )
        )
        return ended.exit_code
    if ended.findings:
        show(ended.findings, manifest, None)
    elif ended.is_removed:
        sys.stdout.write("The lock was removed.\n")
    elif ended.holder is None:
        sys.stdout.write("Nobody holds the lock.\n")
    return ended.exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    exit_code: int
    holder: Holder | None = None
    is_removed: bool = False
    findings: tuple[Finding, ...] = ()


def _unlock(aws: Aws, manifest: Manifest, *, yes: bool, as_json: bool) -> _Ended:
    from compiler.deploy.exit_codes import DONE, FINDINGS, LOCKED, REFUSED
    from compiler.deploy.frame import locked_finding
    from compiler.deploy.lease import holder_of, unlock
    from compiler.deploy.observe import account_finding, error_finding
    from compiler.deploy.port import AwsError

    try:
        findings = tuple(account_finding(aws, manifest))
        if findings:
            return _Ended(exit_code=FINDINGS, findings=findings)
        holder = holder_of(aws, manifest)
        if holder is None:
            return _Ended(exit_code=DONE)
        if not as_json:
            sys.stdout.write(f"{locked_finding(manifest, holder).detail}\n")
        must_be_able_to_ask(yes=yes)
        if not yes and not click.confirm("Is that run dead, and is its lock to be removed?"):
            return _Ended(exit_code=FINDINGS, holder=holder)
        rival = unlock(aws, manifest, holder)
    except AwsError as error:
        return _Ended(exit_code=REFUSED, findings=(error_finding(error),))
    if rival is not None:
        return _Ended(exit_code=LOCKED, holder=rival, findings=(locked_finding(manifest, rival),))
    return _Ended(exit_code=DONE, holder=holder, is_removed=True)
