"""`prove --deployed` as it is typed, on an example that stands in the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.cli.program import run
from tests.functional.documents import valid
from tests.functional.standing import Standing, standing

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "templates_out/hello-trial"


@pytest.fixture(name="hello", scope="module")
def _hello() -> Iterator[Standing]:
    with standing("hello-trial") as stands:
        yield stands


@pytest.mark.usefixtures("hello")
def test_what_stands_is_proven_against_the_same_and_the_next_phase(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["prove", FOLDER, "--deployed"]) == 0
    same = capsys.readouterr().out
    assert run(["prove", FOLDER, "--deployed", "--phase", "warm", "--json"]) == 0
    document = valid("prove", capsys.readouterr().out)

    assert same.startswith(
        "Lines are those of spec/examples/minimal.yaml.\n\nFrom what is deployed to replicate\n"
    )
    assert same.endswith(
        "\nhello-trial stands in replicate.\n"
        "Proven: 1 step, and nothing is lost that cannot be made again.\n"
    )
    (step,) = document["steps"]
    assert (step["step"], step["door"]) == ("from what is deployed to warm", None)
    assert {one["fate"] for one in step["resources"]} == {"unchanged"}


@pytest.mark.usefixtures("hello")
def test_an_edited_spec_is_proven_against_what_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without its service nothing needs a key for volumes, and the key would go."""
    text = Path("spec/examples/minimal.yaml").read_text(encoding="utf-8")
    edited = tmp_path / "minimal.yaml"
    edited.write_text(text.partition("\nservices:")[0] + "\n", encoding="utf-8")

    assert run(["prove", str(edited), "--deployed"]) == 1
    out = capsys.readouterr().out

    assert "  > kept " in out
    assert "eu-west-1/keys:VolumesKey" in out
    assert "error[SF411]: Something that cannot be made again would go" in out


@pytest.mark.usefixtures("hello")
def test_where_aws_cannot_be_asked_nothing_is_proven(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Path("spec/examples/minimal.yaml").read_text(encoding="utf-8")
    other = tmp_path / "minimal.yaml"
    other.write_text(text.replace("111122223333", "444455556666"), encoding="utf-8")

    assert run(["prove", str(other), "--deployed"]) == 1

    assert "error[SF503]" in capsys.readouterr().out
