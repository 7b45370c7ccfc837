"""What an operator reads: plan, progress and outcome, as whole texts."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from compiler.deploy.deploying import deploy
from compiler.deploy.destroying import destroy
from compiler.deploy.port import AwsError
from compiler.deploy.targets import Scope
from compiler.deploy.wish import Wish
from compiler.report.durations import duration
from compiler.report.outcome import deployed_text, destroyed_text
from compiler.report.plain import PlainProgress
from compiler.report.progress import on_terminal
from compiler.report.removal_text import removal_text
from tests.fakes.aws import Failing, FakeAws
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.migration import SOURCE, TARGET, migration
from tests.fakes.operator import Operator as PlainOperator
from tests.fakes.taker import new_taker

if TYPE_CHECKING:
    from compiler.deploy.deploying import DeployResult
    from compiler.deploy.destroying import DestroyResult
    from compiler.deploy.flow import Listener
    from compiler.deploy.plan import Plan
    from compiler.deploy.removal import RemovalPlan
    from spec.findings import Path


class Operator:
    """The operator's side."""

    def __init__(self) -> None:
        self.clock = SimulatedClock()
        self.aws = FakeAws(self.clock)
        self.plans: list[Plan] = []
        self.removals: list[RemovalPlan] = []

    def agree(self, plan: Plan) -> bool:
        self.plans.append(plan)
        return True

    def agree_to_remove(self, plan: RemovalPlan) -> bool:
        self.removals.append(plan)
        return True

    def deploy(
        self,
        changed: dict[str, str] | None = None,
        *,
        region: str | None = None,
        listener: Listener | None = None,
    ) -> DeployResult:
        return deploy(
            migration(changed),
            aws=self.aws,
            clock=self.clock,
            listener=listener or Heard(),
            taker=new_taker(),
            confirm=self.agree,
            wish=Wish(scope=Scope(region=region)),
            pool=CallingPool(),
        )

    def destroy(self) -> DestroyResult:
        return destroy(
            migration(),
            aws=self.aws,
            clock=self.clock,
            listener=Heard(),
            taker=new_taker(),
            confirm=self.agree_to_remove,
            pool=CallingPool(),
        )


@pytest.fixture
def operator() -> Operator:
    return Operator()


def locate(path: Path) -> str:
    return f"shop.yaml:7 ({'.'.join(str(part) for part in path)})"


def test_a_failure_is_told_with_cause_place_and_what_to_type_next(operator: Operator) -> None:
    operator.aws.failing[f"shop-prod-{SOURCE}-database-catalog"] = Failing(
        "Database", "AWS::RDS::DBInstance", "KMSKeyNotAccessibleFault: \x1b[31mno such key"
    )

    result = operator.deploy()

    assert deployed_text(result, locate) == (
        """\
error[SF536]: us-east-1/database-catalog failed
  --> shop.yaml:7 (databases.catalog)
  AWS says: Database (AWS::RDS::DBInstance): KMSKeyNotAccessibleFault: \\x1b[31mno such key
  Enable the key, and see that the keys stack of that region is deployed as compiled.
  account 111122223333, region us-east-1
  stack set shop-prod-us-east-1-database-catalog, operation
      stackferry-create-1fffc91b480f9591b70950a35366f7a62e4870f2
  all of it: aws cloudformation describe-stack-events --region us-east-1 --stack-name \
arn:aws:cloudformation:us-east-1:111122223333:stack/StackSet-shop-prod-us-east-1-database-catalog/3
  next: stackferry deploy FOLDER

eu-central-1/database-catalog was not started, since it needs us-east-1/database-catalog

What exists where, read back from AWS, all in 111122223333:

  us-east-1/network              CURRENT (CREATE_COMPLETE)  31 s
  eu-central-1/network           CURRENT (CREATE_COMPLETE)  31 s
  us-east-1/peering              CURRENT (CREATE_COMPLETE)  33 s
  us-east-1/database-catalog     absent, its creation failed  33 s
  eu-central-1/database-catalog  absent
  eu-central-1/service-web       CURRENT (CREATE_COMPLETE)  33 s

Failed after 1 m 04 s. The same deploy again goes on from here.
"""
    )


def test_what_stands_fits_into_a_narrow_terminal_and_accounts_are_told_apart(
    operator: Operator,
) -> None:
    result = operator.deploy()
    there = replace(result.standing[0].place, account="444455556666")
    apart = replace(result, standing=(replace(result.standing[0], place=there), result.standing[1]))

    assert max(map(len, deployed_text(result, locate, columns=60).splitlines())) <= 60
    assert deployed_text(apart, locate, columns=60) == (
        """\
What exists where, read back from AWS:

  us-east-1/network     444455556666  CURRENT
      (CREATE_COMPLETE)  31 s
  eu-central-1/network  111122223333  CURRENT
      (CREATE_COMPLETE)  31 s

Done in 1 m 37 s.
"""
    )


