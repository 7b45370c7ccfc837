"""Actions in the sandbox, whose services behave as AWS's do: the whole way, by boto3."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from compiler.deploy.actions import MustUndo, Performing, expected
from compiler.deploy.aws import connect, connect_actions
from compiler.deploy.deploying import deploy
from compiler.deploy.flow import run
from compiler.deploy.folder import Compiled
from compiler.deploy.outcome import Done
from compiler.deploy.timeline import Schedule
from compiler.deploy.wish import ANYTHING
from compiler.manifest import Computed
from compiler.sandbox.embedded import Sandbox, embedded
from compiler.sandbox.faults import Faults
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, migration, stack, template
from tests.fakes.performer import EMPTY, action
from tests.fakes.taker import new_taker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.outcome import End
    from compiler.manifest import Action

ACCESS = f"{SOURCE}/access"
BUCKET, OTHER_BUCKET = "shop-media", "shop-media-eu"
NAME, REPLICA = "shop-prod-catalog", "shop-prod-catalog-eu"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/shop-prod-media"


class Acting:
    """Who does actions after a stack, in a sandbox whose clock is the run's own."""

    def __init__(self, sandbox: Sandbox, clock: SimulatedClock) -> None:
        self.sandbox = sandbox
        self.clock = clock
        text = template({"Topic": "AWS::SNS::Topic"})
        access = stack(SOURCE, "access", text)
        self.manifest = replace(migration().manifest, stacks=(access,))
        self.aws = connect(region=TARGET)
        self.performing = Performing(port=connect_actions(), aws=self.aws, clock=clock)
        self.compiled = Compiled(manifest=self.manifest, templates={ACCESS: text})

    def client(self, service: str, region: str = SOURCE) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        return self.sandbox.client(service, region)

    def close(self) -> None:
        """Let the access stack take its form."""
        result = deploy(
            self.compiled,
            aws=self.aws,
            clock=self.clock,
            listener=Heard(),
            taker=new_taker(),
            confirm=lambda _: True,
            wish=ANYTHING,
            pool=CallingPool(),
        )
        assert result.exit_code == 0

    def do(self, one: Action, *, is_undone: bool = False) -> End:
        node = one.node
        return run(
            Schedule(nodes=(node,), needs={node: frozenset()}, expected={node: expected(one)}),
            start=lambda *_: self.performing.start(one, self.manifest, is_undone=is_undone),
            listener=Heard(),
            clock=self.clock,
            pool=CallingPool(),
            parallel=1,
        ).ends[node]

    def what(self, one: Action, *, is_undone: bool = False) -> str:
        end = self.do(one, is_undone=is_undone)
        assert isinstance(end, Done), end
        return end.what


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def acting(faults: Faults) -> Iterator[Acting]:
    clock = SimulatedClock()
    with embedded(clock=clock.now, seconds_per_stack=20, faults=faults) as sandbox:
        made = Acting(sandbox, clock)
        made.close()
        yield made


def test_both_sides_of_a_peering_resolve_names_and_stop_to(acting: Acting) -> None:
    here, there = acting.client("ec2"), acting.client("ec2", TARGET)
    vpcs = [
        one.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        for one, cidr in ((here, "10.0.0.0/16"), (there, "10.1.0.0/16"))
    ]
    for one, vpc in zip((here, there), vpcs, strict=True):
        one.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    peering = here.create_vpc_peering_connection(
        VpcId=vpcs[0], PeerVpcId=vpcs[1], PeerRegion=TARGET
    )["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    there.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    sides = [
        action("peering dns", region=region, after=(ACCESS,), peering=peering, role=role)
        for region, role in ((SOURCE, "requester"), (TARGET, "accepter"))
    ]

    assert [acting.what(one) for one in sides] == ["turned on", "turned on"]
    assert [acting.what(one) for one in sides] == ["unchanged", "unchanged"]
    assert [acting.what(one, is_undone=True) for one in sides] == ["turned off", "turned off"]


def replicating(acting: Acting, *keys: str) -> Action:
    """A bucket that replicates, and held these keys before it did."""
    for region, bucket in ((SOURCE, BUCKET), (TARGET, OTHER_BUCKET)):
        where = (
            {}
            if region == "us-east-1"
            else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        )
        s3 = acting.client("s3", region)
        s3.create_bucket(Bucket=bucket, **where)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3 = acting.client("s3")
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"before")
    trust = {"Service": ["s3.amazonaws.com", "batchoperations.s3.amazonaws.com"]}
    acting.client("iam").create_role(
        RoleName="shop-prod-media",
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": trust, "Action": "sts:AssumeRole"}],
            }
        ),
    )
    acting.client("iam").put_role_policy(
        RoleName="shop-prod-media",
        PolicyName="replicate",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
            }
        ),
    )
    s3.put_bucket_replication(
        Bucket=BUCKET,
        ReplicationConfiguration={
            "Role": ROLE,
            "Rules": [
                {
                    "ID": "media",
                    "Status": "Enabled",
                    "Priority": 1,
                    "Filter": {"Prefix": ""},
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "Destination": {"Bucket": f"arn:aws:s3:::{OTHER_BUCKET}"},
                }
            ],
        },
    )
    return action(
        "copy existing objects",
        "media",
        after=(ACCESS,),
        bucket=BUCKET,
        destination_bucket=OTHER_BUCKET,
        role_arn=ROLE,
        account=ACCOUNT,
        prefix="",
    )


