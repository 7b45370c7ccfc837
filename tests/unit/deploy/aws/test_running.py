"""What gates ask of AWS: the requests, and the answers in the port's words."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import pytest

from compiler.deploy.gates.port import NoAnswerError, NotSupportedError, Query
from compiler.deploy.gates.system import (
    Alarm,
    Certificate,
    Metric,
    Record,
    Route,
    Sample,
    Secret,
    Target,
)
from compiler.deploy.port import AwsError
from tests.unit.deploy.aws.asked import asked
from tests.unit.deploy.aws.stubbed import HERE, REGION

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ORDERS = "shop-prod-orders"


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
