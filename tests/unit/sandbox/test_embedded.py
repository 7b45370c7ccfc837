"""The door inside the process."""

from __future__ import annotations

import os
from typing import Any

import boto3
import moto.iam.models
import pytest
from botocore.exceptions import ClientError
from moto.cloudformation import urls

from compiler.sandbox.clients import access_key_of, account_of
from compiler.sandbox.embedded import embedded
from compiler.sandbox.registry import all_handlers, by_type

TOPIC = '{"Resources": {"L": {"Type": "AWS::Logs::LogGroup"}}}'


def caller() -> str:
    sts: Any = boto3.client("sts", "us-east-1")
    account: str = sts.get_caller_identity()["Account"]
    return account


def test_plain_boto3_code_talks_to_the_sandbox_as_the_account_of_the_door() -> None:
    with embedded(account="999988887777"):
        assert caller() == "999988887777"


def test_everything_is_put_back_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://mine.example")
    for absent in ("AWS_ACCESS_KEY_ID", "AWS_EC2_METADATA_DISABLED", "AWS_CONFIG_FILE"):
        monkeypatch.delenv(absent, raising=False)
    before = (
        dict(os.environ),
        urls.url_paths["{0}/$"],
        moto.iam.models.get_account_id_from,
    )

    with embedded() as box:
        assert "AWS_PROFILE" not in os.environ
        assert box.client("s3").list_buckets()["Buckets"] == []

    assert (
        dict(os.environ),
        urls.url_paths["{0}/$"],
        moto.iam.models.get_account_id_from,
    ) == before


def test_every_sandbox_starts_empty() -> None:
    for _ in range(2):
        with embedded() as box:
            box.client("s3").create_bucket(Bucket="mine")
            cloudformation = box.client("cloudformation")
            assert cloudformation.list_stacks()["StackSummaries"] == []
            cloudformation.create_stack(StackName="a", TemplateBody=TOPIC)


def test_the_same_calls_give_the_same_ids() -> None:
    found = []
    for _ in range(2):
        with embedded() as box:
            stack = box.client("cloudformation").create_stack(StackName="a", TemplateBody=TOPIC)
            found.append(stack["StackId"])

    assert found[0] == found[1]


def test_accounts_see_only_their_own_things() -> None:
    with embedded() as box:
        box.client("ec2", account="111122223333").create_vpc(CidrBlock="10.7.0.0/16")
        theirs = box.client("ec2", account="444455556666").describe_vpcs()["Vpcs"]

    assert [vpc["CidrBlock"] for vpc in theirs] == ["172.31.0.0/16"]


def test_a_key_of_the_sandbox_names_its_account() -> None:
    assert account_of(access_key_of("111122223333")) == "111122223333"
    assert account_of("AKIAIOSFODNN7EXAMPLE") is None
    assert account_of("AKIASBOX11112222333") is None


@pytest.mark.parametrize("region", ["eu-central-1", "us-gov-west-1", "cn-north-1", "mx-central-1"])
@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_public_images_exist_where_their_parameters_point(region: str, architecture: str) -> None:
    name = f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}"
    with embedded(handlers={}) as box:
        found = box.client("ssm", region).get_parameter(Name=name)["Parameter"]["Value"]
        (image,) = box.client("ec2", region).describe_images(ImageIds=[found])["Images"]

    assert image["Architecture"] == architecture
    assert image["State"] == "available"


@pytest.mark.parametrize("region", ["eu-central-1", "us-gov-west-1", "cn-north-1"])
def test_the_prefix_list_of_cloudfront_is_found(region: str) -> None:
    names = ["com.amazonaws.global.cloudfront.origin-facing"]
    with embedded(handlers={}) as box:
        found = box.client("ec2", region).describe_managed_prefix_lists(
            Filters=[{"Name": "prefix-list-name", "Values": names}]
        )["PrefixLists"]

    assert len(found) == 1


def test_a_type_without_a_handler_is_unrecognized() -> None:
    with embedded(handlers={}) as box, pytest.raises(ClientError, match="Unrecognized resource"):
        box.client("cloudformation").validate_template(TemplateBody=TOPIC)


def test_each_type_has_one_handler() -> None:
    handlers = all_handlers()
    first = next(iter(handlers.values()))

    assert all(name == handler.type_name for name, handler in handlers.items())
    with pytest.raises(ValueError, match="has two handlers"):
        by_type([first, first])


def test_symmetric_keys_encrypt_each_for_itself_and_asymmetric_ones_differ() -> None:
    with embedded(handlers={}) as box:
        kms = box.client("kms")
        one, other = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
        sealed = kms.encrypt(KeyId=one, Plaintext=b"text")["CiphertextBlob"]
        opened = kms.decrypt(CiphertextBlob=sealed)
        signing = [
            kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")["KeyMetadata"]["KeyId"]
            for _ in range(2)
        ]
        public = [kms.get_public_key(KeyId=key)["PublicKey"] for key in signing]

    assert one != other
    assert (opened["Plaintext"], opened["KeyId"].endswith(one)) == (b"text", True)
    assert public[0] != public[1]


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-gov-west-1", "aws-us-gov"), ("us-gov-east-1", "aws-us-gov"), ("cn-north-1", "aws-cn")],
)
def test_global_services_belong_to_their_partition(region: str, partition: str) -> None:
    trust = '{"Version": "2012-10-17", "Statement": []}'
    with embedded(handlers={}) as box:
        iam = box.client("iam", region)
        role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        zone = box.client("route53", region).create_hosted_zone(
            Name="a.example", CallerReference="1"
        )
        elsewhere = box.client("iam", "us-east-1").list_roles()["Roles"]
        zones_elsewhere = box.client("route53", "us-east-1").list_hosted_zones()["HostedZones"]

    assert role == f"arn:{partition}:iam::111122223333:role/r"
    assert zone["HostedZone"]["Name"] == "a.example."
    assert (elsewhere, zones_elsewhere) == ([], [])


@pytest.mark.parametrize("region", ["us-gov-east-1", "cn-north-1", "mx-central-1", "eu-west-1"])
def test_every_region_offers_instance_types(region: str) -> None:
    wanted = [{"Name": "instance-type", "Values": ["t3.micro"]}]
    with embedded(handlers={}) as box:
        offered = box.client("ec2", region).describe_instance_type_offerings(
            LocationType="region", Filters=wanted
        )["InstanceTypeOfferings"]

    assert [each["Location"] for each in offered] == [region]


def test_a_second_sandbox_in_a_process_is_refused() -> None:
    with (
        embedded(handlers={}),
        pytest.raises(RuntimeError, match="runs in this process already"),
        embedded(handlers={}),
    ):
        pytest.fail("two sandboxes shared moto's services")
