"""
Physical names: `<name>-<environment>-<component>`, plus region and account where AWS shares names.

Deterministic, never a timestamp. A name that would pass AWS's limit is shortened and closed with a
hash of the whole, so that two long names stay apart. Pure functions of the spec: rules use them to
find collisions before anything is compiled, components to name what must be known in advance.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from spec import regions

if TYPE_CHECKING:
    from spec.model import Spec

Side = Literal["source", "target"]
"""A region of the migration that has a VPC."""

_HASH_LENGTH = 6


def shortened(name: str, limit: int) -> str:
    """Return *name*, or its first part and a hash of the whole where it is longer than *limit*."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{name[: limit - _HASH_LENGTH - 1].rstrip('-')}-{digest}"


def prefix(spec: Spec) -> str:
    """Return `<name>-<environment>`, with which every name begins."""
    return f"{spec.name}-{spec.environment}"


def region_of(spec: Spec, side: Side) -> str:
    """Return the region of *side*."""
    return spec.source.region if side == "source" else spec.target.region


def account_of(spec: Spec, side: Side) -> str:
    """Return the account of *side*."""
    return spec.accounts.source if side == "source" else spec.accounts.target


def bucket(spec: Spec, side: Side, key: str) -> str:
    """
    Return the name of a bucket: global per partition, so it carries region and account.

    Limit: 63 (S3 user guide, "Bucket naming rules", 2026-11).
    """
    name = f"{prefix(spec)}-{key}-{account_of(spec, side)}-{region_of(spec, side)}"
    return shortened(name, 63)


def cdn_log_bucket(spec: Spec) -> str:
    """Return the name of the bucket for CloudFront's logs: where global stacks stand."""
    home = regions.home_region(regions.partition_of(spec.target.region))
    return shortened(f"{prefix(spec)}-cdn-logs-{spec.accounts.target}-{home}", 63)


def database(spec: Spec, side: Side, key: str) -> str:
    """
    Return the DB instance identifier: the same in both regions, but for the target's generation.

    Limit: 63 (RDS API reference, `DBInstanceIdentifier`, 2026-11).
    """
    return shortened(f"{prefix(spec)}-{database_in(spec, side, key)}", 63)


def database_in(spec: Spec, side: Side, key: str) -> str:
    """Return what a database's instance on *side* is called: its key, and from `g2` on which."""
    generation = spec.databases[key].generation
    return key if side == "source" or generation == 1 else f"{key}-g{generation}"


def secret(spec: Spec, key: str) -> str:
    """Return the name of a database's secret, the same in both regions."""
    return f"{spec.name}/{spec.environment}/{key}"


def role(spec: Spec, region: str, purpose: str) -> str:
    """
    Return the name of an IAM role: IAM is global in an account, so it carries the region.

    Limit: 64 (IAM user guide, "IAM and STS quotas", 2026-11).
    """
    return shortened(f"{prefix(spec)}-{purpose}-{region}", 64)


def replication_role(spec: Spec, side: Side, key: str) -> str:
    """Return the name of the role that replicates a bucket of *side*: it lives in its account."""
    return role(spec, region_of(spec, side), f"replication-{key}")


def service_role(spec: Spec, side: Side, key: str) -> str:
    """Return the name of the role of a service's instances on *side*."""
    return role(spec, region_of(spec, side), f"service-{key}")


def load_balancer(spec: Spec) -> str:
    """
    Return the name of a side's load balancer, unique in a region and an account.

    Limit: 32 (Elastic Load Balancing API reference, `CreateLoadBalancer`, 2026-11).
    """
    return shortened(prefix(spec), 32)


def target_group(spec: Spec, key: str) -> str:
    """
    Return the name of a service's target group.

    Limit: 32 (Elastic Load Balancing API reference, `CreateTargetGroup`, 2026-11).
    """
    return shortened(f"{prefix(spec)}-{key}", 32)


def key_alias(spec: Spec, purpose: str) -> str:
    """Return the alias of a region's KMS key for *purpose*, with its `alias/`."""
    return f"alias/{prefix(spec)}-{purpose}"


def origin_access_control(spec: Spec, key: str) -> str:
    """
    Return the name of a bucket's origin access control, global in an account.

    Limit: 64 (CloudFront API reference, `OriginAccessControlConfig`, 2026-11).
    """
    return shortened(f"{prefix(spec)}-{key}", 64)


def log_group(spec: Spec, purpose: str) -> str:
    """Return the name of a CloudWatch log group."""
    return f"/stackferry/{prefix(spec)}/{purpose}"


def topic(spec: Spec) -> str:
    """Return the name of a region's alarm topic."""
    return f"{prefix(spec)}-alarms"


def public_name(spec: Spec) -> str | None:
    """Return the system's public DNS name, if the spec gives it one."""
    if spec.dns is None:
        return None
    return spec.dns.zone if spec.dns.record == "@" else f"{spec.dns.record}.{spec.dns.zone}"


def origin_name(spec: Spec) -> str | None:
    """Return the DNS name under which CloudFront finds the load balancers, if there is a zone."""
    return None if spec.dns is None else f"origin.{spec.dns.zone}"


def private_zone(spec: Spec) -> str:
    """Return the private DNS zone in which both VPCs find the databases."""
    return f"{spec.environment}.{spec.name}.internal"


def database_name(spec: Spec, key: str) -> str:
    """Return the DNS name under which applications reach a database, on either side."""
    return f"{key}.{private_zone(spec)}"


def endpoint_parameter(spec: Spec, key: str) -> str:
    """Return the SSM parameter that publishes a database's own endpoint in each region."""
    return f"/{spec.name}/{spec.environment}/databases/{key}/endpoint"


def access_parameter(spec: Spec) -> str:
    """Return the SSM parameter that says, in each region, whether anybody is let in there."""
    return f"/{spec.name}/{spec.environment}/access"


def phase_parameter(spec: Spec) -> str:
    """Return the SSM parameter that says, in the target, which phase stands completely."""
    return f"/{spec.name}/{spec.environment}/phase"


def stack_set(spec: Spec, region: str, stack: str) -> str:
    """
    Return the name of the stack set that deploys a stack.

    Limit: 80 of AWS's 128, since StackSets name the stack `StackSet-<this>-<uuid>`, 128 at most
    (CloudFormation API reference, `CreateStackSet`, 2026-11).
    """
    return shortened(f"{prefix(spec)}-{region}-{stack}", 80)
