"""A promotion that failed half-way, and the way out by which the database is kept."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from compiler.deploy.aws import connect
from compiler.deploy.clock import WallClock
from compiler.deploy.deploying import DeployResult, deploy
from compiler.deploy.folder import Compiled
from compiler.deploy.path.standing import Standing, standing
from compiler.deploy.recovery.frame import RecoverResult, recover
from compiler.deploy.recovery.promotion import forms_before
from compiler.deploy.recovery.steps import Choice
from compiler.deploy.wanted import place_of
from compiler.deploy.wish import Wish
from compiler.report.plain import PlainProgress
from compiler.report.recover_text import recovered_text, recovery_text, troubles_text
from compiler.sandbox.embedded import Sandbox, embedded
from tests.fakes.clock import CallingPool
from tests.fakes.migration import SOURCE, TARGET, migration, stack
from tests.fakes.taker import new_taker
from tests.functional.test_sandbox_promotion import COPY, PRIMARY, REPLICA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.path.states import States
    from compiler.deploy.port import Aws
    from compiler.deploy.recovery.steps import RecoveryPlan
    from compiler.deploy.targets import Via

DATABASE, MARKER = f"{TARGET}/database-orders", f"{TARGET}/phase"


def state(phase: str, properties: dict[str, Any], *, keeps_tags: bool = False) -> Compiled:
    """The database in a form, and the word that a phase stands."""
    database = {
        "Type": "AWS::RDS::DBInstance",
        "DeletionPolicy": "Snapshot",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }
    marker = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Name": "/shop/prod/phase", "Type": "String", "Value": phase},
    }
    texts = {
        DATABASE: json.dumps(
            {
                "Resources": {"Database": database},
                "Outputs": {"Address": {"Value": {"Fn::GetAtt": ["Database", "Endpoint.Address"]}}},
            }
        ),
        MARKER: json.dumps({"Resources": {"Phase": marker}, "Outputs": {}}),
    }
    stacks = (
        replace(
            stack(
                TARGET,
                "database-orders",
                texts[DATABASE],
                stateful=("Database",),
                component=("databases", "orders"),
            ),
            snapshotted=("Database",),
            phase="promote" if keeps_tags else "replicate",
            keeps_tags=keeps_tags,
        ),
        replace(stack(TARGET, "phase", texts[MARKER], after=(DATABASE,)), phase=phase),
    )
    tags = {"Environment": "prod", "MigrationPhase": phase}
    manifest = replace(migration().manifest, phase=phase, stacks=stacks, tags=tags)  # type: ignore[arg-type] # a phase
    return Compiled(manifest=manifest, templates=texts)


STATES: States = {
    "fence": state("fence", REPLICA),
    "promote": state("promote", COPY, keeps_tags=True),
}
PROMOTED = STATES["promote"]


@pytest.fixture(name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with embedded() as running:
        running.client("rds", SOURCE).create_db_instance(**{**PRIMARY, "AllocatedStorage": 100})
        yield running


def asked(via: Via) -> Aws:
    places = {one.stack_set: place_of(one) for one in PROMOTED.manifest.stacks}
    return connect(region=TARGET, via=via, places=places)


def deployed(what: Compiled, via: Via) -> DeployResult:
    return deploy(
        what,
        aws=asked(via),
        clock=WallClock(),
        listener=PlainProgress(io.StringIO()),
        taker=new_taker(),
        confirm=lambda _: True,
        wish=Wish(via=via),
    )


def recovered(via: Via, choice: Choice | None = None) -> tuple[RecoverResult, str]:
    shown: list[RecoveryPlan] = []

    def agree(plan: RecoveryPlan) -> bool:
        shown.append(plan)
        return True

    result = recover(
        PROMOTED,
        aws=asked(via),
        clock=WallClock(),
        listener=PlainProgress(io.StringIO()),
        taker=new_taker(),
        confirm=agree,
        choice=choice,
        earlier=forms_before(STATES, PROMOTED),
        via=via,
    )
    return result, "".join(recovery_text(plan) for plan in shown)


def database(sandbox: Sandbox) -> dict[str, Any]:
    found = sandbox.client("rds", TARGET).describe_db_instances(DBInstanceIdentifier="orders-copy")
    return dict(found["DBInstances"][0])


def stands(via: Via) -> Standing:
    manifests = [one.manifest for one in STATES.values()]
    return standing(asked(via), manifests, CallingPool())


@pytest.mark.parametrize("via", ["stacksets", pytest.param("stacks", marks=pytest.mark.slow)])
def test_a_promotion_that_failed_half_way_goes_on_with_the_same_database(
    sandbox: Sandbox, via: Via
) -> None:
    assert deployed(STATES["fence"], via).exit_code == 0
    before = database(sandbox)["DbiResourceId"]
    sandbox.faults.ask("promotion-fails", "orders-copy")

    failed = deployed(PROMOTED, via)
    wedged = stands(via)
    seen, _ = recovered(via)
    done, plan = recovered(via, Choice(option="adopt-promoted", stack=DATABASE))
    between = stands(via)
    again = deployed(PROMOTED, via)

    # A stack that stands alone has the form that it went back to; a stack set that it was given.
    assert (failed.exit_code, wedged.phase) == (3, "fence")
    assert wedged.begun == ("promote" if via == "stacksets" else None)
    (trouble,) = seen.troubles
    assert (trouble.kind, trouble.sighting.status) == (
        "promotion failed",
        "UPDATE_ROLLBACK_FAILED",
    )
    assert [option.name for option in trouble.options] == [
        "continue-rollback",
        "continue-rollback-skipping",
        "adopt-promoted",
    ]
    told = troubles_text(seen, str, folder="out", home=TARGET)
    assert "its promotion failed, and so did going back" in told
    assert "     leaves Database as it is now" in plan
    assert "have the stack keep Database when it is deleted" in plan
    assert "     keeps Database (AWS::RDS::DBInstance): orders-copy" in plan
    text = recovered_text(done, str, folder="out", home=TARGET)
    assert text.splitlines()[-2:] == [
        "Next: stackferry deploy out --to promote",
        "Next: stackferry cutover out, if that was under way",
    ]
    assert (done.exit_code, done.findings, [one.kind for one in done.after]) == (0, (), [])
    assert between == Standing(phase="fence", begun="promote")
    assert (again.exit_code, stands(via)) == (0, Standing(phase="promote"))
    now = database(sandbox)
    assert now["DbiResourceId"] == before
    assert "ReadReplicaSourceDBInstanceIdentifier" not in now
    snapshots = sandbox.client("rds", TARGET).describe_db_snapshots(SnapshotType="manual")
    assert snapshots["DBSnapshots"] == []
