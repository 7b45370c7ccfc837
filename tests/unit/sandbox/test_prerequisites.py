from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.embedded import Sandbox, embedded
from compiler.sandbox.prerequisites import Deployable, provide

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "111122223333"
CERTIFICATE = f"arn:aws:acm:eu-west-1:{ACCOUNT}:certificate/11111111-1111-1111-1111-111111111111"
ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:role/teams/KeyAdmin"


@pytest.fixture(name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with embedded(account=ACCOUNT) as running:
        yield running


def deployable(kind: str, properties: dict[str, Any], *more: dict[str, Any]) -> Deployable:
    resources = {"First": {"Type": kind, "Properties": properties}}
    for number, properties_too in enumerate(more):
        resources[f"More{number}"] = {"Type": kind, "Properties": properties_too}
    return Deployable(account=ACCOUNT, region="eu-west-1", template={"Resources": resources})


def test_a_certificate_by_arn_is_there_and_issued(sandbox: Sandbox) -> None:
    listener = {"Certificates": [{"CertificateArn": CERTIFICATE}]}

    lines = provide(sandbox, [deployable("AWS::ElasticLoadBalancingV2::Listener", listener)])

    assert lines == (f"certificate {CERTIFICATE}",)
    found = sandbox.client("acm", "eu-west-1").describe_certificate(CertificateArn=CERTIFICATE)
    assert found["Certificate"]["Status"] == "ISSUED"


@pytest.mark.parametrize(
    ("instance", "architecture"), [("t3.large", "x86_64"), ("m7g.large", "arm64")]
)
def test_an_image_by_id_is_there_in_the_architecture_of_its_instances(
    sandbox: Sandbox, instance: str, architecture: str
) -> None:
    image = "ami-0123456789abcdef0"
    template = {"LaunchTemplateData": {"ImageId": image, "InstanceType": instance}}

    lines = provide(sandbox, [deployable("AWS::EC2::LaunchTemplate", template)])

    assert lines == (f"image {image} ({architecture}) in eu-west-1",)
    (found,) = sandbox.client("ec2", "eu-west-1").describe_images(ImageIds=[image])["Images"]
    assert found["Architecture"] == architecture


def test_an_image_that_is_a_parameter_is_left_to_who_looks_it_up(sandbox: Sandbox) -> None:
    template = {"LaunchTemplateData": {"ImageId": {"Ref": "Image"}, "InstanceType": "t3.large"}}

    assert provide(sandbox, [deployable("AWS::EC2::LaunchTemplate", template)]) == ()


@pytest.mark.parametrize(
    ("names", "zone"),
    [
        (["app.shop.example.com.", "origin.shop.example.com"], "shop.example.com"),
        (["shop.example.com", "origin.shop.example.com"], "shop.example.com"),
        (["app.example.com"], "example.com"),
    ],
)
def test_a_zone_by_id_is_there_under_the_name_that_its_records_share(
    sandbox: Sandbox, names: list[str], zone: str
) -> None:
    records = [{"HostedZoneId": "Z0123456789ABCDEFGHIJ", "Name": name} for name in names]

    provide(sandbox, [deployable("AWS::Route53::RecordSet", records[0], *records[1:])])

    found = sandbox.client("route53").get_hosted_zone(Id="Z0123456789ABCDEFGHIJ")["HostedZone"]
    assert found["Name"] == f"{zone}."


def test_a_role_that_a_policy_names_is_there_unless_a_template_makes_it(sandbox: Sandbox) -> None:
    made = f"arn:aws:iam::{ACCOUNT}:role/made"
    policy = {"Statement": [{"Principal": {"AWS": [ADMINISTRATOR, made]}}]}
    templates = [
        deployable("AWS::KMS::Key", {"KeyPolicy": policy}),
        deployable("AWS::IAM::Role", {"RoleName": "made"}),
    ]

    assert provide(sandbox, templates) == (f"role {ADMINISTRATOR}",)
    assert provide(sandbox, templates) == ()
    roles = sandbox.client("iam").list_roles()["Roles"]
    assert [role["RoleName"] for role in roles] == ["KeyAdmin"]
