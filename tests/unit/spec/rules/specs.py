"""Small specs for the tests of the rules: a sound one, of which a test replaces sections."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec.load import load
from spec.rules import check

if TYPE_CHECKING:
    from spec.findings import Finding
    from spec.model import Spec

_SECTIONS = {
    "version": "version: 1",
    "name": "name: shop",
    "environment": "environment: test",
    "accounts": 'accounts: {source: "111122223333", target: "111122223333"}',
    "source": "source: {region: us-east-1, vpc: {cidr: 10.0.0.0/16, zones: [us-east-1a,"
    " us-east-1b]}}",
    "target": "target: {region: us-east-2, vpc: {cidr: 10.1.0.0/16, zones: [us-east-2a,"
    " us-east-2b]}}",
}

IMAGE = "{ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}"

WEB = f"services: {{web: {{instance_type: t3.small, image: {IMAGE}}}}}"


def certificate(region: str, account: str = "111122223333") -> str:
    """Return the ARN of a certificate, in quotes."""
    return f'"arn:aws:acm:{region}:{account}:certificate/11111111-1111-1111-1111-111111111111"'


def database(**given: object) -> str:
    """Return a section with one database, `catalog`."""
    values = {
        "engine": "postgres",
        "version": '"16.4"',
        "instance_class": "db.t3.medium",
        "storage_gib": 100,
        **given,
    }
    return f"databases: {{catalog: {{{', '.join(f'{key}: {values[key]}' for key in values)}}}}}"


def service(**given: object) -> str:
    """Return a section with one service, `web`, and one with certificates for it."""
    values = {"instance_type": "t3.small", "image": IMAGE, **given}
    web = ", ".join(f"{key}: {values[key]}" for key in values)
    source, target = certificate("us-east-1"), certificate("us-east-2")
    return f"services: {{web: {{{web}}}}}\ncertificates: {{source: {source}, target: {target}}}"


def side(name: str, region: str, **vpc: object) -> str:
    """Return a section for a side with zones `a` and `b`."""
    cidr = "10.0.0.0/16" if name == "source" else "10.1.0.0/16"
    values = {"cidr": cidr, "zones": f"[{region}a, {region}b]", **vpc}
    inside = ", ".join(f"{key}: {values[key]}" for key in values)
    return f"{name}: {{region: {region}, vpc: {{{inside}}}}}"


def spec_of(*sections: str) -> Spec:
    """Return the sound spec with *sections* in the place of its own ones."""
    text = "\n".join(sections)
    given = set(re.findall(r"^(\w+):", text, re.MULTILINE))
    base = "\n".join(line for key, line in _SECTIONS.items() if key not in given)
    loaded = load(f"{base}\n{text}\n".encode(), "test.yaml")
    assert loaded.spec is not None, loaded.findings
    return loaded.spec


def found(*sections: str) -> tuple[Finding, ...]:
    """Return what the rules say about the sound spec with *sections* in the place of its own."""
    return tuple(check(spec_of(*sections)))


def codes(*sections: str) -> list[str]:
    """Return the codes of what the rules say, in order."""
    return [finding.code for finding in found(*sections)]
