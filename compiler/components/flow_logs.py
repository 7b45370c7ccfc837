"""Flow logs of a side's VPC: an encrypted log group, and a role that may write into it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ec2, iam
from troposphere import logs as cloudwatch_logs

from compiler.components import addresses, arns
from compiler.components.sides import vpc_of
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Address, Resource, Symbol
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side

PURPOSE = "flow-logs"
"""What the log group and the role are for, as their names say."""


def resources(spec: Spec, phase: Phase, side: Side) -> Iterator[Resource]:
    """Yield the flow log of *side*, its log group and its role, where the spec wants them."""
    flow_logs = vpc_of(spec, side).flow_logs
    if flow_logs is False:
        return
    path: Path = (side, "vpc", "flow_logs")
    yield _log_group(spec, phase, side, path, flow_logs.retention_days)
    yield _role(spec, phase, side, path)
    yield _flow_log(spec, phase, side, path)


def _address(side: Side, logical_id: str) -> Address:
    return Address(stack=addresses.vpc(side).stack, logical_id=logical_id)


def _log_group(spec: Spec, phase: Phase, side: Side, path: Path, retention_days: int) -> Resource:
    address = addresses.flow_log_group(side)
    return Resource(
        stack=address.stack,
        body=cloudwatch_logs.LogGroup(
            address.logical_id,
            DeletionPolicy="RetainExceptOnCreate",
            KmsKeyId=addresses.key_arn(side, "logs"),
            LogGroupName=names.log_group(spec, PURPOSE),
            RetentionInDays=retention_days,
            Tags=tag_list(spec, phase),
            UpdateReplacePolicy="Retain",
        ),
        component=path,
        origins={
            "Properties.RetentionInDays": (*path, "retention_days"),
            **tag_origins(spec, phase),
        },
    )


def _role(spec: Spec, phase: Phase, side: Side, path: Path) -> Resource:
    address = _address(side, "FlowLogRole")
    region, account = names.region_of(spec, side), names.account_of(spec, side)
    here = f"{region}:{account}"
    group = f"arn:{arns.partition(spec)}:logs:{here}:log-group:{names.log_group(spec, PURPOSE)}"
    at_trust = "Properties.AssumeRolePolicyDocument.Statement.0.Condition"
    at_rights = "Properties.Policies.0.PolicyDocument.Statement"
    return Resource(
        stack=address.stack,
        body=iam.Role(
            address.logical_id,
            AssumeRolePolicyDocument={
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        # Else another account's flow log could write through this role.
                        "Condition": {
                            "StringEquals": {"aws:SourceAccount": account},
                            "ArnLike": {
                                "aws:SourceArn": f"arn:{arns.partition(spec)}:ec2:{here}"
                                ":vpc-flow-log/*"
                            },
                        },
                    }
                ],
            },
            Policies=[
                iam.Policy(
                    PolicyName="write",
                    PolicyDocument={
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": [
                                    "logs:CreateLogStream",
                                    "logs:DescribeLogStreams",
                                    "logs:PutLogEvents",
                                ],
                                "Resource": [group, f"{group}:*"],
                            },
                            {
                                "Effect": "Allow",
                                "Action": "logs:DescribeLogGroups",
                                # The service looks through the groups by prefix.
                                "Resource": f"arn:{arns.partition(spec)}:logs:{here}:log-group:*",
                            },
                        ],
                    },
                )
            ],
            # IAM is global in an account: the other region's role has the same purpose.
            RoleName=names.role(spec, region, PURPOSE),
            Tags=tag_list(spec, phase),
        ),
        component=path,
        origins={
            f"{at_trust}.ArnLike": (side, "region"),
            f"{at_trust}.StringEquals": ("accounts", side),
            f"{at_rights}.0.Resource": (side, "region"),
            f"{at_rights}.1.Resource": (side, "region"),
            "Properties.RoleName": (side, "region"),
            **tag_origins(spec, phase),
        },
    )


def _flow_log(spec: Spec, phase: Phase, side: Side, path: Path) -> Resource:
    address = _address(side, "FlowLog")
    name = f"{names.prefix(spec)}-{PURPOSE}"
    return Resource(
        stack=address.stack,
        body=ec2.FlowLog(
            address.logical_id,
            DeliverLogsPermissionArn=Symbol(_address(side, "FlowLogRole"), "Arn"),
            LogDestinationType="cloud-watch-logs",
            LogGroupName=Symbol(addresses.flow_log_group(side)),
            ResourceId=Symbol(addresses.vpc(side)),
            ResourceType="VPC",
            Tags=tag_list(spec, phase, name),
            TrafficType="ALL",
        ),
        component=path,
        origins=tag_origins(spec, phase, name),
    )
