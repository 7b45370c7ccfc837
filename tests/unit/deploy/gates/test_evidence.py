"""The file of evidence, what makes it none, and what speaks against a transition on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from compiler.deploy.gates.evidence import (
    Evidence,
    Forced,
    Witness,
    evidence_path,
    read_evidence,
    to_text,
    write_evidence,
)
from compiler.deploy.gates.objections import forced, lifetime_of, objections
from compiler.manifest import Computed, Gate, Manifest
from spec.findings import Finding, at
from tests.fakes.migration import ACCOUNT, TARGET, migration

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
GOLDEN = Path(__file__).with_name("evidence.json")
GATES = (
    Gate(
        kind="replica drained",
        key="orders",
        side="target",
        region=TARGET,
        account=ACCOUNT,
        component=("databases", "orders"),
        facts={"evidence_lifetime_seconds": Computed(value="2700")},
    ),
    Gate(
        kind="alarms quiet",
        key="",
        side="target",
        region=TARGET,
        account=ACCOUNT,
        component=("alarms",),
        facts={"evidence_lifetime_seconds": Computed(value="3600")},
    ),
)
DRAINED = Witness(
    kind="replica drained",
    key="orders",
    side="target",
    region=TARGET,
    account=ACCOUNT,
    component=("databases", "orders"),
    verdict="green",
    measured="replayed up to 12:00:00 UTC: a lag of 0 s at 12:00:00 UTC",
    wanted="all that was written before 11:58:00 UTC is replayed",
    remedy="",
    notes=(),
    at=NOON,
    is_refused=False,
)
QUIET = replace(
    DRAINED,
    kind="alarms quiet",
    key="",
    component=("alarms",),
    verdict="red",
    measured="cpu in alarm",
    wanted="2 alarms quiet",
    remedy="See in CloudWatch what the alarms are about.",
    notes=("told",),
    at=NOON + timedelta(seconds=15),
)
EVIDENCE = Evidence(
    migration="shop-prod",
    phase="fence",
    opens="promote",
    spec_file="shop.yaml",
    spec_sha256="0" * 64,
    by="ada@laptop",
    asked=NOON,
    answered=NOON + timedelta(seconds=15),
    good_until=NOON + timedelta(minutes=45),
    fenced=NOON - timedelta(minutes=2),
    answers=(DRAINED, QUIET),
)
GREEN = replace(EVIDENCE, answers=(DRAINED, replace(QUIET, verdict="green", remedy="")))
AGAIN = "Run `stackferry gate out promote`."


def manifest() -> Manifest:
    return replace(migration().manifest, phase="fence", gates=GATES)


def objected(evidence: Evidence, now: datetime = NOON, *, opens: str = "promote") -> list[Finding]:
    return list(objections(evidence, manifest(), opens, now, folder="out"))


def test_the_file_is_plain_json_that_people_read() -> None:
    word = Forced(reason="the alarm is about the old load balancer", by="ada@laptop", at=NOON)

    assert to_text(replace(EVIDENCE, forced=word)) == GOLDEN.read_text()


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path = evidence_path(tmp_path, "promote")

    write_evidence(path, EVIDENCE)
    write_evidence(path, GREEN)

    assert path == tmp_path / "evidence" / "promote.json"
    assert read_evidence(path, "ask") == GREEN
    assert [one.name for one in path.parent.iterdir()] == ["promote.json"]


def test_a_moment_keeps_its_fraction_so_that_the_fence_never_becomes_earlier(
    tmp_path: Path,
) -> None:
    exact = replace(EVIDENCE, fenced=NOON + timedelta(microseconds=250_000))
    write_evidence(tmp_path / "e.json", exact)

    assert read_evidence(tmp_path / "e.json", "ask") == exact


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, 'There is no "{path}".'),
        (
            "{",
            (
                '"{path}" is no evidence of this version (Invalid JSON: EOF while parsing an '
                "object at line 1 column 1)."
            ),
        ),
        (
            to_text(EVIDENCE).replace('"version": 1', '"version": 7'),
            '"{path}" is no evidence of this version (version: Input should be 1).',
        ),
        (
            to_text(EVIDENCE).replace("2026-11-24T12:45:00Z", "2026-11-24T12:45:00"),
            (
                '"{path}" is no evidence of this version (good_until: Input should have timezone '
                "info)."
            ),
        ),
    ],
)
def test_what_is_no_evidence_is_a_finding(tmp_path: Path, text: str | None, problem: str) -> None:
    path = tmp_path / "promote.json"
    if text is not None:
        path.write_text(text)

    assert read_evidence(path, "stackferry gate out promote") == Finding(
        code="SF640", where=at(), detail=problem.format(path=path), way_out=AGAIN
    )


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    found = read_evidence(tmp_path, "ask")

    assert isinstance(found, Finding)
    assert found.detail == f'"{tmp_path}" cannot be read: Is a directory.'


def test_green_and_fresh_evidence_of_this_state_opens_the_door() -> None:
    assert objected(GREEN) == []
    assert objected(GREEN, NOON + timedelta(minutes=45)) == []
    assert GREEN.is_green


def test_old_evidence_does_not() -> None:
    now = NOON + timedelta(minutes=46)

    assert objected(GREEN, now) == [
        Finding(
            code="SF641",
            where=at(),
            detail=(
                "The evidence is of 2026-11-24 12:00 UTC, 46 minutes ago; it was good until 12:45 "
                "UTC."
            ),
            way_out=AGAIN,
        )
    ]


@pytest.mark.parametrize(
    ("evidence", "detail"),
    [
        (
            replace(GREEN, migration="other-prod"),
            "The evidence is of the migration other-prod, not of shop-prod.",
        ),
        (
            replace(GREEN, phase="warm", opens="fence"),
            (
                "The evidence was asked for in warm and opens fence; fence stands, and promote is "
                "to be opened."
            ),
        ),
        (
            replace(GREEN, spec_sha256="1" * 64),
            "The evidence is of another shop.yaml: the spec was changed and compiled after it.",
        ),
        (
            replace(GREEN, answers=(DRAINED,)),
            'The evidence does not answer the gate "alarms quiet eu-central-1".',
        ),
    ],
)
def test_evidence_of_something_else_does_not(evidence: Evidence, detail: str) -> None:
    assert objected(evidence) == [Finding(code="SF642", where=at(), detail=detail, way_out=AGAIN)]


def test_each_gate_that_is_not_green_is_a_finding_on_its_line() -> None:
    silent = replace(DRAINED, verdict="unknown", measured="nothing came", remedy="Wait.")

    assert objected(replace(EVIDENCE, answers=(silent, QUIET))) == [
        Finding(
            code="SF644",
            where=at("databases", "orders"),
            detail=(
                'The gate "replica drained orders eu-central-1" could not be answered: nothing '
                "came. Wanted: all that was written before 11:58:00 UTC is replayed."
            ),
            way_out="Wait.",
        ),
        Finding(
            code="SF643",
            where=at("alarms"),
            detail=(
                'The gate "alarms quiet eu-central-1" is red: cpu in alarm. Wanted: 2 alarms quiet.'
            ),
            way_out="See in CloudWatch what the alarms are about.",
        ),
    ]
    assert not EVIDENCE.is_green


def test_the_shortest_lifetime_counts_and_half_an_hour_where_none_is_said() -> None:
    assert lifetime_of(manifest()) == timedelta(minutes=45)
    assert lifetime_of(migration().manifest) == timedelta(minutes=30)


def test_who_goes_on_in_spite_of_it_is_recorded_with_the_reason() -> None:
    word = Forced(reason="a false alarm", by="ada@laptop", at=NOON + timedelta(minutes=1))

    assert forced(EVIDENCE, manifest(), "promote", word) == replace(EVIDENCE, forced=word)
    assert forced(None, manifest(), "promote", word) == Evidence(
        migration="shop-prod",
        phase="fence",
        opens="promote",
        spec_file="shop.yaml",
        spec_sha256="0" * 64,
        by="ada@laptop",
        asked=word.at,
        answered=word.at,
        good_until=word.at,
        fenced=None,
        answers=(),
        forced=word,
    )
