"""Time passes for whoever looks, at whichever service."""

from __future__ import annotations

import json
from datetime import timedelta

from moto.core.responses import BaseResponse

from compiler.sandbox.embedded import embedded
from tests.fakes.clock import SimulatedClock

BODY = json.dumps(
    {
        "Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "orders-of-shop"}},
            "Log": {"Type": "AWS::Logs::LogGroup"},
        }
    }
)


def test_what_is_due_is_there_though_nobody_asks_cloudformation() -> None:
    clock = SimulatedClock()
    with embedded(seconds_per_stack=30, clock=clock.now) as box:
        box.client("cloudformation").create_stack(StackName="app", TemplateBody=BODY)
        began = clock.now()
        before = box.client("s3").list_buckets()["Buckets"]
        clock.sleep(timedelta(seconds=60))
        buckets = [bucket["Name"] for bucket in box.client("s3").list_buckets()["Buckets"]]
        groups = box.client("logs").describe_log_groups()["logGroups"]
        (stack,) = box.client("cloudformation").describe_stacks()["Stacks"]
        last = box.client("cloudformation").describe_stack_events(StackName="app")["StackEvents"][0]

    assert before == []
    assert buckets == ["orders-of-shop"]
    assert len(groups) == 1
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert last["Timestamp"] == began + timedelta(seconds=30)


def test_moto_is_as_before_afterwards() -> None:
    before = BaseResponse.setup_class

    with embedded(handlers={}):
        assert BaseResponse.setup_class is not before

    assert BaseResponse.setup_class is before
