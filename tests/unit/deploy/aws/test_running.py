"""What gates ask of AWS: the requests, and the answers in the port's words."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from compiler.deploy.aws.clients import Clients
from compiler.deploy.aws.running import AwsRunning
from compiler.deploy.gates.port import (
    Alarm,
    BatchJob,
    Certificate,
    Database,
    Metric,
    NoAnswerError,
    NotSupportedError,
    Query,
    Record,
    Route,
    Rule,
    Sample,
    Secret,
    Snapshot,
    StoredObject,
    Target,
)
from compiler.deploy.port import AwsError
from tests.unit.deploy.aws.stubbed import ACCOUNT, HERE, REGION, stubbed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.stub import Stubber

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ORDERS = "shop-prod-orders"


class _One(Clients):
    """Has the client of one service in one place."""

    def __init__(self, service: str, client: Any) -> None:  # noqa: ANN401 -- boto3 makes clients at run time
        super().__init__()
        self._known = (service, REGION, ACCOUNT)
        self._one = client

    def at(self, service: str, region: str, account: str) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        assert (service, region, account) == self._known
        return self._one


@contextmanager
def asked(service: str) -> Iterator[tuple[AwsRunning, Stubber]]:
    with stubbed(service) as (client, stub):
        yield AwsRunning(_One(service, client)), stub


QUERY = Query(
    engine="postgres",
    host="h",
    port=1,
    database="d",
    secret="shop/orders",  # noqa: S106 -- its name
    statement="s",
)
METRIC = Metric(
    namespace="AWS/RDS", name="ReplicaLag", dimensions=(("DBInstanceIdentifier", ORDERS),)
)


def statistics(period: int, since: datetime) -> dict[str, object]:
    return {
        "Namespace": "AWS/RDS",
        "MetricName": "ReplicaLag",
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": ORDERS}],
        "StartTime": since,
        "EndTime": NOON,
        "Period": period,
        "Statistics": ["Maximum", "Minimum", "Sum"],
    }


def test_samples_come_in_the_order_of_their_times() -> None:
    points = [
        {"Timestamp": NOON - timedelta(minutes=ago), "Minimum": 0.5, "Maximum": 2.0, "Sum": 3.0}
        for ago in (1, 3, 2)
    ]
    since = NOON - timedelta(minutes=12)
    with asked("cloudwatch") as (running, stub):
        stub.add_response("get_metric_statistics", {"Datapoints": points}, statistics(60, since))

        assert running.samples(HERE, METRIC, since, NOON) == tuple(
            Sample(
                at=NOON - timedelta(minutes=ago),
                lasts=timedelta(minutes=1),
                lowest=0.5,
                highest=2.0,
                total=3.0,
            )
            for ago in (3, 2, 1)
        )


@pytest.mark.parametrize(
    ("age", "period"),
    [
        (timedelta(days=1), 60),
        (timedelta(days=1, minutes=1), 300),
        (timedelta(days=5), 300),
        (timedelta(days=60), 3600),
        (timedelta(days=89), 86400),
    ],
)
def test_a_period_is_long_enough_for_one_answer(age: timedelta, period: int) -> None:
    with asked("cloudwatch") as (running, stub):
        stub.add_response(
            "get_metric_statistics", {"Datapoints": []}, statistics(period, NOON - age)
        )

        assert running.samples(HERE, METRIC, NOON - age, NOON) == ()


def test_of_no_time_there_is_no_sample() -> None:
    with asked("cloudwatch") as (running, _):
        assert running.samples(HERE, METRIC, NOON, NOON) == ()


def test_a_database_is_told_with_what_waits_and_how_it_follows() -> None:
    told = {
        "DBInstanceStatus": "available",
        "PendingModifiedValues": {"DBInstanceClass": "db.t3.large", "AllocatedStorage": 100},
        "DBParameterGroups": [
            {"DBParameterGroupName": "shop", "ParameterApplyStatus": "pending-reboot"}
        ],
        "PreferredBackupWindow": "03:00-03:30",
        "ReadReplicaSourceDBInstanceIdentifier": "arn:source",
        "StatusInfos": [
            {
                "StatusType": "read replication",
                "Normal": False,
                "Status": "error",
                "Message": "Duplicate entry",
            }
        ],
    }
    with asked("rds") as (running, stub):
        stub.add_response(
            "describe_db_instances",
            {"DBInstances": [told]},
            {"DBInstanceIdentifier": ORDERS},
        )

        assert running.database(HERE, ORDERS) == Database(
            status="available",
            pending=("AllocatedStorage", "DBInstanceClass"),
            parameter_groups={"shop": "pending-reboot"},
            backup_window="03:00-03:30",
            replicates="arn:source",
            replication="error",
            replication_message="Duplicate entry",
        )


def test_a_database_that_is_not_there_is_nothing_and_a_refusal_is_an_error() -> None:
    with asked("rds") as (running, stub):
        stub.add_client_error("describe_db_instances", "DBInstanceNotFound")
        stub.add_client_error("describe_db_instances", "AccessDenied", "not authorized")

        assert running.database(HERE, ORDERS) is None
        with pytest.raises(AwsError) as raised:
            running.database(HERE, ORDERS)

    assert (raised.value.call, raised.value.code) == ("DescribeDBInstances", "AccessDenied")


def test_a_restart_is_told_by_its_event() -> None:
    events = [
        {"Date": NOON + timedelta(minutes=minute), "Message": message}
        for minute, message in (
            (-1, "DB instance restarted"),
            (1, "DB instance shutdown"),
            (2, "DB instance restarted"),
            (9, "DB instance restarted"),
        )
    ]
    asks = {"SourceIdentifier": ORDERS, "SourceType": "db-instance", "Duration": 20160}
    with asked("rds") as (running, stub):
        stub.add_response("describe_events", {"Events": events}, asks)
        stub.add_response("describe_events", {"Events": events[:2]}, asks)

        assert running.restarted(HERE, ORDERS, NOON) == NOON + timedelta(minutes=2)
        assert running.restarted(HERE, ORDERS, NOON) is None


def test_a_database_that_was_never_there_has_no_snapshots() -> None:
    with asked("rds") as (running, stub):
        stub.add_client_error("describe_db_snapshots", "DBInstanceNotFound")
        stub.add_client_error("describe_db_snapshots", "AccessDenied")

        assert running.snapshots(HERE, ORDERS) == ()
        with pytest.raises(AwsError, match="AccessDenied"):
            running.snapshots(HERE, ORDERS)


def test_snapshots_are_told_with_their_keys_also_unfinished_ones() -> None:
    told = [
        {"DBSnapshotIdentifier": "kept", "Status": "creating", "SnapshotType": "manual"},
        {
            "DBSnapshotIdentifier": "daily",
            "Status": "available",
            "SnapshotType": "automated",
            "SnapshotCreateTime": NOON,
            "KmsKeyId": "arn:key",
        },
    ]
    with asked("rds") as (running, stub):
        stub.add_response(
            "describe_db_snapshots", {"DBSnapshots": told}, {"DBInstanceIdentifier": ORDERS}
        )

        assert running.snapshots(HERE, ORDERS) == (
            Snapshot(id="daily", status="available", at=NOON, key="arn:key", is_automatic=True),
            Snapshot(id="kept", status="creating", at=None, key="", is_automatic=False),
        )


def job(number: int, bucket: str, **more: object) -> dict[str, object]:
    return {
        "JobId": f"job-{number}",
        "Status": "Complete",
        "CreationTime": NOON + timedelta(minutes=number),
        "ProgressSummary": {
            "TotalNumberOfTasks": 7,
            "NumberOfTasksSucceeded": 6,
            "NumberOfTasksFailed": 1,
        },
        "ManifestGenerator": {
            "S3JobManifestGenerator": {
                "SourceBucket": f"arn:aws:s3:::{bucket}",
                "EnableManifestOutput": False,
            }
        },
        **more,
    }


def test_jobs_of_a_bucket_are_those_that_replicate_it_oldest_first() -> None:
    listed = [
        {"JobId": f"job-{number}", "Operation": operation}
        for number, operation in (
            (3, "S3ReplicateObject"),
            (2, "S3PutObjectTagging"),
            (1, "S3ReplicateObject"),
        )
    ]
    failed = job(
        3,
        "shop-media",
        Status="Failed",
        FailureReasons=[{"FailureCode": "404", "FailureReason": "no keys"}],
    )
    page = {"AccountId": ACCOUNT, "MaxResults": 1000}
    with asked("s3control") as (running, stub):
        stub.add_response("list_jobs", {"Jobs": listed, "NextToken": "more"}, page)
        for number, found in ((3, failed), (1, job(1, "shop-media"))):
            stub.add_response(
                "describe_job", {"Job": found}, {"AccountId": ACCOUNT, "JobId": f"job-{number}"}
            )
        stub.add_response(
            "list_jobs",
            {"Jobs": [{"JobId": "job-4", "Operation": "S3ReplicateObject"}]},
            {**page, "NextToken": "more"},
        )
        stub.add_response(
            "describe_job",
            {"Job": job(4, "shop-media-2")},
            {"AccountId": ACCOUNT, "JobId": "job-4"},
        )

        assert running.batch_jobs(HERE, "shop-media") == (
            BatchJob(
                id="job-1",
                status="Complete",
                made=NOON + timedelta(minutes=1),
                succeeded=6,
                failed=1,
            ),
            BatchJob(
                id="job-3",
                status="Failed",
                made=NOON + timedelta(minutes=3),
                succeeded=6,
                failed=1,
                reason="no keys",
            ),
        )


def test_objects_come_page_by_page() -> None:
    listing = {"Bucket": "shop-media", "Prefix": "in/", "ExpectedBucketOwner": ACCOUNT}
    with asked("s3") as (running, stub):
        stub.add_response(
            "list_objects_v2",
            {
                "Contents": [{"Key": "in/a", "Size": 1, "LastModified": NOON}],
                "IsTruncated": True,
                "NextContinuationToken": "more",
            },
            listing,
        )
        found = running.objects(HERE, "shop-media", "in/")
        assert next(found) == StoredObject(key="in/a", size=1, at=NOON)

        stub.add_response(
            "list_objects_v2",
            {"Contents": [{"Key": "in/b", "Size": 2, "LastModified": NOON}], "IsTruncated": False},
            {**listing, "ContinuationToken": "more"},
        )
        assert list(found) == [StoredObject(key="in/b", size=2, at=NOON)]


def test_a_rule_is_told_with_whether_it_is_measured() -> None:
    rules = [
        {
            "ID": "b",
            "Status": "Enabled",
            "Destination": {
                "Bucket": "arn:aws:s3:::shop-target",
                "Metrics": {"Status": "Enabled"},
            },
        },
        {"ID": "a", "Status": "Disabled", "Destination": {"Bucket": "arn:aws:s3:::other"}},
    ]
    with asked("s3") as (running, stub):
        stub.add_response(
            "get_bucket_replication",
            {"ReplicationConfiguration": {"Role": "arn:role", "Rules": rules}},
            {"Bucket": "shop-media", "ExpectedBucketOwner": ACCOUNT},
        )

        assert running.replication_rules(HERE, "shop-media") == (
            Rule(id="a", destination="other", is_enabled=False, is_measured=False),
            Rule(id="b", destination="shop-target", is_enabled=True, is_measured=True),
        )


@pytest.mark.parametrize("code", ["ReplicationConfigurationNotFoundError", "NoSuchBucket"])
def test_a_bucket_that_does_not_replicate_or_is_gone_has_no_rule(code: str) -> None:
    with asked("s3") as (running, stub):
        stub.add_client_error("get_bucket_replication", code)

        assert running.replication_rules(HERE, "shop-media") == ()


def test_targets_are_told_with_the_load_balancer_s_reason() -> None:
    told = [
        {
            "Target": {"Id": "i-2"},
            "TargetHealth": {"State": "unhealthy", "Description": "Request timed out"},
        },
        {"Target": {"Id": "i-1"}, "TargetHealth": {"State": "healthy"}},
    ]
    with asked("elbv2") as (running, stub):
        stub.add_response(
            "describe_target_health",
            {"TargetHealthDescriptions": told},
            {"TargetGroupArn": "arn:tg"},
        )

        assert running.targets(HERE, "arn:tg") == (
            Target(id="i-1", state="healthy"),
            Target(id="i-2", state="unhealthy", reason="Request timed out"),
        )


def test_alarms_are_asked_for_by_the_hundred() -> None:
    names = tuple(f"alarm-{number:03}" for number in range(101))
    with asked("cloudwatch") as (running, stub):
        for part, state in ((names[:100], "OK"), (names[100:], "ALARM")):
            stub.add_response(
                "describe_alarms",
                {"MetricAlarms": [{"AlarmName": part[0], "StateValue": state}]},
                {"AlarmNames": list(part), "AlarmTypes": ["MetricAlarm"]},
            )

        assert running.alarms(HERE, names) == (
            Alarm(name="alarm-000", state="OK"),
            Alarm(name="alarm-100", state="ALARM"),
        )


def test_a_secret_is_told_without_its_value() -> None:
    told = {
        "Name": "shop/orders",
        "VersionIdsToStages": {"1" * 32: ["AWSPREVIOUS"], "2" * 32: ["AWSCURRENT"]},
        "PrimaryRegion": REGION,
        "ReplicationStatus": [{"Region": "us-east-1", "Status": "InSync"}],
    }
    with asked("secretsmanager") as (running, stub):
        for found in (
            told,
            {**told, "PrimaryRegion": "us-east-1", "ReplicationStatus": []},
            {"Name": "shop/orders", "DeletedDate": NOON},
        ):
            stub.add_response("describe_secret", found, {"SecretId": "shop/orders"})

        assert [running.secret(HERE, "shop/orders") for _ in range(3)] == [
            Secret(is_leaving=False, has_value=True, replicas=("us-east-1",)),
            Secret(is_leaving=False, has_value=True, home="us-east-1"),
            Secret(is_leaving=True, has_value=False),
        ]


def test_a_certificate_an_image_a_parameter_and_a_key_are_told_by_their_state() -> None:
    with asked("acm") as (running, stub):
        stub.add_response(
            "describe_certificate",
            {"Certificate": {"Status": "ISSUED", "NotAfter": NOON}},
            {"CertificateArn": "arn:aws:acm:eu-central-1:111122223333:certificate/1"},
        )
        assert running.certificate(
            HERE, "arn:aws:acm:eu-central-1:111122223333:certificate/1"
        ) == Certificate(status="ISSUED", ends=NOON)
    with asked("ec2") as (running, stub):
        images = {"Images": [{"ImageId": "ami-1", "State": "available"}]}
        stub.add_response("describe_images", images, {"ImageIds": ["ami-1"]})
        stub.add_response("describe_images", {"Images": []}, {"ImageIds": ["ami-2"]})
        assert running.image_state(HERE, "ami-1") == "available"
        assert running.image_state(HERE, "ami-2") is None
    with asked("ssm") as (running, stub):
        stub.add_response("get_parameter", {"Parameter": {"Value": "ami-1"}}, {"Name": "/aws/ami"})
        assert running.parameter(HERE, "/aws/ami") == "ami-1"
    with asked("kms") as (running, stub):
        key = {"KeyMetadata": {"KeyId": "1", "KeyState": "PendingDeletion"}}
        stub.add_response("describe_key", key, {"KeyId": "arn:key"})
        assert running.key_state(HERE, "arn:key") == "PendingDeletion"


@pytest.mark.parametrize(
    ("service", "call", "code", "method", "name"),
    [
        ("secretsmanager", "describe_secret", "ResourceNotFoundException", "secret", "x"),
        ("acm", "describe_certificate", "ResourceNotFoundException", "certificate", "a" * 20),
        ("ec2", "describe_images", "InvalidAMIID.NotFound", "image_state", "ami-1"),
        ("ec2", "describe_images", "InvalidAMIID.Malformed", "image_state", "nonsense"),
        ("ssm", "get_parameter", "ParameterNotFound", "parameter", "/x"),
        ("kms", "describe_key", "NotFoundException", "key_state", "arn:key"),
    ],
)
def test_what_is_not_there_is_nothing_and_any_other_refusal_an_error(
    service: str, call: str, code: str, method: str, name: str
) -> None:
    with asked(service) as (running, stub):
        stub.add_client_error(call, code)
        stub.add_client_error(call, "AccessDenied")

        assert getattr(running, method)(HERE, name) is None
        with pytest.raises(AwsError, match="AccessDenied"):
            getattr(running, method)(HERE, name)


def test_records_are_told_with_what_they_lead_to() -> None:
    told = [
        {
            "Name": "app.example.com.",
            "Type": "A",
            "SetIdentifier": "source",
            "Weight": 0,
            "AliasTarget": {
                "HostedZoneId": "Z2",
                "DNSName": "dualstack.lb-1.example.",
                "EvaluateTargetHealth": False,
            },
        },
        {
            "Name": "orders.example.com.",
            "Type": "CNAME",
            "TTL": 60,
            "ResourceRecords": [{"Value": "db-1.example"}],
        },
    ]
    with asked("route53") as (running, stub):
        stub.add_response(
            "list_resource_record_sets",
            {"ResourceRecordSets": told, "IsTruncated": False, "MaxItems": "300"},
            {"HostedZoneId": "Z1"},
        )

        assert running.records(HERE, "Z1") == (
            Record(name="app.example.com", type="A", values=("dualstack.lb-1.example",), weight=0),
            Record(name="orders.example.com", type="CNAME", values=("db-1.example",)),
        )


def test_routes_are_told_with_what_they_lead_over() -> None:
    tables = [
        {
            "RouteTableId": "rtb-1",
            "Routes": [
                {"DestinationCidrBlock": "10.1.0.0/16", "VpcPeeringConnectionId": "pcx-1"},
                {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"},
                {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1"},
                {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"},
            ],
        }
    ]
    with asked("ec2") as (running, stub):
        stub.add_response(
            "describe_route_tables",
            {"RouteTables": tables},
            {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}]},
        )

        assert running.routes(HERE, "vpc-1") == (
            Route(table="rtb-1", destination="10.0.0.0/16", via="local"),
            Route(table="rtb-1", destination="10.1.0.0/16", via="pcx-1"),
            Route(table="rtb-1", destination="::/0", via="eigw-1"),
            Route(table="rtb-1", destination="pl-1", via="vpce-1"),
        )


@pytest.mark.parametrize("text", ["hunter2", '{"user": "hunter2"}', "[]"])
def test_a_secret_without_user_and_password_is_no_answer_and_is_not_shown(text: str) -> None:
    with asked("secretsmanager") as (running, stub):
        stub.add_response("get_secret_value", {"SecretString": text}, {"SecretId": "shop/orders"})

        with pytest.raises(NoAnswerError) as raised:
            running.query(HERE, QUERY, timedelta(seconds=1))

    assert str(raised.value) == "the secret shop/orders holds no username and password"
    assert raised.value.__cause__ is None


def test_a_stack_took_its_form_when_its_own_last_event_says_so() -> None:
    stack = "arn:aws:cloudformation:eu-central-1:111122223333:stack/access/1"
    event = {
        "StackId": stack,
        "EventId": "1",
        "StackName": "access",
        "PhysicalResourceId": stack,
        "ResourceStatus": "UPDATE_COMPLETE",
        "Timestamp": NOON,
    }
    with asked("cloudformation") as (running, stub):
        stub.add_response("describe_stack_events", {"StackEvents": [event]}, {"StackName": stack})

        assert running.formed(HERE, stack) == NOON


def test_what_is_not_aws_is_asked_from_this_machine() -> None:
    with asked("sts") as (running, _):
        assert running.run(f"{sys.executable} -c pass", timedelta(seconds=30)).code == 0
        assert running.get("http://127.0.0.1:1/", timedelta(seconds=5)).status == 0


def test_a_secret_s_user_and_password_go_to_the_driver_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # So an import fails, whether or not the driver is installed.
    monkeypatch.setitem(sys.modules, "psycopg", None)
    secret = {"SecretString": '{"username": "ada", "password": "hunter2"}'}
    with asked("secretsmanager") as (running, stub):
        stub.add_response("get_secret_value", secret, {"SecretId": "shop/orders"})

        with pytest.raises(NotSupportedError) as raised:
            running.query(HERE, QUERY, timedelta(seconds=1))

    assert str(raised.value) == 'the Python package "psycopg" is not installed'
