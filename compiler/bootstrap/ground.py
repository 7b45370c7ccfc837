"""The ground that roles are made for: one account's part in a compiled migration."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from compiler.deploy.fan_out import ties_of
from compiler.deploy.targets import ADMINISTRATION_ROLE, EXECUTION_ROLE
from spec.regions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.manifest import Manifest, Stack

Template: TypeAlias = "Mapping[str, Any]"
"""A template's JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    What the operator asks for.

    Attributes:
        via_stack_sets: Whether stacks come through StackSets; else each by change sets.
        administration_role: Name of the role with which StackSets comes; in the target account.
        execution_role: Name of the role that makes the stacks, in each account.
        operators: ARNs of who else may take the execution role: who deploys reads the stacks of
            another account through it; `*` is a wildcard.
        permissions_boundary: ARN of the policy beyond which the roles may never go; empty for none.
        with_buckets: Whether artifact buckets are made also where nothing needs one.
        fan_out: Accounts that stacks are fanned out to beside their own, sorted.
    """

    via_stack_sets: bool = True
    administration_role: str = ADMINISTRATION_ROLE
    execution_role: str = EXECUTION_ROLE
    operators: tuple[str, ...] = ()
    permissions_boundary: str = ""
    with_buckets: bool = False
    fan_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """
    One account's part in a migration.

    Attributes:
        manifest: The migration.
        account: Twelve digits.
        wish: What the operator asks for.
        stacks: The migration's stacks in the account.
        templates: Their templates, by id.
    """

    manifest: Manifest
    account: str
    wish: Wish
    stacks: tuple[Stack, ...]
    templates: Mapping[str, Template]

    @property
    def prefix(self) -> str:
        """What the names of the migration begin with: `<name>-<environment>`."""
        return self.manifest.migration

    @property
    def partition(self) -> str:
        """The partition of the migration."""
        return partition_of(self.manifest.target_region)

    @property
    def regions(self) -> tuple[str, ...]:
        """Where the account has stacks, sorted."""
        return tuple(sorted({stack.region for stack in self.stacks}))

    @property
    def is_target(self) -> bool:
        """Whether stack sets and artifact buckets are this account's."""
        return self.account == self.manifest.target_account

    def role(self, account: str, name: str) -> str:
        """Return the ARN of the role *name* in *account*."""
        return f"arn:{self.partition}:iam::{account}:role/{name}"

    def resources(self, type_: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield region and body of each resource in the account, of *type_* only if given."""
        for stack in self.stacks:
            for body in self.templates[stack.id]["Resources"].values():
                if type_ in {"", body["Type"]}:
                    yield stack.region, body

    def places(self) -> dict[str, tuple[str, ...]]:
        """Return the regions in which each resource type stands, sorted."""
        found: dict[str, set[str]] = {}
        for region, body in self.resources():
            found.setdefault(body["Type"], set()).add(region)
        return {type_: tuple(sorted(regions)) for type_, regions in sorted(found.items())}


def accounts(manifest: Manifest, wish: Wish) -> tuple[str, ...]:
    """Return the accounts that get stacks: the target's, then the others, sorted."""
    others = {*(stack.account for stack in manifest.stacks), *wish.fan_out}
    return (manifest.target_account, *sorted(others - {manifest.target_account}))


def ground(manifest: Manifest, texts: Mapping[str, str], account: str, wish: Wish) -> Ground:
    """Return the part of *account* in *manifest*, whose templates are *texts* by stack id."""
    stacks = tuple(
        replace(stack, account=account)
        for stack in manifest.stacks
        if stack.account == account
        or (account in wish.fan_out and not any(ties_of(manifest, stack, texts[stack.id])))
    )
    return Ground(
        manifest=manifest,
        account=account,
        wish=wish,
        stacks=stacks,
        templates={stack.id: json.loads(texts[stack.id]) for stack in stacks},
    )


def texts_in(value: object) -> Iterator[str]:
    """Yield every text in *value*, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)


def keys_in(value: object) -> Iterator[str]:
    """Yield every key in *value*, at whatever depth."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from keys_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys_in(item)
