"""
A bucket's replication: S3's rules about it, and its two spellings.

moto checks the source's versioning and nothing else; everything else that S3 refuses is refused
here. moto keeps a rule whole but tells five members of it, two of them always the same; importing
this module makes it tell all of it, or nobody could see through S3 what replicates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import ReplicationConfigurationNotFoundError
from moto.s3.models import s3_backends
from moto.s3.responses import S3Response

from compiler.sandbox.handlers.grants import allows, listed
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.handler import Scope

_BUCKET_ARN = re.compile(r"arn:(aws|aws-cn|aws-us-gov):s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::(\d{12}):role/(?:.*/)?([\w+=,.@-]+)")
_RTC_MINUTES = 15
"""The only time S3 keeps: "Replication Time Control", S3 user guide, read 2026-11-23."""


def put(scope: Scope, bucket: str, value: Mapping[str, Any]) -> None:
    """
    Set the bucket's replication.

    Raises:
        Refused: For what S3 refuses: versioning off on either side, a destination that is none, a
            role that may not replicate, a rule that is not whole.
    """
    _refuse_source(scope, bucket)
    for rule in value["Rules"]:
        _refuse_rule(rule)
    _refuse_priorities(value["Rules"])
    for rule in value["Rules"]:
        _refuse_destination(scope, rule["Destination"])
    _refuse_role(scope, bucket, value)
    ask(
        scope.client("s3"),
        "put_bucket_replication",
        Bucket=bucket,
        ReplicationConfiguration={
            "Role": value["Role"],
            "Rules": [_for_s3(rule) for rule in value["Rules"]],
        },
    )


def clear(scope: Scope, bucket: str) -> None:
    """Stop replicating."""
    ask(scope.client("s3"), "delete_bucket_replication", Bucket=bucket)


def get(scope: Scope, bucket: str) -> Mapping[str, Any] | None:
    """Read the replication in a template's spelling."""
    answer = ask_or_none(
        scope.client("s3"),
        "get_bucket_replication",
        "ReplicationConfigurationNotFoundError",
        Bucket=bucket,
    )
    if answer is None:
        return None
    told = answer["ReplicationConfiguration"]
    return {"Role": told["Role"], "Rules": [_for_template(rule) for rule in told["Rules"]]}


def _refuse_source(scope: Scope, bucket: str) -> None:
    status = ask(scope.client("s3"), "get_bucket_versioning", Bucket=bucket).get("Status")
    if status != "Enabled":
        refuse(
            "InvalidRequest",
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
        )


def _refuse_rule(rule: Mapping[str, Any]) -> None:
    if complaint := next(_complaints(rule), None):
        refuse(*complaint)


_MALFORMED = (
    "The XML you provided was not well-formed or did not validate against our published schema"
)


