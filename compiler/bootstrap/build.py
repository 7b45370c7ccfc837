"""From a compiled migration to what its accounts need: a manifest and templates for each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from compiler.bootstrap import buckets, handlers, roles
from compiler.bootstrap.ground import accounts, ground
from compiler.bootstrap.packing import SPLIT, TooLargeError
from compiler.link.limits import Limits
from compiler.manifest import MANIFEST_NAME, Manifest, Stack
from compiler.manifest import to_bytes as manifest_bytes
from compiler.template_text import to_bytes
from spec.codes import CARDS
from spec.findings import Finding, at
from spec.names import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troposphere import Template

    from compiler.bootstrap.ground import Ground, Wish
    from compiler.bootstrap.handlers import LeftOut
    from compiler.kinds import Side

PHASE: Literal["bootstrap"] = "bootstrap"
"""The phase in the manifests and tags of what stands before every phase."""

_INLINE_BYTES = Limits().inline_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """
    What one account needs.

    Attributes:
        account: Twelve digits.
        manifest: Its stacks: `<region>/administration`, `<region>/execution`, `<region>/artifacts`.
        texts: Bytes of each template, by stack id.
        left_out: What handlers name and the execution role does not get, sorted.
    """

    account: str
    manifest: Manifest
    texts: Mapping[str, bytes]
    left_out: tuple[LeftOut, ...]

    @property
    def files(self) -> dict[str, bytes]:
        """Bytes of each file by its path below the account's folder, the manifest included."""
        found = {stack.file: self.texts[stack.id] for stack in self.manifest.stacks}
        return {**found, MANIFEST_NAME: manifest_bytes(self.manifest)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """
    What the accounts of a migration need.

    Attributes:
        accounts: The target's, then the others, sorted by number.
        findings: What speaks against it, and what is worth a warning.
    """

    accounts: tuple[Prepared, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether something speaks against it, warnings left out."""
        return any(CARDS[one.code].severity == "error" for one in self.findings)

    def of(self, account: str) -> Prepared | None:
        """Return what *account* needs; nothing if it has no part in the migration."""
        return next((one for one in self.accounts if one.account == account), None)


def build(manifest: Manifest, texts: Mapping[str, str], wish: Wish) -> Bootstrap:
    """
    Say what the accounts of *manifest* need; equal input gives equal bytes.

    Args:
        manifest: What was compiled.
        texts: Its templates, by stack id.
        wish: What the operator asks for.
    """
    made: list[Prepared] = []
    findings: list[Finding] = []
    for account in accounts(manifest, wish):
        part = ground(manifest, texts, account, wish)
        needs = handlers.needs_of(part)
        findings.extend(_unknown_types(part, needs.unknown))
        try:
            made.append(_prepared(part, tuple(_templates(part, needs)), needs.left_out))
        except TooLargeError as error:
            findings.append(_too_large(part, error))
    findings.extend(_nobody_reads(manifest, wish))
    return Bootstrap(accounts=tuple(made), findings=tuple(findings))


def _templates(part: Ground, needs: handlers.Needs) -> Iterator[tuple[str, str, Template]]:
    """Yield region, name and template of each stack."""
    home = part.manifest.home_region
    tags = _tags(part.manifest)
    if part.is_target and part.wish.via_stack_sets:
        yield home, "administration", roles.administration(part, tags)
    # By change sets in its own account, the deployer makes stacks with its own credentials.
    if part.wish.via_stack_sets or not part.is_target:
        yield home, "execution", roles.execution(part, needs, tags)
    for region in buckets.regions_with_buckets(part):
        yield region, "artifacts", buckets.artifacts(part, region, tags)


def _prepared(
    part: Ground, templates: tuple[tuple[str, str, Template], ...], left_out: tuple[LeftOut, ...]
) -> Prepared:
    """
    Give *templates* their bytes.

    Raises:
        TooLargeError: One does not fit into a request.
    """
    texts: dict[str, bytes] = {}
    stacks: list[Stack] = []
    for region, name, template in templates:
        body = {"AWSTemplateFormatVersion": "2010-09-09", **template.to_dict()}
        text = to_bytes(body)
        stack = _stack(part, region, name, body, text)
        if len(text) > _INLINE_BYTES:
            detail = (
                f"The template {stack.id} would have {len(text):,} bytes; a request takes "
                f"{_INLINE_BYTES:,}, and the bucket for larger ones is not there yet."
            )
            raise TooLargeError(detail, SPLIT)
        texts[stack.id] = text
        stacks.append(stack)
    manifest = part.manifest
    return Prepared(
        account=part.account,
        manifest=Manifest(
            name=manifest.name,
            environment=manifest.environment,
            phase=PHASE,
            spec_file=manifest.spec_file,
            spec_sha256=manifest.spec_sha256,
            source_region=manifest.source_region,
            target_region=manifest.target_region,
            home_region=manifest.home_region,
            target_account=part.account,
            tags=_tags(manifest),
            stacks=tuple(stacks),
            batches=(tuple(stack.id for stack in stacks),) if stacks else (),
        ),
        texts=texts,
        left_out=left_out if any(stack.name == "execution" for stack in stacks) else (),
    )


def _stack(part: Ground, region: str, name: str, body: Mapping[str, Any], text: bytes) -> Stack:
    kinds = {str(one["Type"]) for one in body["Resources"].values()}
    return Stack(
        id=f"{region}/{name}",
        side=_side(part.manifest, region, name),
        name=name,
        region=region,
        account=part.account,
        file=f"{region}/{name}.json",
        # It does not begin as the migration's own stacks do: the execution role may change those.
        stack_set=shortened(f"stackferry-{part.prefix}-{region}-{name}", 80),
        sha256=hashlib.sha256(text).hexdigest(),
        size_bytes=len(text),
        needs_artifact_bucket=False,
        capabilities=("CAPABILITY_NAMED_IAM",) if "AWS::IAM::Role" in kinds else (),
        component=("accounts",),
        parameters={},
        outputs=(),
        after=(),
        stateful=(),
        retained=("Bucket",) if name == "artifacts" else (),
        origins={},
    )


def _side(manifest: Manifest, region: str, name: str) -> Side:
    if name != "artifacts":
        return "global"
    return "source" if region == manifest.source_region else "target"


def _tags(manifest: Manifest) -> dict[str, str]:
    return dict(sorted({**manifest.tags, "MigrationPhase": PHASE}.items()))


def _unknown_types(part: Ground, unknown: tuple[str, ...]) -> Iterator[Finding]:
    """SF562: the registry does not tell what the handlers of a type need."""
    for type_ in unknown:
        yield Finding(
            code="SF562",
            where=at("accounts"),
            detail=(
                f"The installed cfn-lint does not tell what the handlers of {type_} need, so the "
                f"role in {part.account} would lack it."
            ),
            way_out="Install a newer cfn-lint and run this again.",
        )


def _too_large(part: Ground, error: TooLargeError) -> Finding:
    """SF563: what an account needs is more than a role, or a request, takes."""
    return Finding(
        code="SF563",
        where=at("accounts"),
        detail=f"{error.detail} It is about the account {part.account}.",
        way_out=error.way_out,
    )


def _nobody_reads(manifest: Manifest, wish: Wish) -> Iterator[Finding]:
    """SF561: nobody but StackSets may take the role through which another account is read."""
    others = [one for one in accounts(manifest, wish) if one != manifest.target_account]
    if others and not wish.operators:
        yield Finding(
            code="SF561",
            where=at("accounts"),
            detail=(
                f"`deploy` reads the stacks in {', '.join(others)} through the execution role "
                "there, and nobody is named who may take it."
            ),
            way_out=(
                "Name the role or user that runs `deploy` with --operator ARN, or give `deploy` "
                "another role with --read-role."
            ),
        )
