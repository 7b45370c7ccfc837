"""What CloudFormation looks up in the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.clients import PlaceClients
from compiler.sandbox.embedded import Sandbox, embedded
from compiler.sandbox.engine.errors import ApiError
from compiler.sandbox.engine.lookups import dynamic_value, exists, zones_of

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "eu-central-1"


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with embedded(handlers={}) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def clients(box: Sandbox) -> PlaceClients:
    return PlaceClients(box.pool, box.account, REGION)


@pytest.fixture(scope="module")
def secret_arn(box: Sandbox) -> str:
    secrets = box.client("secretsmanager", REGION)
    made = secrets.create_secret(Name="db", SecretString='{"user": "u", "port": 5432}')
    secrets.put_secret_value(SecretId="db", SecretString='{"user": "new", "port": 5432}')
    arn: str = made["ARN"]
    return arn


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("secretsmanager:db", '{"user": "new", "port": 5432}'),
        ("secretsmanager:db:SecretString", '{"user": "new", "port": 5432}'),
        ("secretsmanager:db:SecretString:user", "new"),
        ("secretsmanager:db:SecretString:port", "5432"),
        ("secretsmanager:db:SecretString:user:AWSPREVIOUS", "u"),
        ("secretsmanager:{arn}:SecretString:user", "new"),
    ],
)
def test_a_secret_is_found_by_name_or_arn_and_key(
    clients: PlaceClients, secret_arn: str, reference: str, value: str
) -> None:
    assert dynamic_value(reference.format(arn=secret_arn), clients) == (value, True)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("secretsmanager:none", r"can't find the specified secret \(none\)"),
        ("secretsmanager:db:SecretString:none", "find the key none of db"),
        ("secretsmanager:db:SecretBinary", "Incorrect format"),
        ("ssm:/none", "Could not find the SSM parameter"),
        ("ssm-secure:/none", "does not resolve dynamic references to ssm-secure"),
    ],
)
def test_a_reference_to_nothing_is_an_error(
    clients: PlaceClients, secret_arn: str, reference: str, message: str
) -> None:
    assert secret_arn
    with pytest.raises(ApiError, match=message):
        dynamic_value(reference, clients)


def test_an_ssm_reference_may_name_a_version(box: Sandbox, clients: PlaceClients) -> None:
    ssm = box.client("ssm", REGION)
    for value in ("one", "two"):
        ssm.put_parameter(Name="/size", Value=value, Type="String", Overwrite=True)

    assert dynamic_value("ssm:/size", clients) == ("two", False)
    assert dynamic_value("ssm:/size:1", clients) == ("one", False)


def test_zones_are_those_of_the_region_that_is_asked_for(clients: PlaceClients) -> None:
    assert zones_of("us-west-1", clients) == ["us-west-1a", "us-west-1b"]


def test_things_exist_or_not(box: Sandbox, clients: PlaceClients) -> None:
    ec2: Any = box.client("ec2", REGION)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    group = ec2.describe_security_groups()["SecurityGroups"][0]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
    ec2.create_key_pair(KeyName="mine")
    zone = box.client("route53").create_hosted_zone(Name="a.example", CallerReference="1")
    there = {
        "AWS::EC2::AvailabilityZone::Name": f"{REGION}a",
        "AWS::EC2::Image::Id": image,
        "AWS::EC2::KeyPair::KeyName": "mine",
        "AWS::EC2::SecurityGroup::GroupName": group["GroupName"],
        "AWS::EC2::SecurityGroup::Id": group["GroupId"],
        "AWS::EC2::Subnet::Id": subnet,
        "AWS::EC2::VPC::Id": vpc,
        "AWS::EC2::Volume::Id": volume,
        "AWS::Route53::HostedZone::Id": zone["HostedZone"]["Id"].rpartition("/")[2],
        "AWS::SSM::Parameter::Name": "/aws/service/ami-amazon-linux-latest/"
        "al2023-ami-kernel-default-arm64",
    }
    absent = dict.fromkeys(there, "vpc-0123456789abcdef0")

    assert [kind for kind, name in there.items() if not exists(kind, name, clients)] == []
    assert [kind for kind, name in absent.items() if exists(kind, name, clients)] == []
    assert exists("String", "anything", clients)
