"""Taking a migration down, on an AWS that is slow and fails."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.deploying import deploy
from compiler.deploy.destroying import DestroyResult, destroy
from compiler.deploy.folder import Compiled
from compiler.deploy.outcome import Done, NeverStarted, StillRunning
from compiler.deploy.port import AwsError, Place, StackResource
from compiler.deploy.removal import unprotected
from spec.findings import at
from tests.fakes.aws import Failing, FakeAws
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.migration import SOURCE, TARGET, TEXTS, migration, place
from tests.fakes.taker import new_taker

if TYPE_CHECKING:
    from compiler.deploy.removal import RemovalPlan

DATABASE, REPLICA = f"{SOURCE}/database-catalog", f"{TARGET}/database-catalog"
DATABASE_NAME = f"shop-prod-{SOURCE}-database-catalog-Database"


class Operator:
    """The operator's side of a destroy; everything is deployed."""

    def __init__(self) -> None:
        self.clock = SimulatedClock()
        self.aws = FakeAws(self.clock)
        self.heard = Heard()
        self.shown: list[RemovalPlan] = []
        self.says = True
        deploy(
            migration(),
            aws=self.aws,
            clock=self.clock,
            listener=Heard(),
            taker=new_taker(),
            confirm=lambda _: True,
            pool=CallingPool(),
        )
        self.aws.calls.clear()

    def agree(self, plan: RemovalPlan) -> bool:
        self.shown.append(plan)
        return self.says

    def destroy(
        self,
        what: Compiled | None = None,
        *,
        unprotect: bool = False,
        empty: frozenset[str] = frozenset(),
    ) -> DestroyResult:
        return destroy(
            what or migration(),
            aws=self.aws,
            clock=self.clock,
            listener=self.heard,
            taker=new_taker(),
            confirm=self.agree,
            unprotect=unprotect,
            empty=empty,
            pool=CallingPool(),
        )


@pytest.fixture
def operator() -> Operator:
    return Operator()


def test_everything_goes_and_what_others_need_goes_last(operator: Operator) -> None:
    result = operator.destroy()

    assert (result.exit_code, result.left) == (0, ())
    assert operator.aws.stack_sets == {}
    ended = [line.split()[0] for line in operator.heard.lines if line.endswith(" Done")]
    for one in migration().manifest.stacks:
        assert all(ended.index(one.id) < ended.index(needed) for needed in one.after)


def test_a_replica_is_gone_before_its_source_is_touched(operator: Operator) -> None:
    operator.aws.takes[f"shop-prod-{TARGET}-database-catalog"] = timedelta(minutes=20)

    operator.destroy()

    lines = operator.heard.lines
    assert lines.index(f"{REPLICA} Done") < lines.index(f"{DATABASE} started")


def test_what_the_templates_retain_is_named_before_and_after(operator: Operator) -> None:
    logs = StackResource(
        logical_id="Logs",
        type="AWS::S3::Bucket",
        physical_id=f"shop-prod-{TARGET}-service-web-Logs",
    )

    result = operator.destroy()

    assert operator.shown[0].steps[0].keeps == (logs,)
    assert result.outcome is not None
    end = result.outcome.ends[f"{TARGET}/service-web"]
    assert isinstance(end, Done)
    assert end.left == (logs,)


def test_a_protected_database_is_refused_before_anything_is_touched(operator: Operator) -> None:
    operator.aws.protected = {DATABASE_NAME}

    result = operator.destroy()

    assert result.exit_code == 1
    assert [(one.code, one.where) for one in result.findings] == [
        ("SF508", at("databases", "catalog"))
    ]
    assert operator.aws.writes == []


def test_protection_is_turned_off_by_a_step_that_the_plan_shows(operator: Operator) -> None:
    operator.aws.protected = {DATABASE_NAME}

    result = operator.destroy(unprotect=True)

    assert result.exit_code == 0
    assert {
        step.stack.id: step.unprotect for step in operator.shown[0].steps if step.unprotect
    } == {DATABASE: ("Database",)}
    stack_set = f"shop-prod-{SOURCE}-database-catalog"
    assert [call for call in operator.aws.writes if call[1] == stack_set] == [
        ("update_stack_set", stack_set),
        ("delete_instances", stack_set),
        ("delete_stack_set", stack_set),
    ]


