"""From the options of plan and deploy to what is asked for."""

from __future__ import annotations

import click
import pytest

from compiler.cli.planning import Planning, wish_from
from compiler.deploy.plan import Guard
from compiler.deploy.targets import OWN_ACCOUNTS, Scope, Targets
from compiler.deploy.wish import ANYTHING, Wish
from tests.fakes.migration import SOURCE, TARGET, migration

MANIFEST = migration().manifest


def options() -> Planning:
    return Planning(
        region=None,
        only=(),
        accounts=None,
        organizational_units=(),
        service_managed=False,
        delegated_admin=False,
        administration_role="",
        execution_role="",
        failure_tolerance=0,
        max_concurrent=1,
        allow_replacement=(),
        no_preview=False,
        refresh_images=False,
        via="stacksets",
    )


def test_without_options_everything_is_asked_for_and_nothing_may_be_lost() -> None:
    assert wish_from(MANIFEST, options()) == ANYTHING


def test_every_option_is_heard_in_one_order() -> None:
    asked = options()
    asked["region"] = TARGET
    asked["only"] = (f"{TARGET}/service-web", f"{TARGET}/network", f"{TARGET}/network")
    asked["accounts"] = "777788889999, 444455556666,"
    asked["organizational_units"] = ("ou-2", "ou-1")
    asked["service_managed"] = asked["delegated_admin"] = True
    asked["administration_role"] = "admin"
    asked["execution_role"] = "execution"
    asked["failure_tolerance"], asked["max_concurrent"] = 1, 2
    asked["allow_replacement"] = ("Database", "Bucket")
    asked["no_preview"] = asked["refresh_images"] = True
    asked["via"] = "stacks"

    assert wish_from(MANIFEST, asked) == Wish(
        scope=Scope(region=TARGET, stacks=(f"{TARGET}/network", f"{TARGET}/service-web")),
        targets=Targets(
            accounts=("444455556666", "777788889999"),
            organizational_units=("ou-1", "ou-2"),
            permission_model="SERVICE_MANAGED",
            call_as="DELEGATED_ADMIN",
            failure_tolerance=1,
            max_concurrent=2,
            administration_role="arn:aws:iam::111122223333:role/admin",
            execution_role="execution",
        ),
        refresh_images=True,
        guard=Guard(allowed=("Bucket", "Database"), is_off=True),
        via="stacks",
    )


def test_all_accounts_are_those_of_the_units_and_no_account_is_none_beside_its_own() -> None:
    every, none = options(), options()
    every["accounts"], none["accounts"] = "all", ""

    assert wish_from(MANIFEST, every) == Wish(targets=OWN_ACCOUNTS, in_all_units=True)
    assert wish_from(MANIFEST, none) == Wish(targets=Targets(accounts=()))


def test_a_role_that_is_named_in_full_is_taken_as_it_is() -> None:
    asked = options()
    asked["administration_role"] = "arn:aws:iam::999988887777:role/path/admin"

    assert wish_from(MANIFEST, asked).targets.administration_role == asked["administration_role"]


def test_what_cannot_be_is_a_mistake_of_usage() -> None:
    asked = options()
    asked["only"] = (f"{SOURCE}/netwrok",)

    with pytest.raises(click.UsageError, match=f"Did you mean {SOURCE}/network"):
        wish_from(MANIFEST, asked)


def test_a_stack_of_another_region_than_asked_for_is_a_mistake_of_usage() -> None:
    asked = options()
    asked["only"], asked["region"] = (f"{SOURCE}/network",), TARGET

    with pytest.raises(click.UsageError, match=f"--only {SOURCE}/network is not in --region"):
        wish_from(MANIFEST, asked)
