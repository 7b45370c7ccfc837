"""Each committed example, from its manifest to a running system in the sandbox, and away again."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.aws import connect
from compiler.deploy.clock import WallClock
from compiler.deploy.deploying import DeployResult, deploy
from compiler.deploy.destroying import DestroyResult, destroy
from compiler.deploy.targets import Scope
from compiler.deploy.wish import Wish
from compiler.export import export_cli
from compiler.report.plain import PlainProgress
from compiler.sandbox.embedded import Sandbox, embedded, serve
from compiler.sandbox.inventory import inventory
from tests.fakes.taker import new_taker
from tests.functional.standing import compiled_in, provided

if TYPE_CHECKING:
    from compiler.deploy.folder import Compiled

# Runs again and again what others measure; tracing it takes longer than it does itself.
pytestmark = pytest.mark.no_cover

TEMPLATES_OUT = Path("templates_out")


def run_deploy(what: Compiled, *, region: str | None = None) -> DeployResult:
    return deploy(
        what,
        aws=connect(region=what.manifest.target_region),
        clock=WallClock(),
        listener=PlainProgress(io.StringIO()),
        taker=new_taker(),
        confirm=lambda _: True,
        wish=Wish(scope=Scope(region=region)),
    )


def run_destroy(what: Compiled, *, unprotect: bool) -> DestroyResult:
    return destroy(
        what,
        aws=connect(region=what.manifest.target_region),
        clock=WallClock(),
        listener=PlainProgress(io.StringIO()),
        taker=new_taker(),
        confirm=lambda _: True,
        unprotect=unprotect,
    )


@pytest.mark.parametrize(
    "name",
    ["hello-trial", "streaming-staging", "shop-prod"],
)
@pytest.mark.slow
def test_an_example_is_deployed_left_alone_and_removed(name: str) -> None:
    what = compiled_in(name)
    with embedded(account=what.manifest.target_account) as sandbox:
        provided(sandbox, what)

        first = run_deploy(what)
        second = run_deploy(what)
        gone = run_destroy(what, unprotect=True)

    assert first.outcome is not None
    assert [one.reason for one in first.outcome.failures] == []
    assert {one.status for one in first.standing} == {"CURRENT (CREATE_COMPLETE)"}
    assert second.plan is not None
    assert second.plan.is_idle
    assert (gone.exit_code, gone.left) == (0, ())


@pytest.mark.slow
def test_regions_in_turn_come_to_the_same_as_all_at_once() -> None:
    what = compiled_in("streaming-staging")
    manifest = what.manifest
    with embedded(account=manifest.target_account) as sandbox:
        provided(sandbox, what)

        for _ in range(6):
            for region in (manifest.target_region, manifest.source_region):
                assert run_deploy(what, region=region).exit_code == 0

        last = run_deploy(what)
        assert last.plan is not None
        assert last.plan.is_idle


def system(sandbox: Sandbox, regions: list[str]) -> list[tuple[str, str, str]]:
    """Region, kind and state of all that exists; without names, since AWS makes some of them up."""
    return sorted(
        (one.region, one.kind, re.sub(r"\S*[0-9a-fA-F]{8,}\S*|\d+(\.\d+){3}", "…", one.state))
        for one in inventory(sandbox.client, regions)
    )


@pytest.mark.slow
def test_the_exported_script_leaves_the_same_system_as_deploy() -> None:
    what = compiled_in("hello-trial")
    regions = sorted({one.region for one in what.manifest.stacks})
    account = what.manifest.target_account
    with embedded(account=account) as sandbox:
        provided(sandbox, what)
        run_deploy(what)
        by_deploy = system(sandbox, regions)

    with serve(account=account) as served:
        provided(served.sandbox, what)
        ran = subprocess.run(
            ["/bin/sh", "-s"],
            input=export_cli(what.manifest, str(TEMPLATES_OUT / "hello-trial")),
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
        by_script = system(served.sandbox, regions)

    assert by_script == by_deploy
