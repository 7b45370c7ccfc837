"""
AWS's sentences, translated: what a refusal means here.

The sentences are those that people met in migrations. Services vary them, so a pattern holds only
the words that stay. Where one was looked up, its source is beside it; all were read 2026-11-24.
What to do about a cause is `compiler.deploy.ways_out`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from compiler.deploy.ways_out import UNSAID, About, next_command, way_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """
    What a refusal means.

    Attributes:
        code: The card that explains it.
        way_out: What to do about it.
        next_command: What to type next; empty where nothing is known of the place.
    """

    code: str
    way_out: str
    next_command: str = ""


class _Known(NamedTuple):
    code: str
    pattern: str


SUMMARY = re.compile(
    r"ResourceLogicalId:(?P<resource>\w+), ?ResourceType:(?P<type>[\w:]+), ?"
    r"ResourceStatusReason:(?P<reason>.*)",
    re.DOTALL,
)
"""How StackSets words the reason of a failed stack (seen in StatusReason, 2026-11)."""

CANCELLED = re.compile(r"[Cc]ancell?ed since failure tolerance|operation (was )?(stopped|cancel)")
"""What StackSets says of a stack that it left alone because another one failed
(aws-control-tower-customizations issue 48, 2021-02-24)."""

UNKNOWN = "SF530"
"""The card for what AWS says and no pattern knows."""

_KNOWN = (
    # A call of ours to make a role, not a stack's: there IAM's word for it comes behind.
    _Known("SF519", r"EntityAlreadyExists: Role with name"),
    # About the credentials and roles, before any resource.
    _Known(
        "SF520",
        r"Unable to locate credentials|NoCredentials|ProfileNotFound|config profile"
        r"|Partial credentials",
    ),
    _Known(
        "SF521",
        r"ExpiredToken|RequestExpired|UnauthorizedSSOToken|SSO (session|[Tt]oken).* expired"
        r"|[Tt]oken (included in the request )?(is|has) expired",
    ),
    # A region that is not enabled answers as if the token were wrong (aws-sdk-java issue 2313,
    # 2020-05-05), EC2 with AuthFailure (aws-vault issue 512, 2020-01-28), STS with the region.
    _Known(
        "SF522",
        r"InvalidClientTokenId|UnrecognizedClient|security token included in the request is invalid"
        r"|OptInRequired|not subscribed to this service|[Rr]egion (\S+ )?is not enabled"
        r"|AuthFailure|not able to validate the provided access credentials"
        r"|RegionDisabled|STS is not activated in this region|is disabled in this region",
    ),
    # "This account is suspended. To remove this instance from the stack set, run …"
    # (community.aws issue 2358, 2025-12-11).
    _Known("SF518", r"account is suspended|SKIPPED_SUSPENDED_ACCOUNT|AccountSuspended"),
    # "You must enable organizations access to operate a service managed stack set"
    # (cdk-organizations issue 1718, 2024-12-22); "You must be the management account or delegated
    # admin account …", earlier "master" (terraform-provider-aws issues 32536 and 22867); "Account
    # used is not a delegated administrator" (the same, pull request 37069, 2024-04-23). The last
    # one is how Organizations refuses others (aws-iam-access-key-auto-rotation issue 10, 2021).
    _Known(
        "SF517",
        r"must enable organizations access|(management|master) account or delegated admin"
        r"|(master|management) or delegated admin|AWSOrganizationsNotInUse"
        r"|not a delegated administrator|not a member of an organization|OrganizationalUnitNotFound"
        r"|[Oo]rganizational unit\S* \S+ (was )?(not found|does not exist)"
        r"|[Tt]rusted access .*not (been )?(enabled|activated)"
        r"|You don't have permissions to access this resource",
    ),
    # "Account 1 should have 'R' role with trust relationship to Role 'S'." (superwerker issue 243,
    # 2021-07-26; aws-control-tower-customizations issue 109, 2022-04-26). What the role lacks
    # names the role as well, but is another matter: SF529.
    _Known(
        "SF523",
        r"should have '[^']+' role|not authorized to perform: sts:AssumeRole"
        r"|calling the AssumeRole operation|[Rr]ole \S+ (is invalid or )?cannot be assumed"
        r"|AWSCloudFormationStackSet(Administration|Execution)Role\S* (does not|cannot|not found)",
    ),
    # "Another Operation on StackSet … is in progress" (community.aws issue 103, 2020-06-17).
    _Known(
        "SF553",
        r"OperationInProgress|Another [Oo]peration on (Stack ?[Ss]et|\S+) .*in progress"
        r"|did not start it|StaleRequestException"
        r"|is in \w+_IN_PROGRESS state and can ?not be",
    ),
    _Known(
        "SF525",
        r"Throttl|Rate exceeded|RequestLimitExceeded|TooManyRequests|SlowDown"
        r"|could not (be reached|connect)",
    ),
    # "… at 'templateBody' failed to satisfy constraint: Member must have length less than or equal
    # to 51200" (CloudFormation API reference, CreateStackSet, TemplateBody).
    _Known(
        "SF504",
        r"[tT]emplateBody.*less than or equal to 51200|[Tt]emplate may not exceed [\d,]+ bytes"
        r"|[Tt]emplate .*exceed\w* .*(51,?200|460,?800|1,?000,?000)",
    ),
    # About the stack as a whole.
    # "Stack [s] cannot be deleted while TerminationProtection is enabled"; "Action denied by stack
    # policy: Statement [#1] does not allow [Update:Replace] for resource […]"
    # (CloudFormation user guide, "Protect a stack" and "Prevent updates to stack resources").
    _Known("SF555", r"TerminationProtection|[Tt]ermination protection|by stack policy"),
    _Known(
        "SF556",
        r"is in \w*(ROLLBACK_COMPLETE|_FAILED) state and can ?not be|UPDATE_ROLLBACK_FAILED state",
    ),
    # Before it makes anything, CloudFormation looks at the template itself (user guide, "Validate
    # stack deployments"): three of its checks are the causes below, told earlier.
    _Known("SF550", r"NAME_CONFLICT_VALIDATION"),
    _Known("SF552", r"BUCKET_EMPTINESS_VALIDATION"),
    _Known("SF524", r"\w*QUOTA\w*_VALIDATION"),
    _Known(
        "SF554",
        r"Validation failure detected|[A-Z]+_VALIDATION\b|Properties validation failed"
        r"|Model validation failed|Encountered unsupported property",
    ),
    _Known(
        "SF524",
        r"LimitExceeded|LimitExceededException|QuotaExceeded|maximum number of|has been reached"
        r"|TooMany(Buckets|DistributionS)|exceeds? the (limit|quota)|Account limit|[Ss]ervice quota"
        r"|limit exceeded",
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
    _Known(
        "SF550",
        r"already exists|AlreadyExists|AlreadyOwnedByYou|name conflict"
        r"|already scheduled for deletion",
    ),
    _Known(
        "SF529",
        r"AccessDenied|not authorized to perform|UnauthorizedOperation|Access Denied|explicit deny"
        r"|Encoded authorization failure",
    ),
    _Known(
        "SF549",
        r"InvalidParameter\.NotFound|specified resource does not exist"
        r"|Code: [\w.]*(NotFound|NoSuch)\w*\)",
    ),
)
"""In the order in which they are tried: the narrower one first."""

_PATTERNS = tuple((known.code, re.compile(known.pattern, re.DOTALL)) for known in _KNOWN)


def translate(reason: str, *, code: str = "", about: About = UNSAID) -> Cause:
    """
    Say what a refusal means.

    Args:
        reason: AWS's sentence.
        code: AWS's short word for it, where there is one.
        about: What it was about, for the names in the way out and in the next command.
    """
    text = f"{code}: {reason}"
    found = next((name for name, pattern in _PATTERNS if pattern.search(text)), UNKNOWN)
    return Cause(
        code=found,
        way_out=way_out(found, text, about),
        next_command=next_command(found, text, about),
    )


def in_short(said: str) -> str:
    """Return what StackSets says of a stack without the keys of its sentence: `Vpc: reason`."""
    found = SUMMARY.search(said)
    return f"{found['resource']}: {found['reason'].rstrip('.')}" if found else said
