"""Whole migrations rehearsed: what is told meanwhile and at the end, and what is left of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema  # type: ignore[import-untyped] # has no types of its own
import pytest

from compiler.cli.program import run
from compiler.cli.rehearse import Subject, subject_of
from compiler.deploy.cutover.rehearsal import Rehearsal, read_rehearsal
from compiler.phases import ORDER
from compiler.rehearsal.measured import measured
from compiler.report.documents import render
from compiler.report.documents.rehearse import document
from compiler.report.documents.schema import json_schema
from tests.functional.rehearsing import NOON, SMALL, TEXTS, rehearsed

if TYPE_CHECKING:
    from compiler.rehearsal.course import Rehearsed

EXAMPLES = Path("spec/examples")
HELLO = EXAMPLES / "minimal.yaml"


@pytest.fixture(scope="module")
def hello() -> tuple[Rehearsed, str, str]:
    """Rehearse the smallest example once for all tests of this module."""
    return rehearsed(HELLO)


def test_the_smallest_example_goes_through_every_phase(
    hello: tuple[Rehearsed, str, str],
) -> None:
    found, lines, text = hello

    assert [one.to for one in found.stages if one.is_done] == list(ORDER)
    assert (found.exit_code, found.stands.phase, found.stands.begun) == (0, "retire", None)
    assert lines + text == (TEXTS / "hello.txt").read_text(encoding="utf-8")


def test_a_rehearsal_is_told_as_a_document(hello: tuple[Rehearsed, str, str]) -> None:
    subject = subject_of(str(HELLO))
    assert isinstance(subject, Subject)

    told = json.loads(
        render(document(hello[0], (), subject.manifest, subject.loaded, folder="out", file=""))
    )

    jsonschema.Draft202012Validator(json.loads(json_schema("rehearse"))).validate(told)
    assert [(one["to"], one["is_done"]) for one in told["transitions"]] == [
        (phase, True) for phase in ORDER
    ]
    assert (told["stands"], told["outage_seconds"], told["allowed_seconds"]) == ("retire", 0, 1800)


def test_what_was_measured_is_bound_to_the_spec(hello: tuple[Rehearsed, str, str]) -> None:
    subject = subject_of(str(HELLO))
    assert isinstance(subject, Subject)

    assert measured(hello[0], subject.manifest) == Rehearsal(
        migration="hello-trial",
        spec_file="minimal.yaml",
        spec_sha256=subject.manifest.spec_sha256,
        rehearsed=NOON,
        seconds=dict.fromkeys(ORDER, 0.0),
        downtime_seconds=0.0,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("batch-job-fails", 3),
        ("lag-grows", 1),
        ("promotion-fails", 3),
        ("replica-broken", 3),
        ("targets-unhealthy", 1),
        ("stack-fails:eu-west-1/access@fence", 3),
    ],
)
def test_a_fault_ends_with_what_a_real_run_would_say(fault: str, code: int) -> None:
    found, _, text = rehearsed(SMALL, fault=fault)

    name = re.sub(r"[^a-z0-9-]", "-", fault)
    assert text == (TEXTS / f"{name}.txt").read_text(encoding="utf-8")
    assert found.exit_code == code


@pytest.mark.slow
def test_the_way_back_from_a_promotion_leads_to_where_users_are_served() -> None:
    found, _, text = rehearsed(SMALL, "promote", is_back=True)

    assert text == (TEXTS / "back.txt").read_text(encoding="utf-8")
    assert (found.exit_code, found.stages[-1].to) == (0, "warm")


@pytest.mark.slow
def test_media_streaming_is_rehearsed_and_leaves_what_a_cutover_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "streaming-staging"
    assert (
        run(
            ["compile", "--no-lint", "--out", str(tmp_path), str(EXAMPLES / "media-streaming.yaml")]
        )
        == 0
    )
    capsys.readouterr()

    assert run(["rehearse", str(folder)]) == 0

    told = capsys.readouterr().out
    kept = read_rehearsal(folder / "rehearsal.json", "")
    assert isinstance(kept, Rehearsal)
    assert list(kept.seconds) == sorted(ORDER)
    # Of databases it takes a minute to know that nobody is connected.
    assert 30 < kept.downtime_seconds < 300
    assert not (folder / "evidence").exists()
    report = (folder / "rehearsal.md").read_text(encoding="utf-8")
    assert report.startswith("# Rehearsal of streaming-staging\n")
    assert "\nstreaming-staging stands in retire now.\n" in told
    assert f"What was measured is in {folder / 'rehearsal.json'}; " in told.replace("\n    ", " ")


def test_a_spec_that_does_not_compile_is_not_rehearsed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "wrong.yaml"
    spec.write_text("version: 1\n", encoding="utf-8")

    assert run(["rehearse", str(spec)]) == 1
    assert "error[SF" in capsys.readouterr().out
    assert run(["rehearse", str(spec), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["transitions"] == []


def test_a_fault_that_cannot_happen_is_a_mistake_of_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["rehearse", str(HELLO), "--fault", "promotion-fails"]) == 2
    assert (
        "promotion-fails cannot happen here: no phase of the migration has a gate or an action "
        '"database writable", at which it would show.' in capsys.readouterr().err
    )
