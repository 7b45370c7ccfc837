"""
What a change of a property really does where the registry leaves it open, or says too little.

Each rule is written by hand and names its source. What no rule decides stays unknown, and the proof
fails: nobody finds out on the night of the cutover.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.in_place import IN_PLACE
from compiler.prove.changes import ABSENT, PropertyChange, narrowest, registered_effect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.prove.changes import Effect, Json
    from compiler.prove.registry import Registered

HANDLER = (
    "UpdateHandler of aws-cloudformation-resource-providers-rds, commit 5a410e84 of 2025-07-29"
)

REFUSED: Mapping[str, frozenset[str]] = {
    "AWS::KMS::Key": frozenset({"KeySpec", "KeyUsage", "MultiRegion", "Origin"}),
}
"""
By type, properties that no update changes, although the registry does not list them.

Source: descriptions in the registry schema of AWS::KMS::Key, 2026-10-20: "If you change the value
of the KeySpec property on an existing KMS key, the update request fails, regardless of the value of
the UpdateReplacePolicy attribute"; "You cannot change the origin after you create the KMS key".
"""

_PUBLIC = "a public zone never becomes a private one: Route 53 API reference, 2026-11"
"""Source: `AssociateVPCWithHostedZone` there, as botocore 1.44 has it."""

REWRITTEN: Mapping[str, frozenset[str]] = {
    "AWS::SecretsManager::Secret": frozenset({"GenerateSecretString", "SecretString"}),
}
"""
By type, properties whose change writes over what the resource holds, although it stays the same.

Source: descriptions in the registry schema of AWS::SecretsManager::Secret, 2026-10-20: "When you
make a change to this property, a new secret version is created". A database goes on with the
password of the old one.
"""

FOLLOWED: Mapping[str, frozenset[str]] = {
    "AWS::AutoScaling::AutoScalingGroup": frozenset(
        {"LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy", "VPCZoneIdentifier"}
    ),
}
"""
By type, conditional properties that change in place; the group's instances follow.

Source: AWS::AutoScaling::AutoScalingGroup, CloudFormation Template Reference, 2026-11-23.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """
    A resource that is there before and after.

    Attributes:
        type: Its type.
        registered: What the registry says of it; nothing of a type that is not in the extract.
        before: Its properties before, references followed.
        after: Its properties after, likewise.
        changed: Names of those that differ, sorted.
        keeps_tags: Whether the update passes no tags.
        is_alone: Whether nothing else in its stack changes.
    """

    type: str
    registered: Registered | None
    before: Mapping[str, Json]
    after: Mapping[str, Json]
    changed: tuple[str, ...]
    keeps_tags: bool
    is_alone: bool


def changes(subject: Subject) -> tuple[PropertyChange, ...]:
    """Return what the change of each property does, by name."""
    return tuple(_change(subject, name) for name in subject.changed)


def worst(found: Sequence[PropertyChange]) -> Effect:
    """Return the effect that counts when several properties of a resource change."""
    order: tuple[Effect, ...] = ("replaces", "overwrites", "unknown", "refused", "in place")
    effects = {change.effect for change in found}
    return next((effect for effect in order if effect in effects), "in place")


def _change(subject: Subject, name: str) -> PropertyChange:
    before, after = subject.before.get(name, ABSENT), subject.after.get(name, ABSENT)
    effect, why = _effect(subject, name, before, after)
    return PropertyChange(
        name=name,
        place=(name, *narrowest(before, after)),
        before=before,
        after=after,
        effect=effect,
        why=why,
    )


def _effect(subject: Subject, name: str, before: Json, after: Json) -> tuple[Effect, str]:
    type_ = subject.type
    if name in REFUSED.get(type_, ()):
        return "refused", f"the update of it fails: {name} in the registry schema"
    if name in REWRITTEN.get(type_, ()):
        return "overwrites", f"{name} in the registry schema"
    if (subject.type, name) == ("AWS::Route53::HostedZone", "VPCs") and _comes_or_goes(
        before, after
    ):
        return "refused", _PUBLIC
    effect, why = registered_effect(subject.registered, name, before, after)
    if effect == "unknown" and (name,) in _conditional(subject):
        return _decided(subject, name, after) or (effect, why)
    return effect, why


def _decided(subject: Subject, name: str, after: Json) -> tuple[Effect, str] | None:
    """Return what a rule says of a conditional property, if there is one."""
    if name in IN_PLACE.get(subject.type, ()):
        return "in place", f"ImmutabilityHelper and {HANDLER}"
    if name in FOLLOWED.get(subject.type, ()):
        return "in place", f"{subject.type}, CloudFormation Template Reference, 2026-11-23"
    if subject.type == "AWS::RDS::DBInstance" and name == "SourceDBInstanceIdentifier":
        return _promotion(subject, after)
    return None


def _comes_or_goes(before: Json, after: Json) -> bool:
    return before is ABSENT or after is ABSENT


def _conditional(subject: Subject) -> frozenset[tuple[str, ...]]:
    return subject.registered.conditional_create_only if subject.registered else frozenset()


def _promotion(subject: Subject, after: Json) -> tuple[Effect, str]:
    """
    Decide what becomes of a replica whose source changes.

    Taking the source away promotes it in place, and the promotion must be all there is: whatever
    else changes either waits behind it or, if it is immutable, takes a new instance. Even new tags
    run ModifyDBInstance. Naming a source, or another one, is not updatable.
    """
    if after is not ABSENT:
        return "replaces", f"a source that is named later is not updatable: {HANDLER}"
    others = [name for name in subject.changed if name != "SourceDBInstanceIdentifier"]
    if others:
        return (
            "unknown",
            f"a promotion must change nothing else, and {', '.join(others)} changes too",
        )
    if not subject.is_alone:
        return "unknown", "a promotion must change nothing else, and its stack changes elsewhere"
    if not subject.keeps_tags:
        return "unknown", "a promotion must change nothing else, and its stack's tags change too"
    return "in place", f"promotion: {HANDLER}"
