"""What gates take in another account: each of their calls on what they name, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.bootstrap.build import build
from compiler.bootstrap.ground import Wish
from compiler.manifest import Computed, FactSource, FromOutput, Gate
from tests.unit.bootstrap.policies import Call, Role, execution_role
from tests.unit.bootstrap.two_accounts import (
    OPERATOR,
    SOURCE,
    TARGET,
    compiled_from,
    spec_of_two_accounts,
)

if TYPE_CHECKING:
    from compiler.kinds import GateKind

REGION = "us-east-1"
CERTIFICATE = f"arn:aws:acm:{REGION}:{SOURCE}:certificate/1"
DATABASE = f"arn:aws:rds:{REGION}:{SOURCE}:db:shop-prod-catalog"
SNAPSHOT = f"arn:aws:rds:{REGION}:{SOURCE}:snapshot:rds:shop-prod-catalog-1"


def gate(kind: GateKind, account: str = SOURCE, **facts: str | FactSource) -> Gate:
    return Gate(
        kind=kind,
        key="",
        side="source",
        region=REGION,
        account=account,
        component=(),
        facts={
            name: Computed(value=value) if isinstance(value, str) else value
            for name, value in facts.items()
        },
    )


SECRET = {"secret": "shop/prod/api"}
SECRETS = {"secrets": "shop/prod/api,shop/prod/mail"}
GATES = (
    gate("replica streams", database="shop-prod-catalog"),
    gate("replica drained", database="shop-prod-catalog"),
    gate("replica promotable", database="shop-prod-catalog"),
    gate("database writable", database="shop-prod-catalog"),
    gate("connections gone", database="shop-prod-catalog"),
    gate("objects replicated", bucket="shop-media", destination_bucket="shop-media-2", rule="all"),
    gate("objects equal", bucket="shop-media", destination_bucket="shop-media-2"),
    gate("targets healthy", target_group=FromOutput(stack="x", output="Y")),
    gate("alarms quiet", names="cpu,lag"),
    gate("secret present", **SECRET),
    gate("certificate present", certificate=CERTIFICATE),
    gate("image present", image_parameter="/aws/service/ami"),
    gate("image present", image_parameter="/own/ami"),
    gate("nothing points at source", target_buckets="shop-media,shop-logs", **SECRETS),
)


def role(*gates: Gate, account: str = SOURCE) -> Role:
    compiled = compiled_from(spec_of_two_accounts())
    manifest = replace(compiled.manifest, actions=(), gates=gates)
    return execution_role(build(manifest, compiled.templates, Wish(operators=(OPERATOR,))), account)


def call(verb: str, resource: str = "*", region: str = REGION) -> Call:
    return Call(action=verb, resource=resource, region=region, facts=())


def secret(name: str) -> Call:
    return call(
        "secretsmanager:DescribeSecret",
        f"arn:aws:secretsmanager:{REGION}:{SOURCE}:secret:{name}-AbCdEf",
    )


METRICS = call("cloudwatch:GetMetricStatistics")
INSTANCE = call("rds:DescribeDBInstances", DATABASE)
BACKUPS = (
    call("rds:DescribeDBSnapshots", DATABASE),
    call("rds:DescribeDBSnapshots", SNAPSHOT),
)

CALLS: dict[str, tuple[Call, ...]] = {
    "replica streams": (METRICS, INSTANCE),
    "replica drained": (METRICS, INSTANCE),
    "replica promotable": (INSTANCE, *BACKUPS),
    "database writable": (INSTANCE, *BACKUPS),
    "connections gone": (METRICS, call("rds:DescribeEvents")),
    "objects replicated": (
        METRICS,
        call("s3:GetReplicationConfiguration", "arn:aws:s3:::shop-media"),
        call("s3:ListBucket", "arn:aws:s3:::shop-media"),
        call("s3:ListJobs"),
        call("s3:DescribeJob", f"arn:aws:s3:{REGION}:{SOURCE}:job/1"),
    ),
    "objects equal": (call("s3:ListBucket", "arn:aws:s3:::shop-media"),),
    "targets healthy": (call("elasticloadbalancing:DescribeTargetHealth"),),
    "alarms quiet": (call("cloudwatch:DescribeAlarms"),),
    "secret present": (secret("shop/prod/api"),),
    "certificate present": (call("acm:DescribeCertificate", CERTIFICATE),),
    "image present": (call("ec2:DescribeImages"),),
    "nothing points at source": (
        call("ec2:DescribeRouteTables"),
        call("route53:ListResourceRecordSets", "arn:aws:route53:::hostedzone/Z1"),
        call("s3:GetReplicationConfiguration", "arn:aws:s3:::shop-logs"),
        secret("shop/prod/mail"),
    ),
}

PARAMETERS = {
    "/aws/service/ami": call(
        "ssm:GetParameter", f"arn:aws:ssm:{REGION}::parameter/aws/service/ami"
    ),
    "/own/ami": call("ssm:GetParameter", f"arn:aws:ssm:{REGION}:{SOURCE}:parameter/own/ami"),
}

BEYOND = (
    replace(METRICS, region="eu-west-3"),
    call("rds:DescribeDBInstances", f"arn:aws:rds:{REGION}:{SOURCE}:db:crm"),
    call("s3:ListBucket", "arn:aws:s3:::other"),
    call("s3:GetObject", "arn:aws:s3:::shop-media/a"),
    secret("shop/prod/tax"),
    call(
        "secretsmanager:GetSecretValue",
        f"arn:aws:secretsmanager:{REGION}:{SOURCE}:secret:shop/prod/api-AbCdEf",
    ),
    call("acm:DescribeCertificate", CERTIFICATE.replace("/1", "/2")),
    call("ssm:GetParameter", f"arn:aws:ssm:{REGION}:{SOURCE}:parameter/own/other"),
    call("kms:Decrypt", f"arn:aws:kms:{REGION}:{SOURCE}:key/1"),
)


@pytest.mark.parametrize("one", GATES, ids=lambda one: one.kind)
def test_every_call_of_a_gate_is_allowed_where_the_manifest_lists_it(one: Gate) -> None:
    without, with_it = role(), role(one)

    assert [call for call in CALLS[one.kind] if not with_it.allows(call)] == []
    assert not all(without.allows(call) for call in CALLS[one.kind])


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_that_names_an_image_is_read_in_its_account(name: str) -> None:
    assert role(gate("image present", image_parameter=name)).allows(PARAMETERS[name])


def test_what_no_gate_names_stays_closed() -> None:
    nothing, found = role(), role(*GATES)

    assert [call for call in BEYOND if found.allows(call) and not nothing.allows(call)] == []


def test_a_gate_of_the_other_account_lists_its_destination_here() -> None:
    back = gate(
        "objects equal",
        TARGET,
        bucket="shop-media-2",
        destination_bucket="shop-media",
        destination_account=SOURCE,
    )

    assert role(back).allows(call("s3:ListBucket", "arn:aws:s3:::shop-media"))
    assert not role(back).allows(call("s3:ListBucket", "arn:aws:s3:::shop-media-2"))


def test_the_last_gate_is_asked_in_the_target_and_looks_into_the_source() -> None:
    last = gate(
        "nothing points at source",
        TARGET,
        source_account=SOURCE,
        source_region=REGION,
        source_databases="shop-prod-catalog",
    )
    looks = (call("kms:DescribeKey", f"arn:aws:kms:{REGION}:{SOURCE}:key/1"), *BACKUPS)

    assert [call for call in looks if not role(last).allows(call)] == []
    assert not role(last).allows(call("ec2:DescribeRouteTables"))


def test_a_name_that_is_not_known_opens_nothing() -> None:
    found = role(gate("secret present", secret=FromOutput(stack="x", output="Y")))

    assert found.statements == role().statements


def test_in_the_target_account_who_deploys_asks_with_its_own_credentials() -> None:
    ours = tuple(replace(one, account=TARGET) for one in GATES)

    assert role(*ours, account=TARGET).statements == role(account=TARGET).statements


def test_gates_of_the_other_account_that_name_nothing_here_give_nothing_here() -> None:
    ours = tuple(replace(one, account=TARGET) for one in GATES)

    assert role(*ours).statements == role().statements
