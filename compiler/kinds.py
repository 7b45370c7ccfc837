"""The closed choices that compiler and deployer share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Side: TypeAlias = Literal["source", "target", "global"]
"""
Where a stack belongs. Global stacks stand in the partition's home region, in the target's account.
"""

LookupKind: TypeAlias = Literal["image", "prefix_list"]
"""What a deployer looks up: an AMI by public SSM parameter; an AWS-managed prefix list by name."""

EndpointKind: TypeAlias = Literal[
    "public name",
    "zone",
    "cdn",
    "load balancer",
    "database",
    "bucket",
    "log bucket",
    "log group",
    "topic",
]
"""What the application and its people have to find."""

ActionKind: TypeAlias = Literal[
    "peering dns",
    "copy existing objects",
    "sever connections",
    "invalidate cache",
    "empty bucket",
]
"""What CloudFormation cannot do, so the deployer does it as a part of a transition."""

ACTION_KINDS: frozenset[str] = frozenset(get_args(ActionKind))
"""All kinds of actions."""

GateKind: TypeAlias = Literal[
    "replica streams",
    "replica drained",
    "replica promotable",
    "database writable",
    "connections gone",
    "objects replicated",
    "objects equal",
    "targets healthy",
    "alarms quiet",
    "secret present",
    "certificate present",
    "image present",
    "nothing points at source",
    "http",
    "sql",
    "command",
]
"""What is asked of the running system before a transition; the last three are the user's own."""

_STATEFUL = frozenset(
    {
        "AWS::KMS::Key",
        "AWS::RDS::DBInstance",
        "AWS::Route53::HostedZone",
        "AWS::S3::Bucket",
        "AWS::SecretsManager::Secret",
    }
)


def is_stateful(resource: Mapping[str, Any]) -> bool:
    """
    Tell whether a template's *resource* holds what cannot be made again.

    That is data, the keys that decrypt it, a delegation. Nobody delegates to a private zone.
    """
    return resource["Type"] in _STATEFUL and "VPCs" not in resource.get("Properties", {})


def leaves_snapshot(resource: Mapping[str, Any]) -> bool:
    """
    Tell whether deleting a template's *resource* leaves a final snapshot.

    Of a read replica there is none, whatever its policy says (CloudFormation template reference,
    `AWS::RDS::DBInstance`, 2026-11).
    """
    is_replica = "SourceDBInstanceIdentifier" in resource.get("Properties", {})
    return resource.get("DeletionPolicy") == "Snapshot" and not is_replica
