"""Which stacks may stand in several accounts, and which options go together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.fan_out import (
    options_that_do_not_fit,
    stacks_that_cannot_be_fanned_out,
    ties_of,
)
from compiler.deploy.port import Place
from compiler.deploy.prepare import prepare
from compiler.deploy.targets import OWN_ACCOUNTS, CallAs, Scope, Targets, Via
from compiler.deploy.wish import Wish
from tests.fakes.clock import CallingPool
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, TEXTS, migration, place
from tests.fakes.operator import Operator

if TYPE_CHECKING:
    from compiler.deploy.prepare import Prepared

NETWORK, SERVICE = f"{TARGET}/network", f"{TARGET}/service-web"
OTHER, THIRD = "444455556666", "777788889999"
ONLY_NETWORK = Scope(stacks=(NETWORK,))
MANAGED = Targets(organizational_units=("ou-1",), permission_model="SERVICE_MANAGED")


@pytest.fixture
def operator() -> Operator:
    return Operator()


def fanned_out(*accounts: str, scope: Scope = ONLY_NETWORK) -> Wish:
    return Wish(scope=scope, targets=Targets(accounts=accounts))


def told(prepared: Prepared) -> list[tuple[str, str]]:
    return [(finding.code, finding.detail) for finding in prepared.findings]


def standing(operator: Operator) -> list[str]:
    found = operator.aws.stack_sets[f"shop-prod-{TARGET}-network"]
    return sorted(where.account for where in found.instances)


@pytest.mark.parametrize(
    ("targets", "via", "in_all_units", "details"),
    [
        (OWN_ACCOUNTS, "stacksets", False, []),
        (OWN_ACCOUNTS, "stacks", False, []),
        (MANAGED, "stacksets", True, []),
        (
            Targets(organizational_units=("ou-1", "ou-2")),
            "stacksets",
            False,
            ["--organizational-unit names ou-1, ou-2, but only service-managed stack sets know"],
        ),
        (
            Targets(call_as="DELEGATED_ADMIN"),
            "stacksets",
            False,
            ["--delegated-admin is about service-managed stack sets, and these are self-managed."],
        ),
        (
            Targets(permission_model="SERVICE_MANAGED"),
            "stacksets",
            False,
            ["Service-managed stack sets go into accounts of organizational units, and none is"],
        ),
        (
            OWN_ACCOUNTS,
            "stacksets",
            True,
            ["--accounts all means every account of some organizational units, and none is named."],
        ),
        *(
            (targets, "stacks", False, ["With --via stacks each stack is made directly in its own"])
            for targets in (
                Targets(accounts=(OTHER,)),
                MANAGED,
                Targets(failure_tolerance=1),
                Targets(max_concurrent=2),
            )
        ),
    ],
)
def test_options_that_do_not_go_together_are_all_found(
    targets: Targets,
    via: Via,
    in_all_units: bool,  # noqa: FBT001 -- a case of the table
    details: list[str],
) -> None:
    found = list(options_that_do_not_fit(targets, via, in_all_units=in_all_units))

    assert [finding.code for finding in found] == ["SF516"] * len(details)
    assert all(one.detail.startswith(text) for one, text in zip(found, details, strict=True))


def test_nothing_is_asked_of_aws_before_the_options_fit(operator: Operator) -> None:
    call_as: CallAs = "DELEGATED_ADMIN"

    prepared = operator.plan(Wish(targets=Targets(call_as=call_as)))

    assert (prepared.exit_code, operator.aws.calls) == (1, [])


def test_a_stack_that_stands_by_itself_stands_in_every_account_that_is_named(
    operator: Operator,
) -> None:
    result = operator.wish(fanned_out(OTHER, THIRD))

    assert result.exit_code == 0
    assert standing(operator) == [ACCOUNT, OTHER, THIRD]
    assert [(one.stack, one.place.account, one.status) for one in result.standing] == [
        (NETWORK, account, "CURRENT (CREATE_COMPLETE)") for account in (ACCOUNT, OTHER, THIRD)
    ]


def test_without_a_word_about_accounts_stacks_stay_where_they_are(operator: Operator) -> None:
    operator.wish(fanned_out(OTHER))

    result = operator.deploy()

    assert result.exit_code == 0
    assert standing(operator) == [ACCOUNT, OTHER]
    assert [one.place.account for one in result.standing if one.stack == NETWORK] == [
        ACCOUNT,
        OTHER,
    ]


def test_the_accounts_that_are_named_are_all_there_are(operator: Operator) -> None:
    operator.wish(fanned_out(OTHER))

    prepared = operator.plan(fanned_out(THIRD))
    operator.wish(fanned_out(THIRD))

    assert prepared.plan is not None
    assert [(step.action, step.adds, step.removes) for step in prepared.plan.steps] == [
        ("add", (Place(account=THIRD, region=TARGET),), (Place(account=OTHER, region=TARGET),))
    ]
    assert standing(operator) == [ACCOUNT, THIRD]


def test_accounts_that_are_named_are_only_those_of_the_stacks_that_it_is_about(
    operator: Operator,
) -> None:
    operator.deploy()

    prepared = operator.plan(fanned_out(OTHER, scope=Scope(stacks=(SERVICE,))))

    assert prepared.plan is not None
    assert [(step.action, step.reasons) for step in prepared.plan.steps] == [
        ("add", (f"it is to stand in {OTHER} too",))
    ]


def test_only_the_outputs_of_a_stack_in_its_own_account_are_read(operator: Operator) -> None:
    operator.wish(fanned_out(OTHER))
    operator.aws.calls.clear()

    operator.plan()

    mine = operator.aws.stack_sets[f"shop-prod-{TARGET}-network"].instances[place(NETWORK)]
    assert [call for call in operator.aws.calls if call[0] == "outputs"] == [
        ("outputs", TARGET, mine.stack_id)
    ]


def test_every_account_of_the_units_is_meant_by_all(operator: Operator) -> None:
    operator.aws.units = {"ou-1": (ACCOUNT, OTHER), "ou-2": (THIRD,)}
    targets = replace(MANAGED, organizational_units=("ou-1", "ou-2"))

    result = operator.wish(Wish(scope=ONLY_NETWORK, targets=targets, in_all_units=True))

    assert result.exit_code == 0
    assert standing(operator) == [ACCOUNT, OTHER, THIRD]


def test_an_account_outside_of_the_units_cannot_be_reached(operator: Operator) -> None:
    operator.aws.units = {"ou-1": (OTHER,)}

    prepared = operator.plan(
        Wish(scope=ONLY_NETWORK, targets=replace(MANAGED, accounts=(OTHER, THIRD)))
    )

    assert told(prepared) == [
        (
            "SF516",
            (
                f"The account {account} is in none of the units ou-1, and service-managed stack "
                f"sets reach no other. It is to have {NETWORK}."
            ),
        )
        for account in (ACCOUNT, THIRD)
    ]


def test_a_unit_that_is_not_there_is_told_in_words(operator: Operator) -> None:
    prepared = operator.plan(Wish(scope=ONLY_NETWORK, targets=MANAGED))

    assert prepared.exit_code == 3
    assert "no such unit" in prepared.findings[0].detail


def test_a_stack_that_reads_values_cannot_stand_in_other_accounts(operator: Operator) -> None:
    prepared = operator.plan(fanned_out(OTHER, scope=Scope(region=TARGET)))

    assert told(prepared) == [
        (
            "SF515",
            (
                f'The stack "{id_}" is to stand in {OTHER} too, but it is tied to {ACCOUNT}: it '
                f"reads values of {NETWORK}."
            ),
        )
        for id_ in (f"{TARGET}/database-catalog", SERVICE)
    ]
    assert {finding.way_out for finding in prepared.findings} == {
        f"Fan out only what stands by itself: --only {NETWORK}."
    }
    assert operator.aws.writes == []


def test_a_stack_whose_values_are_read_from_another_account_cannot_either() -> None:
    operator = Operator()
    compiled = migration()
    stacks = tuple(
        replace(stack, account=THIRD) if stack.id == SERVICE else stack
        for stack in compiled.manifest.stacks
    )
    apart = replace(compiled, manifest=replace(compiled.manifest, stacks=stacks))

    prepared = prepare(apart, fanned_out(OTHER), aws=operator.aws, pool=CallingPool())

    assert told(prepared) == [
        (
            "SF515",
            (
                f'The stack "{NETWORK}" is to stand in {OTHER} too, but it is tied to {ACCOUNT}: '
                f"{SERVICE} in another account reads its values."
            ),
        )
    ]
    assert prepared.findings[0].way_out == (
        "Deploy without --accounts: no stack of this plan stands by itself."
    )


def test_a_stack_whose_template_names_its_account_cannot_either(operator: Operator) -> None:
    named = {NETWORK: TEXTS[NETWORK].replace("vpc-target", f"vpc-{ACCOUNT}")}

    prepared = operator.plan(fanned_out(OTHER), named)

    assert told(prepared) == [
        (
            "SF515",
            (
                f'The stack "{NETWORK}" is to stand in {OTHER} too, but it is tied to {ACCOUNT}: '
                "its template names that account."
            ),
        )
    ]


def test_the_stack_that_says_where_the_migration_stands_stands_once() -> None:
    what = migration()
    marker = replace(what.manifest.stacks[0], name="phase", side="target", parameters={})

    assert list(ties_of(what.manifest, marker, "{}")) == ["it says where the migration stands"]


def test_a_stack_that_stands_in_other_accounts_must_go_on_standing_by_itself(
    operator: Operator,
) -> None:
    operator.wish(fanned_out(OTHER))

    prepared = operator.plan(
        changed={NETWORK: TEXTS[NETWORK].replace("vpc-target", f"vpc-{ACCOUNT}")}
    )

    assert [code for code, _ in told(prepared)] == ["SF515"]


def test_a_stack_in_its_own_account_may_read_what_it_likes(operator: Operator) -> None:
    plan = operator.plan().plan

    assert plan is not None
    assert list(stacks_that_cannot_be_fanned_out(plan, migration().templates)) == []
    assert f"{SOURCE}/peering" in {step.stack.id for step in plan.steps}
