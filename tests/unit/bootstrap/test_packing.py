"""Statements in policies of a size that IAM takes."""

from __future__ import annotations

import pytest

from compiler.bootstrap.packing import INLINE_SIZE, MANAGED_SIZE, TooLargeError, pack
from compiler.bootstrap.statements import Statement, policy


def statement(number: int, actions: int) -> Statement:
    return Statement(
        sid=f"Number{number}",
        actions=tuple(f"service:Action{one:04}" for one in range(actions)),
    )


def size(statements: tuple[Statement, ...]) -> int:
    return len("".join(str(policy(statements)).replace("'", '"').split()))


def test_statements_fill_one_policy_after_the_other_in_their_order() -> None:
    statements = tuple(statement(number, 60) for number in range(12))

    packed = pack(statements)

    assert tuple(one for policy in packed.managed for one in policy) == statements
    assert [len(policy) for policy in packed.managed] == [4, 4, 4]
    assert all(size(policy) <= MANAGED_SIZE for policy in packed.managed)
    assert packed.inline == ()


def test_a_statement_that_no_policy_holds_is_cut_by_its_actions() -> None:
    packed = pack([statement(1, 900)])

    parts = [one for policy in packed.managed for one in policy]
    assert [one.sid for one in parts] == ["Number1", "Number1Part2", "Number1Part3", "Number1Part4"]
    assert [action for one in parts for action in one.actions] == list(statement(1, 900).actions)
    assert all(size(policy) <= MANAGED_SIZE for policy in packed.managed)


def test_one_action_on_very_many_resources_is_cut_by_its_resources() -> None:
    arns = tuple(f"arn:aws:iam::111122223333:role/{number:05}" for number in range(400))

    packed = pack([Statement(sid="Roles", actions=("iam:PassRole",), resources=arns)])

    parts = [one for policy in packed.managed for one in policy]
    assert tuple(arn for one in parts for arn in one.resources) == arns
    assert all(size(policy) <= MANAGED_SIZE for policy in packed.managed)


def test_what_ten_managed_policies_do_not_hold_becomes_inline() -> None:
    packed = pack([statement(number, 200) for number in range(11)])

    assert len(packed.managed) == 10
    assert [one.sid for one in packed.inline] == ["Number10"]
    assert size(packed.inline) <= INLINE_SIZE


def test_what_no_role_holds_is_refused() -> None:
    with pytest.raises(TooLargeError) as raised:
        pack([statement(number, 200) for number in range(14)])

    assert raised.value.detail.endswith(
        " characters as policies. A role takes 10 managed ones of 6,144 and 10,240 characters of "
        "its own."
    )
