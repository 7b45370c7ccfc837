"""Ways out of trouble over HTTP, as they are typed against a sandbox in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.migration import TARGET
from tests.functional.outside import Outside
from tests.functional.planned_shop import said
from tests.functional.served_store import BUCKET, STORE, compiled

if TYPE_CHECKING:
    from pathlib import Path


def signed_in(account: str, url: str, monkeypatch: pytest.MonkeyPatch) -> Outside:
    """Return *account*, whose credentials the verbs find in the environment from now on."""
    home = Outside(url=url, account=account)
    for name, value in home.environment(TARGET).items():
        monkeypatch.setenv(name, value)
    return home


def standing(home: Outside) -> list[str]:
    """Return the status of each stack of the account that is not deleted."""
    stacks = home.client("cloudformation").list_stacks()["StackSummaries"]
    return [one["StackStatus"] for one in stacks if one["StackStatus"] != "DELETE_COMPLETE"]


def test_a_bucket_that_an_earlier_deletion_kept_is_adopted(
    sandbox_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = signed_in("320000000001", sandbox_url, monkeypatch)
    s3 = home.bucket(f"{BUCKET}-{home.account}")
    s3.put_object(Bucket=f"{BUCKET}-{home.account}", Key="kept", Body=b"x")
    folder = compiled(tmp_path, home.account)

    failed = said(capsys, "deploy", folder, "--yes", code=3)
    said(capsys, "recover", folder, "--stack", STORE, "--option", "adopt", "--yes")
    again = said(capsys, "deploy", folder, "--yes")

    assert "error[SF550]" in failed
    assert "\n          + Log (AWS::Logs::LogGroup) new\n" in again
    listed = s3.list_objects_v2(Bucket=f"{BUCKET}-{home.account}")["Contents"]
    assert [each["Key"] for each in listed] == ["kept"]
    assert standing(home) == ["UPDATE_COMPLETE"]


@pytest.mark.slow
def test_a_rollback_that_failed_is_gone_on_with(
    sandbox_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = signed_in("320000000002", sandbox_url, monkeypatch)
    said(capsys, "deploy", compiled(tmp_path, home.account), "--yes")
    home.client("logs").delete_log_group(logGroupName="/store")
    folder = compiled(tmp_path, home.account, days=14)

    failed = said(capsys, "deploy", folder, "--yes", code=3)
    stood = standing(home)
    shown = said(capsys, "recover", folder, code=1)
    option = ("--option", "continue-rollback-skipping")
    said(capsys, "recover", folder, "--stack", STORE, *option, "--yes")

    assert f"next: stackferry recover {folder} --stack {STORE}\n" in failed
    assert stood == ["UPDATE_ROLLBACK_FAILED"]
    assert "continue-rollback-skipping" in shown
    assert standing(home) == ["UPDATE_ROLLBACK_COMPLETE"]


@pytest.mark.slow
def test_an_inoperable_stack_is_let_go_of_and_deleted(
    sandbox_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = signed_in("320000000003", sandbox_url, monkeypatch)
    folder = compiled(tmp_path, home.account, policy="Delete")
    said(capsys, "deploy", folder, "--yes")
    bucket = f"{BUCKET}-{home.account}"
    s3 = home.client("s3")
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")

    refused = said(capsys, "destroy", folder, "--yes", "--name", "shop-prod", code=1)
    # Somebody does it with another tool.
    home.client("cloudformation").delete_stack_instances(
        StackSetName="shop-prod-eu-central-1-store",
        Accounts=[home.account],
        Regions=[TARGET],
        RetainStacks=False,
    )
    shown = said(capsys, "recover", folder, code=1)
    s3.delete_object(Bucket=bucket, Key="a")
    said(capsys, "recover", folder, "--stack", STORE, "--option", "let-go-and-delete", "--yes")
    destroyed = said(capsys, "destroy", folder, "--yes", "--name", "shop-prod")

    assert "error[SF509]: Bucket is not empty\n" in refused
    assert shown.startswith(
        f"{STORE} in {home.account}: it could not be deleted, and takes no update any more\n"
        "  AWS says: INOPERABLE, DELETE_FAILED\n"
    )
    assert (standing(home), s3.list_buckets()["Buckets"]) == ([], [])
    assert "no stack set, no stack and no lock of this migration is left." in destroyed
