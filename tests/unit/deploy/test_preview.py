"""Asking CloudFormation what updates would do, in a plan and once more right before an update."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest

from compiler.deploy.answers import Change, Preview
from compiler.deploy.observe import look
from compiler.deploy.plan import Guard, Known, KnownAfter, Step
from compiler.deploy.port import AwsBusyError, AwsError, Definition, Place
from compiler.deploy.preview import recheck
from compiler.deploy.targets import Scope, Targets
from compiler.deploy.wanted import definition_of
from compiler.deploy.wish import ANYTHING, Wish
from spec.findings import Finding, at
from tests.fakes.aws import Failing, FakeAws
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, TEXTS, migration, place, template
from tests.fakes.operator import Operator

DATABASE, NETWORK = f"{SOURCE}/database-catalog", f"{SOURCE}/network"
SET = "shop-prod-us-east-1-database-catalog"
OTHER = "444455556666"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One preview that was asked for."""

    place: Place
    stack_id: str
    definition: Definition
    assumed: tuple[str, ...]
    name: str


class Asked(FakeAws):
    """Remembers what was asked, word for word."""

    questions: tuple[Question, ...] = ()

    def preview(
        self,
        place: Place,
        stack_id: str,
        definition: Definition,
        assumed: tuple[str, ...],
        name: str,
    ) -> Preview:
        question = Question(
            place=place, stack_id=stack_id, definition=definition, assumed=assumed, name=name
        )
        self.questions = (*self.questions, question)
        return super().preview(place, stack_id, definition, assumed, name)


@pytest.fixture
def operator() -> Operator:
    operator = Operator()
    operator.aws = Asked(operator.clock)
    return operator


def asked(operator: Operator) -> tuple[Question, ...]:
    assert isinstance(operator.aws, Asked)
    return operator.aws.questions


def with_port(id_: str = DATABASE) -> dict[str, str]:
    changed = json.loads(TEXTS[id_])
    changed["Resources"]["Database"]["Properties"]["Port"] = 5433
    return {id_: json.dumps(changed)}


def other_vpc() -> dict[str, str]:
    return {NETWORK: TEXTS[NETWORK].replace("vpc-source", "vpc-other")}


def step_of(operator: Operator, id_: str, changed: dict[str, str], wish: Wish = ANYTHING) -> Step:
    plan = operator.plan(wish, changed).plan
    assert plan is not None
    return next(step for step in plan.steps if step.stack.id == id_)


def definition(changed: dict[str, str], values: dict[str, str], id_: str = DATABASE) -> Definition:
    compiled = migration(changed)
    stack = next(one for one in compiled.manifest.stacks if one.id == id_)
    return definition_of(compiled.manifest, stack, compiled.templates[id_], values, "later")


REPLACED = Preview(
    place=place(DATABASE),
    changes=(
        Change(
            logical_id="Database",
            type="AWS::RDS::DBInstance",
            action="Modify",
            replacement="True",
            policy_action="ReplaceAndSnapshot",
            physical_id="shop-prod-catalog",
            properties=("DBSubnetGroupName",),
        ),
    ),
)


def test_only_updates_of_what_stands_are_asked_about(operator: Operator) -> None:
    operator.plan()
    assert asked(operator) == ()
    operator.deploy()
    operator.plan()
    assert asked(operator) == ()

    operator.plan(ANYTHING, {**with_port(), **other_vpc()})

    assert [question.definition.name for question in asked(operator)] == [
        "shop-prod-us-east-1-network",
        SET,
    ]


def test_a_stack_is_asked_about_in_each_of_its_accounts(operator: Operator) -> None:
    only = Scope(stacks=(f"{TARGET}/network",))
    operator.wish(Wish(scope=only, targets=Targets(accounts=(OTHER,))))
    change = {f"{TARGET}/network": template({"Vpc": "AWS::EC2::VPC", "More": "AWS::EC2::EIP"})}

    step = step_of(operator, f"{TARGET}/network", change, Wish(scope=only))

    assert [question.place.account for question in asked(operator)] == [ACCOUNT, OTHER]
    assert [preview.place.account for preview in step.previews] == [ACCOUNT, OTHER]


