"""Deploying into the embedded sandbox, by the same boto3 code that talks to AWS."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.aws import connect
from compiler.deploy.clock import WallClock
from compiler.deploy.deploying import DeployResult, deploy
from compiler.deploy.destroying import DestroyResult, destroy
from compiler.deploy.folder import Compiled
from compiler.export import export_cli
from compiler.manifest import FromOutput
from compiler.report.plain import PlainProgress
from compiler.sandbox.embedded import embedded, serve
from tests.fakes.migration import SOURCE, TARGET, migration, stack
from tests.fakes.taker import new_taker

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Sandbox


def vpc(cidr: str) -> str:
    return json.dumps(
        {
            "Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": cidr}}},
            "Outputs": {"VpcId": {"Value": {"Ref": "Vpc"}}},
        }
    )


PEERING = json.dumps(
    {
        "Parameters": {
            "PeerVpcId": {"Type": "AWS::EC2::VPC::Id", "Description": "Of the target."},
            "VpcId": {"Type": "AWS::EC2::VPC::Id", "Description": "Of the source."},
        },
        "Resources": {
            "Peering": {
                "Type": "AWS::EC2::VPCPeeringConnection",
                "Properties": {
                    "VpcId": {"Ref": "VpcId"},
                    "PeerVpcId": {"Ref": "PeerVpcId"},
                    "PeerRegion": TARGET,
                },
            }
        },
        "Outputs": {"PeeringId": {"Value": {"Ref": "Peering"}}},
    }
)
"""It names the peer's VPC by a plain string where AWS would check the id in its own region."""


def compiled(target_cidr: str = "10.1.0.0/16") -> Compiled:
    texts = {
        f"{SOURCE}/network": vpc("10.0.0.0/16"),
        f"{TARGET}/network": vpc(target_cidr),
        f"{SOURCE}/peering": PEERING.replace("AWS::EC2::VPC::Id", "String"),
    }
    stacks = (
        stack(SOURCE, "network", texts[f"{SOURCE}/network"]),
        stack(TARGET, "network", texts[f"{TARGET}/network"]),
        stack(
            SOURCE,
            "peering",
            texts[f"{SOURCE}/peering"],
            parameters={
                "PeerVpcId": FromOutput(stack=f"{TARGET}/network", output="VpcId"),
                "VpcId": FromOutput(stack=f"{SOURCE}/network", output="VpcId"),
            },
            component=("target", "vpc"),
        ),
    )
    return Compiled(manifest=replace(migration().manifest, stacks=stacks), templates=texts)


def run_deploy(what: Compiled, *, endpoint_url: str | None = None) -> DeployResult:
    return deploy(
        what,
        aws=connect(region=TARGET, endpoint_url=endpoint_url),
        clock=WallClock(),
        listener=PlainProgress(io.StringIO()),
        taker=new_taker(),
        confirm=lambda _: True,
    )


def run_destroy(what: Compiled) -> DestroyResult:
    return destroy(
        what,
        aws=connect(region=TARGET),
        clock=WallClock(),
        listener=PlainProgress(io.StringIO()),
        taker=new_taker(),
        confirm=lambda _: True,
    )


def cidrs(sandbox: Sandbox, region: str) -> list[str]:
    found = sandbox.client("ec2", region).describe_vpcs(
        Filters=[{"Name": "is-default", "Values": ["false"]}]
    )
    return sorted(one["CidrBlock"] for one in found["Vpcs"])


def peerings(sandbox: Sandbox) -> list[tuple[str, str, str]]:
    found = sandbox.client("ec2", SOURCE).describe_vpc_peering_connections()
    return [
        (
            one["Status"]["Code"],
            one["RequesterVpcInfo"]["CidrBlock"],
            one["AccepterVpcInfo"]["Region"],
        )
        for one in found["VpcPeeringConnections"]
        if one["Status"]["Code"] != "deleted"
    ]


