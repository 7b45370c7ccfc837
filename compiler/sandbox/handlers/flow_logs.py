"""Flow logs of VPCs, subnets and network interfaces."""

from __future__ import annotations

from typing import Any

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.identity import without_system
from compiler.sandbox.handlers.replies import ask, beneath, refuse
from compiler.sandbox.handlers.tagging import retag, specification

_TOLD = (
    "ResourceId",
    "TrafficType",
    "LogDestinationType",
    "LogGroupName",
    "LogDestination",
    "DeliverLogsPermissionArn",
    "LogFormat",
    "MaxAggregationInterval",
)
_TYPES = {"vpc": "VPC", "subnet": "Subnet", "eni": "NetworkInterface"}


class FlowLogHandler:
    """Flow logs into CloudWatch Logs or S3."""

    type_name = "AWS::EC2::FlowLog"
    supported = frozenset({*_TOLD, "ResourceType", "Tags"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Start logging; refuse a role that does not exist or that flow logs may not assume."""
        kind = properties.get("LogDestinationType", "cloud-watch-logs")
        given = dict(properties)
        if kind == "cloud-watch-logs":
            self._refuse_role(scope, properties.get("DeliverLogsPermissionArn"))
            given["LogGroupName"] = self._group(properties)
        answer = ask(
            scope.client("ec2"),
            "create_flow_logs",
            ResourceIds=[properties["ResourceId"]],
            ResourceType=properties["ResourceType"],
            TagSpecifications=specification(scope, properties.get("Tags"), "vpc-flow-log"),
            **{
                name: given.get(name)
                for name in _TOLD
                if name not in {"ResourceId", "LogDestination"} or kind == "s3"
                if name != "ResourceId"
            },
        )
        for failed in answer.get("Unsuccessful", ()):
            refuse(failed["Error"]["Code"], failed["Error"]["Message"])
        log_id = answer["FlowLogIds"][0]
        held = beneath("ec2", scope.account, scope.region).flow_logs[log_id]
        if kind == "cloud-watch-logs" and "LogDestination" in properties:
            # moto looks for the group by name only.
            held.log_destination = properties["LogDestination"]
        return self._described(log_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Set the tags: everything else replaces."""
        del old
        retag(scope, physical_id, new.get("Tags"))
        return self._described(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Stop logging."""
        del properties
        if self._find(scope, physical_id) is not None:
            ask(scope.client("ec2"), "delete_flow_logs", FlowLogIds=[physical_id])

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the flow log; its resource type follows from the resource's id."""
        found = self._find(scope, physical_id)
        if found is None:
            return None
        told = {name: found[name] for name in _TOLD if found.get(name) is not None}
        told["ResourceType"] = _TYPES[found["ResourceId"].split("-")[0]]
        told["Tags"] = without_system(found.get("Tags", ()))
        return told

    def _group(self, properties: Properties) -> str | None:
        name, arn = (properties.get(key) for key in ("LogGroupName", "LogDestination"))
        if name is not None or arn is None:
            return name
        return str(arn).split(":log-group:", 1)[-1].removesuffix(":*")

    def _refuse_role(self, scope: Scope, role_arn: str | None) -> None:
        if role_arn is None:
            refuse(
                "InvalidParameter",
                "DeliverLogsPermissionArn can't be empty if LogDestinationType is "
                "cloud-watch-logs.",
            )
        roles = beneath("iam", scope.account, scope.partition).roles.values()
        if not any(role.arn == role_arn for role in roles):
            refuse(
                "InvalidParameter",
                f"Unable to assume given IAM role: {role_arn}",
            )

    def _find(self, scope: Scope, log_id: str) -> dict[str, Any] | None:
        answer = ask(scope.client("ec2"), "describe_flow_logs", FlowLogIds=[log_id])
        return answer["FlowLogs"][0] if answer["FlowLogs"] else None

    def _described(self, log_id: str) -> Created:
        return Created(physical_id=log_id, attributes={"Id": log_id})


HANDLERS: tuple[Handler, ...] = (FlowLogHandler(),)
