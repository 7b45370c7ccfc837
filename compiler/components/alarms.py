"""
Each side's alarms, and the encrypted topic that they go to.

All alarms of a side stand in one stack; each belongs to the database, service or bucket that it
watches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import sns

from compiler.components import arns, bucket_alarms, database_alarms
from compiler.components.addresses import key_arn, load_balancer, target_group, topic
from compiler.components.alarm import Watched, dimensions
from compiler.components.bucket_policies import document
from compiler.components.sides import serving, standing
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Resource, Symbol, logical
from spec import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Alarms, Spec
    from spec.names import Side


def resources(spec: Spec, phase: Phase) -> Iterator[Resource]:
    """
    Yield the topic of each side that stands, who may publish and who is told, and the alarms.

    A topic is there before there is anything to watch: whoever is told has to confirm it first.
    """
    if spec.alarms is None:
        return
    for side in standing(phase):
        yield from _topic(spec, phase, side, spec.alarms)
    for side in serving(phase):
        for key in spec.services:
            yield _of_service(spec, phase, side, key)
    yield from database_alarms.resources(spec, phase, spec.alarms)
    yield from bucket_alarms.resources(spec, phase)


def _topic(spec: Spec, phase: Phase, side: Side, alarms: Alarms) -> Iterator[Resource]:
    address = topic(side)
    component: Path = ("alarms",)
    yield Resource(
        stack=address.stack,
        body=sns.Topic(
            address.logical_id,
            TopicName=names.topic(spec),
            KmsMasterKeyId=key_arn(side, "alarms"),
            Tags=tag_list(spec, phase),
        ),
        component=component,
        origins=tag_origins(spec, phase),
    )
    account = names.account_of(spec, side)
    region = names.region_of(spec, side)
    yield Resource(
        stack=address.stack,
        body=sns.TopicPolicy(
            logical("topic", "policy"),
            Topics=[Symbol(address)],
            PolicyDocument=document(
                {
                    "Sid": "PublishAlarms",
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudwatch.amazonaws.com"},
                    "Action": "sns:Publish",
                    "Resource": Symbol(address),
                    "Condition": {
                        "ArnLike": {
                            "aws:SourceArn": f"arn:{arns.partition(spec)}:cloudwatch:{region}"
                            f":{account}:alarm:*"
                        },
                        "StringEquals": {"aws:SourceAccount": account},
                    },
                }
            ),
        ),
        component=component,
        origins={"Properties.PolicyDocument.Statement.0.Condition": ("accounts", side)},
    )
    yield Resource(
        stack=address.stack,
        body=sns.SubscriptionResource(
            logical("subscription"),
            TopicArn=Symbol(address),
            Protocol="email",
            Endpoint=alarms.email,
        ),
        component=component,
        origins={"Properties.Endpoint": ("alarms", "email")},
    )


def _of_service(spec: Spec, phase: Phase, side: Side, key: str) -> Resource:
    where = names.region_of(spec, side)
    return Watched(spec=spec, phase=phase, side=side, path=("services", key)).alarm(
        "unhealthy",
        "hosts",
        AlarmDescription=f"Instances of {key} in {where} fail their health check.",
        Namespace="AWS/ApplicationELB",
        MetricName="UnHealthyHostCount",
        Dimensions=dimensions(
            LoadBalancer=Symbol(load_balancer(side), "LoadBalancerFullName"),
            TargetGroup=Symbol(target_group(side, key), "TargetGroupFullName"),
        ),
        Statistic="Maximum",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=0,
        Period=60,
        EvaluationPeriods=5,
        # A group without instances reports nothing, and is no fault.
        TreatMissingData="notBreaching",
    )
