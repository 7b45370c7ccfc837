"""A bootstrap as text: what was written, what is there, and which accounts still lack theirs."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from compiler.bootstrap.ground import Wish
from compiler.deploy.port import MARK_TAG
from compiler.deploy.wanted import definition_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.bootstrap.build import Bootstrap, Prepared
    from compiler.bootstrap.run import Brought


def written_text(bootstrap: Bootstrap, command: str, out: str) -> str:
    """
    Return what was written, and for each account the commands that bring it to AWS.

    Args:
        bootstrap: What the accounts need.
        command: The same command without writing.
        out: The folder as the operator named it.
    """
    return "".join(f"{line}\n" for line in _written(bootstrap, command, out))


def brought_text(bootstrap: Bootstrap, brought: Brought, command: str, wish: Wish) -> str:
    """
    Return what there is to say after a bootstrap beside how its deploy ended.

    Args:
        bootstrap: What the accounts need.
        brought: How it ended.
        command: The same command once more.
        wish: What the operator asked for.
    """
    return "".join(f"{line}\n" for line in _brought(bootstrap, brought, command, wish))


def _written(bootstrap: Bootstrap, command: str, out: str) -> Iterator[str]:
    for prepared in bootstrap.accounts:
        folder = f"{out.rstrip('/')}/{prepared.account}"
        if not prepared.manifest.stacks:
            yield f"Account {prepared.account} needs nothing."
            yield ""
            continue
        yield f"Account {prepared.account}: wrote {_counted(prepared)} to {folder}."
        yield from _left_out(prepared)
        yield "With its credentials run"
        yield f"  {command}"
        yield "or, without stackferry,"
        for line in commands(prepared, folder):
            yield f"  {line}"
        yield ""


def again(folder: str, wish: Wish) -> str:
    """Return the command that brings to AWS what *wish* asks for."""
    words = ["stackferry", "bootstrap", folder]
    if not wish.via_stack_sets:
        words += ["--via", "stacks"]
    words += role_options(wish)
    for operator in wish.operators:
        words += ["--operator", operator]
    if wish.fan_out:
        words += ["--accounts", ",".join(wish.fan_out)]
    if wish.permissions_boundary:
        words += ["--permissions-boundary", wish.permissions_boundary]
    if wish.with_buckets:
        words += ["--with-buckets"]
    return shlex.join(words)


def role_options(wish: Wish) -> list[str]:
    """Return the options, alike here and at deploy, that name roles other than the default."""
    default = Wish()
    words = []
    if wish.administration_role != default.administration_role:
        words += ["--administration-role", wish.administration_role]
    if wish.execution_role != default.execution_role:
        words += ["--execution-role", wish.execution_role]
    return words


def commands(prepared: Prepared, folder: str) -> tuple[str, ...]:
    """
    Return what makes the stacks of an account by the AWS CLI alone, one command for each.

    The stacks get the names and tags that bootstrap gives them, so that it finds them as its own.
    """
    found = []
    for stack in prepared.manifest.stacks:
        manifest = prepared.manifest
        mark = definition_of(manifest, stack, "", {}, "").description
        tags = {**manifest.tags, MARK_TAG: mark}
        parts = [
            *("aws", "cloudformation", "deploy", "--region", stack.region),
            *("--stack-name", stack.stack_set),
            *("--template-file", f"{folder}/{stack.file}"),
            *(("--capabilities", *stack.capabilities) if stack.capabilities else ()),
            "--tags",
            *(f"{key}={value}" for key, value in sorted(tags.items())),
        ]
        found.append(shlex.join(parts))
    return tuple(found)


def _brought(bootstrap: Bootstrap, brought: Brought, command: str, wish: Wish) -> Iterator[str]:
    for bucket in brought.kept:
        yield f"The bucket {bucket} was there already, and is used as it is."
    here = bootstrap.of(brought.account)
    if here is not None and brought.deployed is not None:
        yield from _left_out(here)
        if options := role_options(wish):
            yield f"Give deploy the same roles: {shlex.join(options)}"
    others = [one for one in bootstrap.accounts if one is not here and one.manifest.stacks]
    if not others or here is None:
        return
    yield ""
    yield "Other accounts of the migration:"
    for one in others:
        if one.account in brought.ready:
            yield f"  {one.account}  its execution role lets these credentials in"
        else:
            yield f"  {one.account}  still to be prepared; with a profile of that account run"
            yield f"    {command}"


def _left_out(prepared: Prepared) -> Iterator[str]:
    if prepared.left_out:
        yield (
            f"{len(prepared.left_out)} permissions that handlers name were left out; --json says "
            "which and why."
        )


def _counted(prepared: Prepared) -> str:
    count = len(prepared.manifest.stacks)
    return f"{count} template{'s' if count > 1 else ''}"
