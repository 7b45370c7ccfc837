"""
What the operator does instead of stackferry: exact commands, which are only shown. Pure.

The commands are those of the AWS CLI (command reference, read 2026-11-24).
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from compiler.deploy.recovery.adoption import identifier_of, resource_of
from compiler.deploy.ways_out import HOME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.recovery.sightings import Sighting


def operation_commands(seen: Sighting) -> tuple[str, ...]:
    """Return how to look at somebody else's operation, and how to stop it."""
    if seen.operation is None:
        return ()
    where = (
        f"--region {HOME} --stack-set-name {seen.stack.stack_set} "
        f"--operation-id {seen.operation.id}"
    )
    return (
        f"aws cloudformation describe-stack-set-operation {where}",
        f"aws cloudformation stop-stack-set-operation {where}",
    )


def removal_commands(seen: Sighting, template: str) -> tuple[str, ...]:
    """Return how to remove what exists already, so that the stack can create it."""
    region = seen.place.region
    return (
        *(
            command
            for logical_id in seen.existing
            for command in _removal(template, logical_id, region)
        ),
        *(
            command
            for logical_id in perhaps_existing(seen, template)
            for command in (
                f"# {logical_id}, only if it exists as well:",
                *_removal(template, logical_id, region),
            )
        ),
    )


def perhaps_existing(seen: Sighting, template: str) -> tuple[str, ...]:
    """
    Return what the stack retains beside what is known to exist: a create fails at one at a time.

    Only what *template* names is among it. Of a bucket AWS was asked.
    """
    known = {*seen.existing, *(one.logical_id for one in seen.resources)}
    return tuple(
        logical_id
        for logical_id in sorted({*seen.stack.retained} - known)
        if resource_of(template, logical_id).get("Type") != "AWS::S3::Bucket"
        and _name_in(template, logical_id)
    )


def rename_to(seen: Sighting) -> str:
    """Return where in the spec the name comes from, in words."""
    path = seen.failure.path if seen.failure else seen.stack.component
    return ".".join(str(part) for part in path)


def _removal(template: str, logical_id: str, region: str) -> Iterator[str]:
    found = identifier_of(template, logical_id)
    resource = resource_of(template, logical_id)
    properties = resource.get("Properties", {})
    name = shlex.quote(_name_in(template, logical_id) or logical_id)
    match found.type if found else "":
        case "AWS::S3::Bucket":
            listed = f"aws s3api list-object-versions --bucket {name} --region {region}"
            yield f"{listed} --max-items 20"
            for kind in ("Versions", "DeleteMarkers"):
                # A thousand at a time: again until it finds nothing.
                yield (
                    f"aws s3api delete-objects --bucket {name} --region {region} --delete "
                    f'"$({listed} --max-items 1000 --output json --query '
                    f"'{{Objects: {kind}[].{{Key:Key,VersionId:VersionId}}}}')\""
                )
            yield f"aws s3api delete-bucket --bucket {name} --region {region}"
        case "AWS::RDS::DBInstance":
            yield (
                f"aws rds delete-db-instance --db-instance-identifier {name} "
                f"--final-db-snapshot-identifier {name}-final --region {region}"
            )
        case "AWS::Logs::LogGroup":
            yield f"aws logs delete-log-group --log-group-name {name} --region {region}"
        case "" if resource.get("Type") == "AWS::SecretsManager::Secret":
            if replicas := [str(one["Region"]) for one in properties.get("ReplicaRegions", ())]:
                yield (
                    f"aws secretsmanager remove-regions-from-replication --secret-id {name} "
                    f"--remove-replica-regions {' '.join(replicas)} --region {region}"
                )
            # Within the time in which it could be restored, its name stays taken.
            yield (
                f"aws secretsmanager delete-secret --secret-id {name} "
                f"--force-delete-without-recovery --region {region}"
            )
        case "":
            yield f"# {logical_id}: what AWS calls it is in the reason above"
        case type_:
            yield (
                f"aws cloudcontrol delete-resource --type-name {type_} --identifier {name} "
                f"--region {region}"
            )


def _name_in(template: str, logical_id: str) -> str:
    """Return what a resource is called, where *template* says it; empty if it does not."""
    found = identifier_of(template, logical_id)
    if found is not None:
        return found.value
    called = resource_of(template, logical_id).get("Properties", {}).get("Name")
    return called if isinstance(called, str) else ""
