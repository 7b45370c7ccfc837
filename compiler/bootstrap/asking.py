"""
What gates take, in an account where the operator asks them through the role. All of it only reads.

In the target account, who deploys asks with its own credentials, and needs these rights itself. The
statements are narrowed to what the manifest's gates name, where IAM can be (Service Authorization
Reference, read 2026-11-24). A gate that is a statement of the user's has no part in it: databases
and their secrets never stand in another account than the target's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.bootstrap.statements import Statement, in_regions
from compiler.manifest import Computed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.bootstrap.ground import Ground
    from compiler.kinds import GateKind
    from compiler.manifest import Gate

_REPLICAS: tuple[GateKind, ...] = (
    "database writable",
    "replica drained",
    "replica promotable",
    "replica streams",
)

_BY_REGION: tuple[tuple[str, tuple[str, ...], tuple[GateKind, ...]], ...] = (
    (
        "GatesReadMetrics",
        ("cloudwatch:GetMetricStatistics",),
        ("connections gone", "objects replicated", "replica drained", "replica streams"),
    ),
    ("GatesReadEvents", ("rds:DescribeEvents",), ("connections gone",)),
    ("GatesReadAlarms", ("cloudwatch:DescribeAlarms",), ("alarms quiet",)),
    (
        "GatesReadTargets",
        ("elasticloadbalancing:DescribeTargetHealth",),
        ("targets healthy",),
    ),
    ("GatesLookForImages", ("ec2:DescribeImages",), ("image present",)),
    ("GatesListJobs", ("s3:ListJobs",), ("objects replicated",)),
    ("GatesReadRoutes", ("ec2:DescribeRouteTables",), ("nothing points at source",)),
)
"""Actions that IAM cannot narrow to a resource: why, which, and the gates that take them."""


def statements(ground: Ground) -> Iterator[Statement]:
    """Yield what the gates that are asked in the account take; none in the target's."""
    if ground.is_target:
        return
    # Without a resource, a statement is not one that IAM takes.
    yield from (one for one in _statements(ground) if one.resources)


def _statements(ground: Ground) -> Iterator[Statement]:
    for sid, actions, kinds in _BY_REGION:
        if regions := _regions(_of(ground, *kinds)):
            yield Statement(sid=sid, actions=actions, condition=in_regions(regions))
    yield from _databases(ground)
    yield from _buckets(ground)
    yield from _named(ground)
    yield from _last(ground)


def _databases(ground: Ground) -> Iterator[Statement]:
    databases = tuple(
        f"arn:{ground.partition}:rds:{gate.region}:{ground.account}:db:{name}"
        for gate in _of(ground, *_REPLICAS)
        for name in _names((gate,), "database")
    )
    yield Statement(
        sid="GatesReadDatabases", actions=("rds:DescribeDBInstances",), resources=_once(databases)
    )
    promoted = tuple(
        f"arn:{ground.partition}:rds:{gate.region}:{ground.account}:{kind}"
        for gate in _of(ground, "replica promotable", "database writable")
        for name in _names((gate,), "database")
        for kind in (f"db:{name}", "snapshot:*")
    )
    yield Statement(
        sid="GatesReadBackups", actions=("rds:DescribeDBSnapshots",), resources=_once(promoted)
    )


def _buckets(ground: Ground) -> Iterator[Statement]:
    replicating = _of(ground, "objects replicated")
    listed = {*_names((*replicating, *_of(ground, "objects equal")), "bucket")}
    for gate in ground.manifest.gates:
        # Asked at the one side, it lists at the other.
        if _value(gate, "destination_account") == ground.account:
            listed.update(_names((gate,), "destination_bucket"))
    yield Statement(
        sid="GatesListBuckets", actions=("s3:ListBucket",), resources=_bucket_arns(ground, listed)
    )
    ruled = {
        *_names(replicating, "bucket"),
        *_names(_of(ground, "nothing points at source"), "target_buckets"),
    }
    yield Statement(
        sid="GatesReadReplicationRules",
        actions=("s3:GetReplicationConfiguration",),
        resources=_bucket_arns(ground, ruled),
    )
    yield Statement(
        sid="GatesFollowJobs",
        actions=("s3:DescribeJob",),
        resources=tuple(
            f"arn:{ground.partition}:s3:{region}:{ground.account}:job/*"
            for region in _regions(replicating)
        ),
    )


