"""Plans in files: carried out exactly, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.answers import Change, Preview
from compiler.deploy.plan import Guard
from compiler.deploy.plan_file import SavedPlan, read_plan, to_text
from compiler.deploy.port import AwsError, Instance
from compiler.deploy.prepare import prepare
from compiler.deploy.saved_plan import saved, wish_of
from compiler.deploy.targets import Scope, Targets
from compiler.deploy.wish import ANYTHING, Wish
from spec.findings import Finding, at
from tests.fakes.clock import CallingPool
from tests.fakes.migration import SOURCE, TARGET, TEXTS, migration, place, template
from tests.fakes.operator import Operator, ends

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.deploy.deploying import DeployResult
    from compiler.deploy.prepare import Prepared

DATABASE, NETWORK = f"{SOURCE}/database-catalog", f"{SOURCE}/network"
SET = "shop-prod-us-east-1-database-catalog"
ANEW = "Make the plan anew with `stackferry plan --out`, read it, and deploy that one."


@pytest.fixture
def operator() -> Operator:
    return Operator()


def save(
    operator: Operator, wish: Wish = ANYTHING, changed: dict[str, str] | None = None
) -> SavedPlan:
    prepared = operator.plan(wish, changed)
    assert prepared.plan is not None
    assert prepared.findings == ()
    return saved(migration(changed), "out/shop-prod", wish, prepared.plan, prepared.seen)


def carry_out(
    operator: Operator, plan: SavedPlan, changed: dict[str, str] | None = None
) -> DeployResult:
    return operator.wish(wish_of(plan), changed)


def stale(operator: Operator, plan: SavedPlan, changed: dict[str, str] | None = None) -> list[str]:
    prepared = operator.plan(wish_of(plan), changed)
    assert {(one.code, one.way_out) for one in prepared.findings} == {("SF511", ANEW)}
    assert prepared.exit_code == 1
    return [finding.detail for finding in prepared.findings]


def with_port() -> dict[str, str]:
    changed = json.loads(TEXTS[DATABASE])
    changed["Resources"]["Database"]["Properties"]["Port"] = 5433
    return {DATABASE: json.dumps(changed)}


EVERY_WISH = Wish(
    scope=Scope(region=TARGET, stacks=(f"{TARGET}/network",)),
    targets=Targets(
        accounts=("444455556666",),
        organizational_units=("ou-1",),
        permission_model="SERVICE_MANAGED",
        call_as="DELEGATED_ADMIN",
        failure_tolerance=1,
        max_concurrent=2,
        administration_role="arn:aws:iam::111122223333:role/admin",
        execution_role="execution",
    ),
    in_all_units=True,
    refresh_images=True,
    guard=Guard(allowed=("Database",), is_off=True),
    via="stacks",
)


def test_a_plan_comes_back_from_its_file_as_it_was(operator: Operator, tmp_path: Path) -> None:
    operator.deploy()
    plan = save(operator, ANYTHING, {**with_port(), f"{TARGET}/network": TEXTS[NETWORK]})
    file = tmp_path / "plan.json"
    file.write_text(to_text(plan))

    assert read_plan(file) == plan
    assert [len(step.previews) for step in plan.steps] == [0, 1, 0, 1, 0, 0]


def test_what_was_asked_for_comes_back_as_well(operator: Operator) -> None:
    prepared = operator.plan()
    assert prepared.plan is not None
    plan = saved(migration(), "out", EVERY_WISH, prepared.plan, prepared.seen)

    assert wish_of(plan) == replace(EVERY_WISH, saved=plan)


def test_equal_plans_are_equal_texts(operator: Operator) -> None:
    assert to_text(save(operator)) == to_text(save(operator))
    assert to_text(save(operator)).isascii()


def test_a_saved_plan_is_carried_out(operator: Operator) -> None:
    plan = save(operator)

    result = carry_out(operator, plan)

    assert result.exit_code == 0
    assert ends(result) == dict.fromkeys(TEXTS, "created")


def test_a_saved_plan_of_updates_is_carried_out(operator: Operator) -> None:
    operator.deploy()
    plan = save(operator, ANYTHING, with_port())

    result = carry_out(operator, plan, with_port())

    assert (result.exit_code, ends(result)) == (0, {DATABASE: "updated"})


def test_a_plan_is_carried_out_once(operator: Operator) -> None:
    plan = save(operator)
    carry_out(operator, plan)
    operator.aws.calls.clear()

    result = carry_out(operator, plan)

    assert (result.exit_code, {one.code for one in result.findings}) == (1, {"SF511"})
    assert operator.aws.writes == []


def test_another_folder_is_not_what_was_planned(operator: Operator) -> None:
    plan = save(operator)
    operator.aws.calls.clear()

    assert stale(operator, plan, with_port()) == [
        'The plan was made of "out/shop-prod" when something else was compiled in it.'
    ]
    assert operator.aws.calls == []


def test_what_somebody_deployed_meanwhile_is_told_step_by_step(operator: Operator) -> None:
    operator.deploy()
    plan = save(operator, ANYTHING, with_port())
    operator.deploy({NETWORK: TEXTS[NETWORK].replace("vpc-source", "vpc-other")})

    assert stale(operator, plan, with_port()) == [
        (
            f'Since the plan was made, "{NETWORK}" has changed: it is to update, was skip; because '
            "the template changed, was unchanged; CloudFormation tells other changes of its "
            "resources; its stack set is another; its outputs are others."
        ),
        (
            f'Since the plan was made, "{SOURCE}/peering" has changed: it is to check, was skip; '
            "because nothing differs so far, was unchanged; VpcId is known after "
            "us-east-1/network, was vpc-source; its stack set is another."
        ),
        (
            f'Since the plan was made, "{DATABASE}" has changed: VpcId is known after '
            "us-east-1/network, was vpc-source; CloudFormation tells other changes of its "
            "resources; its stack set is another."
        ),
    ]


def test_a_stack_that_was_made_anew_is_another(operator: Operator) -> None:
    operator.deploy()
    plan = save(operator)
    found = operator.aws.stack_sets[SET]
    found.instances = {
        where: replace(one, stack_id=f"{one.stack_id}-again")
        for where, one in found.instances.items()
    }
    operator.aws.statuses |= {one.stack_id: "CREATE_COMPLETE" for one in found.instances.values()}

    assert stale(operator, plan) == [
        (
            f'Since the plan was made, "{DATABASE}" has changed: the stacks of its stack set are '
            "others, or in another state."
        )
    ]


def test_a_stack_that_came_into_another_account_is_told(operator: Operator) -> None:
    network = f"{TARGET}/network"
    operator.deploy()
    plan = save(operator)
    found = operator.aws.stack_sets[f"shop-prod-{TARGET}-network"]
    elsewhere = replace(place(network), account="444455556666")
    found.instances[elsewhere] = Instance(place=elsewhere, status="CURRENT", stack_id="arn:x")

    assert stale(operator, plan) == [
        (
            f'Since the plan was made, "{network}" has changed: it is to stand in 111122223333, '
            "444455556666, was 111122223333; the stacks of its stack set are others, or in another "
            "state."
        )
    ]


def test_other_changes_of_a_resource_are_another_plan(operator: Operator) -> None:
    operator.deploy()
    plan = save(operator, ANYTHING, with_port())
    operator.aws.previews[SET] = Preview(
        place=place(DATABASE),
        changes=(Change(logical_id="Topic", type="AWS::SNS::Topic", action="Add"),),
    )

    assert stale(operator, plan, with_port()) == [
        (
            f'Since the plan was made, "{DATABASE}" has changed: CloudFormation tells other '
            "changes of its resources."
        )
    ]


def test_the_number_of_a_request_is_no_change(operator: Operator) -> None:
    network = "shop-prod-us-east-1-network"
    change = {
        NETWORK: template({"Vpc": "AWS::EC2::VPC"}, outputs={"VpcId": "vpc-source", "A": "a"})
    }
    operator.deploy()
    refusal = AwsError(code="AccessDenied", reason="no (request 1)", call="CreateChangeSet")
    operator.aws.previews[network] = refusal
    plan = save(operator, ANYTHING, change)
    operator.aws.previews[network] = AwsError(
        code="AccessDenied", reason="no (request 2)", call="CreateChangeSet"
    )

    assert operator.plan(wish_of(plan), change).findings == ()


def test_steps_that_come_or_go_are_told(operator: Operator) -> None:
    plan = save(operator)
    first, *rest = plan.steps
    fewer = replace(plan, steps=tuple(rest))
    more = replace(plan, wish=replace(plan.wish, only=tuple(step.stack for step in rest)))

    assert stale(operator, fewer) == [
        f'Since the plan was made, "{first.stack}" has changed: the plan has no such step.'
    ]
    assert stale(operator, more)[0] == (
        f'Since the plan was made, "{first.stack}" has changed: there is no such step any more.'
    )


def test_whoever_edits_a_plan_gets_no_other_one_carried_out(operator: Operator) -> None:
    plan = save(operator)
    first, *rest = plan.steps
    edited = replace(
        plan, steps=(replace(first, action="skip", stateful=("Database",)), *rest), seen={}
    )

    assert stale(operator, edited) == [
        (
            f'Since the plan was made, "{first.stack}" has changed: it is to create, was skip; '
            "other resources of it hold what cannot be made again."
        )
    ]


def test_a_plan_is_saved_without_previews_when_none_were_wanted(operator: Operator) -> None:
    operator.deploy()
    plan = save(operator, Wish(guard=Guard(is_off=True)), with_port())

    assert carry_out(operator, plan, with_port()).exit_code == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is no saved plan of this version (Invalid JSON: EOF while parsing"),
        ("[]", "is no saved plan of this version (Input should be an object)"),
        ("{}", "is no saved plan of this version (folder: Field required)"),
        ('{"version": 2}', "is no saved plan of this version (folder: Field required)"),
    ],
)
def test_a_file_that_is_no_plan_is_said_to_be_none(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)

    found = read_plan(file)

    assert isinstance(found, Finding)
    assert found.detail.startswith(f'"{file}" {why}')
    assert (found.code, found.where) == ("SF511", at())


def test_a_plan_of_another_version_is_none(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(to_text(save(operator)).replace('"version": 2', '"version": 1'))

    found = read_plan(file)

    assert isinstance(found, Finding)
    assert "version: Input should be 2" in found.detail


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"version": 2', '"version": 2, "approved_by": "anna"'),
        ('"max_concurrent": 1', '"max_concurrent": "1"'),
    ],
)
def test_a_plan_that_says_more_than_a_plan_does_is_none(
    operator: Operator, tmp_path: Path, old: str, new: str
) -> None:
    file = tmp_path / "plan.json"
    file.write_text(to_text(save(operator)).replace(old, new))

    found = read_plan(file)

    assert isinstance(found, Finding)
    assert found.detail == f'"{file}" says more than a saved plan does.'


def test_a_file_that_is_not_there_is_said_to_be_unreadable(tmp_path: Path) -> None:
    found = read_plan(tmp_path / "none.json")

    assert isinstance(found, Finding)
    assert found.detail == f'"{tmp_path}/none.json" cannot be read: No such file or directory.'


def test_a_secret_is_not_written_down(operator: Operator) -> None:
    compiled = migration()
    text = json.loads(TEXTS[DATABASE])
    text["Parameters"]["VpcId"]["NoEcho"] = True
    leaky = replace(compiled, templates={**compiled.templates, DATABASE: json.dumps(text)})
    prepared: Prepared = prepare(leaky, ANYTHING, aws=operator.aws, pool=CallingPool())
    assert prepared.plan is not None

    with pytest.raises(ValueError, match=f"VpcId of {DATABASE} would be written down in a plan"):
        saved(leaky, "out", ANYTHING, prepared.plan, prepared.seen)
