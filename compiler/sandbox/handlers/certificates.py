"""
ACM certificates that are there before any stack is.

A migration names certificates by ARN; AWS refuses those that do not exist, so whoever uses the
sandbox puts them there first.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from moto.acm.models import CertBundle

from compiler.sandbox.handlers.replies import ask_or_none, beneath

if TYPE_CHECKING:
    from compiler.sandbox.handler import Scope

_ARN = re.compile(r"arn:[a-z-]+:acm:([a-z0-9-]+):(\d{12}):certificate/[A-Za-z0-9-]+")


def import_certificate(arn: str) -> None:
    """
    Put an issued certificate with exactly this ARN into the account and region that it names.

    Raises:
        ValueError: *arn* is not one of ACM's.
    """
    named = _ARN.fullmatch(arn)
    if named is None:
        msg = f"{arn!r} is not the ARN of an ACM certificate"
        raise ValueError(msg)
    region, account = named[1], named[2]
    certificate, key = _key_pair()
    held = beneath("acm", account, region)
    # ACM chooses the ARN of what is imported through it, so there is no other door than this one.
    held._certificates[arn] = CertBundle(  # noqa: SLF001 -- see above
        account,
        certificate,
        key,
        region=region,
        arn=arn,
        cert_type="AMAZON_ISSUED",
        cert_status="ISSUED",
    )


@cache
def _key_pair() -> tuple[bytes, bytes]:
    # One for all certificates of a process: nobody looks inside, and making one takes long.
    made = CertBundle.generate_cert("*.example.com", "123456789012", "us-east-1")
    return made.cert, made.key


def certificate_exists(scope: Scope, arn: str) -> bool:
    """Tell whether ACM has *arn* in the region that it names."""
    region = certificate_region(arn)
    if region is None:
        return False
    answer = ask_or_none(
        scope.client("acm", region),
        "describe_certificate",
        "ResourceNotFoundException",
        "ValidationException",
        CertificateArn=arn,
    )
    return answer is not None


def certificate_region(arn: str) -> str | None:
    """Return the region of an ACM ARN, `None` where it is none."""
    named = _ARN.fullmatch(arn)
    return named[1] if named else None
