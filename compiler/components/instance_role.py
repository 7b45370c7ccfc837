"""The role of a service's instances: shell access through SSM, and what the service uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import iam

from compiler.components import arns
from compiler.components.addresses import key_arn, service_role
from compiler.components.bucket_policies import Statement, document
from compiler.components.tags import tag_list, tag_origins
from compiler.components.uses import buckets_of, databases_of
from compiler.components.via_service import via
from compiler.symbols import Resource, Symbol, logical
from spec import names, regions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side

PROFILE = logical("instance", "profile")
"""Logical id of the instance profile, in the service's stack."""


def resources(spec: Spec, phase: Phase, side: Side, service: str) -> Iterator[Resource]:
    """Yield the role and the instance profile of *service* on *side*."""
    address = service_role(side, service)
    component: Path = ("services", service)
    statements = tuple(_statements(spec, side, service))
    region = names.region_of(spec, side)
    body = iam.Role(
        address.logical_id,
        RoleName=names.service_role(spec, side, service),
        Description=f"Instances of the service {service} in {region}.",
        AssumeRolePolicyDocument=document(
            {
                "Effect": "Allow",
                # The one service whose principal has the partition's own suffix (IAM user guide
                # for China, "Amazon EC2", 2026-11).
                "Principal": {"Service": f"ec2.{regions.dns_suffix(region)}"},
                "Action": "sts:AssumeRole",
            }
        ),
        ManagedPolicyArns=[
            f"arn:{arns.partition(spec)}:iam::aws:policy/AmazonSSMManagedInstanceCore"
        ],
        Tags=tag_list(spec, phase),
    )
    origins = tag_origins(spec, phase)
    if statements:
        body.Policies = [
            iam.Policy(
                PolicyName="uses",
                PolicyDocument=document(*(statement for statement, _ in statements)),
            )
        ]
        for position, (_, places) in enumerate(statements):
            at = f"Properties.Policies.0.PolicyDocument.Statement.{position}"
            origins |= {f"{at}.{place}": path for place, path in places.items()}
    yield Resource(stack=address.stack, body=body, component=component, origins=origins)
    yield Resource(
        stack=address.stack,
        # Unnamed: nobody has to know it in advance.
        body=iam.InstanceProfile(PROFILE, Roles=[Symbol(address)]),
        component=component,
    )


def _statements(
    spec: Spec, side: Side, service: str
) -> Iterator[tuple[Statement, dict[str, Path]]]:
    """Yield each statement, and the spec path of each place in it."""
    if buckets := buckets_of(spec, service):
        yield from _on_buckets(spec, side, buckets)
    if databases := databases_of(spec, service):
        yield from _on_database_secrets(spec, side, databases)
    if spec.services[service].secrets:
        yield from _on_own_secrets(spec, side, service)


def _on_buckets(
    spec: Spec, side: Side, buckets: tuple[tuple[str, Path], ...]
) -> Iterator[tuple[Statement, dict[str, Path]]]:
    found = [(arns.bucket(spec, side, key), path) for key, path in buckets]
    resources_at = {f"Resource.{n}": path for n, (_, path) in enumerate(found)}
    context = "kms:EncryptionContext:aws:s3:arn"
    yield (
        {
            "Sid": "ListBuckets",
            "Effect": "Allow",
            "Action": ["s3:GetBucketLocation", "s3:ListBucket"],
            "Resource": [arn for arn, _ in found],
        },
        resources_at,
    )
    yield (
        {
            "Sid": "UseObjects",
            "Effect": "Allow",
            "Action": [
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ],
            "Resource": [f"{arn}/*" for arn, _ in found],
        },
        resources_at,
    )
    yield (
        {
            "Sid": "UseBucketsKey",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": key_arn(side, "buckets"),
            "Condition": {
                "StringEquals": {"kms:ViaService": via("s3", names.region_of(spec, side))},
                # With bucket keys the context is the bucket's ARN, without them the object's.
                "StringLike": {context: [one for arn, _ in found for one in (arn, f"{arn}/*")]},
            },
        },
        {
            f"Condition.StringLike.{context}.{2 * n + half}": path
            for n, (_, path) in enumerate(found)
            for half in (0, 1)
        },
    )


def _on_database_secrets(
    spec: Spec, side: Side, databases: tuple[tuple[str, Path], ...]
) -> Iterator[tuple[Statement, dict[str, Path]]]:
    yield (
        {
            "Sid": "ReadDatabaseSecrets",
            "Effect": "Allow",
            "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
            "Resource": [arns.secret(spec, side, names.secret(spec, key)) for key, _ in databases],
        },
        {f"Resource.{n}": path for n, (_, path) in enumerate(databases)},
    )
    yield (
        {
            "Sid": "UseSecretsKey",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": key_arn(side, "secrets"),
            "Condition": {
                "StringEquals": {
                    "kms:ViaService": via("secretsmanager", names.region_of(spec, side))
                }
            },
        },
        {},
    )


def _on_own_secrets(
    spec: Spec, side: Side, service: str
) -> Iterator[tuple[Statement, dict[str, Path]]]:
    secrets = dict(sorted(spec.services[service].secrets.items()))
    patterns = [arns.secret(spec, side, name) for name in secrets.values()]
    paths = [("services", service, "secrets", variable) for variable in secrets]
    region, account = names.region_of(spec, side), names.account_of(spec, side)
    context = "kms:EncryptionContext:SecretARN"
    yield (
        {
            "Sid": "ReadOwnSecrets",
            "Effect": "Allow",
            "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
            "Resource": patterns,
        },
        {f"Resource.{n}": path for n, path in enumerate(paths)},
    )
    yield (
        {
            "Sid": "DecryptOwnSecrets",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            # Whichever key the secret's owner chose; only for these secrets.
            "Resource": f"arn:{arns.partition(spec)}:kms:{region}:{account}:key/*",
            "Condition": {
                "StringEquals": {"kms:ViaService": via("secretsmanager", region)},
                "StringLike": {context: patterns},
            },
        },
        {f"Condition.StringLike.{context}.{n}": path for n, path in enumerate(paths)},
    )
