"""Reading what AWS has. No call of this room changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.causes import translate
from compiler.deploy.exit_codes import FINDINGS, REFUSED
from compiler.deploy.plan import Seen, lookups
from compiler.deploy.port import GONE, Aws, AwsBusyError, AwsError, Place
from compiler.deploy.wanted import place_of
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.flow import Pool
    from compiler.deploy.folder import Compiled
    from compiler.manifest import FromLookup, Manifest, Stack


def look(aws: Aws, stack: Stack, *, with_outputs: bool = True) -> Seen:
    """
    Return what AWS has of *stack*.

    Raises:
        AwsError: AWS refused to tell.
    """
    definition = aws.stack_set(stack.stack_set)
    if definition is None:
        return Seen()
    seen = Seen(definition=definition, instances=aws.instances(stack.stack_set))
    instance = seen.instance(place_of(stack))
    if not with_outputs or instance is None or not instance.is_current or not stack.outputs:
        return seen
    outputs = aws.outputs(instance.place, instance.stack_id)
    return Seen(definition=definition, instances=seen.instances, outputs=outputs)


def is_gone(aws: Aws, stack: Stack, seen: Seen) -> bool:
    """
    Tell whether a stack is not there although its stack set takes it for current.

    Raises:
        AwsError: AWS refused to tell.
    """
    instance = seen.instance(place_of(stack))
    if instance is None or not instance.is_current or not instance.stack_id:
        return False
    if seen.outputs:
        # A deleted stack has none, so there is no need to ask a second time.
        return False
    return aws.stack_status(instance.place, instance.stack_id) in GONE


def observe(
    aws: Aws, manifest: Manifest, pool: Pool, *, with_outputs: bool = True
) -> dict[str, Seen]:
    """
    Return what AWS has of each stack, by its id.

    Raises:
        AwsError: AWS refused to tell.
    """
    calls = {
        stack.id: pool.submit(partial(look, aws, stack, with_outputs=with_outputs))
        for stack in manifest.stacks
    }
    return {id_: call.result() for id_, call in calls.items()}


def look_up(
    aws: Aws, compiled: Compiled, seen: Mapping[str, Seen], *, refresh: bool
) -> tuple[dict[tuple[str, str], str], tuple[Finding, ...]]:
    """
    Ask for what must be looked up.

    Return the values by stack and parameter, and what was not found.
    """
    values: dict[tuple[str, str], str] = {}
    asked: dict[tuple[Place, FromLookup], str | AwsError] = {}
    findings: list[Finding] = []
    for stack, parameter, source in lookups(compiled, seen, refresh=refresh):
        key = (place_of(stack), source)
        if key not in asked:
            asked[key] = _ask(aws, *key)
        match asked[key]:
            case str() as value:
                values[stack.id, parameter] = value
            case AwsError() as error:
                findings.append(_not_found(stack, source, error))
    return values, tuple(findings)


def account_finding(aws: Aws, manifest: Manifest) -> Iterator[Finding]:
    """
    Guard against credentials of another account than the one that the manifest names.

    Raises:
        AwsError: There are no credentials, or they are refused.
    """
    account = aws.account()
    if account != manifest.target_account:
        yield Finding(
            code="SF503",
            where=at("accounts", "target"),
            detail=(
                f'The credentials are of the account "{account}". Stack sets of this migration '
                f'live in its target account, "{manifest.target_account}".'
            ),
            way_out=(
                "Choose the profile of the target account with AWS_PROFILE, or correct the spec."
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """
    Why nothing was begun.

    Attributes:
        exit_code: What the command ends with.
        finding: Why.
    """

    exit_code: int
    finding: Finding


def account_refusal(aws: Aws, manifest: Manifest) -> Refusal | None:
    """Return nothing, or why there is no asking: `account_finding`, or AWS takes no credentials."""
    try:
        for finding in account_finding(aws, manifest):
            return Refusal(exit_code=FINDINGS, finding=finding)
    except AwsError as error:
        return Refusal(exit_code=REFUSED, finding=error_finding(error))
    return None


def error_finding(error: AwsError) -> Finding:
    """Return an error that came before anything was touched as a finding."""
    cause = translate(error.reason, code=error.code)
    return Finding(
        code=cause.code,
        where=at(),
        detail=f"AWS refused {error}",
        way_out=cause.way_out,
    )


def _ask(aws: Aws, place: Place, source: FromLookup) -> str | AwsError:
    try:
        match source.kind:
            case "image":
                return aws.image(place, source.name)
            case "prefix_list":
                return aws.prefix_list(place, source.name)
    except AwsBusyError:
        # Says nothing about the name that the user gave.
        raise
    except AwsError as error:
        return error


def _not_found(stack: Stack, source: FromLookup, error: AwsError) -> Finding:
    noun = "image parameter" if source.kind == "image" else "prefix list"
    return Finding(
        code="SF506",
        where=at(*stack.component),
        detail=f'The {noun} "{source.name}" cannot be read in {stack.region}: {error.reason}',
        way_out=(
            "Name a parameter that exists in that region, or give the image by its id."
            if source.kind == "image"
            else "Check that the region has it, and that the role may read it."
        ),
    )
