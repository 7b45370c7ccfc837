"""How a migration stands, as text."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from compiler.deploy.answers import Drift, DriftedResource
from compiler.deploy.lease import Holder, lock_name
from compiler.deploy.observe import Refusal
from compiler.deploy.port import AwsError
from compiler.deploy.status import Status, until_settled
from compiler.report.redrawn import redrawn
from compiler.report.status_text import changes, status_text, told_by_line
from spec.findings import Finding, at
from tests.fakes.aws import Failing
from tests.fakes.migration import SOURCE, TARGET, migration, place, template
from tests.fakes.operator import Operator

if TYPE_CHECKING:
    from collections.abc import Callable

    from spec.findings import Path

SERVICE, REPLICA = f"{TARGET}/service-web", f"{TARGET}/database-catalog"
SERVICE_SET, REPLICA_SET = f"shop-prod-{TARGET}-service-web", f"shop-prod-{TARGET}-database-catalog"


def locate(path: Path) -> str:
    return f"shop.yaml:7 ({'.'.join(map(str, path))})"


@pytest.fixture
def operator() -> Operator:
    return Operator()


def in_trouble(operator: Operator) -> Status:
    """A service that failed, a replica at work, a network that differs, and one unreadable."""
    operator.aws.failing[SERVICE_SET] = Failing(
        resource="Group",
        type="AWS::AutoScaling::AutoScalingGroup",
        reason="We currently do not have sufficient m9.large capacity in the zone you requested",
    )
    operator.deploy()
    operator.aws.takes[REPLICA_SET] = timedelta(minutes=40)
    operator.aws.somebody_elses_operation(REPLICA_SET)
    operator.clock.sleep(timedelta(minutes=12, seconds=5))
    operator.aws.let_time_tell()
    operator.aws.stack_sets.pop(f"shop-prod-{SOURCE}-database-catalog")
    other = template({"Vpc": "AWS::EC2::VPC", "More": "AWS::EC2::Subnet"})
    return operator.status({f"{SOURCE}/network": other})


EVERYTHING_AS_COMPILED = """\
shop-prod, compiled as replicate
Stack sets live in eu-central-1 of 111122223333.
Nobody is at work on it.

us-east-1             phase      template   stack
  = network           -          b0fb5721   CURRENT
  = peering           -          e7fba105   CURRENT
  = database-catalog  -          0a0998b7   CURRENT

eu-central-1          phase      template   stack
  = network           -          ee34d0a2   CURRENT
  = database-catalog  -          0a0998b7   CURRENT
  = service-web       -          77e3fd67   CURRENT

All 6 stacks are as compiled.
"""

IN_TROUBLE = """\
shop-prod, compiled as replicate
Stack sets live in eu-central-1 of 111122223333.
Nobody is at work on it.

us-east-1             phase      template   stack
  ~ network           -          b0fb5721*  CURRENT
        the template changed
        compiled is e21b3762
  = peering           -          e7fba105   CURRENT
  + database-catalog  absent

eu-central-1          phase      template   stack
  = network           -          ee34d0a2   CURRENT
  > database-catalog  -          0a0998b7   OUTDATED, RUNNING
        operation by-hand is at work for 12 m 05 s; stackferry did not start it
  ! service-web       -          77e3fd67   OUTDATED, FAILED
        Group (AWS::AutoScaling::AutoScalingGroup): We currently do not have
          sufficient m9.large capacity in the zone you requested
        --> shop.yaml:7 (services.web)
        more: stackferry explain SF530

2 as compiled, 1 differs, 1 absent, 1 at work, 1 failed.
"""

WITH_DRIFT_AND_VALUES = """\
eu-central-1          phase      template   stack
  = network           -          ee34d0a2   CURRENT
        drift: none
  = database-catalog  -          0a0998b7   CURRENT
        VpcId = vpc-target
        drift: never looked for
  = service-web       -          77e3fd67   CURRENT
        ImageId = ami-0000000000000001
        VpcId = vpc-target
        ImageId in 111122223333 = ami-of-my-own
        drift: found, as of 2026-11-24 12:01 UTC
          Group (AWS::AutoScaling::AutoScalingGroup): MODIFIED
            /MaxSize: 3 expected, 4 found

