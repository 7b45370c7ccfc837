"""Stacks of a migration that are not compiled any more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.deploying import deploy
from compiler.deploy.orphans import Orphan, Orphans, orphans
from compiler.deploy.port import AwsError, Definition
from compiler.deploy.prepare import prepare
from compiler.deploy.status import Status, status
from compiler.deploy.targets import Targets
from compiler.deploy.wish import ANYTHING
from compiler.report.documents.plan import document
from compiler.report.orphans_text import deleting, orphan_lines
from compiler.report.plan_text import plan_text
from compiler.report.status_text import status_text
from tests.fakes.clock import CallingPool
from tests.fakes.migration import TARGET, migration, place
from tests.fakes.operator import Operator
from tests.fakes.taker import new_taker

if TYPE_CHECKING:
    from compiler.manifest import Manifest

SERVICE = f"{TARGET}/service-web"
SERVICE_SET = f"shop-prod-{TARGET}-service-web"
ORPHAN = Orphan(stack=SERVICE, stack_set=SERVICE_SET, places=(place(SERVICE),))


def without_the_service() -> Manifest:
    manifest = migration().manifest
    return replace(manifest, stacks=tuple(one for one in manifest.stacks if one.id != SERVICE))


@pytest.fixture
def operator() -> Operator:
    operator = Operator()
    operator.deploy()
    return operator


def marked(name: str, description: str) -> Definition:
    return Definition(
        name=name, description=description, template="{}", parameters={}, tags={}, capabilities=()
    )


def test_everything_that_stands_is_compiled(operator: Operator) -> None:
    assert orphans(operator.aws, migration().manifest) == Orphans()


def test_what_is_not_compiled_any_more_is_an_orphan(operator: Operator) -> None:
    assert orphans(operator.aws, without_the_service()) == Orphans(found=(ORPHAN,))


def test_what_was_taken_over_is_an_orphan_too(operator: Operator) -> None:
    name, mark = "shop-prod-eu-central-1-database-old", "eu-central-1/database-old of shop-prod"
    operator.aws.create_stack_set(marked(name, f"stackferry: {mark}; adopts Database"), "token")

    found = orphans(operator.aws, migration().manifest).found

    assert found == (Orphan(stack="eu-central-1/database-old", stack_set=name, places=()),)


def test_stack_sets_of_others_are_no_orphans(operator: Operator) -> None:
    for definition in (
        marked("shop-prod-eu-west-1-mine", "by hand"),
        marked("shop-prod-blue-eu-west-1-keys", "stackferry: eu-west-1/keys of shop-prod-blue"),
        # What bootstrap made, which deploys need.
        marked("stackferry-shop-prod-eu-west-1-roles", "stackferry: eu-west-1/roles of shop-prod"),
    ):
        operator.aws.create_stack_set(definition, "token")

    assert orphans(operator.aws, without_the_service()) == Orphans(found=(ORPHAN,))


def test_a_refusal_is_told_and_keeps_nobody_from_planning(operator: Operator) -> None:
    operator.aws.refuses["marked"] = AwsError(
        code="AccessDenied", reason="not authorized", call="ListStackSets"
    )

    prepared = operator.plan()

    assert (prepared.exit_code, prepared.findings) == (None, ())
    assert prepared.plan is not None
    assert prepared.plan.orphans.refusal == (
        "AWS refused ListStackSets: AccessDenied: not authorized"
    )
    assert plan_text(prepared.plan).endswith(
        "6 unchanged.\n\n"
        "Whether shop-prod has more stacks than were compiled is not known: AWS refused "
        "ListStackSets: AccessDenied:\n    not authorized\n"
    )


def test_a_plan_names_orphans_and_how_to_delete_them_and_a_deploy_leaves_them(
    operator: Operator,
) -> None:
    compiled = replace(migration(), manifest=without_the_service())

    prepared = prepare(compiled, ANYTHING, aws=operator.aws, pool=CallingPool())
    result = deploy(
        compiled,
        aws=operator.aws,
        clock=operator.clock,
        listener=operator.heard,
        taker=new_taker(),
        confirm=operator.agree,
        pool=CallingPool(),
    )

    assert prepared.plan is not None
    assert plan_text(prepared.plan, columns=60).partition("\n\n5 unchanged.\n\n")[2] == (
        "shop-prod has stacks that are not compiled any more; no\n"
        "    deploy touches them:\n"
        "  * eu-central-1/service-web: in 111122223333\n"
        "Once the deploy is done and nothing uses them, these\n"
        "    commands delete them, and all that they hold but what\n"
        "    their templates retain; a stack set goes when its\n"
        "    operation is done:\n"
        "    aws cloudformation delete-stack-instances \\\n"
        "      --region eu-central-1 \\\n"
        "      --stack-set-name shop-prod-eu-central-1-service-web \\\n"
        "      --accounts 111122223333 \\\n"
        "      --regions eu-central-1 --no-retain-stacks\n"
        "    aws cloudformation delete-stack-set \\\n"
        "      --region eu-central-1 \\\n"
        "      --stack-set-name shop-prod-eu-central-1-service-web\n"
    )
    told = document(prepared, compiled.manifest, None, folder="templates_out/shop-prod")
    assert [(one.stack, one.accounts, one.regions) for one in told.orphans] == [
        (SERVICE, ("111122223333",), (TARGET,))
    ]
    assert result.exit_code == 0
    assert SERVICE_SET in operator.aws.stack_sets


def test_orphans_are_deleted_the_way_that_they_were_made(operator: Operator) -> None:
    compiled = replace(migration(), manifest=without_the_service())
    prepared = prepare(compiled, ANYTHING, aws=operator.aws, pool=CallingPool())
    assert prepared.plan is not None
    served = Targets(
        permission_model="SERVICE_MANAGED",
        call_as="DELEGATED_ADMIN",
        organizational_units=("ou-ab12-11111111",),
    )

    assert list(deleting(replace(prepared.plan, via="stacks"))) == [
        "aws cloudformation delete-stack \\",
        "  --region eu-central-1 \\",
        "  --stack-name shop-prod-eu-central-1-service-web",
    ]
    assert list(deleting(replace(prepared.plan, targets=served)))[:5] == [
        "aws cloudformation delete-stack-instances \\",
        "  --region eu-central-1 --call-as DELEGATED_ADMIN \\",
        "  --stack-set-name shop-prod-eu-central-1-service-web \\",
        "  --deployment-targets OrganizationalUnitIds=ou-ab12-11111111 \\",
        "  --regions eu-central-1 --no-retain-stacks",
    ]


def test_a_stack_set_without_stacks_is_an_orphan_as_well() -> None:
    empty = Orphan(stack=SERVICE, stack_set=SERVICE_SET, places=())

    assert list(orphan_lines(Orphans(found=(empty,)), without_the_service())) == [
        "shop-prod has stacks that are not compiled any more; no deploy touches them:",
        "  * eu-central-1/service-web: its stack set has no stack any more",
    ]


def test_status_names_orphans(operator: Operator) -> None:
    told = status(operator.aws, without_the_service(), CallingPool(), operator.clock)

    assert isinstance(told, Status)
    assert (told.exit_code, told.orphans) == (0, Orphans(found=(ORPHAN,)))
    assert status_text(told, str).endswith(
        "\n\n"
        "shop-prod has stacks that are not compiled any more; no deploy touches them:\n"
        "  * eu-central-1/service-web: in 111122223333\n"
        "`stackferry plan` prints how to delete them.\n"
        "\n"
        "All 5 stacks are as compiled.\n"
    )
