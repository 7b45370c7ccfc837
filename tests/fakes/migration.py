"""A small compiled migration, made by hand: two networks, peering, a database and its replica."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from compiler.deploy.folder import Compiled
from compiler.deploy.wanted import place_of
from compiler.manifest import FromLookup, FromOutput, Manifest, ParameterSource, Stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.port import Place
    from compiler.kinds import Side
    from spec.findings import Path

SOURCE, TARGET, ACCOUNT = "us-east-1", "eu-central-1", "111122223333"


def template(
    resources: Mapping[str, str],
    *,
    parameters: tuple[str, ...] = (),
    outputs: Mapping[str, str] | None = None,
) -> str:
    """A template's text: resource types by logical id, outputs with their literal values."""
    return json.dumps(
        {
            "Parameters": {
                name: {"Type": "String", "Description": f"The {name}"} for name in parameters
            },
            "Resources": {
                logical_id: {"Type": type_, "Properties": {}}
                for logical_id, type_ in resources.items()
            },
            "Outputs": {name: {"Value": value} for name, value in (outputs or {}).items()},
        },
        indent=1,
        sort_keys=True,
    )


def stack(  # a stack has many parts  # noqa: PLR0913 -- each is a part of the whole
    region: str,
    name: str,
    text: str,
    *,
    parameters: Mapping[str, ParameterSource] | None = None,
    after: tuple[str, ...] = (),
    component: Path = (),
    origins: Mapping[str, Path] | None = None,
    retained: tuple[str, ...] = (),
    stateful: tuple[str, ...] = (),
) -> Stack:
    """One stack of a manifest, with defaults for what a test does not look at."""
    sources = dict(parameters or {})
    read = {source.stack for source in sources.values() if isinstance(source, FromOutput)}
    side: Side = "source" if region == SOURCE else "target"
    return Stack(
        id=f"{region}/{name}",
        side=side,
        name=name,
        region=region,
        account=ACCOUNT,
        file=f"{region}/{name}.json",
        stack_set=f"shop-prod-{region}-{name}",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        size_bytes=len(text.encode()),
        needs_artifact_bucket=False,
        capabilities=(),
        component=component,
        parameters=sources,
        outputs=tuple(sorted(json.loads(text)["Outputs"])),
        after=tuple(sorted({*after, *read})),
        stateful=stateful,
        retained=retained,
        origins=dict(origins or {}),
    )


TEXTS = {
    f"{SOURCE}/network": template({"Vpc": "AWS::EC2::VPC"}, outputs={"VpcId": "vpc-source"}),
    f"{TARGET}/network": template({"Vpc": "AWS::EC2::VPC"}, outputs={"VpcId": "vpc-target"}),
    f"{SOURCE}/peering": template(
        {"Peering": "AWS::EC2::VPCPeeringConnection"},
        parameters=("PeerVpcId", "VpcId"),
        outputs={"PeeringId": "pcx-1"},
    ),
    f"{SOURCE}/database-catalog": template(
        {"Database": "AWS::RDS::DBInstance"}, parameters=("VpcId",)
    ),
    f"{TARGET}/database-catalog": template(
        {"Database": "AWS::RDS::DBInstance"}, parameters=("VpcId",)
    ),
    f"{TARGET}/service-web": template(
        {"Group": "AWS::AutoScaling::AutoScalingGroup", "Logs": "AWS::S3::Bucket"},
        parameters=("ImageId", "VpcId"),
    ),
}
"""Templates by id of the stack."""


def _vpc(region: str) -> FromOutput:
    return FromOutput(stack=f"{region}/network", output="VpcId")


def migration(changed: Mapping[str, str] | None = None, *, image: str = "/al2023") -> Compiled:
    """The migration, with some templates *changed*."""
    texts = {**TEXTS, **(changed or {})}
    stacks = (
        stack(SOURCE, "network", texts[f"{SOURCE}/network"], component=("source", "vpc")),
        stack(
            TARGET,
            "network",
            texts[f"{TARGET}/network"],
            component=("target", "vpc"),
            origins={"Resources.Vpc": ("target", "vpc", "cidr")},
        ),
        stack(
            SOURCE,
            "peering",
            texts[f"{SOURCE}/peering"],
            parameters={"PeerVpcId": _vpc(TARGET), "VpcId": _vpc(SOURCE)},
        ),
        stack(
            SOURCE,
            "database-catalog",
            texts[f"{SOURCE}/database-catalog"],
            parameters={"VpcId": _vpc(SOURCE)},
            component=("databases", "catalog"),
            stateful=("Database",),
        ),
        stack(
            TARGET,
            "database-catalog",
            texts[f"{TARGET}/database-catalog"],
            parameters={"VpcId": _vpc(TARGET)},
            after=(f"{SOURCE}/database-catalog",),
            component=("databases", "catalog"),
            stateful=("Database",),
        ),
        stack(
            TARGET,
            "service-web",
            texts[f"{TARGET}/service-web"],
            parameters={
                "ImageId": FromLookup(kind="image", name=image),
                "VpcId": _vpc(TARGET),
            },
            component=("services", "web"),
            retained=("Logs",),
        ),
    )
    return Compiled(
        manifest=Manifest(
            name="shop",
            environment="prod",
            phase="replicate",
            spec_file="shop.yaml",
            spec_sha256="0" * 64,
            source_region=SOURCE,
            target_region=TARGET,
            home_region=SOURCE,
            target_account=ACCOUNT,
            tags={"Environment": "prod"},
            stacks=stacks,
            batches=(),
        ),
        templates={one.id: texts[one.id] for one in stacks},
    )


def place(id_: str) -> Place:
    """Where the stack *id_* of the migration stands."""
    return place_of(next(one for one in migration().manifest.stacks if one.id == id_))
