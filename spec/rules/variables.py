"""Rules about the environment of a service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec.findings import Finding, at, key_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.findings import Spot
    from spec.model import Service, Spec

LONGEST_SECRET_NAME = 512
"""Secrets Manager API reference, `CreateSecret`, 2026-11."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9/_+=.@-]+", re.ASCII)
_SECRETIVE_NAME = re.compile(
    r"passw|secret|token|api_?key|access_?key|private_?key|credential", re.IGNORECASE
)
_SECRETIVE_VALUE = re.compile(
    r"-----BEGIN|\b(AKIA|ASIA)[A-Z0-9]{16}\b|://[^/\s:@]+:[^/\s:@]+@|\bghp_\w{20}", re.ASCII
)
_HARMLESS = re.compile(r"|true|false|yes|no|on|off|none|\d{1,5}|/[\w./-]*", re.IGNORECASE)


def variable_malformed(spec: Spec) -> Iterator[Finding]:
    """SF268: an environment file has lines of a name and a value."""
    for key, service in spec.services.items():
        for group in ("environment", "secrets"):
            for name in getattr(service, group):
                if not _VARIABLE.fullmatch(name):
                    yield Finding(
                        code="SF268",
                        where=key_at("services", key, group, name),
                        detail=f'"{name}" is not the name of an environment variable.',
                        way_out="Choose letters, digits and underscores, no digit first.",
                    )
        for name, value in service.environment.items():
            if any(ord(character) < ord(" ") for character in value):
                yield Finding(
                    code="SF268",
                    where=at("services", key, "environment", name),
                    detail="The value has a line break or another control character; an environment"
                    " file has one line for each variable.",
                    way_out="Write it in one line, or put it into the image or into a secret.",
                )


def secret_in_environment(spec: Spec) -> Iterator[Finding]:
    """SF269: templates and instances show their environment to many."""
    for key, service in spec.services.items():
        for name, value in service.environment.items():
            by_name = _SECRETIVE_NAME.search(name) and not _HARMLESS.fullmatch(value)
            if by_name or _SECRETIVE_VALUE.search(value):
                yield Finding(
                    code="SF269",
                    where=key_at("services", key, "environment", name),
                    detail=f'"{name}" looks like a secret. Here it would stand in the spec, in the'
                    " template and in the launch template, readable by many.",
                    way_out="Keep it in Secrets Manager in both regions, and name it under"
                    ' "secrets".',
                )


def secret_name_malformed(spec: Spec) -> Iterator[Finding]:
    """SF270: a secret is named, since its ARN differs between regions."""
    for key, service in spec.services.items():
        for variable, name in service.secrets.items():
            if name.startswith("arn:"):
                detail = "An ARN names a secret of one region; the service reads it in both."
                way_out = "Write the secret's name, without region and random suffix."
            elif not _SECRET.fullmatch(name) or len(name) > LONGEST_SECRET_NAME:
                detail = (
                    f'"{name}" is not the name of a secret: up to {LONGEST_SECRET_NAME} letters,'
                    " digits and any of / _ + = . @ -."
                )
                way_out = 'Write it like "shop/api-key".'
            else:
                continue
            yield Finding(
                code="SF270",
                where=at("services", key, "secrets", variable),
                detail=detail,
                way_out=way_out,
            )


def variable_set_twice(spec: Spec) -> Iterator[Finding]:
    """SF271: a variable has one value."""
    for key, service in spec.services.items():
        own = dict(_own_variables(spec, service))
        for group in ("environment", "secrets"):
            for name in getattr(service, group):
                where = key_at("services", key, group, name)
                if name in own:
                    yield Finding(
                        code="SF271",
                        where=where,
                        detail=f'stackferry sets "{name}" itself, on each side as it is there.',
                        way_out="Remove it, or choose another name.",
                        related=own[name],
                    )
                elif group == "secrets" and name in service.environment:
                    there = key_at("services", key, "environment", name)
                    yield Finding(
                        code="SF271",
                        where=where,
                        detail=f'"{name}" is set under "environment" too.',
                        way_out="Remove one of them.",
                        related=((there, "set here as plain text"),),
                    )


def _own_variables(
    spec: Spec, service: Service
) -> Iterator[tuple[str, tuple[tuple[Spot, str], ...]]]:
    """Yield what an instance is told anyway, each with the place from which it follows."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        yield name, ()
    for used in service.uses:
        word = used.upper().replace("-", "_")
        kinds = (
            ("databases", ("HOST", "PORT", "NAME", "SECRET")),
            ("buckets", ("BUCKET",)),
        )
        for kind, endings in kinds:
            if used in getattr(spec, kind):
                for ending in endings:
                    yield f"{word}_{ending}", ((key_at(kind, used), "what it tells about"),)
