"""
Bringing what an account needs to AWS: by the deployer, as plain stacks, in that account only.

Everything that touches the world comes in as an argument. Nothing is printed here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compiler.bootstrap.patterns import beginning_of_stacks
from compiler.deploy.artifacts import artifact_bucket
from compiler.deploy.deploying import DeployResult, deploy
from compiler.deploy.exit_codes import FINDINGS, REFUSED
from compiler.deploy.folder import Compiled
from compiler.deploy.frame import PARALLEL
from compiler.deploy.observe import error_finding
from compiler.deploy.patience import Chance, no_chance
from compiler.deploy.port import Aws, AwsBusyError, AwsError, Place
from compiler.deploy.wish import Wish as DeployWish
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from compiler.bootstrap.build import Bootstrap, Prepared
    from compiler.bootstrap.ground import Wish
    from compiler.deploy.clock import Clock
    from compiler.deploy.flow import Listener, Pool
    from compiler.deploy.lease import Taker
    from compiler.deploy.plan import Plan
    from compiler.manifest import Manifest, Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """
    How a bootstrap ended.

    Attributes:
        exit_code: 0 done, 1 findings or not wanted, 3 AWS refused or failed, 4 locked, 130
            interrupted.
        account: That of the credentials; empty where it could not be asked.
        findings: What kept it from starting, and what is worth a warning.
        deployed: How the deploy ended; nothing where it did not come to one.
        kept: Artifact buckets that are there already and are used as they are, sorted.
        ready: Other accounts whose execution role lets the credentials in, sorted.
    """

    exit_code: int
    account: str = ""
    findings: tuple[Finding, ...] = ()
    deployed: DeployResult | None = None
    kept: tuple[str, ...] = ()
    ready: tuple[str, ...] = ()


def _foreign_account(account: str, manifest: Manifest, known: tuple[str, ...]) -> Finding:
    """SF564: the credentials are of an account that has no part in the migration."""
    return Finding(
        code="SF564",
        where=at("accounts"),
        detail=(
            f'The credentials are of the account "{account}". '
            f"{manifest.migration} has stacks in {', '.join(known)}."
        ),
        way_out="Choose the profile of one of those accounts with AWS_PROFILE.",
    )


def bring(  # noqa: PLR0913 -- each is a part of the whole
    bootstrap: Bootstrap,
    manifest: Manifest,
    wish: Wish,
    *,
    identity: Aws,
    connect: Callable[[Manifest], Aws],
    clock: Clock,
    listener: Listener,
    taker: Taker,
    confirm: Callable[[Plan], bool],
    parallel: int = PARALLEL,
    pool: Pool | None = None,
    chance: Chance = no_chance,
) -> Brought:
    """
    Bring to AWS what the account of the credentials needs; say which other accounts lack it.

    Args:
        bootstrap: What the accounts need, without errors among its findings.
        manifest: The migration.
        wish: What the operator asks for.
        identity: Is asked whose the credentials are.
        connect: Returns AWS for the plain stacks of an account's manifest.
        clock: Tells the time.
        listener: Is told what happens while it runs.
        taker: Who takes the lock of the migration.
        confirm: Is shown the plan before anything is done, and says whether to go on.
        parallel: How many stacks at a time.
        pool: Makes the calls; threads unless given.
        chance: Keeps stacks, and runs, from asking AWS in step.
    """
    try:
        account = identity.account()
        prepared = bootstrap.of(account)
        if prepared is None:
            known = tuple(one.account for one in bootstrap.accounts)
            finding = _foreign_account(account, manifest, known)
            return Brought(exit_code=FINDINGS, account=account, findings=(finding,))
        aws = connect(prepared.manifest)
        foreign = tuple(_foreign_roles(prepared, wish, aws))
        if foreign:
            return Brought(exit_code=FINDINGS, account=account, findings=foreign)
        kept = dict(_kept(prepared, manifest, aws))
        others = [one.account for one in bootstrap.accounts if one is not prepared]
        refusals = {one: _refusal(aws, manifest, wish, one) for one in others}
    except AwsError as error:
        return Brought(exit_code=REFUSED, findings=(error_finding(error),))
    result = deploy(
        _without(prepared, frozenset(kept)),
        aws=aws,
        clock=clock,
        listener=listener,
        taker=taker,
        confirm=confirm,
        wish=DeployWish(via="stacks"),
        parallel=parallel,
        pool=pool,
        chance=chance,
    )
    warnings = tuple(
        _not_prepared(one, reason) for one, reason in refusals.items() if reason is not None
    )
    return Brought(
        exit_code=result.exit_code,
        account=account,
        findings=(*result.findings, *warnings),
        deployed=result,
        kept=tuple(sorted(kept.values())),
        ready=tuple(one for one, reason in refusals.items() if reason is None),
    )


def _foreign_roles(prepared: Prepared, wish: Wish, aws: Aws) -> Iterator[Finding]:
    """SF519: a role of that name is there, and this migration's stack is not."""
    roles = {
        "administration": (wish.administration_role, "--administration-role"),
        "execution": (wish.execution_role, "--execution-role"),
    }
    for stack in prepared.manifest.stacks:
        if stack.name not in roles:
            continue
        name, option = roles[stack.name]
        if not _stands(stack, aws) and aws.has_role(name):
            yield Finding(
                code="SF519",
                where=at("accounts"),
                detail=(
                    f'The account "{prepared.account}" has a role "{name}", and the stack '
                    f'"{stack.stack_set}", which would have made it for this migration, is not '
                    "there."
                ),
                way_out=(
                    f"If that role may do what the migration needs, deploy with it as it is. Else "
                    f"name another one with {option} NAME, here and at every deploy."
                ),
            )