def test_a_failed_plain_stack_is_seen_to_before_the_next_deploy() -> None:
    plain = PlainOperator(via="stacks")
    plain.aws.failing[f"shop-prod-{TARGET}-network"] = Failing("Vpc", reason="no more of them")

    text = deployed_text(plain.wish(Wish(via="stacks")), locate)

    assert text.splitlines()[-1] == (
        "Failed after 1 m 04 s. See to what is INOPERABLE first; the same deploy then goes on from "
        "here."
    )


def test_a_run_that_does_nothing_says_so(operator: Operator) -> None:
    operator.deploy()

    text = deployed_text(operator.deploy(), locate)

    assert text.endswith("\nNothing to do: AWS has what was compiled.\n")


def test_an_interrupted_run_says_what_goes_on_and_how_to_continue(operator: Operator) -> None:
    operator.clock.interrupt_at = operator.clock.time + timedelta(seconds=5)

    assert deployed_text(operator.deploy(), locate) == (
        """\
Interrupted. AWS goes on with what was started:
  us-east-1/network (creating)
  eu-central-1/network (creating)
To go on: stackferry deploy FOLDER
Nothing is started twice.
"""
    )


def test_a_run_that_lost_its_lock_says_why_it_stopped(operator: Operator) -> None:
    operator.aws.takes[f"shop-prod-{SOURCE}-network"] = timedelta(minutes=9)
    operator.aws.takes[f"shop-prod-{TARGET}-network"] = timedelta(minutes=9)
    operator.aws.refuses["replace_parameter"] = AwsError(
        code="AccessDenied", reason="not allowed", call="PutParameter"
    )

    assert deployed_text(operator.deploy(), locate, again="stackferry deploy x --yes") == (
        """\
Stopped: the lock could not be renewed: not allowed. Nothing new was started. AWS goes on with \
what was
    started:
  us-east-1/network (creating)
  eu-central-1/network (creating)
To go on: stackferry deploy x --yes
Nothing is started twice.
"""
    )


def test_a_lock_that_could_not_be_given_back_is_told(operator: Operator) -> None:
    operator.aws.refuses["delete_parameter"] = AwsError(
        code="AccessDenied", reason="not allowed", call="DeleteParameter"
    )

    assert deployed_text(operator.deploy(), locate).startswith(
        "The lock could not be given back: not allowed. It runs out by itself.\n"
    )


def test_a_removal_names_what_stays_before_and_after(operator: Operator) -> None:
    operator.deploy()

    result = operator.destroy()

    assert removal_text(operator.removals[0], 100) == (
        """\
Plan to destroy shop-prod
Stack sets live in eu-central-1 of 111122223333.

  - eu-central-1/service-web: delete
        keeps shop-prod-eu-central-1-service-web-Logs (AWS::S3::Bucket): its template retains it,
            since what it holds cannot be made again; it goes on costing storage of what it holds,
            until you delete that
  - eu-central-1/database-catalog: delete
  - us-east-1/database-catalog: delete
  - us-east-1/peering: delete
  - eu-central-1/network: delete
  - us-east-1/network: delete

6 to delete; resources that stay behind: 1.
"""
    )
    assert destroyed_text(result, locate) == (
        """\
Retained on purpose, since what they hold cannot be made again:
  shop-prod-eu-central-1-service-web-Logs (AWS::S3::Bucket, of eu-central-1/service-web): goes on \
costing
      storage of what it holds, until you delete that

Looked once more: no stack set, no stack and no lock of this migration is left.
Done in 1 m 37 s.
"""
    )


def test_progress_for_logs_has_a_line_for_each_change(operator: Operator) -> None:
    stream = io.StringIO()
    operator.aws.failing[f"shop-prod-{TARGET}-network"] = Failing("Vpc")

    operator.deploy(region=TARGET, listener=PlainProgress(stream))

    assert stream.getvalue() == (
        """\
12:00:00 eu-central-1/network: started
12:00:00 eu-central-1/network: creating
12:00:30 eu-central-1/network: FAILED after 31 s: Vpc: refused
12:00:30 eu-central-1/service-web: not started, needs eu-central-1/network
"""
    )


def test_progress_on_a_terminal_ends_with_a_line_for_each_stack(operator: Operator) -> None:
    stream = io.StringIO()
    operator.aws.failing[f"shop-prod-{TARGET}-network"] = Failing("Vpc", reason="[no] markup")

    console = Console(file=stream, width=100, force_terminal=False)
    with on_terminal(console, operator.clock.now) as listener:
        operator.deploy(region=TARGET, listener=listener)

    lines = [line.rstrip() for line in stream.getvalue().splitlines() if "network" in line]
    assert "✗ eu-central-1/network FAILED after 31 s: Vpc: [no] markup" in lines


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.42, "0.4 s"), (41, "41 s"), (59.6, "1 m 00 s"), (725, "12 m 05 s"), (3720, "1 h 02 m")],
)
def test_durations_are_for_people(seconds: float, text: str) -> None:
    assert duration(timedelta(seconds=seconds)) == text
