"""The handler of `AWS::ElasticLoadBalancingV2::LoadBalancer`: application load balancers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.elb_regions import LOG_ACCOUNTS, UNLISTED_ZONE_ID, ZONE_IDS
from compiler.sandbox.handlers.grants import allows
from compiler.sandbox.handlers.identity import physical_name
from compiler.sandbox.handlers.load_balancing import (
    attribute_changes,
    attributes,
    get_tags,
    held_attributes,
    put_tags,
    relink,
)
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEFAULTS: Mapping[str, str] = {
    "access_logs.s3.bucket": "",
    "access_logs.s3.enabled": "false",
    "access_logs.s3.prefix": "",
    "client_keep_alive.seconds": "3600",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "idle_timeout.timeout_seconds": "60",
    "ipv6.deny_all_igw_traffic": "false",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}
"""Source: Elastic Load Balancing API reference, "LoadBalancerAttribute", 2026-11-23."""

_NAME = re.compile(r"(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)")
_SMALLEST_PREFIX = 27
_FEWEST_ZONES = 2


class LoadBalancerHandler:
    """Application load balancers."""

    type_name = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    supported = frozenset(
        {
            "IpAddressType",
            "LoadBalancerAttributes",
            "Name",
            "Scheme",
            "SecurityGroups",
            "Subnets",
            "Tags",
            "Type",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a load balancer over two zones or more."""
        name = properties.get("Name") or physical_name(scope, limit=32)
        scheme = properties.get("Scheme", "internet-facing")
        _refuse_name(scope, name)
        if properties.get("Type", "application") != "application":
            refuse("ValidationError", "The sandbox plays application load balancers only.")
        vpc = _refuse_subnets(scope, properties.get("Subnets") or [], scheme)
        groups = _security_groups(scope, vpc, properties.get("SecurityGroups"))
        _refuse_logs(scope, attributes(properties.get("LoadBalancerAttributes")))
        made = ask(
            scope.client("elbv2"),
            "create_load_balancer",
            Name=name,
            Subnets=properties["Subnets"],
            SecurityGroups=groups,
            Scheme=scheme,
            Type="application",
            IpAddressType=properties.get("IpAddressType"),
        )["LoadBalancers"][0]
        arn = made["LoadBalancerArn"]
        try:
            _settle(scope, arn, scheme)
            self._set_attributes(scope, arn, {}, properties)
            put_tags(scope, arn, properties.get("Tags"))
        except Refused:
            ask(scope.client("elbv2"), "delete_load_balancer", LoadBalancerArn=arn)
            raise
        return _described(scope, arn)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Move between subnets and security groups, and set attributes and tags."""
        elb = scope.client("elbv2")
        scheme = new.get("Scheme", "internet-facing")
        vpc = _refuse_subnets(scope, new.get("Subnets") or [], scheme)
        groups = _security_groups(scope, vpc, new.get("SecurityGroups"))
        self._set_attributes(scope, physical_id, old, new)
        ask(elb, "set_subnets", LoadBalancerArn=physical_id, Subnets=new["Subnets"])
        ask(elb, "set_security_groups", LoadBalancerArn=physical_id, SecurityGroups=groups)
        ask(
            elb,
            "set_ip_address_type",
            LoadBalancerArn=physical_id,
            IpAddressType=new.get("IpAddressType", "ipv4"),
        )
        put_tags(scope, physical_id, new.get("Tags"))
        return _described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete a load balancer that is not protected; its listeners go with it."""
        del properties
        if self.read(scope, physical_id) is None:
            return
        told = ask(
            scope.client("elbv2"),
            "describe_load_balancer_attributes",
            LoadBalancerArn=physical_id,
        )["Attributes"]
        if attributes(told).get("deletion_protection.enabled") == "true":
            refuse(
                "OperationNotPermitted",
                f"Load balancer '{physical_id}' cannot be deleted because deletion protection is "
                "enabled",
            )
        ask(scope.client("elbv2"), "delete_load_balancer", LoadBalancerArn=physical_id)
        relink(scope)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the load balancer, with every attribute that it has."""
        told = _told(scope, physical_id)
        if told is None:
            return None
        held = ask(
            scope.client("elbv2"),
            "describe_load_balancer_attributes",
            LoadBalancerArn=physical_id,
        )["Attributes"]
        return {
            "Name": told["LoadBalancerName"],
            "Scheme": told["Scheme"],
            "Type": told["Type"],
            "IpAddressType": told["IpAddressType"],
            "Subnets": [zone["SubnetId"] for zone in told["AvailabilityZones"]],
            "SecurityGroups": told["SecurityGroups"],
            "LoadBalancerAttributes": held_attributes(held),
            "Tags": get_tags(scope, physical_id),
        }

    def _set_attributes(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        changes = attribute_changes(old, new, "LoadBalancerAttributes", _DEFAULTS)
        if not changes:
            return
        _refuse_logs(scope, attributes(changes))
        ask(
            scope.client("elbv2"),
            "modify_load_balancer_attributes",
            LoadBalancerArn=arn,
            Attributes=changes,
        )


def _told(scope: Scope, arn: str) -> dict[str, Any] | None:
    answer = ask_or_none(
        scope.client("elbv2"),
        "describe_load_balancers",
        "LoadBalancerNotFound",
        LoadBalancerArns=[arn],
    )
    return answer["LoadBalancers"][0] if answer else None


def _settle(scope: Scope, arn: str, scheme: str) -> None:
    """Give a new load balancer what AWS gives it and moto does not: attributes, zone, DNS name."""
    held = beneath("elbv2", scope.account, scope.region).load_balancers[arn]
    held.attrs = dict(_DEFAULTS)
    held.canonical_hosted_zone_id = ZONE_IDS.get(scope.region, UNLISTED_ZONE_ID)
    internal = "internal-" if scheme == "internal" else ""
    suffix = "amazonaws.com.cn" if scope.partition == "aws-cn" else "amazonaws.com"
    number = int(arn.rpartition("/")[2], 16) % 10**10
    held.dns_name = f"{internal}{held.name}-{number:010}.{scope.region}.elb.{suffix}"


def _refuse_name(scope: Scope, name: str) -> None:
    if len(name) > 32:  # noqa: PLR2004 -- the sentence says what it is
        refuse(
            "ValidationError",
            f"The load balancer name '{name}' cannot be longer than '32' characters",
        )
    if not _NAME.fullmatch(name):
        refuse(
            "ValidationError",
            f"The load balancer name '{name}' can only contain characters that are alphanumeric "
            "characters and hyphens(-), and cannot begin with 'internal-' or begin or end with "
            "'-'",
        )
    taken = ask_or_none(
        scope.client("elbv2"), "describe_load_balancers", "LoadBalancerNotFound", Names=[name]
    )
    if taken is not None:
        refuse(
            "DuplicateLoadBalancerName",
            f"A load balancer with the same name '{name}' exists, but with different settings",
        )


def _refuse_subnets(scope: Scope, ids: list[str], scheme: str) -> str:
    """Refuse subnets that cannot carry a load balancer; return the VPC of those that can."""
    ec2 = scope.client("ec2")
    found = []
    for subnet_id in ids:
        answer = ask_or_none(
            ec2, "describe_subnets", "InvalidSubnetID.NotFound", SubnetIds=[subnet_id]
        )
        if answer is None:
            refuse("SubnetNotFound", f"The subnet ID '{subnet_id}' does not exist")
        found.extend(answer["Subnets"])
    zones = [subnet["AvailabilityZone"] for subnet in found]
    if len(set(zones)) < _FEWEST_ZONES:
        refuse(
            "ValidationError",
            "At least two subnets in two different Availability Zones must be specified",
        )
    if len(zones) != len(set(zones)):
        refuse(
            "InvalidConfigurationRequest",
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        )
    for subnet in found:
        if int(subnet["CidrBlock"].rpartition("/")[2]) > _SMALLEST_PREFIX:
            refuse(
                "InvalidSubnet",
                f"Not enough IP space available in {subnet['SubnetId']}. ELB requires at least 8 "
                "free IP addresses in each subnet.",
            )
    vpc: str = found[0]["VpcId"]
    gateways = ask(
        ec2,
        "describe_internet_gateways",
        Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}],
    )["InternetGateways"]
    if scheme == "internet-facing" and not gateways:
        refuse("InvalidSubnet", f"VPC {vpc} has no internet gateway")
    return vpc


def _security_groups(scope: Scope, vpc: str, wanted: list[str] | None) -> list[str]:
    """Return the groups to use: those wanted, all of the VPC, or its default one."""
    told = ask(
        scope.client("ec2"),
        "describe_security_groups",
        Filters=[{"Name": "vpc-id", "Values": [vpc]}],
    )["SecurityGroups"]
    known = {group["GroupId"]: group["GroupName"] for group in told}
    if wanted is None:
        return [group for group, name in known.items() if name == "default"]
    if not set(wanted) <= set(known):
        refuse("InvalidConfigurationRequest", "One or more security groups are invalid")
    return list(wanted)


def _refuse_logs(scope: Scope, wanted: Mapping[str, str]) -> None:
    for kind in ("access_logs", "connection_logs"):
        if wanted.get(f"{kind}.s3.enabled") != "true":
            continue
        bucket = wanted.get(f"{kind}.s3.bucket", "")
        if not bucket:
            refuse(
                "InvalidConfigurationRequest",
                f"The value of '{kind}.s3.bucket' cannot be empty when '{kind}.s3.enabled' is "
                "'true'",
            )
        if not _may_write(scope, bucket, wanted.get(f"{kind}.s3.prefix", "")):
            refuse(
                "InvalidConfigurationRequest",
                f"Access Denied for bucket: {bucket}. Please check S3bucket permission",
            )


def _may_write(scope: Scope, bucket: str, prefix: str) -> bool:
    """
    Tell whether log delivery can write a test file, as it does when logs are turned on.

    It must be allowed by the bucket's policy, in the balancer's own region, and S3 must encrypt
    with its own key: delivery has no way to use one of KMS.
    """
    held = beneath("s3", scope.account, scope.partition).buckets.get(bucket)
    if held is None or held.region_name != scope.region or held.policy is None:
        return False
    encryption = str((held.encryption or {}).get("Rule", ""))
    if "aws:kms" in encryption:
        return False
    root = f"arn:{scope.partition}:iam::{LOG_ACCOUNTS.get(scope.region)}:root"
    folder = f"{prefix}/" if prefix else ""
    return allows(
        [held.policy],
        action="s3:PutObject",
        resource=(
            f"arn:{scope.partition}:s3:::{bucket}/{folder}AWSLogs/{scope.account}/ELBAccessLogTestFile"
        ),
        principal=[
            ("Service", "logdelivery.elasticloadbalancing.amazonaws.com"),
            ("AWS", root),
            ("AWS", str(LOG_ACCOUNTS.get(scope.region))),
        ],
    )


def _described(scope: Scope, arn: str) -> Created:
    told = _told(scope, arn)
    if told is None:
        refuse("LoadBalancerNotFound", f"Load balancers '[{arn}]' not found")
    return Created(
        physical_id=arn,
        attributes={
            "LoadBalancerArn": arn,
            "DNSName": told["DNSName"],
            "CanonicalHostedZoneID": told["CanonicalHostedZoneId"],
            "LoadBalancerFullName": arn.partition(":loadbalancer/")[2],
            "LoadBalancerName": told["LoadBalancerName"],
        },
    )


HANDLERS: tuple[Handler, ...] = (LoadBalancerHandler(),)