def test_a_value_that_is_not_known_yet_is_taken_as_it_is(operator: Operator) -> None:
    operator.deploy()

    step = step_of(operator, DATABASE, {**with_port(), **other_vpc()})

    (question,) = [one for one in asked(operator) if one.definition.name == SET]
    assert (question.assumed, dict(question.definition.parameters)) == (("VpcId",), {})
    assert step.values == {"VpcId": KnownAfter(stack=NETWORK, output="VpcId")}
    assert [preview.assumed for preview in step.previews] == [("VpcId",)]


def test_a_new_value_that_is_not_known_yet_is_not_made_up(operator: Operator) -> None:
    operator.deploy()
    found = operator.aws.stack_sets[SET]
    found.definition = replace(found.definition, parameters={})

    prepared = operator.plan(ANYTHING, {**with_port(), **other_vpc()})

    assert prepared.plan is not None
    (step,) = [step for step in prepared.plan.steps if step.stack.id == DATABASE]
    assert step.previews == (
        Preview(
            place=place(DATABASE),
            assumed=("VpcId",),
            refusal=f"its new parameter VpcId is known only after {NETWORK}",
            is_early=True,
        ),
    )
    assert prepared.findings == ()


def test_the_time_of_the_last_change_is_none(operator: Operator) -> None:
    operator.deploy()

    operator.plan(ANYTHING, with_port())

    (question,) = asked(operator)
    assert question.definition.tags == operator.aws.stack_sets[SET].definition.tags


def test_the_same_question_has_the_same_name_and_another_has_another(operator: Operator) -> None:
    operator.deploy()
    for change in (with_port(), with_port(), {**with_port(), **other_vpc()}):
        operator.plan(Wish(scope=Scope(stacks=(DATABASE,))), change)
    operator.plan(ANYTHING, {**with_port(), **other_vpc()})

    names = [one.name for one in asked(operator) if one.definition.name == SET]

    assert names[0] == names[1]
    assert len(set(names)) == 2
    assert all(name.startswith("stackferry-preview-") and len(name) <= 128 for name in names)


def test_a_stack_whose_creation_failed_is_gone_and_not_asked_about(operator: Operator) -> None:
    operator.aws.failing[SET] = Failing("Database", "AWS::RDS::DBInstance", "no")
    operator.deploy()

    step = step_of(operator, DATABASE, {})

    assert (step.action, step.previews, asked(operator)) == ("update", (), ())


def test_nothing_is_asked_where_something_speaks_against_the_plan_already(
    operator: Operator,
) -> None:
    operator.deploy()
    found = operator.aws.stack_sets["shop-prod-us-east-1-network"]
    found.definition = replace(found.definition, description="the payroll's network")

    prepared = operator.plan(ANYTHING, with_port())

    assert [finding.code for finding in prepared.findings] == ["SF505"]
    assert prepared.plan is not None
    assert prepared.plan.unasked == "something speaks against the plan already"
    assert asked(operator) == ()


def test_an_aws_that_cannot_be_asked_is_no_aws_that_does_not_tell(operator: Operator) -> None:
    operator.deploy()
    operator.aws.refuses["preview"] = AwsBusyError(
        code="Throttling", reason="Rate exceeded", call="CreateChangeSet"
    )

    prepared = operator.plan(ANYTHING, with_port())

    assert prepared.exit_code == 3
    assert [finding.detail for finding in prepared.findings] == [
        "AWS refused CreateChangeSet: Throttling: Rate exceeded"
    ]


def test_a_large_template_is_put_where_cloudformation_can_read_it(operator: Operator) -> None:
    operator.deploy()
    bucket = f"stackferry-shop-prod-{ACCOUNT}-{TARGET}"
    operator.aws.buckets = {bucket}
    compiled = migration(with_port())
    large = replace(
        compiled.manifest,
        stacks=tuple(
            replace(stack, needs_artifact_bucket=stack.id == DATABASE)
            for stack in compiled.manifest.stacks
        ),
    )

    operator.deploy_this(replace(compiled, manifest=large))

    assert [question.definition.template_url for question in asked(operator)] == [
        url for url in operator.aws.uploads if bucket in url
    ]


