"""`stackferry gate` as it is typed, on a small migration in the sandbox."""

from __future__ import annotations

import json
import re
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.cli.program import run
from compiler.deploy.aws import connect
from compiler.deploy.deploying import deploy
from compiler.deploy.folder import Compiled
from compiler.deploy.gates.evidence import Evidence, evidence_path, read_evidence
from compiler.deploy.wanted import place_of
from compiler.deploy.wish import ANYTHING
from compiler.itinerary import itinerary
from compiler.manifest import Computed, Gate, Manifest, to_bytes
from compiler.sandbox.embedded import Sandbox, embedded
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.migration import ACCOUNT, TARGET, migration, stack
from tests.fakes.taker import new_taker
from tests.functional.documents import valid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.targets import Via
    from compiler.kinds import GateKind
    from compiler.phases import PhaseName

PYTHON = shlex.quote(sys.executable)


GREEN = """\
shop-prod: the gates of prepare, before replicate

green    secret present, orders in eu-central-1: shop/prod/orders is there
green    command, smoke in eu-central-1: exit code 0 after 0.1 s

All gates are green; replicate is open.
Evidence: shop-prod/evidence/replicate.json, good until TIME on DATE.
To go on: stackferry deploy shop-prod --to replicate
"""

RED = """\
shop-prod: the gates of prepare, before replicate

red      secret present, orders in eu-central-1: there is no secret
         shop/prod/orders in eu-central-1
         wanted: a secret with a value in eu-central-1
         to do: Make it there.
green    command, smoke in eu-central-1: exit code 0 after 0.1 s

1 of 2 gates is not green; replicate is not open.
Evidence: shop-prod/evidence/replicate.json, good until TIME on DATE.
To go on: stackferry gate shop-prod replicate
"""


def gate(kind: GateKind, key: str, component: tuple[str, ...], **facts: str) -> Gate:
    return Gate(
        kind=kind,
        key=key,
        side="target",
        region=TARGET,
        account=ACCOUNT,
        component=component,
        facts={name: Computed(value=value) for name, value in facts.items()},
    )


SECRET = {"secret": "shop/prod/orders"}
GATES = (
    gate("secret present", "orders", ("databases", "orders"), **SECRET),
    gate(
        "command",
        "smoke",
        ("cutover", "gates", "smoke"),
        command=f"{PYTHON} -c pass",
        timeout_seconds="60",
    ),
)


def marker(phase: str) -> str:
    """Return the template of the stack that says which phase stands."""
    return json.dumps(
        {
            "Resources": {
                "Phase": {
                    "Type": "AWS::SSM::Parameter",
                    "Properties": {"Name": "/shop/prod/phase", "Type": "String", "Value": phase},
                }
            },
            "Outputs": {},
        }
    )