def test_what_a_bucket_held_before_it_replicated_arrives(acting: Acting) -> None:
    copy = replicating(acting, "a.png", "b.png")

    assert acting.what(copy) == "copying"
    acting.clock.time += timedelta(hours=1)
    assert acting.what(copy) == "unchanged"

    found = acting.client("s3", TARGET).list_objects_v2(Bucket=OTHER_BUCKET)
    assert [one["Key"] for one in found["Contents"]] == ["a.png", "b.png"]
    assert len(acting.client("s3control").list_jobs(AccountId=ACCOUNT)["Jobs"]) == 1


def test_of_an_empty_bucket_nothing_is_copied(acting: Acting) -> None:
    copy = replicating(acting)

    assert acting.what(copy) == "unchanged"
    assert acting.client("s3control").list_jobs(AccountId=ACCOUNT)["Jobs"] == []


def databases(acting: Acting) -> Action:
    acting.client("rds").create_db_instance(
        DBInstanceIdentifier=NAME,
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        MasterUsername="ops",
        MasterUserPassword="correct-horse",
        AllocatedStorage=20,
        BackupRetentionPeriod=7,
    )
    acting.client("rds", TARGET).create_db_instance_read_replica(
        DBInstanceIdentifier=REPLICA,
        SourceDBInstanceIdentifier=f"arn:aws:rds:{SOURCE}:{ACCOUNT}:db:{NAME}",
        SourceRegion=SOURCE,
    )
    return action("sever connections", "catalog", after=(ACCESS,), database=NAME, engine="postgres")


def restarts(acting: Acting) -> list[str]:
    events = acting.client("rds").describe_events(
        SourceIdentifier=NAME, SourceType="db-instance", Duration=20160
    )["Events"]
    return [one["Message"] for one in events if "restarted" in one["Message"]]


def test_a_database_is_rebooted_once_and_its_replica_follows(acting: Acting) -> None:
    sever = databases(acting)

    assert acting.what(sever) == "rebooted"
    assert acting.what(sever) == "unchanged"
    assert restarts(acting) == ["DB instance restarted"]


def test_a_replica_that_does_not_survive_the_reboot_ends_the_fence(
    acting: Acting, faults: Faults
) -> None:
    sever = databases(acting)
    faults.ask("replica-breaks", REPLICA)

    end = acting.do(sever)

    assert isinstance(end, MustUndo)
    assert end.failure.reason == (
        "5 minutes after the reboot of shop-prod-catalog, its replica shop-prod-catalog-eu in "
        'eu-central-1 is "error": Replication has stopped.'
    )


def test_a_cache_forgets_once(acting: Acting) -> None:
    cloudfront = acting.client("cloudfront")
    distribution = cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": "shop",
            "Comment": "",
            "Enabled": True,
            "Origins": {
                "Quantity": 1,
                "Items": [
                    {
                        "Id": "web",
                        "DomainName": "origin.example.com",
                        "CustomOriginConfig": {
                            "HTTPPort": 80,
                            "HTTPSPort": 443,
                            "OriginProtocolPolicy": "https-only",
                        },
                    }
                ],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": "web",
                "ViewerProtocolPolicy": "redirect-to-https",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
        }
    )["Distribution"]["Id"]
    forget = action("invalidate cache", after=(ACCESS,), distribution=distribution, paths="/*")

    assert acting.what(forget) == "forgotten"
    assert acting.what(forget) == "unchanged"
    found = cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"]
    assert found["Quantity"] == 1


def test_a_bucket_is_emptied_to_its_last_version(acting: Acting) -> None:
    replicating(acting, "a.png", "a.png")
    acting.client("s3").delete_object(Bucket=BUCKET, Key="a.png")
    acting.manifest = replace(acting.manifest, phase="retire")
    empty = replace(EMPTY, after=(ACCESS,), facts={"bucket": Computed(value=BUCKET)})

    assert acting.what(empty) == "emptied of 3 versions"
    assert acting.what(empty) == "unchanged"
    found = acting.client("s3").list_object_versions(Bucket=BUCKET)
    assert (found.get("Versions"), found.get("DeleteMarkers")) == (None, None)
