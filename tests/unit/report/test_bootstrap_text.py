"""What bootstrap says."""

from __future__ import annotations

from compiler.bootstrap.build import build
from compiler.bootstrap.ground import Wish
from compiler.bootstrap.run import Brought
from compiler.deploy.deploying import DeployResult
from compiler.report.bootstrap_text import again, brought_text, written_text
from tests.unit.bootstrap.two_accounts import (
    SOURCE,
    TARGET,
    compiled_from,
    spec_of_two_accounts,
)

OPERATOR = f"arn:aws:iam::{TARGET}:role/ops"
COMMAND = "stackferry bootstrap templates_out/hello-trial"


def test_the_command_is_told_with_what_was_asked_for_and_nothing_else() -> None:
    everything = Wish(
        via_stack_sets=False,
        administration_role="ferry-administration",
        execution_role="ferry-execution",
        operators=(OPERATOR,),
        permissions_boundary=f"arn:aws:iam::{TARGET}:policy/Boundary",
        with_buckets=True,
        fan_out=("555566667777", "777788889999"),
    )

    assert again("out folder", Wish()) == "stackferry bootstrap 'out folder'"
    assert again("out", everything) == (
        "stackferry bootstrap out --via stacks --administration-role ferry-administration"
        f" --execution-role ferry-execution --operator {OPERATOR}"
        " --accounts 555566667777,777788889999"
        f" --permissions-boundary arn:aws:iam::{TARGET}:policy/Boundary --with-buckets"
    )


def test_what_was_written_is_told_with_the_commands_of_each_account() -> None:
    compiled = compiled_from(spec_of_two_accounts())
    made = build(compiled.manifest, compiled.templates, Wish(operators=(OPERATOR,)))
    tags = (
        "Environment=trial MigrationPhase=bootstrap SourceRegion=eu-west-1 TargetRegion=eu-north-1"
    )
    deploy = "  aws cloudformation deploy --region us-east-1 --stack-name stackferry-hello-trial-"

    text = written_text(made, COMMAND, "out")

    counts = [len(one.left_out) for one in made.accounts]
    assert text == (
        f"Account {TARGET}: wrote 2 templates to out/{TARGET}.\n"
        f"{counts[0]} permissions that handlers name were left out; --json says which and why.\n"
        "With its credentials run\n"
        f"  {COMMAND}\n"
        "or, without stackferry,\n"
        f"{deploy}us-east-1-administration --template-file"
        f" out/{TARGET}/us-east-1/administration.json --capabilities CAPABILITY_NAMED_IAM --tags"
        f" {tags} 'stackferry=stackferry: us-east-1/administration of hello-trial'\n"
        f"{deploy}us-east-1-execution --template-file"
        f" out/{TARGET}/us-east-1/execution.json --capabilities CAPABILITY_NAMED_IAM --tags"
        f" {tags} 'stackferry=stackferry: us-east-1/execution of hello-trial'\n"
        "\n"
        f"Account {SOURCE}: wrote 1 template to out/{SOURCE}.\n"
        f"{counts[1]} permissions that handlers name were left out; --json says which and why.\n"
        "With its credentials run\n"
        f"  {COMMAND}\n"
        "or, without stackferry,\n"
        f"{deploy}us-east-1-execution --template-file"
        f" out/{SOURCE}/us-east-1/execution.json --capabilities CAPABILITY_NAMED_IAM --tags"
        f" {tags} 'stackferry=stackferry: us-east-1/execution of hello-trial'\n"
        "\n"
    )


def test_an_account_that_needs_nothing_is_told_so() -> None:
    compiled = compiled_from(spec_of_two_accounts())
    wish = Wish(via_stack_sets=False, operators=(OPERATOR,))

    text = written_text(build(compiled.manifest, compiled.templates, wish), COMMAND, "out")

    assert text.startswith(f"Account {TARGET} needs nothing.\n\nAccount {SOURCE}: wrote 1 template")


def test_which_accounts_are_left_is_told_after_a_deploy() -> None:
    compiled = compiled_from(spec_of_two_accounts())
    made = build(compiled.manifest, compiled.templates, Wish(operators=(OPERATOR,)))
    done = Brought(
        exit_code=0,
        account=TARGET,
        deployed=DeployResult(exit_code=0),
        kept=("stackferry-hello-trial-eu-west-1",),
    )
    ready = Brought(
        exit_code=0, account=TARGET, deployed=DeployResult(exit_code=0), ready=(SOURCE,)
    )
    count = len(made.accounts[0].left_out)

    assert brought_text(made, done, COMMAND, Wish()) == (
        "The bucket stackferry-hello-trial-eu-west-1 was there already, and is used as it is.\n"
        f"{count} permissions that handlers name were left out; --json says which and why.\n"
        "\n"
        "Other accounts of the migration:\n"
        f"  {SOURCE}  still to be prepared; with a profile of that account run\n"
        f"    {COMMAND}\n"
    )
    assert brought_text(made, ready, COMMAND, Wish()).endswith(
        f"  {SOURCE}  its execution role lets these credentials in\n"
    )


def test_roles_of_other_names_are_told_for_the_deploy() -> None:
    compiled = compiled_from(spec_of_two_accounts())
    wish = Wish(operators=(OPERATOR,), execution_role="ferry-execution")
    made = build(compiled.manifest, compiled.templates, wish)
    done = Brought(exit_code=0, account=TARGET, deployed=DeployResult(exit_code=0), ready=(SOURCE,))

    text = brought_text(made, done, COMMAND, wish)

    assert "Give deploy the same roles: --execution-role ferry-execution\n" in text