def _complaints(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    second = "Filter" in rule
    if second and "Prefix" in rule:
        yield (
            "MalformedXML",
            _MALFORMED,
        )
    if second and "Priority" not in rule:
        yield (
            "InvalidRequest",
            (
                "Priority must be specified for this version of Cross Region Replication "
                "configuration schema. Please refer to S3 Developer Guide for more information."
            ),
        )
    if second and "DeleteMarkerReplication" not in rule:
        yield (
            "InvalidRequest",
            (
                "DeleteMarkerReplication must be specified for this version of Cross Region "
                "Replication configuration schema. Please refer to S3 Developer Guide for more "
                "information."
            ),
        )
    if not second and "DeleteMarkerReplication" in rule:
        yield (
            "InvalidRequest",
            (
                "DeleteMarkerReplication cannot be used for this version of Cross Region "
                "Replication configuration schema. Please refer to S3 Developer Guide for more "
                "information."
            ),
        )
    chosen = rule.get("Filter") or {}
    by_tag = "TagFilter" in chosen or bool((chosen.get("And") or {}).get("TagFilters"))
    if by_tag and (rule.get("DeleteMarkerReplication") or {}).get("Status") == "Enabled":
        yield (
            "InvalidRequest",
            (
                "Delete marker replication is not supported if any Tag filter is specified. "
                "Please refer to S3 Developer Guide for more information."
            ),
        )
    if len(chosen.keys() & {"Prefix", "TagFilter", "And"}) > 1:
        yield (
            "MalformedXML",
            _MALFORMED,
        )
    yield from _destination_complaints(rule)


def _destination_complaints(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    destination = rule["Destination"]
    timed = destination.get("ReplicationTime")
    metrics = destination.get("Metrics")
    if timed and int(timed["Time"]["Minutes"]) != _RTC_MINUTES:
        yield "InvalidArgument", "ReplicationTime must be set to 15 minutes."
    if timed and timed["Status"] == "Enabled" and (metrics or {}).get("Status") != "Enabled":
        yield "InvalidRequest", "ReplicationTime cannot be enabled without enabling Metrics."
    threshold = (metrics or {}).get("EventThreshold")
    if threshold and int(threshold["Minutes"]) != _RTC_MINUTES:
        yield "InvalidArgument", "EventThreshold must be set to 15 minutes."
    encrypted = (rule.get("SourceSelectionCriteria") or {}).get("SseKmsEncryptedObjects")
    if (
        encrypted
        and encrypted["Status"] == "Enabled"
        and "EncryptionConfiguration" not in destination
    ):
        yield (
            "InvalidRequest",
            "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
        )
    if "EncryptionConfiguration" in destination and not encrypted:
        yield (
            "InvalidRequest",
            "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
        )


def _refuse_priorities(rules: list[Mapping[str, Any]]) -> None:
    priorities = [int(rule["Priority"]) for rule in rules if "Priority" in rule]
    repeated = {p for p in priorities if priorities.count(p) > 1}
    if repeated:
        refuse("InvalidRequest", f"Found duplicate priority {min(repeated)}")


def _refuse_destination(scope: Scope, destination: Mapping[str, Any]) -> None:
    arn = destination["Bucket"]
    if not isinstance(arn, str) or not _BUCKET_ARN.fullmatch(arn):
        refuse("InvalidArgument", "Invalid destination bucket arn")
    name = arn.rpartition(":")[2]
    owner = s3_backends.bucket_accounts.get(name)
    if owner is None or owner[0] != scope.partition:
        refuse("InvalidRequest", "Destination bucket must exist.")
    named = destination.get("Account")
    if named is not None and str(named) != owner[1]:
        refuse("InvalidRequest", "The account in the destination does not own the bucket.")
    if "AccessControlTranslation" in destination and named is None:
        refuse("InvalidRequest", "Account must be specified if AccessControlTranslation is.")
    held = beneath("s3", owner[1], owner[0]).buckets[name]
    if held.versioning_status != "Enabled":
        refuse("InvalidRequest", "Destination bucket must have versioning enabled.")


def _refuse_role(scope: Scope, bucket: str, value: Mapping[str, Any]) -> None:
    missing = (
        "Replication configuration cannot be applied. The role does not have permission to {} "
        "on {}."
    )
    named = _ROLE_ARN.fullmatch(str(value["Role"]))
    role = None
    if named and named[1] == scope.account:
        answer = ask_or_none(scope.client("iam"), "get_role", "NoSuchEntity", RoleName=named[2])
        role = answer and answer["Role"]
    if role is None:
        refuse(
            "InvalidRequest", f"The role {value['Role']} does not exist or cannot be assumed by S3."
        )
    trusted = allows(
        [role["AssumeRolePolicyDocument"]],
        action="sts:AssumeRole",
        resource=None,
        principal=[("Service", "s3.amazonaws.com")],
    )
    if not trusted:
        refuse("InvalidRequest", f"The role {value['Role']} cannot be assumed by s3.amazonaws.com.")
    policies = list(_policies(scope, role["RoleName"]))
    for action, resource in _needed(scope, bucket, value["Rules"]):
        if not allows(policies, action=action, resource=resource):
            refuse("InvalidRequest", missing.format(action, resource))


def _needed(scope: Scope, bucket: str, rules: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """
    Yield what the role must be allowed.

    Source: S3 user guide, "Setting up permissions for live replication", read 2026-11-23.
    """
    source = f"arn:{scope.partition}:s3:::{bucket}"
    yield "s3:GetReplicationConfiguration", source
    yield "s3:ListBucket", source
    for action in (
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
    ):
        yield action, f"{source}/*"
    for rule in rules:
        for action in ("s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"):
            yield action, f"{rule['Destination']['Bucket']}/*"


def _policies(scope: Scope, role: str) -> Iterator[Mapping[str, Any]]:
    """Yield the documents of a role, inline ones and attached ones."""
    iam = scope.client("iam")
    for name in ask(iam, "list_role_policies", RoleName=role)["PolicyNames"]:
        answer = ask(iam, "get_role_policy", RoleName=role, PolicyName=name)
        yield answer["PolicyDocument"]
    for attached in ask(iam, "list_attached_role_policies", RoleName=role)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = ask(iam, "get_policy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
        answer = ask(iam, "get_policy_version", PolicyArn=arn, VersionId=version)
        yield answer["PolicyVersion"]["Document"]


def _tell_all(self: S3Response) -> Any:  # noqa: ANN401 -- whatever moto's serializer returns
    """Answer GetBucketReplication with whole rules."""
    self.data["Action"] = "GetBucketReplication"
    held = self.backend.get_bucket_replication(self.bucket_name)
    if not held:
        raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
    told = {"Role": held["Role"], "Rules": [_from_xml(rule) for rule in held["Rule"]]}
    return self.serialized(ActionResult({"ReplicationConfiguration": told}))


S3Response.get_bucket_replication = _tell_all  # type: ignore[method-assign]  # see the module


def _from_xml(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Mend a rule as moto read it from XML: an empty element is no value, a single one no list."""
    told = dict(rule)
    if "Filter" in told:
        chosen = dict(told["Filter"] or {"Prefix": ""})
        if "Prefix" in chosen:
            chosen["Prefix"] = chosen["Prefix"] or ""
        if "And" in chosen:
            both = dict(chosen["And"])
            chosen["And"] = {"Tags": listed(both.pop("Tag", None)), **both}
        told["Filter"] = chosen
    return told


def _for_s3(rule: Mapping[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in rule.items() if key not in {"Id", "Filter"}}
    if "Id" in rule:
        given["ID"] = rule["Id"]
    if "Filter" in rule:
        given["Filter"] = _renamed(rule["Filter"], {"TagFilter": "Tag", "TagFilters": "Tags"})
    return given


def _for_template(rule: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: value for key, value in rule.items() if key not in {"ID", "Filter"}}
    if "ID" in rule:
        told["Id"] = rule["ID"]
    if "Filter" in rule:
        told["Filter"] = _renamed(rule["Filter"], {"Tag": "TagFilter", "Tags": "TagFilters"})
    return told


def _renamed(chosen: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        names.get(key, key): _renamed(value, names) if key == "And" else value
        for key, value in chosen.items()
    }
