"""What exists where, asked of the services: a stack that says CREATE_COMPLETE proves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ClientOf: TypeAlias = "Callable[[str, str], Any]"
"""Gives the boto3 client of a service in a region. Any: boto3 clients are made at run time."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Thing:
    """
    One resource as its service reports it.

    Attributes:
        region: Where it is; `global` for what has no region.
        kind: In AWS's words: `VPC`, `RDS instance`.
        name: Its id or name.
        state: What matters about it, in a few words.
    """

    region: str
    kind: str
    name: str
    state: str


def inventory(client: ClientOf, regions: Iterable[str]) -> tuple[Thing, ...]:
    """
    List what is in *regions*, and what has no region.

    Args:
        client: Gives boto3 clients.
        regions: The regions to look into.

    Returns:
        Sorted by region, then in the order of `_REGIONAL`; default VPCs are left out.
    """
    things: list[Thing] = []
    places = sorted(set(regions))
    for region in places:
        for look in _REGIONAL:
            things.extend(sorted(look(client, region)))
    for look in _GLOBAL:
        things.extend(sorted(look(client, places[0])))
    return tuple(things)


def _vpcs(client: ClientOf, region: str) -> Iterator[Thing]:
    ec2 = client("ec2", region)
    for vpc in ec2.describe_vpcs()["Vpcs"]:
        if vpc["IsDefault"]:
            continue
        wanted = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        subnets = ec2.describe_subnets(Filters=wanted)["Subnets"]
        gateways = ec2.describe_nat_gateways(Filter=wanted)["NatGateways"]
        nat = [item for item in gateways if item["State"] == "available"]
        ranges = ", ".join(item["CidrBlock"] for item in vpc["CidrBlockAssociationSet"])
        state = f"{ranges}; {_count(subnets, 'subnet')}, {_count(nat, 'NAT gateway')}"
        yield Thing(region=region, kind="VPC", name=vpc["VpcId"], state=state)


def _peerings(client: ClientOf, region: str) -> Iterator[Thing]:
    ec2 = client("ec2", region)
    for peering in ec2.describe_vpc_peering_connections()["VpcPeeringConnections"]:
        code = peering["Status"]["Code"]
        if code == "deleted":
            continue
        tables = ec2.describe_route_tables()["RouteTables"]
        routes = [
            route
            for table in tables
            for route in table["Routes"]
            if route.get("VpcPeeringConnectionId") == peering["VpcPeeringConnectionId"]
        ]
        yield Thing(
            region=region,
            kind="VPC peering",
            name=peering["VpcPeeringConnectionId"],
            state=f"{code}; {_count(routes, 'route')} here",
        )


def _keys(client: ClientOf, region: str) -> Iterator[Thing]:
    kms = client("kms", region)
    named = set()
    for alias in kms.list_aliases()["Aliases"]:
        if alias["AliasName"].startswith("alias/aws/") or "TargetKeyId" not in alias:
            continue
        named.add(alias["TargetKeyId"])
        key = kms.describe_key(KeyId=alias["TargetKeyId"])["KeyMetadata"]
        rotation = kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
        state = f"{key['KeyState']}; rotation {'on' if rotation else 'off'}"
        yield Thing(region=region, kind="KMS key", name=alias["AliasName"], state=state)
    for one in kms.list_keys()["Keys"]:
        key = kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"]
        is_own = key["KeyManager"] == "CUSTOMER"
        if one["KeyId"] not in named and is_own and key["KeyState"] != "PendingDeletion":
            state = f"{key['KeyState']}; no alias; {key['Description'] or 'not described'}"
            yield Thing(region=region, kind="KMS key", name=one["KeyId"], state=state)


def _secrets(client: ClientOf, region: str) -> Iterator[Thing]:
    for secret in client("secretsmanager", region).list_secrets()["SecretList"]:
        home = secret.get("PrimaryRegion") or region
        state = "at home here" if home == region else f"replica of {home}"
        yield Thing(region=region, kind="Secret", name=secret["Name"], state=state)


def _databases(client: ClientOf, region: str) -> Iterator[Thing]:
    for item in client("rds", region).describe_db_instances()["DBInstances"]:
        source = item.get("ReadReplicaSourceDBInstanceIdentifier")
        role = f"replica of {source}" if source else "primary"
        encrypted = "encrypted" if item["StorageEncrypted"] else "not encrypted"
        kind = f"{item['Engine']} {item.get('EngineVersion', '')}".strip()
        yield Thing(
            region=region,
            kind="RDS instance",
            name=item["DBInstanceIdentifier"],
            state=f"{item['DBInstanceStatus']}; {kind} on {item['DBInstanceClass']}, {encrypted};"
            f" {role}",
        )


