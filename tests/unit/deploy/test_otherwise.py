"""Nothing is planned beside, and nothing called gone, that only stands the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.deploy.deploying import deploy
from compiler.deploy.destroying import destroy
from compiler.deploy.drifting import look_for_drift
from compiler.deploy.endpoints import find_endpoints
from compiler.deploy.observe import Refusal
from compiler.deploy.otherwise import OtherWay, standing_otherwise
from compiler.deploy.plan import Seen
from compiler.deploy.port import AwsError
from compiler.deploy.prepare import prepare
from compiler.deploy.recovery.frame import recover
from compiler.deploy.recovery.steps import Choice
from compiler.deploy.status import Status, status
from compiler.deploy.targets import Scope
from compiler.deploy.wish import ANYTHING, Wish
from spec.findings import Finding, at
from tests.fakes.aws import FakeAws
from tests.fakes.clock import CallingPool
from tests.fakes.migration import SOURCE, TARGET, migration
from tests.fakes.operator import Operator
from tests.fakes.taker import new_taker

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.deploy.port import Aws

AS_PLAIN_STACKS = Finding(
    code="SF565",
    where=at(),
    detail=(
        "Nothing of this migration stands the way that was asked for, but it stands as plain "
        "stacks: eu-central-1/database-catalog and 5 more. Nothing was touched."
    ),
    way_out="Run the same with --via stacks.",
)


class Asked:
    """Every verb, asked of AWS as one way, while the migration stands the other way."""

    def __init__(self) -> None:
        self.operator = Operator(via="stacks")
        self.operator.deploy()
        self.aws = FakeAws(self.operator.clock)
        self.other = OtherWay(via="stacks", connect=lambda: self.operator.aws)

    def plan(self) -> tuple[int | None, tuple[Finding, ...]]:
        told = prepare(migration(), ANYTHING, aws=self.aws, pool=CallingPool(), other=self.other)
        assert told.plan is None
        return told.exit_code, told.findings

    def deploy(self) -> tuple[int | None, tuple[Finding, ...]]:
        told = deploy(
            migration(),
            aws=self.aws,
            clock=self.operator.clock,
            listener=self.operator.heard,
            taker=new_taker(),
            confirm=_never,
            wish=Wish(scope=Scope(region=SOURCE)),
            pool=CallingPool(),
            other=self.other,
        )
        assert (told.plan, told.outcome) == (None, None)
        return told.exit_code, told.findings

    def destroy(self) -> tuple[int | None, tuple[Finding, ...]]:
        told = destroy(
            migration(),
            aws=self.aws,
            clock=self.operator.clock,
            listener=self.operator.heard,
            taker=new_taker(),
            confirm=_never,
            pool=CallingPool(),
            other=self.other,
        )
        assert told.outcome is None
        return told.exit_code, told.findings

    def status(self) -> tuple[int | None, tuple[Finding, ...]]:
        told = status(
            self.aws,
            migration().manifest,
            CallingPool(),
            self.operator.clock,
            other=self.other,
        )
        assert isinstance(told, Refusal)
        return told.exit_code, (told.finding,)

    def drift(self) -> tuple[int | None, tuple[Finding, ...]]:
        told = look_for_drift(
            migration(),
            aws=self.aws,
            clock=self.operator.clock,
            listener=self.operator.heard,
            taker=new_taker(),
            announce=lambda _: None,
            pool=CallingPool(),
            other=self.other,
        )
        return told.exit_code, told.findings

    def outputs(self) -> tuple[int | None, tuple[Finding, ...]]:
        told = find_endpoints(self.aws, migration().manifest, CallingPool(), self.other)
        return told.exit_code, told.findings

    def recover(self) -> tuple[int | None, tuple[Finding, ...]]:
        return self._recover(None)

    def recover_one(self) -> tuple[int | None, tuple[Finding, ...]]:
        return self._recover(Choice(option="let-go", stack=f"{TARGET}/network"))

    def _recover(self, choice: Choice | None) -> tuple[int | None, tuple[Finding, ...]]:
        told = recover(
            migration(),
            aws=self.aws,
            clock=self.operator.clock,
            listener=self.operator.heard,
            taker=new_taker(),
            confirm=_never,
            choice=choice,
            only=choice.stack if choice else None,
            pool=CallingPool(),
            other=self.other,
        )
        return told.exit_code, told.findings


def _never(what: object) -> bool:
    raise AssertionError(what)


@pytest.mark.parametrize(
    "verb",
    [
        Asked.plan,
        Asked.deploy,
        Asked.destroy,
        Asked.status,
        Asked.drift,
        Asked.outputs,
        Asked.recover,
        Asked.recover_one,
    ],
)
def test_each_verb_stops_before_it_touches_what_stands_the_other_way(
    verb: Callable[[Asked], tuple[int | None, tuple[Finding, ...]]],
) -> None:
    asked = Asked()
    stood = len(asked.operator.aws.calls)

    assert verb(asked) == (1, (AS_PLAIN_STACKS,))

    assert asked.aws.writes == []
    assert "create_parameter" not in {call[0] for call in asked.aws.calls}
    # One listing is all that the other way is asked.
    assert asked.operator.aws.calls[stood:] == [("marked",)]


def test_the_other_way_is_not_asked_where_anything_stands() -> None:
    operator = Operator()
    operator.deploy(region=SOURCE)

    def connect() -> Aws:
        message = "asked"
        raise AssertionError(message)

    other = OtherWay(via="stacks", connect=connect)
    told = prepare(migration(), ANYTHING, aws=operator.aws, pool=CallingPool(), other=other)
    assert told.exit_code is None
    told_by_status = status(
        operator.aws, migration().manifest, CallingPool(), operator.clock, other=other
    )
    assert isinstance(told_by_status, Status)


def test_stack_sets_are_named_where_plain_stacks_were_asked_for() -> None:
    operator = Operator()
    operator.deploy()
    other = OtherWay(via="stacksets", connect=lambda: operator.aws)

    (found,) = standing_otherwise(
        FakeAws(operator.clock, via="stacks"), migration().manifest, other, [Seen()]
    )

    assert (found.code, found.way_out) == ("SF565", "Run the same with --via stacksets.")
    assert "it stands as stack sets: eu-central-1/database-catalog and 5 more." in found.detail


def test_nothing_is_said_where_nothing_stands_or_aws_does_not_tell() -> None:
    manifest, mine, operator = migration().manifest, FakeAws(Operator().clock), Operator()
    other = OtherWay(via="stacks", connect=lambda: operator.aws)
    assert standing_otherwise(mine, manifest, other) == ()

    operator.deploy()
    operator.aws.refuses["marked"] = AwsError(code="AccessDenied", reason="no", call="List")
    assert standing_otherwise(mine, manifest, other) == ()


def test_nothing_is_said_where_stacks_that_were_not_looked_at_stand_as_asked_for() -> None:
    asked = Asked()
    part = Operator()
    part.deploy(region=TARGET)

    assert standing_otherwise(part.aws, migration().manifest, asked.other) == ()
