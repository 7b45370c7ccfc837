"""
What gates ask of the running system, by boto3. Every call only reads.

In the operator's own account as the operator, elsewhere through the read role; what these calls
need is in `compiler.bootstrap.reading`.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from compiler.deploy.aws import histories
from compiler.deploy.aws.errors import translated
from compiler.deploy.aws.running_data import DataRunning
from compiler.deploy.gates import outside
from compiler.deploy.gates.port import Ended, NoAnswerError, Query, Response
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from compiler.deploy.port import Place

_POINTS = 1440
"""How many periods one answer has at most (CloudWatch API reference, GetMetricStatistics, read
2026-11-24)."""

_PERIODS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(days=1),
)
"""
Periods that are asked for.

Those of a minute are kept for 15 days, of five minutes for 63, of an hour for 15 months (likewise);
by `_POINTS` each is asked for well within.
"""

_ALARMS = 100
"""How many names one request takes (CloudWatch API reference, DescribeAlarms, read 2026-11-24)."""

_VIA = (
    "VpcPeeringConnectionId",
    "TransitGatewayId",
    "NatGatewayId",
    "NetworkInterfaceId",
    "InstanceId",
    "EgressOnlyInternetGatewayId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "GatewayId",
)

_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


class AwsRunning(DataRunning):
    """The running system. See `compiler.deploy.gates.port.Running`."""

    def formed(self, place: Place, stack_id: str) -> datetime | None:
        """Return when a stack took its present form."""
        return histories.formed(self.at("cloudformation", place), stack_id)

    def samples(
        self, place: Place, metric: Metric, since: datetime, until: datetime
    ) -> tuple[Sample, ...]:
        """Return what *metric* said between *since* and *until*, oldest first."""
        if since >= until:
            return ()
        period = next((one for one in _PERIODS if until - since <= _POINTS * one), _PERIODS[-1])
        with translated("GetMetricStatistics"):
            found = self.at("cloudwatch", place).get_metric_statistics(
                Namespace=metric.namespace,
                MetricName=metric.name,
                Dimensions=[{"Name": name, "Value": value} for name, value in metric.dimensions],
                StartTime=since,
                EndTime=until,
                Period=int(period.total_seconds()),
                Statistics=["Maximum", "Minimum", "Sum"],
            )
        samples = (
            Sample(
                at=one["Timestamp"],
                lasts=period,
                lowest=one["Minimum"],
                highest=one["Maximum"],
                total=one["Sum"],
            )
            for one in found["Datapoints"]
        )
        return tuple(sorted(samples, key=lambda one: one.at))

    def targets(self, place: Place, target_group: str) -> tuple[Target, ...]:
        """Return what is registered with a target group, sorted by id."""
        with translated("DescribeTargetHealth"):
            found = self.at("elbv2", place).describe_target_health(TargetGroupArn=target_group)
        targets = (
            Target(
                id=one["Target"]["Id"],
                state=one["TargetHealth"]["State"],
                reason=one["TargetHealth"].get("Description", ""),
            )
            for one in found["TargetHealthDescriptions"]
        )
        return tuple(sorted(targets, key=lambda one: one.id))

    def alarms(self, place: Place, names: tuple[str, ...]) -> tuple[Alarm, ...]:
        """Return those of the alarms called *names* that there are, sorted by name."""
        client, found = self.at("cloudwatch", place), []
        for first in range(0, len(names), _ALARMS):
            asked = list(names[first : first + _ALARMS])
            with translated("DescribeAlarms"):
                for page in client.get_paginator("describe_alarms").paginate(
                    AlarmNames=asked, AlarmTypes=["MetricAlarm"]
                ):
                    found += [
                        Alarm(
                            name=one["AlarmName"],
                            state=one["StateValue"],
                            reason=one.get("StateReason", ""),
                            since=one.get("StateUpdatedTimestamp"),
                        )
                        for one in page["MetricAlarms"]
                    ]
        return tuple(sorted(found, key=lambda one: one.name))

    def secret(self, place: Place, name: str) -> Secret | None:
        """Return a secret, without its value, if there is one."""
        try:
            with translated("DescribeSecret"):
                found = self.at("secretsmanager", place).describe_secret(SecretId=name)
        except AwsError as error:
            _must_be(error, "ResourceNotFoundException")
            return None
        home = found.get("PrimaryRegion", "")
        return Secret(
            is_leaving="DeletedDate" in found,
            has_value=any(
                "AWSCURRENT" in stages for stages in found.get("VersionIdsToStages", {}).values()
            ),
            home="" if home == place.region else home,
            replicas=tuple(sorted(one["Region"] for one in found.get("ReplicationStatus", ()))),
        )

    def certificate(self, place: Place, arn: str) -> Certificate | None:
        """Return the certificate with this ARN, if there is one."""
        try:
            with translated("DescribeCertificate"):
                found = self.at("acm", place).describe_certificate(CertificateArn=arn)
        except AwsError as error:
            _must_be(error, "ResourceNotFoundException")
            return None
        certificate = found["Certificate"]
        return Certificate(status=certificate["Status"], ends=certificate.get("NotAfter"))

    def image_state(self, place: Place, image: str) -> str | None:
        """Return the state of a machine image; nothing if there is none."""
        try:
            with translated("DescribeImages"):
                found = self.at("ec2", place).describe_images(ImageIds=[image])["Images"]
        except AwsError as error:
            _must_be(
                error, "InvalidAMIID.NotFound", "InvalidAMIID.Malformed", "InvalidAMIID.Unavailable"
            )
            return None
        return str(found[0]["State"]) if found else None

    def parameter(self, place: Place, name: str) -> str | None:
        """Return the value of an SSM parameter there, if there is one."""
        try:
            with translated("GetParameter"):
                found = self.at("ssm", place).get_parameter(Name=name)
        except AwsError as error:
            _must_be(error, "ParameterNotFound")
            return None
        return str(found["Parameter"]["Value"])

    def key_state(self, place: Place, key: str) -> str | None:
        """Return the state of a KMS key; nothing if there is none."""
        try:
            with translated("DescribeKey"):
                found = self.at("kms", place).describe_key(KeyId=key)
        except AwsError as error:
            _must_be(error, "NotFoundException")
            return None
        return str(found["KeyMetadata"]["KeyState"])

    def records(self, place: Place, zone: str) -> tuple[Record, ...]:
        """Return the records of a hosted zone, in Route 53's order."""
        pages = self.at("route53", place).get_paginator("list_resource_record_sets")
        with translated("ListResourceRecordSets"):
            return tuple(
                Record(
                    name=one["Name"].rstrip("."),
                    type=one["Type"],
                    values=tuple(_values(one)),
                    weight=one.get("Weight"),
                )
                for page in pages.paginate(HostedZoneId=zone)
                for one in page["ResourceRecordSets"]
            )

    def routes(self, place: Place, vpc: str) -> tuple[Route, ...]:
        """Return the routes of a VPC, sorted by table and destination."""
        pages = self.at("ec2", place).get_paginator("describe_route_tables")
        with translated("DescribeRouteTables"):
            found = [
                Route(
                    table=table["RouteTableId"],
                    destination=_first(one, _DESTINATIONS),
                    via=_first(one, _VIA),
                )
                for page in pages.paginate(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
                for table in page["RouteTables"]
                for one in table.get("Routes", ())
            ]
        return tuple(sorted(found, key=lambda one: (one.table, one.destination)))

    def get(self, url: str, timeout: timedelta) -> Response:
        """Get *url* from this machine."""
        return outside.get(url, timeout)

    def run(self, command: str, timeout: timedelta) -> Ended:
        """Run *command* on this machine."""
        return outside.run(command, timeout)

    def query(self, place: Place, query: Query, timeout: timedelta) -> str:
        """Return the first value of the first row of an answer."""
        with translated("GetSecretValue"):
            found = self.at("secretsmanager", place).get_secret_value(SecretId=query.secret)
        try:
            value = json.loads(found["SecretString"])
            user, password = str(value["username"]), str(value["password"])
        except (KeyError, TypeError, ValueError):
            # Without the error itself, whose text may be a part of the secret.
            message = f"the secret {query.secret} holds no username and password"
            raise NoAnswerError(message) from None
        return outside.first_value(query, user, password, timeout)


def _must_be(error: AwsError, *codes: str) -> None:
    """
    Make sure that *error* says that there is no such thing.

    Raises:
        AwsError: It says something else.
    """
    if error.code not in codes:
        raise error


def _values(record: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(one["Value"]) for one in record.get("ResourceRecords", ()))
    if "AliasTarget" in record:
        yield str(record["AliasTarget"]["DNSName"]).rstrip(".")


def _first(found: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(found[name]) for name in names if found.get(name)), "")
