"""
The compiled examples go through every phase in the sandbox's CloudFormation.

Every stack of every state is deployed and deleted as a person would by hand, in the order of the
manifest, and what the services do meanwhile is looked at.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.embedded import embedded
from tests.fakes.clock import SimulatedClock
from tests.functional.walking import Walk, phases_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import PhaseName

OUT = Path(__file__).parents[2] / "templates_out"
SOURCE, TARGET, ACCOUNT = "us-east-1", "eu-central-1", "111122223333"
DATABASE = "streaming-staging-catalog"
HERE, THERE = (f"streaming-staging-media-{ACCOUNT}-{region}" for region in (SOURCE, TARGET))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hello-trial", "shop-prod"])
def test_every_stack_of_every_phase_ends_well(name: str) -> None:
    clock = SimulatedClock()
    with embedded(clock=clock.now) as box:
        walk = Walk(box=box, folder=OUT / name)
        for phase in phases_of(OUT / name):
            walk.to(phase)
            clock.sleep(timedelta(minutes=10))
            assert (phase, walk.problems) == (phase, [])


class Streaming:
    """The streaming example on its way, and what is looked at."""

    def __init__(self, walk: Walk, clock: SimulatedClock) -> None:
        self.walk = walk
        self.box = walk.box
        self.clock = clock

    def to(self, phase: PhaseName) -> None:
        self.walk.to(phase)
        assert (phase, self.walk.problems) == (phase, [])
        self.clock.sleep(timedelta(minutes=2))

    def database(self, region: str) -> dict[str, Any]:
        rds = self.box.client("rds", region)
        (found,) = rds.describe_db_instances(DBInstanceIdentifier=DATABASE)["DBInstances"]
        return dict(found)

    def last(self, region: str, metric: str) -> float:
        """Return the last sample of the database."""
        self.clock.sleep(timedelta(minutes=1))
        found = self.box.client("cloudwatch", region).get_metric_statistics(
            Namespace="AWS/RDS",
            MetricName=metric,
            Dimensions=[{"Name": "DBInstanceIdentifier", "Value": DATABASE}],
            StartTime=self.clock.now(),
            EndTime=self.clock.now() + timedelta(minutes=1),
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
        return float(found[-1]["Maximum"])

    def write(self, region: str, key: str) -> None:
        name = {SOURCE: HERE, TARGET: THERE}[region]
        self.box.client("s3", region).put_object(Bucket=name, Key=key, Body=key.encode())

    def objects(self, region: str) -> list[str]:
        name = {SOURCE: HERE, TARGET: THERE}[region]
        found = self.box.client("s3", region).list_objects_v2(Bucket=name).get("Contents", [])
        return [one["Key"] for one in found]

    def copy(self, region: str) -> str:
        """Copy what lies in the bucket of *region*; return how that ended."""
        name, asked = {SOURCE: HERE, TARGET: THERE}[region], self.box.client("s3control", region)
        job = asked.create_job(
            AccountId=ACCOUNT,
            ConfirmationRequired=False,
            Operation={"S3ReplicateObject": {}},
            Report={"Enabled": False},
            ClientRequestToken=name,
            Priority=1,
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/streaming-staging-replication-media-{region}",
            ManifestGenerator={
                "S3JobManifestGenerator": {
                    "SourceBucket": f"arn:aws:s3:::{name}",
                    "EnableManifestOutput": False,
                    "Filter": {
                        "EligibleForReplication": True,
                        "ObjectReplicationStatuses": ["NONE", "FAILED"],
                    },
                }
            },
        )["JobId"]
        return str(asked.describe_job(AccountId=ACCOUNT, JobId=job)["Job"]["Status"])

    def unquiet(self, region: str) -> list[str]:
        found = self.box.client("cloudwatch", region).describe_alarms()["MetricAlarms"]
        return [one["AlarmName"] for one in found if one["StateValue"] != "OK"]


@pytest.fixture(name="streaming")
def _streaming() -> Iterator[Streaming]:
    clock = SimulatedClock()
    with embedded(clock=clock.now) as box:
        yield Streaming(Walk(box=box, folder=OUT / "streaming-staging"), clock)


@pytest.mark.slow
def test_a_migration_with_everything_goes_all_the_way(streaming: Streaming) -> None:
    box = streaming.box
    streaming.to("prepare")
    streaming.write(SOURCE, "old")

    streaming.to("replicate")
    streaming.write(SOURCE, "new")
    before = streaming.objects(TARGET)
    assert (before, streaming.copy(SOURCE), streaming.objects(TARGET)) == (
        ["new"],
        "Complete",
        ["new", "old"],
    )
    assert streaming.database(TARGET)["StatusInfos"][0]["Status"] == "replicating"
    assert streaming.last(TARGET, "ReplicaLag") < 3

    streaming.to("warm")
    group = streaming.walk.physical(
        f"{TARGET}/service-web", "AWS::ElasticLoadBalancingV2::TargetGroup"
    )
    health = box.client("elbv2", TARGET).describe_target_health(TargetGroupArn=group)
    states = {one["TargetHealth"]["State"] for one in health["TargetHealthDescriptions"]}
    assert states == {"healthy"}

    open_before = streaming.last(SOURCE, "DatabaseConnections")
    streaming.to("fence")
    open_still = streaming.last(SOURCE, "DatabaseConnections")
    box.client("rds", SOURCE).reboot_db_instance(DBInstanceIdentifier=DATABASE)
    severed = streaming.last(SOURCE, "DatabaseConnections")
    assert (open_before, open_still, severed) == (6, 6, 0)
    assert streaming.database(TARGET)["StatusInfos"][0]["Status"] == "replicating"

    identity = streaming.database(TARGET)["DbiResourceId"]
    streaming.to("promote")
    promoted = streaming.database(TARGET)
    assert "ReadReplicaSourceDBInstanceIdentifier" not in promoted
    assert promoted["DbiResourceId"] == identity
    assert (streaming.last(TARGET, "DatabaseConnections"), streaming.unquiet(TARGET)) == (0, [])

    streaming.to("switch")
    streaming.write(TARGET, "after")
    assert streaming.last(TARGET, "DatabaseConnections") == 6

    streaming.to("settle")
    streaming.write(TARGET, "later")
    copied = streaming.copy(TARGET)
    assert (copied, streaming.objects(SOURCE)) == ("Complete", ["after", "later", "new", "old"])
    assert streaming.database(TARGET)["DeletionProtection"] is True

    streaming.to("unprotect")
    streaming.to("retire")
    assert streaming.unquiet(TARGET) == []
    assert left_in_the_source(streaming) == {
        "databases": [],
        "final snapshots": 1,
        "bucket": ["after", "later", "new", "old"],
        "secrets": [],
        "peerings": [],
        "services": [],
    }


def left_in_the_source(streaming: Streaming) -> dict[str, Any]:
    """Return what the source's services still tell of."""

    def at(service: str) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        return streaming.box.client(service, SOURCE)

    peerings = at("ec2").describe_vpc_peering_connections()["VpcPeeringConnections"]
    return {
        "databases": at("rds").describe_db_instances()["DBInstances"],
        "final snapshots": len(
            at("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
        ),
        "bucket": streaming.objects(SOURCE),
        "secrets": at("secretsmanager").list_secrets()["SecretList"],
        "peerings": [one for one in peerings if one["Status"]["Code"] == "active"],
        "services": at("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"],
    }
