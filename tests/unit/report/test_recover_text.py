"""What an operator reads of stacks in trouble, as whole texts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.deploy.recovery.steps import Choice
from compiler.report.documents import render
from compiler.report.documents.recover import recovered
from compiler.report.failures import named
from compiler.report.recover_text import recovered_text, recovery_text, troubles_text
from tests.unit.deploy.recovery.recovering import SERVICE_SET, Recovering, compiled

if TYPE_CHECKING:
    from compiler.deploy.recovery.frame import RecoverResult
    from spec.findings import Path

FOLDER, HOME = "templates_out/shop-prod", "eu-central-1"


DELETE_FAILED = (
    "$ stackferry recover 'my templates' --via stacks --stack eu-central-1/service-web "
    "--option delete-failed-stack"
)


def locate(path: Path) -> str:
    return f"shop.yaml:7 ({'.'.join(str(part) for part in path)})"


def troubles(operator: Recovering) -> str:
    return troubles_text(operator.recover(), locate, folder=FOLDER, home=HOME, columns=100)


def ended(result: RecoverResult) -> str:
    return recovered_text(result, locate, folder=FOLDER, home=HOME, columns=100)


def test_nothing_in_trouble_is_said_so() -> None:
    assert troubles(Recovering()) == "Nothing is in trouble.\n"


def test_a_taken_name_is_told_with_every_way_out() -> None:
    assert troubles(Recovering().with_a_taken_name()) == (
        """\
eu-central-1/service-web in 111122223333: it could not be created, since something of it exists
  AWS says: OUTDATED, FAILED, no stack
  since: Logs (AWS::S3::Bucket): shop-prod-logs already exists [SF550]
  --> shop.yaml:7 (services.web)
  * adopt
      Makes the stack of what exists, shop-prod-logs (AWS::S3::Bucket), and takes it into the stack
      set; the next deploy brings it to what was compiled. Name more with --adopt.
      Risk: It must be yours, and what it is may differ from the template until that deploy: \
look at
      its plan. Nothing in it is touched.
      It will not create, change or delete a resource.
      $ stackferry recover templates_out/shop-prod --stack eu-central-1/service-web --option \
adopt
  * rename (by you)
      You change a name in the spec, `services.web`, or the migration's `name` or \
`environment`;
      compile, and deploy again.
      Risk: What exists stays where it is, and costs what it costs.
      It will not be done by stackferry.
      $ stackferry compile shop.yaml
      $ stackferry deploy templates_out/shop-prod
  * remove-by-hand (by you)
      You remove it yourself; stackferry never does.
      Risk: What it holds is lost.
      It will not be done by stackferry.
      $ aws s3api list-object-versions --bucket shop-prod-logs --region eu-central-1 \
--max-items 20
      $ aws s3api delete-objects --bucket shop-prod-logs --region eu-central-1 --delete "$(aws \
s3api list-object-versions --bucket shop-prod-logs --region eu-central-1 --max-items 1000 \
--output json --query '{Objects: Versions[].{Key:Key,VersionId:VersionId}}')"
      $ aws s3api delete-objects --bucket shop-prod-logs --region eu-central-1 --delete "$(aws \
s3api list-object-versions --bucket shop-prod-logs --region eu-central-1 --max-items 1000 \
--output json --query '{Objects: DeleteMarkers[].{Key:Key,VersionId:VersionId}}')"
      $ aws s3api delete-bucket --bucket shop-prod-logs --region eu-central-1
  * deploy-again (by you)
      Deploys again; what has become of AWS since is looked at first.
      It will not start anything twice.
      $ stackferry deploy templates_out/shop-prod

Nothing was changed.
"""
    )


def test_taking_over_is_told_step_by_step_and_leads_to_the_next_deploy() -> None:
    operator = Recovering().with_a_taken_name()

    result = operator.recover(Choice(option="adopt"))

    assert recovery_text(operator.shown[0], 100) == (
        """\
Plan to recover eu-central-1/service-web in 111122223333: adopt

  1. let the stack set shop-prod-eu-central-1-service-web forget its stack in 111122223333,
      eu-central-1; no stack is deleted by that
  2. give the stack set shop-prod-eu-central-1-service-web, which has no stack then, a template with
      nothing but what is taken over
  3. make the stack shop-prod-eu-central-1-service-web of what exists
       takes over Logs: BucketName shop-prod-logs
  4. take that stack into the stack set shop-prod-eu-central-1-service-web

Risk: It must be yours, and what it is may differ from the template until that deploy: look at its
    plan. Nothing in it is touched.
It will not create, change or delete a resource.
"""
    )
    assert ended(result) == (
        """\
Looked again: eu-central-1/service-web is in no trouble any more.
Next: stackferry deploy templates_out/shop-prod
"""
    )


def test_a_failed_rollback_is_told_with_what_it_failed_at() -> None:
    operator = Recovering().with_a_failed_rollback()

    assert troubles(operator) == (
        """\
us-east-1/network in 111122223333: an update failed, and so did going back
  AWS says: OUTDATED, FAILED, UPDATE_ROLLBACK_FAILED
  since: Vpc (AWS::EC2::VPC): no such range [SF530]
  then the rollback failed: Vpc: cannot go back: no such range
  --> shop.yaml:7 (source.vpc)
  * continue-rollback
      Lets CloudFormation go on going back to how the stack was before the update.
      Risk: It fails in the same way as long as the cause is there: correct that first, \
