"""The script for the plain AWS CLI. Its whole text is in `export_cli.sh`, to be read in review."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.export import export_cli
from compiler.manifest import Action
from tests.fakes.migration import SOURCE, TARGET, migration

GOLDEN = Path(__file__).with_name("export_cli.sh")
SHELL = shutil.which("sh") or "/bin/sh"


def parses(script: str) -> bool:
    ran = subprocess.run([SHELL, "-n"], input=script, text=True, check=False, capture_output=True)  # noqa: S603 -- our own script
    return ran.returncode == 0


def test_the_script_is_the_reviewed_one() -> None:
    assert export_cli(migration().manifest, "templates_out/shop-prod") == GOLDEN.read_text()


def test_each_stack_comes_after_what_it_reads_from() -> None:
    script = export_cli(migration().manifest, "x")

    for one in migration().manifest.stacks:
        for needed in one.after:
            assert script.index(f"echo {needed}\n") < script.index(f"echo {one.id}\n")


@pytest.mark.parametrize("folder", ["a b", "it's", '"; rm -rf x; "', "$(date)", "}"])
def test_a_folder_of_any_name_stays_one_word(folder: str) -> None:
    script = export_cli(migration().manifest, folder)

    assert parses(script)
    line = next(line for line in script.splitlines() if line.startswith("templates="))
    ran = subprocess.run(  # noqa: S603 -- our own script
        [SHELL, "-c", f'{line}\nprintf %s "$templates"'],
        text=True,
        check=True,
        capture_output=True,
    )
    assert ran.stdout == folder


def test_templates_that_are_too_large_for_a_request_go_through_a_bucket() -> None:
    first, *rest = migration().manifest.stacks
    large = replace(
        migration().manifest, stacks=(replace(first, needs_artifact_bucket=True), *rest)
    )

    script = export_cli(large, "x")

    assert script.count('--s3-bucket "$ARTIFACT_BUCKET"') == 1
    assert parses(script)


def test_two_accounts_are_reached_through_two_profiles() -> None:
    first, *rest = migration().manifest.stacks
    two = replace(migration().manifest, stacks=(replace(first, account="444455556666"), *rest))

    script = export_cli(two, "x")

    assert "for wanted in 111122223333 444455556666; do" in script
    assert f"VpcId=$(output 444455556666 {SOURCE} shop-prod-{SOURCE}-network VpcId)" in script
    assert f"in_account 111122223333 cloudformation deploy \\\n  --region {TARGET}" in script
    assert parses(script)


def test_tags_with_spaces_and_quotes_stay_one_word() -> None:
    tagged = replace(migration().manifest, tags={"Owner": "O'Hara & sons $HOME"})

    assert parses(export_cli(tagged, "x"))
    assert "'Owner=O'\"'\"'Hara & sons $HOME'" in export_cli(tagged, "x")


def test_a_form_that_keeps_its_tags_is_deployed_without_any() -> None:
    what = migration().manifest
    first, *rest = (replace(one, phase="warm") for one in what.stacks)
    promoted = replace(what, stacks=(replace(first, keeps_tags=True), *rest))

    script = export_cli(promoted, "x")

    own, other = (
        script.split(f"echo {one.id}\n")[1].split("\necho ")[0] for one in (first, rest[0])
    )
    assert "--tags" not in own
    assert '--tags Environment=prod MigrationPhase=warm "Timestamp=$Timestamp"' in other
    assert parses(script)


def test_what_the_script_leaves_out_is_named_at_its_head() -> None:
    action = Action(
        kind="sever connections",
        key="catalog",
        side="source",
        region=SOURCE,
        account="111122223333",
        component=("databases", "catalog"),
        facts={},
    )

    script = export_cli(replace(migration().manifest, actions=(action,)), "x")

    assert (
        "# What CloudFormation cannot do in this phase is not in it:\n"
        f"#   {SOURCE}: sever connections (catalog)\n"
        "# `stackferry export runbook` says what that is, and what the phase removes.\n"
        "set -eu\n"
    ) in script