def test_an_upload_that_is_refused_is_an_answer_that_is_refused(operator: Operator) -> None:
    operator.deploy()
    operator.aws.buckets = {f"stackferry-shop-prod-{ACCOUNT}-{TARGET}"}
    operator.aws.refuses["upload"] = AwsError(code="AccessDenied", reason="no", call="PutObject")
    compiled = migration(with_port())
    large = replace(
        compiled.manifest,
        stacks=tuple(
            replace(stack, needs_artifact_bucket=stack.id == DATABASE)
            for stack in compiled.manifest.stacks
        ),
    )

    result = operator.deploy_this(replace(compiled, manifest=large))

    assert [(one.code, "PutObject: AccessDenied: no" in one.detail) for one in result.findings] == [
        ("SF513", True)
    ]


def before_the_update(operator: Operator, guard: Guard | None = None) -> Step:
    """A step that was planned when a value was not known yet."""
    operator.deploy()
    wish = Wish(guard=guard or Guard())
    return step_of(operator, DATABASE, {**with_port(), **other_vpc()}, wish)


def rechecked(operator: Operator, step: Step, wanted: Definition) -> Finding | None:
    return recheck(operator.aws, step, wanted, look(operator.aws, step.stack))


KNOWN = definition({**with_port(), **other_vpc()}, {"VpcId": "vpc-other"})


def test_once_all_is_known_a_harmless_update_may_start(operator: Operator) -> None:
    step = before_the_update(operator)

    assert rechecked(operator, step, KNOWN) is None
    assert (asked(operator)[-1].assumed, dict(asked(operator)[-1].definition.parameters)) == (
        (),
        {"VpcId": "vpc-other"},
    )


def test_once_all_is_known_an_update_that_replaces_a_database_may_not_start(
    operator: Operator,
) -> None:
    step = before_the_update(operator)
    operator.aws.previews[SET] = REPLACED

    refusal = rechecked(operator, step, KNOWN)

    assert refusal is not None
    assert (refusal.code, refusal.where) == ("SF512", at("databases", "catalog"))
    assert refusal.detail == (
        f'"Database" (shop-prod-catalog) of "{DATABASE}", in us-east-1 of 111122223333, would be '
        "replaced by a new one, since DBSubnetGroupName changes; the old one is deleted, and a "
        "final snapshot of it is left."
    )


@pytest.mark.parametrize("name", ["Database", f"{DATABASE}:Database", "shop-prod-catalog"])
def test_what_may_be_lost_is_lost(operator: Operator, name: str) -> None:
    step = before_the_update(operator, Guard(allowed=("Database", name)))
    step = replace(step, guard=Guard(allowed=(name,)))
    operator.aws.previews[SET] = REPLACED

    assert rechecked(operator, step, KNOWN) is None


def test_once_all_is_known_cloudformation_must_tell(operator: Operator) -> None:
    step = before_the_update(operator)
    operator.aws.previews[SET] = AwsError(code="AccessDenied", reason="no", call="CreateChangeSet")

    refusal = rechecked(operator, step, KNOWN)

    assert refusal is not None
    assert refusal.code == "SF513"


def test_nothing_is_asked_again_that_was_told_already(operator: Operator) -> None:
    operator.deploy()
    step = step_of(operator, DATABASE, with_port())
    assert step.values == {"VpcId": Known(value="vpc-source")}
    operator.aws.previews[SET] = REPLACED
    count = len(asked(operator))

    assert rechecked(operator, step, definition(with_port(), {"VpcId": "vpc-source"})) is None
    assert len(asked(operator)) == count


def test_nothing_is_asked_about_what_can_be_made_again_or_as_was_asked_for(
    operator: Operator,
) -> None:
    step = before_the_update(operator)
    operator.aws.previews[SET] = REPLACED

    assert rechecked(operator, replace(step, stateful=()), KNOWN) is None
    assert rechecked(operator, replace(step, guard=Guard(is_off=True)), KNOWN) is None


def test_nothing_is_lost_where_nothing_stands(operator: Operator) -> None:
    step = before_the_update(operator)
    operator.aws.previews[SET] = REPLACED
    operator.aws.stack_sets.pop(SET)

    assert rechecked(operator, step, KNOWN) is None
