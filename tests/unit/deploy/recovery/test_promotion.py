"""The way out of a promotion that failed half-way: its steps, and where an earlier one died."""

from __future__ import annotations

import json
import pickle
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.path.standing import Standing
from compiler.deploy.path.states import present
from compiler.deploy.recovery.frame import RecoverResult, recover
from compiler.deploy.recovery.promotion import forms_before, is_marked, promoted_by
from compiler.deploy.recovery.steps import Choice, Keep
from compiler.report.recover_text import recovery_text, troubles_text
from tests.fakes.aws import Failing
from tests.fakes.clock import CallingPool
from tests.fakes.listener import Heard
from tests.fakes.migration import TARGET
from tests.fakes.phases import REPLICA, FakeActing
from tests.fakes.taker import new_taker
from tests.fakes.walker import Walker

if TYPE_CHECKING:
    from compiler.deploy.recovery.steps import RecoveryPlan

HERE = Path(__file__).parent
SET = f"shop-prod-{TARGET}-database-orders"
ADOPT = Choice(option="adopt-promoted", stack=REPLICA)


class Wedged:
    """The operator of a small migration whose promotion failed half-way."""

    def __init__(self) -> None:
        self.walker = Walker()
        self.walker.clock, self.walker.aws = pickle.loads(_wedged())  # noqa: S301 -- our own
        self.walker.acting = FakeActing(self.walker.aws)
        self.shown: list[RecoveryPlan] = []

    def recover(self, choice: Choice | None = None) -> RecoverResult:
        walker, stands = self.walker, self.walker.stands()
        compiled = present(walker.states, stands.phase, stands.begun, with_others=True)
        walker.aws.calls.clear()
        return recover(
            compiled,
            aws=walker.aws,
            clock=walker.clock,
            listener=Heard(),
            taker=new_taker(),
            confirm=self.agree,
            choice=choice,
            only=choice.stack if choice else None,
            earlier=forms_before(walker.states, compiled),
            pool=CallingPool(),
        )

    def agree(self, plan: RecoveryPlan) -> bool:
        self.shown.append(plan)
        return True


@cache
def _wedged() -> bytes:
    walker = Walker()
    walker.to("fence")
    walker.aws.failing[SET] = Failing(
        "Database", "AWS::RDS::DBInstance", "Resource is immutable", kind="rollback"
    )
    walker.to("promote")
    walker.aws.calls.clear()
    return pickle.dumps((walker.clock, walker.aws))


def test_the_form_before_is_that_of_the_replica() -> None:
    walker = Walker()
    promoted = walker.states["promote"]

    assert forms_before(walker.states, promoted) == {
        REPLICA: walker.states["fence"].templates[REPLICA]
    }
    # Later on it is a primary, which wedges at no promotion.
    assert forms_before(walker.states, walker.states["settle"]) == {}
    before, after = walker.states["warm"].templates[REPLICA], promoted.templates[REPLICA]
    assert promoted_by(before, after) == ("Database",)
    assert promoted_by(after, after) == ()


def test_it_is_told_apart_from_other_rollbacks_that_failed() -> None:
    result = Wedged().recover()

    text = troubles_text(result, lambda _: "shop.yaml:9", folder="out", home=TARGET, columns=80)
    assert [one.kind for one in result.troubles] == ["promotion failed"]
    told = (HERE / "adopt_promoted_option.txt").read_text(encoding="utf-8")
    assert text[text.index("  * adopt-promoted") :] == told


def test_it_does_what_it_says_and_the_way_goes_on() -> None:
    wedged = Wedged()

    result = wedged.recover(ADOPT)

    (plan,) = wedged.shown
    steps = (HERE / "adopt_promoted_steps.txt").read_text(encoding="utf-8")
    assert recovery_text(plan, 100) == steps
    aws = wedged.walker.aws
    assert [call[0] for call in aws.writes] == [
        "continue_rollback",
        "update_stack_set",
        "delete_stack",
        "delete_instances",
        "update_stack_set",
        "adopt",
        "import_stack",
    ]
    assert (result.exit_code, result.after) == (0, ())
    assert is_marked(aws.stack_sets[SET].definition)
    assert wedged.walker.stands() == Standing(phase="fence", begun="promote")
    assert [one.is_done for one in wedged.walker.to("promote")] == [True]
    assert not is_marked(aws.stack_sets[SET].definition)


def test_nothing_but_what_happens_at_a_deletion_is_told_to_the_stack_before_it() -> None:
    wedged = Wedged()
    wedged.recover(ADOPT)

    (keep,) = (step for step in wedged.shown[0].steps if isinstance(step, Keep))
    told = json.loads(keep.definition.template)
    assert told["Resources"]["Database"].pop("DeletionPolicy") == "Retain"
    assert told["Resources"]["Database"].pop("Metadata") == {"Kept": "promoted"}
    assert told == json.loads(wedged.walker.states["fence"].templates[REPLICA])


def test_a_stack_that_does_not_say_that_it_keeps_its_database_is_not_deleted() -> None:
    other = Wedged()
    other.recover(ADOPT)
    (reads,) = (
        number for number, call in enumerate(other.walker.aws.calls, 1) if call[0] == "template"
    )
    wedged = Wedged()
    aws = wedged.walker.aws
    before = aws.templates.copy()
    # CloudFormation saw no change in it, and the stack set calls that a success.
    aws.at_call[reads] = lambda: aws.templates.update(before)

    result = wedged.recover(ADOPT)

    assert result.exit_code == 3
    assert result.outcome is not None
    assert [one.reason for one in result.outcome.failures] == [
        "GetTemplate: the stack was told to keep Database, and its template does not say so"
    ]
    assert "delete_stack" not in {call[0] for call in aws.calls}


class _KilledError(BaseException):
    pass


# Others measure what runs here again and again; tracing it takes longer than it does itself.
@pytest.mark.no_cover
@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_call_the_next_run_finishes(every: int, *, after: bool) -> None:
    for number in count(1, every):
        wedged = Wedged()
        aws = wedged.walker.aws
        aws.kill(_KilledError(), number, after=after)
        try:
            wedged.recover(ADOPT)
        except _KilledError:
            pass
        else:
            assert number > 20
            return
        aws.kill(_KilledError(), 0, after=after)
        aws.parameters.clear()
        wedged.walker.clock.time += aws.stack_takes * 10
        for _ in range(3):
            offered = [way.name for one in wedged.recover().troubles for way in one.options]
            if "adopt-promoted" in offered:
                assert wedged.recover(ADOPT).exit_code == 0, (number, after)
        assert wedged.recover().troubles == (), (number, after)
        assert is_marked(aws.stack_sets[SET].definition)
        template = json.loads(aws.stack_sets[SET].definition.template)
        assert "SourceDBInstanceIdentifier" not in template["Resources"]["Database"]["Properties"]
        assert [one.is_done for one in wedged.walker.to("promote")] == [True], (number, after)