def _named(ground: Ground) -> Iterator[Statement]:
    asked = (*_of(ground, "secret present"), *_of(ground, "nothing points at source"))
    secrets = tuple(
        # Secrets Manager ends the ARN of each secret with a dash and six characters of its own.
        f"arn:{ground.partition}:secretsmanager:{gate.region}:{ground.account}:secret:{name}-??????"
        for gate in asked
        for name in (*_names((gate,), "secret"), *_names((gate,), "secrets"))
    )
    yield Statement(
        sid="GatesLookForSecrets",
        actions=("secretsmanager:DescribeSecret",),
        resources=_once(secrets),
    )
    yield Statement(
        sid="GatesReadCertificates",
        actions=("acm:DescribeCertificate",),
        resources=_names(_of(ground, "certificate present"), "certificate"),
    )
    parameters = tuple(
        f"arn:{ground.partition}:ssm:{gate.region}:"
        # Those of AWS's own belong to no account.
        f"{'' if name.startswith('/aws/') else ground.account}:parameter/{name.lstrip('/')}"
        for gate in _of(ground, "image present")
        for name in _names((gate,), "image_parameter")
    )
    yield Statement(
        sid="GatesReadImageParameters", actions=("ssm:GetParameter",), resources=_once(parameters)
    )


def _last(ground: Ground) -> Iterator[Statement]:
    """Yield what the last gate takes: it is asked in the target, and looks into the source."""
    if _of(ground, "nothing points at source"):
        yield Statement(
            sid="GatesReadRecords",
            actions=("route53:ListResourceRecordSets",),
            resources=(f"arn:{ground.partition}:route53:::hostedzone/*",),
        )
    left = tuple(
        gate
        for gate in ground.manifest.gates
        if gate.kind == "nothing points at source"
        and _value(gate, "source_account") == ground.account
    )
    regions = _once(tuple(_value(gate, "source_region") for gate in left))
    yield Statement(
        sid="GatesReadKeysOfWhatStays",
        actions=("kms:DescribeKey",),
        resources=tuple(
            f"arn:{ground.partition}:kms:{region}:{ground.account}:key/*" for region in regions
        ),
    )
    yield Statement(
        sid="GatesReadSnapshotsThatStay",
        actions=("rds:DescribeDBSnapshots",),
        resources=tuple(
            f"arn:{ground.partition}:rds:{_value(gate, 'source_region')}:{ground.account}:{kind}"
            for gate in left
            for name in _names((gate,), "source_databases")
            for kind in (f"db:{name}", "snapshot:*")
        ),
    )


def _of(ground: Ground, *kinds: GateKind) -> tuple[Gate, ...]:
    return tuple(
        one for one in ground.manifest.gates if one.kind in kinds and one.account == ground.account
    )


def _regions(gates: Iterable[Gate]) -> tuple[str, ...]:
    return tuple(sorted({one.region for one in gates}))


def _bucket_arns(ground: Ground, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"arn:{ground.partition}:s3:::{name}" for name in sorted(set(names)))


def _value(gate: Gate, fact: str) -> str:
    source = gate.facts.get(fact)
    return source.value if isinstance(source, Computed) else ""


def _names(gates: Iterable[Gate], fact: str) -> tuple[str, ...]:
    """Return what *gates* name, sorted; a name that is not known yet opens nothing."""
    return tuple(sorted({name for gate in gates for name in _value(gate, fact).split(",") if name}))


def _once(resources: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(resources)))