def test_turning_protection_off_changes_nothing_else() -> None:
    before = {
        "Resources": {
            "Database": {"Properties": {"DeletionProtection": True, "Port": 5432}},
            "Other": {"Properties": {"DeletionProtection": True}},
        }
    }

    after = json.loads(unprotected(json.dumps(before), ("Database",)))

    assert after == {
        "Resources": {
            "Database": {"Properties": {"DeletionProtection": False, "Port": 5432}},
            "Other": {"Properties": {"DeletionProtection": True}},
        }
    }


LOGS = f"shop-prod-{TARGET}-service-web-Logs"


def doomed() -> Compiled:
    """The migration, whose service's bucket goes with its stack."""
    stacks = migration().manifest.stacks
    return replace(
        migration(),
        manifest=replace(
            migration().manifest, stacks=(*stacks[:-1], replace(stacks[-1], retained=()))
        ),
    )


def test_a_filled_bucket_is_refused_unless_the_template_retains_it(operator: Operator) -> None:
    operator.aws.filled = {LOGS}

    refused = operator.destroy(doomed())
    allowed = operator.destroy()

    assert [one.code for one in refused.findings] == ["SF509"]
    assert f"--empty {LOGS}" in refused.findings[0].way_out
    assert allowed.exit_code == 0


@pytest.mark.parametrize("name", ["Logs", LOGS])
def test_a_bucket_is_emptied_only_as_asked_for_and_counted(operator: Operator, name: str) -> None:
    operator.aws.filled = {LOGS}

    result = operator.destroy(doomed(), empty=frozenset({name}))

    assert result.exit_code == 0
    step = operator.shown[0].steps[0]
    assert [(one.bucket.physical_id, one.versions) for one in step.empties] == [(LOGS, 3)]
    assert result.outcome is not None
    end = result.outcome.ends[f"{TARGET}/service-web"]
    assert isinstance(end, Done)
    assert end.emptied == {LOGS: 3}
    stack_set = f"shop-prod-{TARGET}-service-web"
    assert [call for call in operator.aws.writes if call[-1] in {stack_set, LOGS}] == [
        ("empty", TARGET, LOGS),
        ("delete_instances", stack_set),
        ("delete_stack_set", stack_set),
    ]


def test_a_bucket_that_fills_on_makes_no_other_plan(operator: Operator) -> None:
    operator.aws.filled = {LOGS}
    counted = iter([3, 5])
    operator.aws.versions = lambda *_: next(counted)  # type: ignore[method-assign]

    assert operator.destroy(doomed(), empty=frozenset({"Logs"})).exit_code == 0


def test_a_bucket_that_stays_on_purpose_is_not_emptied(operator: Operator) -> None:
    operator.aws.filled = {LOGS}

    result = operator.destroy(empty=frozenset({"Logs"}))

    assert [(one.code, one.detail) for one in result.findings] == [
        (
            "SF559",
            (
                f'The bucket "Logs" stays on purpose: the template of {TARGET}/service-web retains '
                "it. Emptying it would lose what it is kept for. Nothing was touched."
            ),
        )
    ]
    assert operator.aws.writes == []


def test_a_bucket_of_somebody_elses_is_not_emptied(operator: Operator) -> None:
    result = operator.destroy(doomed(), empty=frozenset({"payroll"}))

    assert [(one.code, one.detail, one.way_out) for one in result.findings] == [
        (
            "SF559",
            'No stack of this migration has a bucket "payroll". Nothing was touched.',
            "Name one that is deleted: Logs.",
        )
    ]
    assert operator.aws.writes == []


def test_a_destroy_that_was_interrupted_is_run_again_with_the_same_words(
    operator: Operator,
) -> None:
    operator.aws.filled = {LOGS}
    operator.destroy(doomed(), empty=frozenset({"Logs"}))

    assert operator.destroy(doomed(), empty=frozenset({"Logs"})).exit_code == 0