def _kept(prepared: Prepared, manifest: Manifest, aws: Aws) -> Iterator[tuple[str, str]]:
    """Yield stack and name of each bucket that outlived its stack, as it is meant to."""
    for stack in prepared.manifest.stacks:
        if stack.name == "artifacts" and not _stands(stack, aws):
            bucket = artifact_bucket(manifest, stack.region)
            if aws.has_bucket(bucket, stack.region):
                yield stack.id, bucket


def _stands(stack: Stack, aws: Aws) -> bool:
    return aws.stack_set(stack.stack_set) is not None


def _refusal(aws: Aws, manifest: Manifest, wish: Wish, account: str) -> str | None:
    """
    Return why the execution role of another account does not let us in; nothing if it does.

    Asked for is a stack that nobody has, by a name that the role may ask for.

    Raises:
        AwsBusyError: AWS gave no answer, so neither is known.
    """
    region = next(
        (stack.region for stack in manifest.stacks if stack.account == account),
        manifest.target_region,
    )
    name = f"{beginning_of_stacks(manifest, wish)}is-anybody-there"
    try:
        aws.stack_status(Place(account=account, region=region), name)
    except AwsBusyError:
        raise
    except AwsError as error:
        return error.reason
    return None


def _not_prepared(account: str, reason: str) -> Finding:
    return Finding(
        code="SF560",
        where=at("accounts"),
        detail=(
            f'The account "{account}" does not let these credentials take its execution role, or '
            f"has none: {reason}"
        ),
        way_out=(
            "Run `stackferry bootstrap` once more with a profile of that account (AWS_PROFILE)."
        ),
    )


def _without(prepared: Prepared, kept: frozenset[str]) -> Compiled:
    stacks = tuple(stack for stack in prepared.manifest.stacks if stack.id not in kept)
    ids = tuple(stack.id for stack in stacks)
    return Compiled(
        manifest=replace(prepared.manifest, stacks=stacks, batches=(ids,) if ids else ()),
        templates={id_: prepared.texts[id_].decode() for id_ in ids},
    )
