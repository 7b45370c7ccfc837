"""What CloudFormation looks up in the account itself: zones, parameters, secrets, things."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from compiler.sandbox.engine.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from compiler.sandbox.handler import Clients


def zones_of(region: str, clients: Clients) -> Sequence[str]:
    """Return the availability zones of *region*, in order."""
    answer = clients("ec2", region).describe_availability_zones()
    return sorted(zone["ZoneName"] for zone in answer["AvailabilityZones"])


def ssm_value(name: str, clients: Clients) -> str | None:
    """Return the value of an SSM parameter (`name` or `name:version`), or nothing."""
    try:
        found: str = clients("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    except ClientError:
        return None
    return found


def dynamic_value(reference: str, clients: Clients) -> tuple[str, bool]:
    """
    Return the value of a dynamic reference, and whether it is secret.

    Args:
        reference: What stands between `{{resolve:` and `}}`.
        clients: Of the stack's account and region.

    Raises:
        ApiError: `ValidationError`: the service is unknown or has no such value.
    """
    service, _, rest = reference.partition(":")
    if service == "ssm":
        found = ssm_value(rest, clients)
        if found is None:
            message = f"Could not find the SSM parameter of the dynamic reference {reference}"
            raise invalid(message)
        return found, False
    if service == "secretsmanager":
        return _secret(reference, rest, clients), True
    message = f"The sandbox does not resolve dynamic references to {service} ({reference})"
    raise invalid(message)


def _secret(reference: str, rest: str, clients: Clients) -> str:
    # An ARN has seven parts of its own; what follows is SecretString, key, stage and version.
    parts = rest.split(":")
    size = 7 if rest.startswith("arn:") else 1
    secret_id = ":".join(parts[:size])
    kind, key, stage, version = (*parts[size:], "", "", "", "")[:4]
    if kind not in {"", "SecretString"}:
        message = f"Incorrect format is used in the following dynamic reference: {reference}"
        raise invalid(message)
    wanted: dict[str, str] = {"SecretId": secret_id}
    if stage:
        wanted["VersionStage"] = stage
    if version:
        wanted["VersionId"] = version
    try:
        text: str = clients("secretsmanager").get_secret_value(**wanted)["SecretString"]
    except ClientError as error:
        message = f"Secrets Manager can't find the specified secret ({secret_id}): {error}"
        raise invalid(message) from error
    if not key:
        return text
    try:
        return str(json.loads(text)[key])
    except (ValueError, KeyError, TypeError) as error:
        message = f"Could not parse SecretString JSON or find the key {key} of {secret_id}"
        raise invalid(message) from error


def exists(kind: str, value: str, clients: Clients) -> bool:
    """Tell whether the account has the thing that an AWS-specific parameter type names."""
    ask = _QUESTIONS.get(kind)
    if ask is None:
        return True
    try:
        return ask(value, clients)
    except ClientError:
        return False


def _named(service: str, operation: str, argument: str, answer: str) -> Callable[..., bool]:
    def ask(value: str, clients: Clients) -> bool:
        call = getattr(clients(service), operation)
        found: Mapping[str, Any] = call(**{argument: [value]})
        return bool(found[answer])

    return ask


def _zone(value: str, clients: Clients) -> bool:
    answer = clients("ec2").describe_availability_zones()
    return value in {zone["ZoneName"] for zone in answer["AvailabilityZones"]}


def _hosted_zone(value: str, clients: Clients) -> bool:
    return bool(clients("route53").get_hosted_zone(Id=value)["HostedZone"])


def _group_name(value: str, clients: Clients) -> bool:
    filters = [{"Name": "group-name", "Values": [value]}]
    return bool(clients("ec2").describe_security_groups(Filters=filters)["SecurityGroups"])


def _ssm_name(value: str, clients: Clients) -> bool:
    return ssm_value(value, clients) is not None


_QUESTIONS: Mapping[str, Callable[[str, Clients], bool]] = {
    "AWS::EC2::AvailabilityZone::Name": _zone,
    "AWS::EC2::Image::Id": _named("ec2", "describe_images", "ImageIds", "Images"),
    "AWS::EC2::Instance::Id": _named("ec2", "describe_instances", "InstanceIds", "Reservations"),
    "AWS::EC2::KeyPair::KeyName": _named("ec2", "describe_key_pairs", "KeyNames", "KeyPairs"),
    "AWS::EC2::SecurityGroup::GroupName": _group_name,
    "AWS::EC2::SecurityGroup::Id": _named(
        "ec2", "describe_security_groups", "GroupIds", "SecurityGroups"
    ),
    "AWS::EC2::Subnet::Id": _named("ec2", "describe_subnets", "SubnetIds", "Subnets"),
    "AWS::EC2::VPC::Id": _named("ec2", "describe_vpcs", "VpcIds", "Vpcs"),
    "AWS::EC2::Volume::Id": _named("ec2", "describe_volumes", "VolumeIds", "Volumes"),
    "AWS::Route53::HostedZone::Id": _hosted_zone,
    "AWS::SSM::Parameter::Name": _ssm_name,
}