outside of
      the stack.
      It will not leave anything out, delete anything, or try the update again.
      $ stackferry recover templates_out/shop-prod --stack us-east-1/network --option \
continue-rollback
  * continue-rollback-skipping
      The same, leaving Vpc as it is now: CloudFormation takes it for restored. Name some of \
them
      only with --skip.
      Risk: What was skipped is not what the stack's old template says, until the next deploy \
brings
      it to the new one.
      It will not delete what it skips, or skip a resource whose update was only cancelled.
      $ stackferry recover templates_out/shop-prod --stack us-east-1/network --option \
continue-rollback-skipping

Nothing was changed.
"""
    )
    assert ended(operator.recover(Choice(option="continue-rollback-skipping"))) == (
        """\
Looked again:

  us-east-1/network in 111122223333: it is not what its stack set says
    AWS says: OUTDATED, FAILED, UPDATE_ROLLBACK_COMPLETE

Next: stackferry deploy templates_out/shop-prod
"""
    )


def test_a_deletion_names_what_goes_and_what_stays() -> None:
    operator = Recovering().with_an_inoperable(SERVICE_SET)

    assert troubles(operator) == (
        """\
eu-central-1/service-web in 111122223333: it could not be deleted, and takes no update any more
  AWS says: INOPERABLE, FAILED, DELETE_FAILED
  since: Group (AWS::EC2::SecurityGroup): sg-1 has a dependent object [SF540]
  --> shop.yaml:7 (services.web)
  * let-go
      Lets the stack set forget the stack (DeleteStackInstances with RetainStacks).
      Risk: The stack
      arn:aws:cloudformation:eu-central-1:111122223333:stack/StackSet-shop-prod-eu-central-1-se\
rvice-web/4
      stands alone from then on: it goes on costing what it costs, nothing of ours sees it any \
more,
      and a new deploy meets its names.
      It will not delete the stack, or anything in it.
      $ stackferry recover templates_out/shop-prod --stack eu-central-1/service-web --option \
let-go
  * let-go-and-delete
      Tries once more to delete the stack itself, then lets the stack set forget it. It deletes
      Group (shop-prod-eu-central-1-service-web-Group); keeps Logs
      (shop-prod-eu-central-1-service-web-Logs).
      Risk: It fails in the same way as long as the cause is there; --keep R leaves a resource \
out
      that cannot be deleted.
      It will not empty a bucket or turn off a protection.
      $ stackferry recover templates_out/shop-prod --stack eu-central-1/service-web --option \
let-go-and-delete

Nothing was changed.
"""
    )
    operator.recover(Choice(option="let-go-and-delete"))
    assert recovery_text(operator.shown[0], 100) == (
        """\
Plan to recover eu-central-1/service-web in 111122223333: let-go-and-delete

  1. delete the stack
      arn:aws:cloudformation:eu-central-1:111122223333:stack/StackSet-shop-prod-eu-central-1-\
service-web/4
       deletes Group (AWS::AutoScaling::AutoScalingGroup): shop-prod-eu-central-1-service-web-Group
       keeps Logs (AWS::S3::Bucket): shop-prod-eu-central-1-service-web-Logs
  2. let the stack set shop-prod-eu-central-1-service-web forget its stack in 111122223333,
      eu-central-1; no stack is deleted by that

Risk: It fails in the same way as long as the cause is there; --keep R leaves a resource out that
    cannot be deleted.
It will not empty a bucket or turn off a protection.
"""
    )


def test_a_document_says_the_same_for_programs() -> None:
    operator = Recovering().with_a_failed_rollback()

    result = operator.recover(Choice(option="continue-rollback"))

    document = json.loads(render(recovered(result, compiled().manifest, None, folder=FOLDER)))
    assert {key: document[key] for key in ("command", "exit_code", "option", "is_started")} == {
        "command": "recover",
        "exit_code": 0,
        "option": "continue-rollback",
        "is_started": True,
    }
    (trouble,) = document["troubles"]
    assert (trouble["kind"], trouble["failure"]["then"]) == (
        "rollback failed",
        "Vpc: cannot go back: no such range",
    )
    assert [one["option"] for one in trouble["options"]] == [
        "continue-rollback",
        "continue-rollback-skipping",
    ]
    assert [one["kind"] for one in document["after"]] == ["not current"]


def test_commands_find_what_was_deployed_without_stack_sets() -> None:
    operator = Recovering("stacks").with_a_taken_name()

    told = troubles_text(
        operator.recover(), locate, folder=named("my templates", "stacks"), home=HOME
    )

    assert [line.strip() for line in told.splitlines() if "stackferry" in line and "$" in line] == [
        (
            "$ stackferry recover 'my templates' --via stacks --stack eu-central-1/service-web "
            "--option adopt"
        ),
        # To rename.
        DELETE_FAILED,
        "$ stackferry compile shop.yaml",
        "$ stackferry deploy 'my templates' --via stacks",
        # After it was removed by hand.
        DELETE_FAILED,
        "$ stackferry deploy 'my templates' --via stacks",
        DELETE_FAILED,
    ]


def test_a_plain_stack_is_taken_into_no_stack_set() -> None:
    told = troubles_text(
        Recovering("stacks").with_a_taken_name().recover(),
        locate,
        folder=FOLDER,
        home=HOME,
        columns=100,
    )

    assert (
        """\
      Deletes the stack that never came to be, and makes it anew of what exists, shop-prod-logs
      (AWS::S3::Bucket); the next deploy brings it to what was compiled. Name more with --adopt.
"""
        in told
    )