def state(phase: PhaseName, gates: tuple[Gate, ...] = ()) -> Manifest:
    text = marker(phase)
    stands = replace(stack(TARGET, "phase", text), phase=phase, file=f"{TARGET}/phase.{phase}.json")
    return replace(
        migration().manifest, phase=phase, stacks=(stands,), batches=((stands.id,),), gates=gates
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a compiled folder of two phases, below the present one."""
    monkeypatch.chdir(tmp_path)
    out = Path("shop-prod")
    states = [state("prepare", GATES), state("replicate")]
    (out / TARGET).mkdir(parents=True)
    (out / "manifest.json").write_bytes(to_bytes(itinerary(states)))
    for one in states:
        (out / one.stacks[0].file).write_text(marker(one.phase))
    return str(out)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with embedded() as running:
        yield running


def make_secret(sandbox: Sandbox) -> None:
    sandbox.client("secretsmanager", TARGET).create_secret(
        Name="shop/prod/orders", SecretString="hunter2"
    )


def stand(phase: PhaseName, via: Via = "stacksets") -> None:
    manifest = state(phase)
    places = {one.stack_set: place_of(one) for one in manifest.stacks}
    result = deploy(
        Compiled(manifest=manifest, templates={manifest.stacks[0].id: marker(phase)}),
        aws=connect(region=TARGET, via=via, places=places),
        clock=SimulatedClock(),
        listener=Heard(),
        taker=new_taker(),
        confirm=lambda _: True,
        wish=ANYTHING,
        pool=CallingPool(),
    )
    assert result.exit_code == 0


def shown(text: str) -> str:
    """Return *text* without what is another one each time."""
    text = re.sub(r"\d{4}-\d\d-\d\d", "DATE", text)
    return re.sub(r"\d\d:\d\d UTC", "TIME", re.sub(r"after [\d.]+ s", "after 0.1 s", text))


def test_gates_are_told_and_kept_as_evidence(
    sandbox: Sandbox, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_secret(sandbox)

    assert run(["gate", folder, "replicate", "--parallel", "1"]) == 0

    assert shown(capsys.readouterr().out) == GREEN
    evidence = read_evidence(evidence_path(Path(folder), "replicate"), "ask")
    assert isinstance(evidence, Evidence)
    assert (evidence.is_green, evidence.phase, evidence.opens) == (True, "prepare", "replicate")
    assert "hunter2" not in evidence_path(Path(folder), "replicate").read_text()


def test_a_gate_that_is_red_ends_with_1_and_says_what_to_do(
    sandbox: Sandbox, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    del sandbox

    assert run(["gate", folder, "replicate", "--parallel", "1"]) == 1

    assert shown(capsys.readouterr().out) == RED


@pytest.mark.parametrize("via", ["stacksets", "stacks"])
def test_without_a_phase_it_is_the_one_after_that_which_stands(
    sandbox: Sandbox, folder: str, capsys: pytest.CaptureFixture[str], via: Via
) -> None:
    make_secret(sandbox)
    stand("prepare", via)

    assert run(["gate", folder, "--via", via]) == 0
    assert capsys.readouterr().out.startswith("shop-prod: the gates of prepare, before replicate\n")


def test_where_nothing_stands_the_phase_must_be_named(
    sandbox: Sandbox, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    del sandbox

    assert run(["gate", folder]) == 2
    assert capsys.readouterr().err.endswith(
        "Error: shop-prod has nothing deployed, so no gate is next; name a phase.\n"
    )


def test_a_phase_whose_gates_were_not_compiled_cannot_be_opened(
    sandbox: Sandbox, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    del sandbox

    assert run(["gate", folder, "promote"]) == 2
    assert capsys.readouterr().err.endswith(
        "Error: the gates before promote are those of fence, which was not compiled.\n"
    )


def test_the_document_names_the_file_of_the_evidence(
    sandbox: Sandbox, folder: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    make_secret(sandbox)
    out = tmp_path / "elsewhere" / "e.json"

    assert run(["gate", folder, "replicate", "--json", "--out", str(out)]) == 0

    told = capsys.readouterr()
    document = valid("gate", told.out)
    assert (document["is_open"], document["evidence"]) == (True, str(out))
    assert [one["path"] for one in document["gates"]] == [
        "databases.orders",
        "cutover.gates.smoke",
    ]
    assert told.err.startswith("shop-prod: the gates of prepare, before replicate\n")
    assert isinstance(read_evidence(out, "ask"), Evidence)


def test_credentials_of_another_account_ask_nothing(
    sandbox: Sandbox,
    folder: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del sandbox
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASBOX444455556666")

    assert run(["gate", folder, "replicate"]) == 1
    assert "SF503" in capsys.readouterr().out
    assert run(["gate", folder, "replicate", "--json"]) == 1
    document = valid("gate", capsys.readouterr().out)

    assert (document["gates"], document["evidence"], document["exit_code"]) == ([], "", 1)
    assert [one["code"] for one in document["findings"]] == ["SF503"]
    assert not evidence_path(Path(folder), "replicate").exists()


def test_an_aws_that_cannot_be_reached_ends_with_3(
    sandbox: Sandbox, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    del sandbox

    assert run(["gate", folder, "replicate", "--endpoint-url", "http://127.0.0.1:1"]) == 3
    assert "AWS could not be reached" in capsys.readouterr().out
    assert not evidence_path(Path(folder), "replicate").exists()


def test_evidence_that_cannot_be_written_is_said(
    sandbox: Sandbox, folder: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    make_secret(sandbox)
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "e.json"

    assert run(["gate", folder, "replicate", "--out", str(out)]) == 2
    assert capsys.readouterr().err == f"Error: cannot write {out}: File exists\n"


@pytest.mark.parametrize("duration", ["soon", "15", "-1m", ""])
def test_how_long_to_wait_is_a_duration(
    folder: str, capsys: pytest.CaptureFixture[str], duration: str
) -> None:
    assert run(["gate", folder, "replicate", "--wait", duration]) == 2
    assert f"{duration} is no duration; one is 90s, 15m or 1h30m." in capsys.readouterr().err
