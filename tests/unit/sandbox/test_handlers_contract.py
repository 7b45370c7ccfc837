"""What holds for every handler, whoever wrote it."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from compiler.sandbox import handlers
from tests.unit.sandbox.handlers_ground import scope_in, services

if TYPE_CHECKING:
    from compiler.sandbox.handler import Handler


@cache
def every_handler() -> tuple[Handler, ...]:
    found: list[Handler] = []
    for module in pkgutil.iter_modules(handlers.__path__):
        loaded = importlib.import_module(f"{handlers.__name__}.{module.name}")
        found.extend(getattr(loaded, "HANDLERS", ()))
    return tuple(found)


def schema_of(type_name: str) -> dict[str, Any]:
    schema: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema(
        "us-east-1", type_name
    ).schema
    return schema


UNKNOWN = {
    "AWS::EC2::EIP": "198.51.100.1",
    "AWS::EC2::FlowLog": "fl-0123456789abcdef0",
    "AWS::EC2::InternetGateway": "igw-0123456789abcdef0",
    "AWS::EC2::NatGateway": "nat-0123456789abcdef0",
    "AWS::EC2::Route": "rtb-0123456789abcdef0|10.0.0.0/16",
    "AWS::EC2::RouteTable": "rtb-0123456789abcdef0",
    "AWS::EC2::SecurityGroup": "sg-0123456789abcdef0",
    "AWS::EC2::SecurityGroupEgress": "sgr-0123456789abcdef0",
    "AWS::EC2::SecurityGroupIngress": "sgr-0123456789abcdef0",
    "AWS::EC2::Subnet": "subnet-0123456789abcdef0",
    "AWS::EC2::SubnetRouteTableAssociation": "rtbassoc-0123456789abcdef0",
    "AWS::EC2::VPC": "vpc-0123456789abcdef0",
    "AWS::EC2::VPCCidrBlock": "vpc-cidr-assoc-0123456789abcdef0",
    "AWS::EC2::VPCEndpoint": "vpce-0123456789abcdef0",
    "AWS::EC2::VPCGatewayAttachment": "IGW|vpc-0123456789abcdef0",
    "AWS::EC2::VPCPeeringConnection": "pcx-0123456789abcdef0",
    "AWS::IAM::InstanceProfile": "unknown",
    "AWS::IAM::ManagedPolicy": "arn:aws:iam::123456789012:policy/unknown",
    "AWS::IAM::Policy": "unknown",
    "AWS::IAM::Role": "unknown",
    "AWS::IAM::RolePolicy": "unknown|unknown",
    "AWS::KMS::Alias": "alias/unknown",
    "AWS::KMS::Key": "01234567-89ab-cdef-0123-456789abcdef",
    "AWS::Logs::LogGroup": "/unknown",
    "AWS::RDS::DBInstance": "unknown",
    "AWS::RDS::DBParameterGroup": "unknown",
    "AWS::RDS::DBSubnetGroup": "unknown",
    "AWS::SSM::Parameter": "/unknown",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf",
}
"""Ids, by type, that nobody was ever given."""


def test_every_type_has_one_handler() -> None:
    counted = Counter(handler.type_name for handler in every_handler())

    assert [name for name, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("handler", every_handler(), ids=lambda handler: handler.type_name)
def test_a_handler_supports_only_what_a_template_may_say(handler: Handler) -> None:
    schema = schema_of(handler.type_name)
    told_only = {
        path.removeprefix("/properties/")
        for path in schema.get("readOnlyProperties", ())
        if path.count("/") == 2
    }

    assert handler.supported <= set(schema["properties"])
    assert handler.supported & told_only == set()


@pytest.mark.parametrize("handler", every_handler(), ids=lambda handler: handler.type_name)
def test_a_handler_supports_what_a_template_must_say(handler: Handler) -> None:
    assert set(schema_of(handler.type_name).get("required", ())) <= handler.supported


@pytest.mark.parametrize("type_name", sorted(UNKNOWN))
def test_what_nobody_made_cannot_be_read_and_need_not_be_deleted(type_name: str) -> None:
    handler = next(one for one in every_handler() if one.type_name == type_name)
    with services():
        scope = scope_in()

        assert handler.read(scope, UNKNOWN[type_name]) is None
        handler.delete(scope, UNKNOWN[type_name], {})
