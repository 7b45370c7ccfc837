"""bootstrap as it is typed, in an AWS in which stack sets need their roles."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from compiler.cli.program import run
from compiler.deploy.folder import Compiled, read_folder
from compiler.itinerary import from_bytes
from compiler.manifest import to_bytes
from compiler.sandbox.embedded import Served, serve
from tests.functional.documents import valid
from tests.functional.standing import compiled_in, provided
from tests.unit.bootstrap.two_accounts import spec_of_two_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = "templates_out/hello-trial"
ACCOUNT = "111122223333"
ROLES = f"arn:aws:iam::{ACCOUNT}:role"
EXECUTION_ROLE = "AWSCloudFormationStackSetExecutionRole"


@pytest.fixture(name="served")
def _served() -> Iterator[Served]:
    with serve(account=ACCOUNT, needs_roles=True) as served:
        provided(served.sandbox, compiled_in("hello-trial"))
        yield served


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    returncode: int
    stdout: str
    stderr: str


def stackferry(served: Served, *arguments: str, account: str = ACCOUNT) -> Ended:
    """Run a command in this process, which is far quicker, with the credentials of *account*."""
    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        for name, value in served.sandbox.environment("eu-north-1", account).items():
            patch.setenv(name, value)
        code = run(arguments)
    return Ended(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


def test_deploy_fails_for_want_of_roles_bootstrap_makes_them_and_deploy_works(
    served: Served,
) -> None:
    before = stackferry(served, "deploy", FOLDER, "--yes")
    made = stackferry(served, "bootstrap", FOLDER, "--yes")
    after = stackferry(served, "deploy", FOLDER, "--yes")
    again = stackferry(served, "bootstrap", FOLDER, "--yes")
    more = stackferry(served, "bootstrap", FOLDER, "--yes", "--operator", f"{ROLES}/ops")

    assert (before.returncode, "error[SF523]" in before.stdout) == (3, True), before.stdout
    assert made.returncode == 0, made.stdout + made.stderr
    assert "  + us-east-1/administration: create, since it is not there yet\n" in made.stdout
    assert "  + us-east-1/execution: create, since it is not there yet\n" in made.stdout
    assert after.returncode == 0, after.stdout
    assert again.returncode == 0
    assert "Nothing to do: AWS has what was compiled." in again.stdout
    assert more.returncode == 0
    assert "  ~ us-east-1/execution: update, since the template changed\n" in more.stdout
    iam = served.sandbox.client("iam", "us-east-1", ACCOUNT)
    trust = iam.get_role(RoleName=EXECUTION_ROLE)["Role"]["AssumeRolePolicyDocument"]
    assert trust["Statement"][0]["Condition"]["ArnLike"]["aws:PrincipalArn"] == [
        f"{ROLES}/AWSCloudFormationStackSetAdministrationRole",
        f"{ROLES}/ops",
    ]


@pytest.mark.slow
def test_a_role_that_somebody_else_made_is_left_as_it_is(served: Served) -> None:
    iam = served.sandbox.client("iam", "us-east-1", ACCOUNT)
    iam.create_role(RoleName=EXECUTION_ROLE, AssumeRolePolicyDocument="{}")

    refused = stackferry(served, "bootstrap", FOLDER, "--yes")
    named = stackferry(
        served, "bootstrap", FOLDER, "--yes", "--execution-role", "ferry-execution", "--json"
    )

    deployed = stackferry(served, "deploy", FOLDER, "--yes", "--execution-role", "ferry-execution")

    assert refused.returncode == 1
    assert "error[SF519]: Role belongs to something else" in refused.stdout
    assert iam.get_role(RoleName=EXECUTION_ROLE)["Role"].get("Description") is None
    assert named.returncode == 0, named.stdout + named.stderr
    told = valid("bootstrap", named.stdout)
    assert [(one["id"], one["ended"]) for one in told["accounts"][0]["stacks"]] == [
        ("us-east-1/administration", "created"),
        ("us-east-1/execution", "created"),
    ]
    assert deployed.returncode == 0, deployed.stdout
    trust = iam.get_role(RoleName="ferry-execution")["Role"]["AssumeRolePolicyDocument"]
    assert trust["Statement"][0]["Condition"] == {
        "ArnLike": {
            "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/"
            "AWSCloudFormationStackSetAdministrationRole"
        }
    }


@pytest.mark.slow
def test_what_the_aws_cli_deployed_from_the_written_files_is_found_as_ours(
    served: Served, tmp_path: Path
) -> None:
    written = stackferry(
        served, "bootstrap", FOLDER, "--out", str(tmp_path), "--with-buckets", "--json"
    )
    commands = valid("bootstrap", written.stdout)["accounts"][0]["commands"]

    for command in commands:
        done = subprocess.run(  # noqa: S603 -- our own command
            [sys.executable, "-m", "awscli", *shlex.split(command)[1:]],
            env={**os.environ, **served.environment("eu-north-1", ACCOUNT), "AWS_PAGER": ""},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
    found = stackferry(served, "bootstrap", FOLDER, "--yes", "--with-buckets")

    assert len(commands) == 3
    # Tags may differ by the moment of the deploy alone.
    assert found.returncode == 0, found.stdout
    assert "Nothing to do: AWS has what was compiled." in found.stdout


def test_buckets_outlive_their_stacks_and_are_used_again(served: Served) -> None:
    first = stackferry(served, "bootstrap", FOLDER, "--yes", "--with-buckets")
    cloudformation = served.sandbox.client("cloudformation", "eu-north-1", ACCOUNT)
    cloudformation.delete_stack(StackName="stackferry-hello-trial-eu-north-1-artifacts")

    again = stackferry(served, "bootstrap", FOLDER, "--yes", "--with-buckets")

    assert (first.returncode, again.returncode) == (0, 0), again.stdout
    assert (
        f"The bucket stackferry-hello-trial-{ACCOUNT}-eu-north-1 was there already, and is used as "
        "it is.\n"
    ) in again.stdout
    s3 = served.sandbox.client("s3", "eu-north-1", ACCOUNT)
    bucket = f"stackferry-hello-trial-{ACCOUNT}-eu-north-1"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


def test_credentials_of_a_strange_account_make_nothing(served: Served) -> None:
    done = stackferry(served, "bootstrap", FOLDER, "--yes", account="999988887777")

    assert done.returncode == 1
    assert "error[SF564]" in done.stdout


def test_in_the_sandbox_bootstrap_needs_no_account(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["bootstrap", FOLDER, "--sandbox"])

    assert code == 0
    assert "Done in " in capsys.readouterr().out


def test_by_change_sets_the_only_account_needs_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["bootstrap", FOLDER, "--sandbox", "--via", "stacks"]) == 0

    assert "Nothing to do: AWS has what was compiled." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--execution-role", "hello-trial-execution"], "choose another name"),
        (["--execution-role", "one", "--administration-role", "one"], "must differ"),
        (["--accounts", "12"], "one has twelve digits"),
        (["--accounts", "777788889999"], "tied to its account"),
        (["--accounts", "777788889999", "--via", "stacks"], "needs stack sets"),
        (["--sandbox", "--endpoint-url", "http://localhost"], "exclude each other"),
    ],
)
def test_options_that_do_not_fit_are_a_mistake_of_usage(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["bootstrap", FOLDER, "--yes", *options])

    assert (code, said in capsys.readouterr().err) == (2, True)


def test_stacks_of_another_account_need_somebody_who_may_take_its_role(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "hello.yaml"
    spec.write_text(spec_of_two_accounts(), encoding="utf-8")
    assert run(["compile", str(spec), "--out", str(tmp_path), "--no-lint"]) == 0
    folder = str(tmp_path / "hello-trial")

    code = run(["bootstrap", folder, "--yes", "--via", "stacks"])

    assert code == 2
    assert "name with --operator ARN who may take it" in capsys.readouterr().err


def test_what_speaks_against_it_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = [
        word
        for number in range(60)
        for word in ("--operator", f"arn:aws:iam::{ACCOUNT}:role/operator-{number:03}")
    ]

    told = run(["bootstrap", FOLDER, "--out", str(tmp_path / "out"), *many])
    text = capsys.readouterr().out
    code = run(["bootstrap", FOLDER, "--out", str(tmp_path / "out"), "--json", *many])

    assert (told, code) == (1, 1)
    assert "error[SF563]: Permissions do not fit into one role" in text
    document = valid("bootstrap", capsys.readouterr().out)
    assert ([one["code"] for one in document["findings"]], document["written"]) == (["SF563"], "")
    assert not (tmp_path / "out").exists()


def test_writing_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    assert run(["bootstrap", FOLDER, "--out", str(tmp_path / "one")]) == 0
    assert run(["bootstrap", FOLDER, "--out", str(tmp_path / "two")]) == 0

    def files(folder: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    assert sorted(files(tmp_path / "one")) == [
        f"{ACCOUNT}/manifest.json",
        f"{ACCOUNT}/us-east-1/administration.json",
        f"{ACCOUNT}/us-east-1/execution.json",
    ]
    assert files(tmp_path / "one") == files(tmp_path / "two")


TARGET = "444455556666"


@pytest.fixture(name="crossing")
def _crossing(tmp_path: Path) -> Iterator[tuple[Served, str]]:
    """Two new accounts, and what a migration from one to the other compiles to."""
    spec = tmp_path / "hello.yaml"
    spec.write_text(spec_of_two_accounts(), encoding="utf-8")
    out = tmp_path / "out"
    assert run(["compile", str(spec), "--out", str(out), "--no-lint"]) == 0
    folder = out / "hello-trial"
    with serve(account=TARGET, needs_roles=True) as served:
        compiled = read_folder(folder)
        assert isinstance(compiled, Compiled)
        provided(served.sandbox, compiled)
        yield served, str(folder)


@pytest.mark.slow
def test_two_accounts_are_prepared_with_credentials_of_each_and_then_deployed_to(
    crossing: tuple[Served, str],
) -> None:
    served, folder = crossing
    # Whose the credentials are in the sandbox.
    operator = f"arn:aws:iam::{TARGET}:root"
    common = ("bootstrap", folder, "--yes", "--json", "--operator", operator)

    first = stackferry(served, *common, account=TARGET)
    other = stackferry(served, *common, account=ACCOUNT)
    again = stackferry(served, *common, account=TARGET)
    deployed = stackferry(served, "deploy", folder, "--yes", account=TARGET)

    assert [one.returncode for one in (first, other, again)] == [0, 0, 0], first.stderr
    told = [valid("bootstrap", one.stdout) for one in (first, other, again)]
    assert [
        [(one["account"], one["is_here"], one["is_ready"]) for one in document["accounts"]]
        for document in told
    ] == [
        [(TARGET, True, True), (ACCOUNT, False, False)],
        [(TARGET, False, False), (ACCOUNT, True, True)],
        [(TARGET, True, True), (ACCOUNT, False, True)],
    ]
    assert [one["code"] for one in told[0]["findings"]] == ["SF560"]
    assert deployed.returncode == 0, deployed.stdout


def test_a_template_too_large_for_a_request_is_read_from_the_bucket_that_bootstrap_made(
    served: Served, tmp_path: Path
) -> None:
    folder = tmp_path / "hello-trial"
    shutil.copytree(FOLDER, folder)
    manifest = from_bytes((folder / "manifest.json").read_bytes())
    # As if it were: the bucket is asked for by what the manifest says.
    stacks = tuple(
        replace(stack, needs_artifact_bucket=stack.id == "eu-west-1/keys")
        for stack in manifest.stacks
    )
    (folder / "manifest.json").write_bytes(to_bytes(replace(manifest, stacks=stacks)))

    refused = stackferry(served, "deploy", str(folder), "--yes")
    made = stackferry(served, "bootstrap", str(folder), "--yes")
    deployed = stackferry(served, "deploy", str(folder), "--yes")

    assert (refused.returncode, "error[SF504]" in refused.stdout) == (1, True)
    assert "  + eu-north-1/artifacts: create, since it is not there yet\n" in made.stdout
    assert (made.returncode, deployed.returncode) == (0, 0), deployed.stdout
    s3 = served.sandbox.client("s3", "eu-north-1", ACCOUNT)
    kept = s3.list_objects_v2(Bucket=f"stackferry-hello-trial-{ACCOUNT}-eu-north-1")["Contents"]
    (large,) = (stack for stack in stacks if stack.needs_artifact_bucket)
    assert [one["Key"] for one in kept] == [f"{large.sha256}.json"]
