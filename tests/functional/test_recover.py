"""Getting out of trouble in the sandbox, by the same boto3 code that talks to AWS."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.cli.program import run
from compiler.deploy.aws import connect
from compiler.deploy.clock import WallClock
from compiler.deploy.deploying import DeployResult, deploy
from compiler.deploy.destroying import DestroyResult, destroy
from compiler.deploy.folder import Compiled
from compiler.deploy.recovery.frame import RecoverResult, recover
from compiler.deploy.recovery.steps import Choice
from compiler.deploy.wanted import place_of
from compiler.deploy.wish import Wish
from compiler.itinerary import itinerary
from compiler.manifest import to_bytes
from compiler.report.plain import PlainProgress
from compiler.sandbox.embedded import Sandbox, embedded
from tests.fakes.migration import TARGET, migration, stack
from tests.fakes.taker import new_taker
from tests.functional.stubborn import stubborn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from compiler.deploy.port import Aws
    from compiler.deploy.targets import Via

STORE = f"{TARGET}/store"
BUCKET = "shop-prod-media"


@pytest.fixture
def refusals() -> set[str]:
    return set()


@pytest.fixture
def sandbox(refusals: set[str]) -> Iterator[Sandbox]:
    with embedded(handlers=stubborn(refusals)) as running:
        yield running


@pytest.fixture
def importing() -> Iterator[Sandbox]:
    """A sandbox whose own handlers take over what exists; the stubborn ones cannot."""
    with embedded() as running:
        yield running


def compiled(value: str = "old", *, bucket: bool = False) -> Compiled:
    """One stack: two parameters, one after the other; on request a bucket that is retained."""
    properties = {"Type": "String", "Value": value}
    resources: dict[str, object] = {
        "First": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/first", **properties}},
        "Second": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Name": "/second", **properties},
            "DependsOn": "First",
        },
    }
    if bucket:
        resources["Media"] = {
            "Type": "AWS::S3::Bucket",
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"BucketName": BUCKET},
        }
    text = json.dumps({"Resources": resources, "Outputs": {}}, indent=1)
    stacks = (stack(TARGET, "store", text, retained=("Media",) if bucket else ()),)
    return Compiled(manifest=replace(migration().manifest, stacks=stacks), templates={STORE: text})


def asked(what: Compiled, via: Via = "stacksets") -> Aws:
    return connect(
        region=TARGET,
        via=via,
        places={one.stack_set: place_of(one) for one in what.manifest.stacks},
    )


def deployed(what: Compiled, via: Via = "stacksets") -> DeployResult:
    return deploy(
        what,
        aws=asked(what, via),
        clock=WallClock(),
        listener=PlainProgress(io.StringIO()),
        taker=new_taker(),
        confirm=lambda _: True,
        wish=Wish(via=via),
    )


def destroyed(what: Compiled, *, empty: frozenset[str] = frozenset()) -> DestroyResult:
    return destroy(
        what,
        aws=asked(what),
        clock=WallClock(),
        listener=PlainProgress(io.StringIO()),
        taker=new_taker(),
        confirm=lambda _: True,
        empty=empty,
    )


def recovered(
    what: Compiled, choice: Choice | None = None, via: Via = "stacksets"
) -> RecoverResult:
    return recover(
        what,
        aws=asked(what, via),
        clock=WallClock(),
        listener=PlainProgress(io.StringIO()),
        taker=new_taker(),
        confirm=lambda _: True,
        choice=choice,
        via=via,
    )


def kinds(result: RecoverResult) -> list[str]:
    return [one.kind for one in result.troubles]


def buckets(sandbox: Sandbox) -> list[str]:
    return [one["Name"] for one in sandbox.client("s3", TARGET).list_buckets()["Buckets"]]


@pytest.mark.parametrize("via", ["stacksets", pytest.param("stacks", marks=pytest.mark.slow)])
def test_a_failed_rollback_is_gone_on_with(sandbox: Sandbox, refusals: set[str], via: Via) -> None:
    del sandbox
    deployed(compiled("old"), via)
    refusals.add("update Second")
    failed = deployed(compiled("new"), via)

    seen = recovered(compiled("new"), via=via)
    done = recovered(compiled("new"), Choice(option="continue-rollback-skipping"), via)
    refusals.clear()
    again = deployed(compiled("new"), via)

    assert failed.outcome is not None
    (failure,) = failed.outcome.failures
    assert (failure.resource, failure.next_command) == (
        "Second",
        f"stackferry recover FOLDER --stack {STORE}",
    )
    assert "Second" in failure.then
    assert kinds(seen) == ["rollback failed"]
    assert [name for name, _ in seen.troubles[0].sighting.stuck] == ["Second"]
    assert (done.exit_code, done.findings) == (0, ())
    assert again.exit_code == 0


def test_an_inoperable_stack_is_deleted_and_forgotten(sandbox: Sandbox, refusals: set[str]) -> None:
    deployed(compiled())
    refusals.add("delete Second")
    failed = destroyed(compiled())

    seen = recovered(compiled())
    refusals.clear()
    done = recovered(compiled(), Choice(option="let-go-and-delete"))

    assert failed.exit_code == 3
    assert kinds(seen) == ["inoperable"]
    assert (done.exit_code, done.after) == (0, ())
    assert sandbox.client("ssm", TARGET).describe_parameters()["Parameters"] == []
    assert destroyed(compiled()).exit_code == 0


def test_a_stack_that_was_let_go_of_stands_alone(sandbox: Sandbox, refusals: set[str]) -> None:
    deployed(compiled())
    refusals.add("delete Second")
    destroyed(compiled())

    done = recovered(compiled(), Choice(option="let-go"))

    assert (done.exit_code, done.after) == (0, ())
    (left,) = sandbox.client("cloudformation", TARGET).list_stacks(
        StackStatusFilter=["DELETE_FAILED"]
    )["StackSummaries"]
    assert left["StackName"].startswith("StackSet-shop-prod-")


@pytest.mark.parametrize("via", ["stacksets", pytest.param("stacks", marks=pytest.mark.slow)])
def test_a_bucket_that_an_earlier_deletion_kept_is_taken_over(importing: Sandbox, via: Via) -> None:
    importing.client("s3", TARGET).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": TARGET}
    )
    what = compiled(bucket=True)
    failed = deployed(what, via)

    seen = recovered(what, via=via)
    done = recovered(what, Choice(option="adopt"), via)
    again = deployed(what, via)

    assert failed.outcome is not None
    assert [one.code for one in failed.outcome.failures] == ["SF550"]
    assert kinds(seen) == ["name taken" if via == "stacksets" else "creation failed"]
    assert (done.exit_code, done.findings, done.after) == (0, (), ())
    assert again.exit_code == 0, again
    assert buckets(importing) == [BUCKET]
    assert recovered(what, via=via).troubles == ()


def test_a_stack_that_somebody_deleted_is_forgotten_and_made_anew(sandbox: Sandbox) -> None:
    deployed(compiled())
    cloudformation = sandbox.client("cloudformation", TARGET)
    (one,) = cloudformation.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
    cloudformation.delete_stack(StackName=one["StackId"])

    seen = recovered(compiled())
    done = recovered(compiled(), Choice(option="forget"))

    assert kinds(seen) == ["gone"]
    assert (done.exit_code, done.after) == (0, ())
    assert deployed(compiled()).exit_code == 0


def test_a_bucket_is_emptied_as_asked_for(sandbox: Sandbox) -> None:
    what = compiled(bucket=True)
    doomed = replace(
        what,
        manifest=replace(what.manifest, stacks=(replace(what.manifest.stacks[0], retained=()),)),
        templates={STORE: what.templates[STORE].replace("RetainExceptOnCreate", "Delete")},
    )
    deployed(doomed)
    s3 = sandbox.client("s3", TARGET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for _ in range(2):
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
    s3.delete_object(Bucket=BUCKET, Key="a")

    refused = destroyed(doomed)
    done = destroyed(doomed, empty=frozenset({BUCKET}))

    assert [one.code for one in refused.findings] == ["SF509"]
    assert done.exit_code == 0
    assert done.plan is not None
    assert [one.versions for one in done.plan.steps[0].empties] == [3]
    assert buckets(sandbox) == []


def test_the_verb_shows_the_ways_out_and_carries_one_out(
    sandbox: Sandbox, refusals: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del sandbox
    what = compiled("new")
    (tmp_path / "manifest.json").write_bytes(to_bytes(itinerary([what.manifest])))
    (tmp_path / TARGET).mkdir()
    (tmp_path / TARGET / "store.json").write_text(what.templates[STORE])
    deployed(compiled("old"))
    refusals.add("update Second")
    deployed(what)
    folder = str(tmp_path)

    shown = run(["recover", folder])
    text = capsys.readouterr().out
    done = run(["recover", folder, "--option", "continue-rollback-skipping", "--yes"])
    after = capsys.readouterr().out
    as_json = run(["recover", folder, "--json"])
    document = json.loads(capsys.readouterr().out)

    assert (shown, done, as_json) == (1, 0, 1)
    assert f"{STORE} in 111122223333: an update failed, and so did going back" in text
    assert text.endswith("Nothing was changed.\n")
    assert "leaves Second as it is now" in after
    assert f"Next: stackferry deploy {folder}\n" in after
    assert [one["kind"] for one in document["troubles"]] == ["not current"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--option", "let-go"), "nobody is there to be asked; give --yes"),
        (("--stack", "mars/x"), "no stack is called mars/x. There is eu-"),
    ],
)
def test_what_cannot_be_meant_is_a_mistake_of_usage(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["recover", "templates_out/hello-trial", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--yes",), "--yes needs --name hello-trial"),
        (("--yes", "--name", "hello-prod"), "the folder is of hello-trial, not of hello-prod"),
        (("--name", "hello-trial"), "give --yes --name hello-trial"),
    ],
)
def test_no_script_destroys_the_wrong_migration(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["destroy", "templates_out/hello-trial", *arguments]) == 2
    assert said in capsys.readouterr().err
