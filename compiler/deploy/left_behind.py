"""What stays behind when stacks are deleted, why, and what it goes on costing. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.deploy.port import StackResource

_COSTS = {
    "AWS::EC2::Volume": "storage, until you delete it",
    "AWS::KMS::Key": "a fee each month, until you schedule its deletion; then nothing that it "
    "encrypted can be read any more, snapshots included",
    "AWS::Logs::LogGroup": "storage of what it holds, until you delete it or it expires",
    "AWS::RDS::DBInstance": "what a running database costs, until you delete it",
    "AWS::Route53::HostedZone": "a fee each month, until you delete it",
    "AWS::S3::Bucket": "storage of what it holds, until you delete that",
    "AWS::SecretsManager::Secret": "a fee each month, until you delete it",
}
"""The kind of cost of what a template retains (the services' pricing pages, read 2026-11-24)."""

SNAPSHOT_COST = "snapshot storage, until you delete it"

_LOG_GROUP = "AWS::Logs::LogGroup"
_DATABASE = "AWS::RDS::DBInstance"


def cost_of(type_: str) -> str:
    """Return the kind of cost that a resource of a type goes on making, in words."""
    return _COSTS.get(type_, "what it costs now, until you delete it")


def log_groups(templates: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the log groups that *templates* make, by whatever stack."""
    return frozenset(
        name
        for text in templates.values()
        for resource in json.loads(text).get("Resources", {}).values()
        if resource.get("Type") == _LOG_GROUP
        and isinstance(name := resource.get("Properties", {}).get("LogGroupName"), str)
    )


def kept_by_aws(
    template: str, resources: Sequence[StackResource], made: frozenset[str]
) -> Iterator[str]:
    """
    Yield what services made beside a stack, and keep when it is deleted.

    Args:
        template: What the stack is.
        resources: What it holds.
        made: Log groups that stacks make, which so are no service's own.
    """
    declared = json.loads(template).get("Resources", {})
    for one in resources:
        if one.type != _DATABASE:
            continue
        properties = declared.get(one.logical_id, {}).get("Properties", {})
        # RDS makes a log group for each exported log, and never deletes one (RDS user guide,
        # "Publishing database logs to Amazon CloudWatch Logs", read 2026-11-24).
        for log in properties.get("EnableCloudwatchLogsExports", ()):
            name = f"/aws/rds/instance/{one.physical_id}/{log}"
            if name not in made:
                yield (
                    f"the log group {name}, which RDS made; it goes on costing "
                    f"{cost_of(_LOG_GROUP)}"
                )
        # They go with the instance unless that is turned off (RDS API reference, DeleteDBInstance,
        # DeleteAutomatedBackups, read 2026-11-24).
        if str(properties.get("DeleteAutomatedBackups", True)).lower() == "false":
            yield (
                f"the automated backups of {one.physical_id}, which RDS keeps for their retention "
                "period; they go on costing backup storage until then"
            )
