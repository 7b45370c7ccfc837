"""
The two spellings of a distribution: CloudFormation's plain lists, and CloudFront's counted ones.

CloudFront wraps every list in `{Quantity, Items}`, nests the cached methods in the allowed ones and
writes some names differently. Which list is wrapped is read from boto3's model of the API, so that
a new property of CloudFront needs no line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compiler.sandbox.handlers.replies import JSON, Shape

_RENAMED: Mapping[str, str] = {
    "AcmCertificateArn": "ACMCertificateArn",
    "IamCertificateId": "IAMCertificateId",
    "IPV6Enabled": "IsIPV6Enabled",
    "Locations": "Items",
    "OriginCustomHeaders": "CustomHeaders",
    "OriginSSLProtocols": "OriginSslProtocols",
    "SslSupportMethod": "SSLSupportMethod",
}
_BACK: Mapping[str, str] = {
    theirs: ours for ours, theirs in _RENAMED.items() if ours != "Locations"
}
_REQUIRED: Mapping[str, Mapping[str, JSON]] = {
    "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443},
    "LoggingConfig": {"Enabled": True, "IncludeCookies": False, "Prefix": ""},
    "S3OriginConfig": {"OriginAccessIdentity": ""},
}
"""What CloudFront wants said and CloudFormation says for the template, by the shape's name."""

_COUNTED = frozenset(
    {"OriginGroups", "OriginGroupMembers", "OriginGroupFailoverCriteria", "StatusCodes"}
)
"""Shapes that CloudFormation counts too."""


def for_cloudfront(shape: Shape, value: JSON) -> JSON:
    """
    Spell a template's value as CloudFront takes it.

    Args:
        shape: What boto3 knows of the place; `None` for a member it does not know.
        value: The template's value.

    Returns:
        The value respelled; what the shape does not know stays as it is, for boto3 to refuse by
        name.
    """
    if shape is None:
        return value
    if shape.type_name == "list" and isinstance(value, list):
        return [for_cloudfront(shape.member, item) for item in value]
    if shape.type_name != "structure":
        return value
    if isinstance(value, list) and {"Quantity", "Items"} <= set(shape.members):
        items = [for_cloudfront(shape.members["Items"].member, item) for item in value]
        return {"Quantity": len(items), "Items": items}
    if not isinstance(value, Mapping):
        return value
    return _structure(shape, value)


def _structure(shape: Shape, value: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = dict(_REQUIRED.get(shape.name, {}))
    cached = None
    for key, member in value.items():
        name = _RENAMED.get(key, key)
        if name == "CachedMethods" and "CachedMethods" not in shape.members:
            cached = {"Quantity": len(member), "Items": list(member)}
            continue
        given[name] = for_cloudfront(shape.members.get(name), member)
    if cached is not None:
        methods = given.get("AllowedMethods", {"Quantity": 2, "Items": ["HEAD", "GET"]})
        given["AllowedMethods"] = {**methods, "CachedMethods": cached}
    if "Quantity" in shape.members:
        given["Quantity"] = len(given.get("Items") or [])
    return given


def for_template(shape: Shape, value: JSON) -> JSON:
    """
    Spell what CloudFront tells as a template does.

    Returns:
        The value respelled, without what CloudFront says of something that is not there: an empty
        list, an empty text, logs that are turned off.
    """
    if shape.type_name == "list":
        return [for_template(shape.member, item) for item in value]
    if shape.type_name != "structure":
        return value
    members = set(shape.members)
    if members == {"Quantity", "Items"} and shape.name not in _COUNTED:
        return [
            for_template(shape.members["Items"].member, item) for item in value.get("Items") or []
        ]
    if shape.name == "LoggingConfig" and not value.get("Enabled"):
        return {}
    told: dict[str, Any] = {}
    for key, member in value.items():
        inner = for_template(shape.members[key], member)
        if key == "AllowedMethods":
            told |= _methods(member)
        elif key == "ResponseCode" and inner:
            told[key] = int(inner)  # CloudFront keeps it as text, the registry as a number
        elif not _is_nothing(shape, key, inner):
            told[_BACK.get(key, key)] = inner
    if "RestrictionType" in members and "Items" in told:
        told["Locations"] = told.pop("Items")
        del told["Quantity"]
    return told


def _methods(member: Mapping[str, Any]) -> dict[str, list[str]]:
    told = {"AllowedMethods": list(member.get("Items") or [])}
    if cached := member.get("CachedMethods"):
        told["CachedMethods"] = list(cached.get("Items") or [])
    return told


def _is_nothing(shape: Shape, key: str, inner: JSON) -> bool:
    if shape.name == "LoggingConfig":
        return key == "Enabled" or inner == ""
    if key in {"CallerReference", "Certificate", "CertificateSource"}:
        return True
    if key == "Quantity" and inner == 0:
        return True
    if key == "OriginAccessIdentity":
        return False
    return inner is None or inner in ("", [], {})