def _snapshots(client: ClientOf, region: str) -> Iterator[Thing]:
    found = client("rds", region).describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    for item in found:
        yield Thing(
            region=region,
            kind="RDS snapshot",
            name=item["DBSnapshotIdentifier"],
            state=f"{item['Status']}; of {item['DBInstanceIdentifier']}",
        )


def _buckets(client: ClientOf, region: str) -> Iterator[Thing]:
    s3 = client("s3", region)
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        place = s3.get_bucket_location(Bucket=name)["LocationConstraint"] or "us-east-1"
        if place != region:
            continue
        versions = s3.get_bucket_versioning(Bucket=name).get("Status", "off")
        rules = _rules(s3, name)
        there = [rule["Destination"]["Bucket"].rsplit(":", 1)[-1] for rule in rules]
        to = f"; replicates to {', '.join(there)}" if there else ""
        state = f"versioning {versions.lower()}{to}"
        yield Thing(region=region, kind="S3 bucket", name=name, state=state)


def _rules(s3: Any, bucket: str) -> list[dict[str, Any]]:  # noqa: ANN401 -- a boto3 client
    try:
        found = s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"]["Rules"]
    except s3.exceptions.ClientError:
        # S3 answers with an error where no replication is set.
        return []
    return list(found)


def _load_balancers(client: ClientOf, region: str) -> Iterator[Thing]:
    elb = client("elbv2", region)
    for item in elb.describe_load_balancers()["LoadBalancers"]:
        listeners = elb.describe_listeners(LoadBalancerArn=item["LoadBalancerArn"])["Listeners"]
        ports = ", ".join(
            f"{listener['Protocol']} {listener['Port']}"
            for listener in sorted(listeners, key=lambda listener: -listener["Port"])
        )
        closed = any(
            action.get("FixedResponseConfig", {}).get("StatusCode") == "503"
            for listener in listeners
            for rule in elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
            for action in rule["Actions"]
        )
        state = f"{item['State']['Code']}; {ports}; {'closed: answers 503' if closed else 'open'}"
        yield Thing(region=region, kind="Load balancer", name=item["LoadBalancerName"], state=state)


def _groups(client: ClientOf, region: str) -> Iterator[Thing]:
    for item in client("autoscaling", region).describe_auto_scaling_groups()["AutoScalingGroups"]:
        state = (
            f"{len(item['Instances'])} running; {item['MinSize']} to {item['MaxSize']},"
            f" {item['DesiredCapacity']} wanted"
        )
        yield Thing(
            region=region,
            kind="Auto Scaling group",
            name=item["AutoScalingGroupName"],
            state=state,
        )


def _alarms(client: ClientOf, region: str) -> Iterator[Thing]:
    for item in client("cloudwatch", region).describe_alarms()["MetricAlarms"]:
        yield Thing(
            region=region, kind="Alarm", name=item["AlarmName"], state=item["StateValue"].lower()
        )


def _distributions(client: ClientOf, region: str) -> Iterator[Thing]:
    listed = client("cloudfront", region).list_distributions()["DistributionList"]
    for item in listed.get("Items", ()):
        names = ", ".join(item["Aliases"].get("Items", ())) or item["DomainName"]
        state = f"{item['Status']}; {names}"
        yield Thing(region="global", kind="Distribution", name=item["Id"], state=state)


def _zones(client: ClientOf, region: str) -> Iterator[Thing]:
    route53 = client("route53", region)
    for zone in route53.list_hosted_zones()["HostedZones"]:
        records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        own = [item for item in records if item["Type"] not in {"NS", "SOA"}]
        kind = "private" if zone["Config"]["PrivateZone"] else "public"
        state = f"{kind}; {_count(own, 'record')}"
        yield Thing(region="global", kind="Hosted zone", name=zone["Name"].rstrip("."), state=state)


def _count(things: list[Any], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


_REGIONAL: tuple[Callable[[ClientOf, str], Iterator[Thing]], ...] = (
    _vpcs,
    _peerings,
    _keys,
    _secrets,
    _databases,
    _snapshots,
    _buckets,
    _load_balancers,
    _groups,
    _alarms,
)

_GLOBAL: tuple[Callable[[ClientOf, str], Iterator[Thing]], ...] = (_distributions, _zones)
