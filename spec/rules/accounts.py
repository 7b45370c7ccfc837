"""Rules about accounts and the roles in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec.findings import Finding, at
from spec.rules.rule import listed, partition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.model import Spec

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)

_ROLE = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>\d{12}):(?:role|user)/[\w+=,.@/-]{1,512}",
    re.ASCII,
)


def is_account(text: str) -> bool:
    """Tell whether *text* is an account id: twelve digits."""
    return _ACCOUNT.fullmatch(text) is not None


def account_malformed(spec: Spec) -> Iterator[Finding]:
    """SF225: an account id is twelve digits."""
    for key, account in (("source", spec.accounts.source), ("target", spec.accounts.target)):
        if not is_account(account):
            yield Finding(
                code="SF225",
                where=at("accounts", key),
                detail=f'"{account}" is not an account id: those are twelve digits, with leading'
                " zeros.",
                way_out='Write all twelve digits, in quotes and without hyphens: "012345678901".',
            )


def peering_role_missing(spec: Spec) -> Iterator[Finding]:
    """SF226: somebody in the other account must accept the peering."""
    accounts = spec.accounts
    if accounts.source != accounts.target and accounts.peering_role is None:
        yield Finding(
            code="SF226",
            where=at("accounts"),
            detail="Source and target are two accounts. A peering between them stays in"
            " pending-acceptance until a role of the target account accepts it, and then every"
            " route over it fails.",
            way_out='Name a role of the target account in "peering_role"; it trusts the source'
            " account and allows ec2:AcceptVpcPeeringConnection.",
        )


def peering_role_needless(spec: Spec) -> Iterator[Finding]:
    """SF227: within an account a peering needs no role."""
    accounts = spec.accounts
    if accounts.source == accounts.target and accounts.peering_role is not None:
        yield Finding(
            code="SF227",
            where=at("accounts", "peering_role"),
            detail="Source and target are one account, where CloudFormation accepts the peering"
            " itself; the role is not used.",
            way_out="Remove it.",
        )


def peering_role_foreign(spec: Spec) -> Iterator[Finding]:
    """SF228: the peering role is an IAM role of the target account."""
    role = spec.accounts.peering_role
    if role is None or spec.accounts.source == spec.accounts.target:
        return
    found = _ROLE.fullmatch(role)
    wanted = f"arn:{partition(spec) or 'aws'}:iam::{spec.accounts.target}:role/"
    if found is None:
        detail = f'"{role}" is not the ARN of an IAM role.'
    elif not role.startswith(wanted) and is_account(spec.accounts.target):
        detail = f'"{role}" is not a role of the target account in this partition.'
    else:
        return
    yield Finding(
        code="SF228",
        where=at("accounts", "peering_role"),
        detail=detail,
        way_out=f'Name a role that begins with "{wanted}".',
        related=((at("accounts", "target"), "the account that accepts"),),
    )


def administrator_foreign(spec: Spec) -> Iterator[Finding]:
    """SF229: a key is administered by roles of its own account."""
    accounts = sorted({spec.accounts.source, spec.accounts.target})
    where = partition(spec)
    for position, administrator in enumerate(spec.keys.administrators):
        found = _ROLE.fullmatch(administrator)
        if found is None:
            detail = f'"{administrator}" is not the ARN of an IAM role or user.'
        elif where is not None and found["partition"] != where:
            detail = f"It is in the partition {found['partition']}, the migration in {where}."
        elif found["account"] not in accounts and all(is_account(one) for one in accounts):
            detail = f"Account {found['account']} is neither the source's nor the target's."
        else:
            continue
        yield Finding(
            code="SF229",
            where=at("keys", "administrators", position),
            detail=(
                f"{detail} KMS refuses a key policy that names a principal which does not exist."
            ),
            way_out=f"Name a role of {listed(accounts)}, like"
            f' "arn:{where or "aws"}:iam::{accounts[0]}:role/KeyAdmin".',
        )
