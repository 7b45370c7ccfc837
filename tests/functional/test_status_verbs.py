"""status, drift, outputs and prove as they are typed, on an example that stands in the sandbox."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from compiler.cli.program import run
from tests.functional.documents import valid
from tests.functional.standing import Standing, standing

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "templates_out/streaming-staging"
SPEC = "spec/examples/media-streaming.yaml"
DATABASE = "us-east-1/database-catalog"


@pytest.fixture(name="streaming", scope="module")
def _streaming() -> Iterator[Standing]:
    with standing("streaming-staging") as stands:
        yield stands


@pytest.fixture
def changed(streaming: Standing) -> Iterator[None]:
    """A database that somebody changed past its template, until the test is over."""
    del streaming
    rds = boto3.client("rds", region_name="us-east-1")
    name = "streaming-staging-catalog"
    days = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0][
        "BackupRetentionPeriod"
    ]
    rds.modify_db_instance(
        DBInstanceIdentifier=name, BackupRetentionPeriod=days + 9, ApplyImmediately=True
    )
    yield
    rds.modify_db_instance(
        DBInstanceIdentifier=name, BackupRetentionPeriod=days, ApplyImmediately=True
    )


@pytest.mark.usefixtures("streaming")
def test_what_was_deployed_is_as_compiled(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", FOLDER]) == 0
    text = capsys.readouterr().out
    assert run(["status", FOLDER, "--watch"]) == 0
    watched = capsys.readouterr().out
    assert run(["status", FOLDER, "--json", "--values", "--drift"]) == 0
    document = valid("status", capsys.readouterr().out)

    assert text.endswith("\nAll 31 stacks are as compiled.\n")
    assert max(map(len, text.splitlines())) <= 80
    assert watched == text
    assert (document["is_as_compiled"], document["lock"]) == (True, None)
    assert {one["phase"] for one in document["stacks"]} == {"prepare", "replicate"}
    (database,) = (one for one in document["stacks"] if one["stack"] == DATABASE)
    assert database["compiled_sha256"] == database["deployed_sha256"]
    assert database["values"]["KeysDatabasesKeyArn"].startswith("arn:aws:kms:us-east-1:")


def test_outputs_are_those_of_the_services(
    streaming: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["outputs", FOLDER, "--json"]) == 0
    text = capsys.readouterr().out
    document = valid("outputs", text)
    facts = {
        (one["kind"], one["key"], one["side"]): {
            name: fact["value"] for name, fact in one["facts"].items()
        }
        for one in document["endpoints"]
    }

    replica = facts["database", "catalog", "target"]
    rds = streaming.sandbox.client("rds", "eu-central-1")
    (instance,) = rds.describe_db_instances(DBInstanceIdentifier=replica["identifier"])[
        "DBInstances"
    ]
    ssm = streaming.sandbox.client("ssm", "eu-central-1")
    published = ssm.get_parameter(Name=replica["address_parameter"])["Parameter"]["Value"]
    secrets = streaming.sandbox.client("secretsmanager", "eu-central-1")
    secret = secrets.get_secret_value(SecretId=replica["secret_arn"])
    assert replica["address"] == instance["Endpoint"]["Address"] == published
    assert int(replica["port"]) == instance["Endpoint"]["Port"]
    assert secret["Name"] == replica["secret"]
    assert secret["SecretString"] not in text
    password = secret["SecretString"].partition('"password": "')[2].rstrip('"}')
    assert password
    assert password not in text
    assert facts["public name", "app.streaming.example.com", "global"]["url"] == (
        "https://app.streaming.example.com"
    )
    assert facts["cdn", "", "global"]["domain"].endswith(".cloudfront.net")


@pytest.mark.usefixtures("streaming")
def test_outputs_can_be_read_by_people_and_by_a_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["outputs", FOLDER]) == 0
    text = capsys.readouterr().out
    assert run(["outputs", FOLDER, "--format", "env"]) == 0
    words = shlex.split(capsys.readouterr().out, comments=True)

    assert text.endswith("\nAll of it is there.\n")
    assert "DATABASE_CATALOG_SOURCE_PORT=5432" in words
    assert all("=" in word for word in words)


@pytest.mark.usefixtures("streaming")
def test_what_was_deployed_has_not_drifted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["drift", FOLDER]) == 0

    out = capsys.readouterr().out
    assert out.startswith("Comparing 31 stacks of streaming-staging with what AWS has.\n")
    assert out.endswith("\nAll 31 stacks are in sync.\n")


@pytest.mark.usefixtures("changed")
def test_what_was_changed_past_its_template_is_drift_with_its_place_in_the_spec(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["drift", FOLDER, "--only", DATABASE]) == 1
    text = capsys.readouterr().out
    assert run(["drift", FOLDER, "--only", DATABASE, "--json"]) == 1
    out, err = capsys.readouterr()
    assert run(["status", FOLDER, "--drift"]) == 0
    status = capsys.readouterr().out

    assert f"\n{DATABASE} drifted\n  Database (AWS::RDS::DBInstance) was changed\n" in text
    assert "media-streaming.yaml:" in text
    assert text.endswith("\n1 drifted.\n")
    (stack,) = valid("drift", out)["stacks"]
    assert [one["path"] for one in stack["resources"]] == ["databases.catalog"]
    assert err.startswith("Comparing 1 stack of streaming-staging with what AWS has.\n")
    assert "        drift: found, as of " in status


def test_a_stack_that_is_not_compiled_cannot_be_compared(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["drift", FOLDER, "--only", "us-east-1/nothing"]) == 2
    assert "no stack is called us-east-1/nothing" in capsys.readouterr().err


def test_watching_has_no_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", FOLDER, "--watch", "--json"]) == 2
    assert "exclude each other" in capsys.readouterr().err


@pytest.mark.usefixtures("streaming")
@pytest.mark.parametrize("verb", ["status", "drift", "outputs"])
def test_credentials_of_another_account_are_told_in_the_document_as_well(
    verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASBOX999988887777")

    assert run([verb, FOLDER, "--json"]) == 1
    document = valid(verb, capsys.readouterr().out)
    assert run([verb, FOLDER]) == 1
    text = capsys.readouterr().out

    (finding,) = document["findings"]
    assert finding["code"] == "SF503"
    assert "999988887777" in finding["detail"]
    assert text.startswith(f"error[SF503]: {finding['title']}\n")


@pytest.mark.parametrize("verb", ["status", "drift", "outputs"])
def test_a_folder_without_a_migration_is_a_mistake_of_usage(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([verb, "spec"]) == 2
    assert "Run `stackferry compile` first" in capsys.readouterr().err


@pytest.mark.usefixtures("streaming")
def test_what_stands_is_proven_against_the_same_and_the_next_phase(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["prove", FOLDER, "--deployed"]) == 0
    same = capsys.readouterr().out
    assert run(["prove", FOLDER, "--deployed", "--phase", "warm", "--json"]) == 0
    document = valid("prove", capsys.readouterr().out)

    assert same.startswith(
        "Lines are those of spec/examples/media-streaming.yaml.\n\n"
        "From what is deployed to replicate\n"
    )
    assert same.endswith(
        "\nstreaming-staging stands in replicate.\n"
        "Proven: 1 step, and nothing is lost that cannot be made again.\n"
    )
    (step,) = document["steps"]
    assert (step["step"], step["door"]) == ("from what is deployed to warm", None)
    assert {one["fate"] for one in step["resources"]} == {"unchanged"}


@pytest.mark.usefixtures("streaming")
def test_an_edited_spec_is_proven_against_what_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Path(SPEC).read_text(encoding="utf-8")
    text = text.replace("storage_gib: 100", "storage_gib: 100\n    user: owner_app")
    edited = tmp_path / "media-streaming.yaml"
    edited.write_text(text.replace("alarms: {email", "# alarms: {email"), encoding="utf-8")

    assert run(["prove", str(edited), "--deployed", "--json"]) == 1
    document = valid("prove", capsys.readouterr().out)

    (step,) = document["steps"]
    assert {
        f"{one['stack']}:{one['logical_id']}": one["fate"]
        for one in step["resources"]
        if one["fate"] != "unchanged"
    } == {
        f"{DATABASE}:Database": "replaced",
        "eu-central-1/secrets:SecretCatalog": "overwritten",
        "us-east-1/keys:AlarmsKey": "kept",
        "eu-central-1/keys:AlarmsKey": "kept",
    }
    assert {one["code"] for one in document["findings"]} == {"SF410", "SF411"}
    assert document["notes"] == [
        "streaming-staging stands in replicate.",
        "streaming-staging has stacks that are not compiled any more; no deploy touches them:",
        "  * eu-central-1/alarms: in 111122223333",
        "  * us-east-1/alarms: in 111122223333",
    ]


@pytest.mark.usefixtures("streaming")
def test_nothing_is_proven_with_the_credentials_of_another_account(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Path(SPEC).read_text(encoding="utf-8")
    other = tmp_path / "media-streaming.yaml"
    other.write_text(text.replace("111122223333", "444455556666"), encoding="utf-8")

    assert run(["prove", str(other), "--deployed"]) == 1

    assert "error[SF503]" in capsys.readouterr().out
