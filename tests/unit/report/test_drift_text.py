"""What drifted, as text."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.answers import Drift, DriftedResource
from compiler.deploy.drifting import DriftResult, StackDrifts, look_for_drift
from compiler.deploy.lease import Taker
from compiler.deploy.outcome import Done, Outcome
from compiler.report.drift_text import announcement, drift_text
from tests.fakes.clock import CallingPool
from tests.fakes.migration import SOURCE, TARGET, migration, place
from tests.fakes.operator import Operator

if TYPE_CHECKING:
    from compiler.manifest import Stack
    from spec.findings import Path

NETWORK, DATABASE, SERVICE = (
    f"{TARGET}/network",
    f"{SOURCE}/database-catalog",
    f"{TARGET}/service-web",
)
MANIFEST = migration().manifest
WHERE = {"folder": "out", "home": TARGET}


def stack(id_: str) -> Stack:
    return next(one for one in MANIFEST.stacks if one.id == id_)


def locate(path: Path) -> str:
    return f"shop.yaml:7 ({'.'.join(map(str, path))})"


FOUND = (
    StackDrifts(stack=stack(DATABASE), drifts=(Drift(place=place(DATABASE), status="IN_SYNC"),)),
    StackDrifts(
        stack=stack(NETWORK),
        drifts=(
            Drift(
                place=place(NETWORK),
                status="DRIFTED",
                resources=(
                    DriftedResource(
                        logical_id="Gateway",
                        type="AWS::EC2::InternetGateway",
                        physical_id="igw-1",
                        status="DELETED",
                    ),
                    DriftedResource(
                        logical_id="Vpc",
                        type="AWS::EC2::VPC",
                        physical_id="vpc-0123456789abcdef0",
                        status="MODIFIED",
                        differences=(
                            "/CidrBlock: 10.1.0.0/16 expected, 10.9.0.0/16 found",
                            '/Tags/2: {"Key": "Phase", "Value": "replicate"} expected, x found',
                        ),
                    ),
                ),
            ),
        ),
    ),
    StackDrifts(stack=stack(SERVICE), drifts=(Drift(place=place(SERVICE), status="UNKNOWN"),)),
)

DRIFTED = """\
eu-central-1/network drifted
  Gateway (AWS::EC2::InternetGateway) was deleted
    igw-1
    --> shop.yaml:7 (target.vpc)
  Vpc (AWS::EC2::VPC) was changed
    vpc-0123456789abcdef0
    --> shop.yaml:7 (target.vpc.cidr)
    /CidrBlock: 10.1.0.0/16 expected, 10.9.0.0/16 found
    /Tags/2: {"Key": "Phase", "Value": "replicate"} expected, x found

eu-central-1/service-web: AWS could not compare it (UNKNOWN)

Not there: us-east-1/peering.
1 drifted, 1 in sync, 1 that AWS could not compare.
"""


def result(*found: StackDrifts, absent: tuple[Stack, ...] = (), lock: str = "") -> DriftResult:
    ends = {one.stack.id: Done(what="compared") for one in found}
    return DriftResult(
        exit_code=1, outcome=Outcome(ends=ends), found=found, absent=absent, lock=lock
    )


def test_each_resource_that_differs_is_told_with_its_place_in_the_spec() -> None:
    text = drift_text(result(*FOUND, absent=(stack(f"{SOURCE}/peering"),)), locate, **WHERE)

    assert text == DRIFTED
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (FOUND[:1], "In sync.\n"),
        (FOUND[:1] * 2, "All 2 stacks are in sync.\n"),
    ],
)
def test_what_is_in_sync_is_one_line(found: tuple[StackDrifts, ...], line: str) -> None:
    assert drift_text(result(*found), locate, **WHERE) == line


def test_a_stack_in_several_accounts_tells_in_which() -> None:
    here, there = place(NETWORK), place(NETWORK)
    drifts = (Drift(place=here, status="DRIFTED"), Drift(place=there, status="IN_SYNC"))

    text = drift_text(result(StackDrifts(stack=stack(NETWORK), drifts=drifts)), locate, **WHERE)

    assert text == (
        f"{NETWORK} in 111122223333 drifted\n  AWS does not say in what.\n\n1 drifted, 1 in sync.\n"
    )


def test_what_was_not_given_back_is_told() -> None:
    text = drift_text(result(FOUND[0], lock="The lock could not be given back."), locate, **WHERE)

    assert text.startswith("The lock could not be given back.\n")


def test_what_never_began_has_no_text() -> None:
    assert drift_text(DriftResult(exit_code=1), locate, **WHERE) == ""


def test_a_failed_and_an_interrupted_search_say_what_to_do() -> None:
    operator = Operator()
    operator.deploy()
    operator.aws.takes[f"shop-prod-{TARGET}-network"] = timedelta(hours=1)
    operator.aws.somebody_elses_operation(f"shop-prod-{TARGET}-network")

    def look() -> str:
        return drift_text(
            look_for_drift(
                migration(),
                aws=operator.aws,
                clock=operator.clock,
                listener=operator.heard,
                taker=Taker(owner="ana@laptop", run="1"),
                announce=lambda _: None,
                pool=CallingPool(),
            ),
            locate,
            **WHERE,
        )

    failed = look()
    operator.clock.interrupt_at = operator.clock.now() + timedelta(seconds=2)
    interrupted = look()

    assert f"error[SF553]: {NETWORK} failed\n  --> shop.yaml:7 (target.vpc)\n" in failed
    assert failed.endswith("5 in sync, 1 failed.\n")
    assert interrupted.endswith(
        "Interrupted. AWS goes on with the comparisons that were started; the same\n"
        "command again takes up their results.\n"
    )


def test_what_will_be_done_is_said_before() -> None:
    assert announcement((stack(NETWORK),), MANIFEST) == (
        "Comparing 1 stack of shop-prod with what AWS has.\n"
        "Nothing is changed; other operations on their stack sets wait meanwhile.\n"
        "\n"
    )
    assert announcement(MANIFEST.stacks, MANIFEST).startswith("Comparing 6 stacks of shop-prod ")
    assert announcement((), MANIFEST) == (
        "Nothing of shop-prod is there, so there is nothing to compare.\n"
    )