def test_a_migration_is_deployed_in_order_and_its_values_cross_regions(sandbox: Sandbox) -> None:
    result = run_deploy(compiled())

    assert result.exit_code == 0
    assert cidrs(sandbox, SOURCE) == ["10.0.0.0/16"]
    assert cidrs(sandbox, TARGET) == ["10.1.0.0/16"]
    assert peerings(sandbox) == [("active", "10.0.0.0/16", TARGET)]
    assert {one.status for one in result.standing} == {"CURRENT (CREATE_COMPLETE)"}


def test_a_second_run_finds_nothing_to_do(sandbox: Sandbox) -> None:
    del sandbox
    run_deploy(compiled())

    second = run_deploy(compiled())

    assert second.plan is not None
    assert [step.action for step in second.plan.steps] == ["skip", "skip", "skip"]
    assert second.outcome is not None
    assert second.outcome.ends == {}


def test_what_aws_refuses_is_told_with_its_cause(sandbox: Sandbox) -> None:
    del sandbox

    result = run_deploy(compiled(target_cidr="10.0.0.0/16"))

    assert result.exit_code == 3
    assert result.outcome is not None
    (failure,) = result.outcome.failures
    assert (failure.stack, failure.resource, failure.code, failure.path) == (
        f"{SOURCE}/peering",
        "Peering",
        "SF532",
        ("target", "vpc"),
    )
    assert "VPC CIDR blocks overlap" in failure.reason


def test_what_failed_is_brought_about_by_a_later_run(sandbox: Sandbox) -> None:
    first = run_deploy(compiled(target_cidr="10.0.0.0/16"))

    second = run_deploy(compiled())

    assert (first.exit_code, second.exit_code) == (3, 0)
    assert peerings(sandbox) == [("active", "10.0.0.0/16", TARGET)]


def test_a_destroyed_migration_leaves_nothing_behind(sandbox: Sandbox) -> None:
    run_deploy(compiled())

    result = run_destroy(compiled())

    assert (result.exit_code, result.left) == (0, ())
    assert cidrs(sandbox, SOURCE) == []
    assert cidrs(sandbox, TARGET) == []
    assert run_destroy(compiled()).plan is not None


@pytest.mark.slow
def test_the_exported_script_leaves_the_same_system_as_deploy(tmp_path: Path) -> None:
    what = compiled()
    for one in what.manifest.stacks:
        path = tmp_path / one.file
        path.parent.mkdir(exist_ok=True)
        path.write_text(what.templates[one.id])
    script = export_cli(what.manifest, str(tmp_path))

    with serve() as served:
        for _ in range(2):
            ran = subprocess.run(  # our own script
                ["/bin/sh", "-s"],
                input=script,
                text=True,
                capture_output=True,
                check=False,
                env={
                    **os.environ,
                    **served.environment(),
                    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                },
            )
            assert ran.returncode == 0, ran.stderr
        by_script = (
            cidrs(served.sandbox, SOURCE),
            cidrs(served.sandbox, TARGET),
            peerings(served.sandbox),
        )

    with embedded() as sandbox:
        run_deploy(what)
        by_deploy = cidrs(sandbox, SOURCE), cidrs(sandbox, TARGET), peerings(sandbox)

    assert by_script == by_deploy


def test_stacks_of_another_account_are_read_through_its_execution_role(sandbox: Sandbox) -> None:
    other = "444455556666"
    network, target, peer = compiled().manifest.stacks
    what = replace(
        compiled(),
        manifest=replace(compiled().manifest, stacks=(replace(network, account=other), target)),
    )
    del peer

    result = run_deploy(what)

    assert result.exit_code == 0
    found = sandbox.client("ec2", SOURCE, other).describe_vpcs(
        Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}]
    )
    assert len(found["Vpcs"]) == 1
    assert cidrs(sandbox, SOURCE) == []
    assert [one.status for one in result.standing] == ["CURRENT (CREATE_COMPLETE)"] * 2
