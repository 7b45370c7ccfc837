"""
AWS's sentences, translated: what a refusal means here, and the way out.

The sentences are those that people met in migrations, in the wording of the services' API
references and error messages as of November 2026; services vary them, so a pattern holds only the
words that stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from spec.codes.deploying import DEPLOYING


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """
    What a refusal means.

    Attributes:
        code: The card that explains it.
        way_out: What to do about it.
    """

    code: str
    way_out: str


class _Known(NamedTuple):
    code: str
    pattern: str


SUMMARY = re.compile(
    r"ResourceLogicalId:(?P<resource>\w+), ?ResourceType:(?P<type>[\w:]+), ?"
    r"ResourceStatusReason:(?P<reason>.*)",
    re.DOTALL,
)
"""How StackSets words the reason of a failed stack (seen in StatusReason, 2026-11)."""

UNKNOWN = "SF530"
"""The card for what AWS says and no pattern knows."""

_KNOWN = (
    # About the credentials and roles, before any resource.
    _Known("SF520", r"Unable to locate credentials|NoCredentials|ProfileNotFound|config profile"),
    _Known("SF521", r"ExpiredToken|token (included in the request )?(is|has) expired"),
    _Known(
        "SF522",
        r"InvalidClientTokenId|UnrecognizedClient|security token included in the request is invalid"
        r"|OptInRequired|not subscribed to this service|region is not enabled|AuthFailure",
    ),
    _Known(
        "SF523",
        r"AWSCloudFormationStackSet(Administration|Execution)Role|sts:AssumeRole|AssumeRole\b",
    ),
    _Known("SF525", r"Throttl|Rate exceeded|RequestLimitExceeded|could not (be reached|connect)"),
    _Known(
        "SF524",
        r"LimitExceeded|LimitExceededException|QuotaExceeded|maximum number of|has been reached"
        r"|TooMany(Buckets|DistributionS)|exceeds? the (limit|quota)",
    ),
    _Known("SF526", r"InvalidAMIID|image id '\[?ami-[^']*' does not exist|not exist.*\bami-"),
    _Known("SF527", r"Cannot find version|InvalidParameterCombination.*[Ee]ngine version"),
    _Known(
        "SF528",
        r"InsufficientDBInstanceCapacity|InsufficientInstanceCapacity|OrderableDBInstance"
        r"|does not support the requested (DB )?instance|instance type.*not supported",
    ),
    # The ones that people meet in migrations.
    _Known("SF531", r"region .*is not supported for this operation"),
    _Known("SF532", r"CIDR blocks? overlap|[Oo]verlapp?ing[- ]?(Cidr|CIDR)|overlapping CIDR"),
    _Known("SF533", r"pending-acceptance"),
    _Known(
        "SF534",
        r"at least (2|two) availability zones|AZ coverage|DoesNotCoverEnoughAZs",
    ),
    _Known(
        "SF535",
        r"replicateSourceDb|allocated ?storage.*(replica|SourceDBInstanceIdentifier)"
        r"|SourceDBInstanceIdentifier.*allocated ?storage"
        r"|cannot be specified with SourceDBInstanceIdentifier",
    ),
    _Known("SF536", r"KMSKeyNotAccessible|KMS key .*(not|isn't) accessible"),
    _Known("SF537", r"Versioning must be 'Enabled'|must have versioning enabled"),
    _Known(
        "SF538",
        r"Replication configuration cannot be applied|role .*does not have permission.*replicat",
    ),
    _Known("SF539", r"[Ii]nvalid (replication )?destination bucket|Destination bucket must exist"),
    _Known(
        "SF542",
        r"delete internet gateway while in use|has some mapped public address"
        r"|internetGateway '[^']*' has dependencies",
    ),
    _Known("SF540", r"has a dependent object|has dependencies and cannot be deleted"),
    _Known("SF541", r"internet gateway attached|gateway .*belong to different networks"),
    _Known(
        "SF543",
        r"KMSInvalidState|key is not available for use|is pending deletion|:key/\S+ is disabled"
        r"|EncryptionFailure",
    ),
    _Known(
        "SF544",
        r"customer master key that does not exist|KMS key (that )?does not exist|KMSNotFound"
        r"|[Kk]ey '[^']*' does not exist",
    ),
    _Known("SF545", r"TargetNotInService|did not stabilize|failed to stabilize"),
    _Known("SF546", r"[Hh]ealth check path"),
    _Known("SF547", r"InvalidOriginAccess|origin access (identity|control) .*not"),
    _Known("SF548", r"InvalidViewerCertificate|SSL certificate doesn't exist|CertificateNotFound"),
    _Known("SF551", r"[Cc]annot delete protected DB|DeletionProtection|deletion protection"),
    _Known("SF552", r"bucket you tried to delete is not empty|BucketNotEmpty"),
    _Known("SF550", r"already exists|AlreadyExists|AlreadyOwnedByYou|name conflict"),
    _Known(
        "SF529",
        r"AccessDenied|not authorized to perform|UnauthorizedOperation|Access Denied|explicit deny",
    ),
    _Known(
        "SF549",
        r"InvalidParameter\.NotFound|specified resource does not exist"
        r"|Code: [\w.]*(NotFound|NoSuch)\w*\)",
    ),
)
"""In the order in which they are tried: the narrower one first."""

_PATTERNS = tuple((known.code, re.compile(known.pattern, re.DOTALL)) for known in _KNOWN)

_WAYS_OUT = {card.code: card.fix for card in DEPLOYING}


def translate(reason: str, *, code: str = "") -> Cause:
    """
    Say what a refusal means.

    Args:
        reason: AWS's sentence.
        code: AWS's short word for it, where there is one.
    """
    text = f"{code}: {reason}"
    found = next((name for name, pattern in _PATTERNS if pattern.search(text)), UNKNOWN)
    return Cause(code=found, way_out=_WAYS_OUT[found])


def in_short(said: str) -> str:
    """Return what StackSets says of a stack without the keys of its sentence: `Vpc: reason`."""
    found = SUMMARY.search(said)
    return f"{found['resource']}: {found['reason'].rstrip('.')}" if found else said
