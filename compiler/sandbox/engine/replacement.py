"""
Decides what a change of properties does to a resource: nothing, an update, or a new resource.

The registry schema decides (`createOnlyProperties`). For properties that it calls conditional, the
conditions are in the types' documentation or handlers; those that matter here are written down, and
any other counts as a replacement, the worse case.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from compiler.sandbox.engine.values import Json, Mark, has_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.engine.schemas import Path_, ResourceSchema


class Replacement(StrEnum):
    """Whether a resource is replaced, in the words of a change set."""

    NO = "False"
    CONDITIONAL = "Conditional"
    YES = "True"


class Recreation(StrEnum):
    """Whether the change of one property needs a new resource, in the words of a change set."""

    NEVER = "Never"
    CONDITIONALLY = "Conditionally"
    ALWAYS = "Always"


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyChange:
    """
    One top-level property that differs.

    Attributes:
        name: The property.
        recreation: What the schema says of changing it.
        replaces: What really happens with these two values.
        is_dynamic: Whether the new value is known only during the operation.
    """

    name: str
    recreation: Recreation
    replaces: bool
    is_dynamic: bool


_FREE_CONDITIONS: Mapping[str, frozenset[str]] = {
    # Source: AWS::AutoScaling::AutoScalingGroup, Template Reference, 2026-11-23: groups are updated
    # in place, their instances follow.
    "AWS::AutoScaling::AutoScalingGroup": frozenset(
        {"LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy", "VPCZoneIdentifier"}
    ),
    "AWS::EC2::Subnet": frozenset({"Ipv6CidrBlock"}),
    # Source: aws-cloudformation/aws-cloudformation-resource-providers-rds, UpdateHandler and
    # ImmutabilityHelper, 2026-11-23.
    "AWS::RDS::DBInstance": frozenset(
        {
            "AutoMinorVersionUpgrade",
            "BackupRetentionPeriod",
            "DBParameterGroupName",
            "MultiAZ",
            "PreferredMaintenanceWindow",
        }
    ),
    "AWS::RDS::DBCluster": frozenset({"AvailabilityZones"}),
}
"""Conditional properties that never replace."""

_REMOVABLE: Mapping[str, frozenset[str]] = {
    # Removing the source promotes a replica in place; so do the other origins of an instance.
    "AWS::RDS::DBInstance": frozenset(
        {
            "DBClusterSnapshotIdentifier",
            "DBSnapshotIdentifier",
            "RestoreTime",
            "SourceDBClusterIdentifier",
            "SourceDBInstanceAutomatedBackupsArn",
            "SourceDBInstanceIdentifier",
            "SourceDbiResourceId",
            "UseLatestRestorableTime",
        }
    ),
    "AWS::RDS::DBCluster": frozenset({"GlobalClusterIdentifier"}),
}
"""Conditional properties whose removal does not replace."""

_OWN_NAMES: Mapping[str, str] = {
    "AWS::AutoScaling::AutoScalingGroup": "AutoScalingGroupName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::EC2::LaunchTemplate": "LaunchTemplateName",
    "AWS::EC2::SecurityGroup": "GroupName",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SecretsManager::Secret": "Name",
}
"""
Types that may be named by their user although the name is not their identifier.

Source: CloudFormation Template Reference, Name type, 2026-11-23.
"""


def changes(
    schema: ResourceSchema, old: Mapping[str, Json], new: Mapping[str, Json]
) -> tuple[PropertyChange, ...]:
    """Return the top-level properties that differ between *old* and *new*, by name."""
    return tuple(
        _change(schema, name, old, new)
        for name in sorted({*old, *new})
        if old.get(name, Mark.NO_VALUE) != new.get(name, Mark.NO_VALUE)
    )


def replacement(found: tuple[PropertyChange, ...]) -> Replacement:
    """Sum up the changes of one resource."""
    if any(change.replaces and not change.is_dynamic for change in found):
        return Replacement.YES
    if any(change.replaces for change in found):
        return Replacement.CONDITIONAL
    return Replacement.NO


def foreseen_replacement(found: tuple[PropertyChange, ...]) -> Replacement:
    """
    Sum up the changes of one resource as a change set does, which knows the schema only.

    Source: CloudFormation API Reference, ResourceChange, Replacement, 2026-11-24: the change with
    the most impact decides; what is not known yet is `Conditional`.
    """
    if any(each.recreation is Recreation.ALWAYS and not each.is_dynamic for each in found):
        return Replacement.YES
    if any(each.recreation is not Recreation.NEVER for each in found):
        return Replacement.CONDITIONAL
    return Replacement.NO


def kept_custom_name(
    schema: ResourceSchema, old: Mapping[str, Json], new: Mapping[str, Json]
) -> str | None:
    """
    Return the name that stands in the way of a replacement, if any.

    A new resource cannot have the name of the old one, which still exists.
    """
    own = _OWN_NAMES.get(schema.type_name)
    names = [own] if own is not None else [p[0] for p in schema.primary_identifier if len(p) == 1]
    settable = [name for name in names if (name,) not in schema.read_only]
    if not settable or any(name not in new for name in settable[:1]):
        return None
    if len(settable) != len(names) or any(old.get(n) != new.get(n) for n in settable):
        return None
    return ", ".join(str(new[name]) for name in settable if name in new)


def _change(
    schema: ResourceSchema, name: str, old: Mapping[str, Json], new: Mapping[str, Json]
) -> PropertyChange:
    before, after = old.get(name, Mark.NO_VALUE), new.get(name, Mark.NO_VALUE)
    touched = tuple(_differences(before, after, (name,)))
    always = any(_covered(path, schema.create_only) for path in touched)
    conditional = any(_covered(path, schema.conditional_create_only) for path in touched)
    recreation = (
        Recreation.ALWAYS
        if always
        else Recreation.CONDITIONALLY
        if conditional
        else Recreation.NEVER
    )
    return PropertyChange(
        name=name,
        recreation=recreation,
        replaces=always or (conditional and _replaces(schema.type_name, name, before, after)),
        is_dynamic=has_unknown(after),
    )


def _replaces(type_name: str, name: str, before: Json, after: Json) -> bool:
    if name in _FREE_CONDITIONS.get(type_name, ()):
        return False
    if after is Mark.NO_VALUE and name in _REMOVABLE.get(type_name, ()):
        return False
    if type_name == "AWS::EC2::VPC" and name == "InstanceTenancy":
        return not (before == "dedicated" and after in {"default", Mark.NO_VALUE})
    if type_name == "AWS::RDS::DBInstance" and name == "PerformanceInsightsKMSKeyId":
        return before is not Mark.NO_VALUE
    return True


def _differences(before: Json, after: Json, place: Path_) -> Iterator[Path_]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from _differences(
                before.get(key, Mark.NO_VALUE), after.get(key, Mark.NO_VALUE), (*place, key)
            )
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from _differences(one, other, (*place, "*"))
    else:
        yield place


def _covered(touched: Path_, by: frozenset[Path_]) -> bool:
    # A path inside a create-only property, or a whole that holds one, changes it.
    return any(touched[: len(path)] == path or path[: len(touched)] == touched for path in by)
