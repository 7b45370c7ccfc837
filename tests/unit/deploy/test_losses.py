"""What a plan would lose that cannot be made again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from compiler.deploy.answers import Change, Preview, Replacement
from compiler.deploy.losses import path_of
from compiler.deploy.plan import Guard
from compiler.deploy.port import AwsError
from compiler.deploy.targets import Scope, Targets
from compiler.deploy.wish import Wish
from spec.findings import at
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, TEXTS, migration, place, template
from tests.fakes.operator import Operator

DATABASE, SERVICE = f"{SOURCE}/database-catalog", f"{TARGET}/service-web"
SET = "shop-prod-us-east-1-database-catalog"
SERVICE_SET = "shop-prod-eu-central-1-service-web"
OTHER = "444455556666"


@pytest.fixture
def operator() -> Operator:
    operator = Operator()
    operator.deploy()
    operator.aws.calls.clear()
    return operator


def touched(id_: str, logical_id: str) -> dict[str, str]:
    changed = json.loads(TEXTS[id_])
    changed["Resources"][logical_id]["Properties"]["Note"] = "other"
    return {id_: json.dumps(changed)}


def database(  # noqa: PLR0913 -- one for each word of AWS
    *,
    action: str = "Modify",
    replacement: Replacement = "",
    policy_action: str = "",
    properties: tuple[str, ...] = (),
    recreating: tuple[str, ...] = (),
    physical_id: str = "shop-prod-catalog",
) -> Preview:
    return Preview(
        place=place(DATABASE),
        changes=(
            Change(
                logical_id="Database",
                type="AWS::RDS::DBInstance",
                action=action,
                replacement=replacement,
                policy_action=policy_action,
                physical_id=physical_id,
                properties=properties,
                recreating=recreating,
            ),
        ),
    )


def test_what_the_handler_always_changes_in_place_is_no_loss_whatever_the_registry_says(
    operator: Operator,
) -> None:
    operator.aws.previews[SET] = database(
        replacement="Conditional",
        policy_action="ReplaceAndRetain",
        properties=("BackupRetentionPeriod", "MultiAZ", "Port"),
        recreating=("BackupRetentionPeriod", "MultiAZ"),
    )

    assert operator.deploy(touched(DATABASE, "Database")).exit_code == 0


def test_what_changes_beside_the_cause_of_a_loss_is_not_to_blame() -> None:
    change = database(
        replacement="True",
        properties=("AllocatedStorage", "BackupRetentionPeriod", "MasterUsername"),
        recreating=("BackupRetentionPeriod", "MasterUsername"),
    ).changes[0]
    stack = next(one for one in migration().manifest.stacks if one.id == DATABASE)
    user = ("databases", "catalog", "user")
    told = replace(stack, origins={"Resources.Database.Properties.MasterUsername": user})

    assert change.causes == ("MasterUsername",)
    assert replace(change, recreating=()).causes == change.properties
    assert path_of(told, change) == user


@pytest.mark.parametrize(
    ("preview", "how"),
    [
        (
            database(
                replacement="True",
                policy_action="ReplaceAndDelete",
                properties=("Engine", "StorageEncrypted"),
            ),
            (
                "would be replaced by a new one, since Engine, StorageEncrypted changes; the old "
                "one is deleted with all that it holds."
            ),
        ),
        (
            database(replacement="Conditional", policy_action="ReplaceAndRetain"),
            (
                "may be replaced: CloudFormation knows only when it does it; the old one stays, "
                "but outside of the stack."
            ),
        ),
        (
            database(
                replacement="Conditional",
                policy_action="ReplaceAndRetain",
                properties=("Engine", "MultiAZ"),
                recreating=("Engine", "MultiAZ"),
            ),
            (
                "may be replaced, since Engine changes: CloudFormation knows only when it does it; "
                "the old one stays, but outside of the stack."
            ),
        ),
        (
            database(action="Remove", policy_action="Snapshot"),
            (
                "would be removed, since the template no longer has it; it is deleted, and a final "
                "snapshot of it is left."
            ),
        ),
        (
            database(action="Dynamic"),
            (
                "may be lost: CloudFormation cannot tell what happens to it; AWS does not say what "
                "becomes of it."
            ),
        ),
    ],
)
def test_a_database_is_not_lost_unless_somebody_said_so(
    operator: Operator, preview: Preview, how: str
) -> None:
    operator.aws.previews[SET] = preview

    result = operator.deploy(touched(DATABASE, "Database"))

    assert result.exit_code == 1
    (finding,) = result.findings
    assert (finding.code, finding.where) == ("SF512", at("databases", "catalog"))
    assert finding.detail == (
        f'"Database" (shop-prod-catalog) of "{DATABASE}", in us-east-1 of 111122223333, {how}'
    )
    assert finding.way_out == (
        "Take the change back. Only if nothing needs what it holds, run this again with "
        f"--allow-replacement {DATABASE}:Database."
    )
    assert operator.aws.writes == []
    assert operator.shown[1:] == []


@pytest.mark.parametrize(
    "preview", [database(replacement="False"), database(), database(action="Import")]
)
def test_a_change_in_place_is_no_loss(operator: Operator, preview: Preview) -> None:
    operator.aws.previews[SET] = preview

    assert operator.deploy(touched(DATABASE, "Database")).exit_code == 0


@pytest.mark.parametrize("name", ["Database", f"{DATABASE}:Database", "shop-prod-catalog"])
def test_what_somebody_named_may_be_lost(operator: Operator, name: str) -> None:
    operator.aws.previews[SET] = database(replacement="True")

    result = operator.wish(Wish(guard=Guard(allowed=(name,))), touched(DATABASE, "Database"))

    assert result.exit_code == 0


def test_a_name_of_nothing_is_found(operator: Operator) -> None:
    operator.aws.previews[SET] = database(replacement="True")

    prepared = operator.plan(
        Wish(guard=Guard(allowed=("Databse", f"{SERVICE}:Database"))),
        touched(DATABASE, "Database"),
    )

    assert [(one.code, one.detail.partition(".")[0]) for one in prepared.findings] == [
        ("SF512", prepared.findings[0].detail.partition(".")[0]),
        ("SF516", '--allow-replacement names "Databse"'),
        ("SF516", f'--allow-replacement names "{SERVICE}:Database"'),
    ]


def test_what_can_be_made_again_is_replaced_without_a_word(operator: Operator) -> None:
    operator.aws.previews[SERVICE_SET] = Preview(
        place=place(SERVICE),
        changes=(
            Change(
                logical_id="Group",
                type="AWS::AutoScaling::AutoScalingGroup",
                action="Modify",
                replacement="True",
            ),
        ),
    )

    assert operator.deploy(touched(SERVICE, "Group")).exit_code == 0


def test_a_bucket_that_the_new_template_is_without_is_not_lost(operator: Operator) -> None:
    without = template(
        {"Group": "AWS::AutoScaling::AutoScalingGroup"}, parameters=("ImageId", "VpcId")
    )

    result = operator.deploy({SERVICE: without})

    assert [(one.code, one.detail) for one in result.findings] == [
        (
            "SF512",
            (
                f'"Logs" ({SERVICE_SET}-Logs) of "{SERVICE}", in eu-central-1 of 111122223333, '
                "would be removed, since the template no longer has it; AWS does not say what "
                "becomes of it."
            ),
        )
    ]


def test_everything_that_would_be_lost_is_told_at_once(operator: Operator) -> None:
    operator.aws.previews[SET] = database(replacement="True", physical_id="")
    replica = f"{TARGET}/database-catalog"
    operator.aws.previews["shop-prod-eu-central-1-database-catalog"] = replace(
        database(action="Remove"), place=place(replica)
    )

    result = operator.deploy({**touched(DATABASE, "Database"), **touched(replica, "Database")})

    assert [finding.detail.partition(",")[0] for finding in result.findings] == [
        f'"Database" of "{DATABASE}"',
        f'"Database" (shop-prod-catalog) of "{replica}"',
    ]


def test_where_data_is_cloudformation_must_tell(operator: Operator) -> None:
    refusal = AwsError(code="AccessDenied", reason="not allowed.", call="CreateChangeSet")
    operator.aws.previews[SET] = refusal
    operator.aws.previews["shop-prod-us-east-1-network"] = refusal
    network = f"{SOURCE}/network"

    result = operator.deploy({**touched(DATABASE, "Database"), **touched(network, "Vpc")})

    assert [(one.code, one.detail) for one in result.findings] == [
        (
            "SF513",
            (
                f'CloudFormation does not tell what the update of "{DATABASE}" in us-east-1 of '
                "111122223333 would do: CreateChangeSet: AccessDenied: not allowed. The stack "
                "holds what cannot be made again: Database."
            ),
        )
    ]
    assert operator.aws.writes == []


def test_who_does_not_want_to_be_told_is_not(operator: Operator) -> None:
    operator.aws.previews[SET] = database(replacement="True")

    result = operator.wish(Wish(guard=Guard(is_off=True)), touched(DATABASE, "Database"))

    assert result.exit_code == 0
    assert "preview" not in {call[0] for call in operator.aws.calls}


def test_a_stack_with_data_is_not_removed_from_an_account_unless_somebody_said_so(
    operator: Operator,
) -> None:
    found = operator.aws.stack_sets[SET]
    elsewhere = replace(place(DATABASE), account=OTHER)
    found.instances[elsewhere] = replace(found.instances[place(DATABASE)], place=elsewhere)
    wish = Wish(scope=Scope(stacks=(DATABASE,)), targets=Targets(accounts=()))

    refused = operator.plan(wish)
    allowed = operator.plan(replace(wish, guard=Guard(allowed=(f"{DATABASE}:Database",))))

    assert [(one.code, one.detail) for one in refused.findings] == [
        (
            "SF512",
            (
                f'"Database" of "{DATABASE}", in us-east-1 of {OTHER}, would go with its stack; '
                "it is deleted with all that it holds."
            ),
        )
    ]
    assert allowed.findings == ()
    assert allowed.plan is not None
    assert [(step.action, step.removes) for step in allowed.plan.steps] == [
        ("remove", (elsewhere,))
    ]
    assert place(DATABASE).account == ACCOUNT
