"""A bucket's lifecycle rules: S3 nests what CloudFormation keeps flat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.replies import ask, ask_or_none, refuse

if TYPE_CHECKING:
    from compiler.sandbox.handler import Scope

Rule = Mapping[str, Any]
"""One rule, as a template or as S3 spells it."""

_KNOWN = frozenset(
    {
        "AbortIncompleteMultipartUpload",
        "ExpirationDate",
        "ExpirationInDays",
        "ExpiredObjectDeleteMarker",
        "Id",
        "NoncurrentVersionExpiration",
        "NoncurrentVersionTransitions",
        "Prefix",
        "Status",
        "TagFilters",
        "Transitions",
    }
)
"""What a rule may say here. moto drops the number of newer versions to keep and the size limits."""

_EXPIRATION = (
    ("ExpirationInDays", "Days"),
    ("ExpirationDate", "Date"),
    ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"),
)
_NONCURRENT = (("StorageClass", "StorageClass"), ("TransitionInDays", "NoncurrentDays"))
_TRANSITION = (
    ("StorageClass", "StorageClass"),
    ("TransitionInDays", "Days"),
    ("TransitionDate", "Date"),
)
"""Pairs of the template's name and S3's."""

_SAME = ("AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration")


def put(scope: Scope, bucket: str, value: Mapping[str, Any]) -> None:
    """Set the bucket's rules."""
    rules = [_for_s3(rule) for rule in value["Rules"]]
    ask(
        scope.client("s3"),
        "put_bucket_lifecycle_configuration",
        Bucket=bucket,
        LifecycleConfiguration={"Rules": rules},
    )


def clear(scope: Scope, bucket: str) -> None:
    """Take all rules away."""
    ask(scope.client("s3"), "delete_bucket_lifecycle", Bucket=bucket)


def get(scope: Scope, bucket: str) -> Mapping[str, Any] | None:
    """Read the rules in a template's spelling."""
    answer = ask_or_none(
        scope.client("s3"),
        "get_bucket_lifecycle_configuration",
        "NoSuchLifecycleConfiguration",
        Bucket=bucket,
    )
    return None if answer is None else {"Rules": [_for_template(r) for r in answer["Rules"]]}


def _for_s3(rule: Rule) -> dict[str, Any]:
    if unknown := sorted(set(rule) - _KNOWN):
        refuse("InvalidRequest", f"The sandbox does not play {unknown[0]} in a lifecycle rule.")
    given: dict[str, Any] = {"Status": rule["Status"]}
    if "Id" in rule:
        given["ID"] = rule["Id"]
    given["Filter"] = _filter_for_s3(rule.get("Prefix"), rule.get("TagFilters") or [])
    expiration = {theirs: rule[ours] for ours, theirs in _EXPIRATION if ours in rule}
    if expiration:
        given["Expiration"] = expiration
    _refuse_count(rule.get("NoncurrentVersionExpiration") or {})
    given |= {same: rule[same] for same in _SAME if same in rule}
    for name, members in (
        ("NoncurrentVersionTransitions", _NONCURRENT),
        ("Transitions", _TRANSITION),
    ):
        if name in rule:
            given[name] = [
                {theirs: one[ours] for ours, theirs in members if ours in one} for one in rule[name]
            ]
    if len(given.keys() - {"ID", "Status", "Filter"}) == 0:
        refuse("InvalidRequest", "At least one action needs to be specified in a rule")
    return given


def _refuse_count(expiration: Mapping[str, Any]) -> None:
    if "NewerNoncurrentVersions" in expiration:
        refuse(
            "InvalidRequest",
            "The sandbox does not play NewerNoncurrentVersions in a lifecycle rule.",
        )


def _filter_for_s3(prefix: str | None, tags: list[Mapping[str, str]]) -> dict[str, Any]:
    if not tags:
        return {"Prefix": prefix or ""}
    if prefix is None and len(tags) == 1:
        return {"Tag": tags[0]}
    return {"And": {"Tags": tags} | ({} if prefix is None else {"Prefix": prefix})}


def _for_template(rule: Rule) -> dict[str, Any]:
    told: dict[str, Any] = {"Status": rule["Status"]}
    if rule.get("ID"):
        told["Id"] = rule["ID"]
    told |= _filter_for_template(rule.get("Filter") or {})
    expiration = rule.get("Expiration") or {}
    told |= {ours: expiration[theirs] for ours, theirs in _EXPIRATION if theirs in expiration}
    told |= {same: rule[same] for same in _SAME if same in rule}
    for name, members in (
        ("NoncurrentVersionTransitions", _NONCURRENT),
        ("Transitions", _TRANSITION),
    ):
        if rule.get(name):
            told[name] = [
                {ours: one[theirs] for ours, theirs in members if theirs in one}
                for one in rule[name]
            ]
    return told


def _filter_for_template(chosen: Mapping[str, Any]) -> dict[str, Any]:
    both = chosen.get("And") or {}
    prefix = chosen.get("Prefix") or both.get("Prefix")
    tags = both.get("Tags") or ([chosen["Tag"]] if "Tag" in chosen else [])
    return ({"Prefix": prefix} if prefix else {}) | ({"TagFilters": tags} if tags else {})