All 6 stacks are as compiled.
"""


def test_a_migration_that_is_as_compiled_is_a_line_for_each_stack(operator: Operator) -> None:
    operator.deploy()

    assert status_text(operator.status(), locate) == EVERYTHING_AS_COMPILED


def test_below_each_stack_stands_what_there_is_to_say(operator: Operator) -> None:
    text = status_text(in_trouble(operator), locate)

    assert text == IN_TROUBLE
    assert max(map(len, text.splitlines())) <= 80


def test_values_and_drift_are_shown_where_they_were_asked_for(operator: Operator) -> None:
    operator.deploy()
    operator.aws.overridden[SERVICE_SET] = {"ImageId": "ami-of-my-own"}
    operator.aws.drifts[SERVICE_SET] = (
        Drift(
            place=place(SERVICE),
            status="DRIFTED",
            resources=(
                DriftedResource(
                    logical_id="Group",
                    type="AWS::AutoScaling::AutoScalingGroup",
                    physical_id="g",
                    status="MODIFIED",
                    differences=("/MaxSize: 3 expected, 4 found",),
                ),
            ),
            checked=operator.clock.now(),
        ),
    )
    operator.aws.drifts[REPLICA_SET] = (Drift(place=place(REPLICA), status="NOT_CHECKED"),)

    text = status_text(operator.status(drift=True, values=True), locate)

    assert text[text.index(f"\n{TARGET}") + 1 :] == WITH_DRIFT_AND_VALUES


def test_an_operation_of_ours_is_told_by_what_it_does(operator: Operator) -> None:
    operator.deploy()
    operator.aws.takes[SERVICE_SET] = timedelta(minutes=40)
    operator.aws.detect_drift(SERVICE_SET, "stackferry-drift-1a2b")

    text = status_text(operator.status(), locate)

    assert "        drift by stackferry is at work for 0.0 s\n" in text


def test_a_brief_text_leaves_out_what_is_as_compiled(operator: Operator) -> None:
    text = status_text(in_trouble(operator), locate, is_brief=True)

    assert "  = " not in text
    assert "  ! service-web" in text


@pytest.mark.parametrize(
    ("holder", "line"),
    [
        (lambda _: "{}", "The lock is held, in words that stackferry did not write.\n"),
        (
            lambda now: Holder(
                owner="ana@laptop",
                run="1",
                verb="deploy",
                since=now - timedelta(minutes=3),
                until=now + timedelta(minutes=1),
            ).text(),
            "ana@laptop is at work on it: deploy, for 3 m 00 s.\n",
        ),
        (
            lambda now: Holder(
                owner="ana@laptop",
                run="1",
                verb="deploy",
                since=now - timedelta(hours=3),
                until=now - timedelta(hours=2),
            ).text(),
            (
                "ana@laptop began a deploy at 2026-11-24 09:00 UTC and does not answer any more;\n"
                "who comes next takes the lock over.\n"
            ),
        ),
    ],
)
def test_who_is_at_work_is_told(
    operator: Operator, holder: Callable[[object], str], line: str
) -> None:
    operator.aws.parameters[lock_name(migration().manifest)] = holder(operator.clock.now())

    text = status_text(operator.status(), locate)

    assert text.partition("\n")[2].partition("\n")[2].startswith(line)


def test_a_lock_that_cannot_be_read_is_told(operator: Operator) -> None:
    operator.aws.refuses["parameter"] = AwsError(code="AccessDenied", reason="no", call="Get")

    assert "cannot be read: AWS refused Get: AccessDenied: no\n" in status_text(
        operator.status(), locate
    )


def test_what_changed_is_a_line_with_the_time(operator: Operator) -> None:
    before = operator.status()
    operator.aws.failing[SERVICE_SET] = Failing(resource="Group", reason="no capacity")
    operator.deploy()

    after = operator.status()

    assert changes(before, after)[-2:] == (
        f"{after.asked:%H:%M:%S} {REPLICA}: as compiled",
        f"{after.asked:%H:%M:%S} {SERVICE}: failed: no capacity",
    )
    assert changes(after, after) == ()


def watched(operator: Operator) -> list[Status | Refusal]:
    operator.deploy()
    operator.aws.takes[SERVICE_SET] = timedelta(seconds=15)
    operator.aws.somebody_elses_operation(SERVICE_SET)
    return list(until_settled(operator.status, operator.clock, timedelta(seconds=10)))


def test_a_log_gets_the_whole_once_and_then_what_changes(operator: Operator) -> None:
    answers, stream = watched(operator), io.StringIO()

    assert told_by_line(stream, answers, locate) is answers[-1]

    first, last = answers[0], answers[-1]
    assert isinstance(first, Status)
    assert isinstance(last, Status)
    assert stream.getvalue() == (
        f"{status_text(first, locate)}"
        f"{last.asked:%H:%M:%S} {SERVICE}: as compiled\n"
        "All 6 stacks are as compiled.\n"
    )


def test_a_refusal_ends_the_watch(operator: Operator) -> None:
    refusal = Refusal(
        exit_code=3, finding=Finding(code="SF520", where=at(), detail="None.", way_out="Log in.")
    )
    console = Console(file=io.StringIO(), force_terminal=True, width=80, height=50)

    assert told_by_line(io.StringIO(), [operator.status(), refusal], locate) is refusal
    assert redrawn(console, [operator.status(), refusal], locate) is refusal


def test_a_terminal_is_drawn_over_and_keeps_the_last(operator: Operator) -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=80, height=8, color_system=None)
    answers = watched(operator)

    last = redrawn(console, answers, locate)

    assert isinstance(last, Status)
    # Too low for all stacks: those as compiled are left out until the end.
    assert "  > service-web" in stream.getvalue()
    assert stream.getvalue().replace("\r", "").endswith(status_text(last, locate))