def test_stacks_in_other_accounts_go_as_well(operator: Operator) -> None:
    stack_set = f"shop-prod-{TARGET}-service-web"
    there = Place(account="444455556666", region=TARGET)
    operator.aws.create_instances(stack_set, (there,), "by-hand")
    operator.clock.time += timedelta(minutes=5)

    result = operator.destroy()

    assert operator.shown[0].steps[0].elsewhere == (there,)
    assert (result.exit_code, result.left, operator.aws.stack_sets) == (0, (), {})


def test_a_stack_whose_deletion_failed_is_named_and_tried_once_more(operator: Operator) -> None:
    stack_set = f"shop-prod-{TARGET}-service-web"
    operator.aws.failing[stack_set] = Failing("Group", "AWS::EC2::VPC", "in use")
    operator.destroy()

    result = operator.destroy()

    assert operator.shown[1].steps[0].inoperable == (place(f"{TARGET}/service-web"),)
    assert result.exit_code == 0


def test_a_lock_that_is_left_is_named(operator: Operator) -> None:
    kept: dict[str, str] = {}
    operator.aws.delete_parameter = kept.get  # type: ignore[method-assign, assignment]

    result = operator.destroy()

    assert result.exit_code == 3
    assert [one.what for one in result.left] == [
        "the lock, the SSM parameter /stackferry/shop-prod/lock"
    ]


def test_nothing_is_removed_without_consent(operator: Operator) -> None:
    operator.says = False

    assert operator.destroy().exit_code == 1
    assert operator.aws.writes == []


def test_a_failed_deletion_keeps_what_it_needs_and_is_explained(operator: Operator) -> None:
    operator.aws.failing[f"shop-prod-{TARGET}-service-web"] = Failing(
        "Group",
        "AWS::EC2::SecurityGroup",
        "resource sg-1 has a dependent object (Code: DependencyViolation)",
    )

    result = operator.destroy()

    assert result.exit_code == 3
    assert result.outcome is not None
    (failure,) = result.outcome.failures
    assert (failure.stack, failure.resource, failure.code) == (
        f"{TARGET}/service-web",
        "Group",
        "SF540",
    )
    assert result.outcome.ends[f"{TARGET}/network"] == NeverStarted(
        because=(f"{TARGET}/service-web",)
    )
    assert isinstance(result.outcome.ends[f"{SOURCE}/network"], Done)
    assert {one.stack for one in result.left} == {f"{TARGET}/network", f"{TARGET}/service-web"}


def test_an_interrupted_destroy_is_finished_by_the_next(operator: Operator) -> None:
    operator.clock.interrupt_at = operator.clock.time + timedelta(seconds=10)

    first = operator.destroy()
    second = operator.destroy()

    assert (first.exit_code, second.exit_code) == (130, 0)
    assert first.outcome is not None
    assert first.outcome.ends[REPLICA] == StillRunning(doing="deleting")
    assert operator.aws.stack_sets == {}


def test_where_nothing_is_there_nothing_is_done(operator: Operator) -> None:
    operator.destroy()
    operator.aws.calls.clear()
    operator.shown.clear()

    result = operator.destroy()

    assert (result.exit_code, operator.shown, operator.aws.writes) == (0, [], [])


def test_an_empty_stack_set_of_a_run_that_died_is_removed_as_well(operator: Operator) -> None:
    operator.aws.refuses["delete_stack_set"] = AwsError(
        code="AccessDenied", reason="no", call="DeleteStackSet"
    )
    first = operator.destroy()
    operator.aws.refuses.clear()

    second = operator.destroy()

    assert (first.exit_code, second.exit_code) == (3, 0)
    assert operator.aws.stack_sets == {}


def test_a_manifest_removes_nothing_that_it_does_not_name(operator: Operator) -> None:
    stacks = tuple(one for one in migration().manifest.stacks if one.id != f"{SOURCE}/peering")
    part = Compiled(
        manifest=replace(migration().manifest, stacks=stacks),
        templates={one.id: TEXTS[one.id] for one in stacks},
    )

    operator.destroy(part)

    assert list(operator.aws.stack_sets) == [f"shop-prod-{SOURCE}-peering"]
