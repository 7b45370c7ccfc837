"""Going from phase to phase as it is typed, against a sandbox that is served."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from compiler.cli.program import run
from tests.functional.documents import valid
from tests.functional.planned_shop import everything, said
from tests.functional.walked_shop import walkable

if TYPE_CHECKING:
    from compiler.sandbox.embedded import Served


@pytest.fixture
def shop(tmp_path: Path) -> str:
    return walkable(tmp_path / "shop-prod")


def stood_in(text: str) -> list[str]:
    return re.findall(r"shop-prod stands in (\w+) now\.", text)


def document(capsys: pytest.CaptureFixture[str], verb: str, *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run([verb, *arguments, "--json"]) == 0
    found: dict[str, Any] = valid(verb, capsys.readouterr().out)
    return found


def test_a_migration_is_carried_to_its_end_and_taken_down(
    served: Served, shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stood_in(said(capsys, "deploy", shop, "--yes")) == ["prepare"]
    assert "Nothing to do: AWS has what was compiled." in said(capsys, "deploy", shop, "--yes")
    assert stood_in(said(capsys, "deploy", shop, "--to", "warm", "--yes")) == ["replicate", "warm"]
    assert said(capsys, "status", shop).startswith("shop-prod stands in warm, compared with warm\n")

    refused = said(capsys, "deploy", shop, "--to", "promote", "--yes", code=1)
    assert "error[SF640]" in refused
    said(capsys, "gate", shop)
    assert stood_in(said(capsys, "deploy", shop, "--to", "promote", "--yes")) == [
        "fence",
        "promote",
    ]

    assert stood_in(said(capsys, "rollback", shop, "--yes")) == ["fence", "warm"]
    assert stood_in(
        said(
            capsys,
            "deploy",
            shop,
            *("--to", "settle", "--yes", "--acknowledge", "shop-prod"),
            *("--force", "--reason", "no time"),
        )
    ) == ["fence", "promote", "switch", "settle"]
    evidence = json.loads((Path(shop) / "evidence" / "fence.json").read_text())
    assert evidence["forced"]["reason"] == "no time"

    closed = said(capsys, "rollback", shop, "--to", "warm", "--yes", code=1)
    assert "error[SF611]: Door is closed behind" in closed
    said(capsys, "deploy", shop, "--to", "retire", "--yes", "--acknowledge", "shop-prod")
    assert (
        everything(served)
        == [
            "eu-central-1 CREATE_COMPLETE",
            "eu-central-1 UPDATE_COMPLETE",
            "shop-prod-eu-central-1-phase",
            "shop-prod-eu-central-1-topics",
        ]
        or len(everything(served)) == 4
    )

    said(capsys, "destroy", shop, "--yes", "--name", "shop-prod")
    assert everything(served) == []


@pytest.mark.slow
def test_a_plan_of_the_way_on_is_carried_out_as_it_was_read(
    served: Served, shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "deploy", shop, "--yes")
    plan = str(tmp_path / "plan.json")

    told = said(capsys, "plan", shop, "--to", "warm", "--out", plan)
    planned = document(capsys, "plan", shop, "--to", "warm")

    assert told.startswith(
        "Plan for shop-prod\n"
        "Stack sets live in eu-central-1 of 111122223333; phase replicate.\n"
        "On from prepare to replicate: it can be taken back.\n"
    )
    assert "  On from replicate to warm: it can be taken back\n" in told
    assert (planned["transition"]["origin"], planned["then"]) == ("prepare", ["warm"])
    assert stood_in(said(capsys, "deploy", "--plan", plan)) == ["replicate"]
    assert "error[SF511]" in said(capsys, "deploy", "--plan", plan, code=1)
    assert served.url


def test_a_door_that_does_not_open_again_wants_more_than_yes(
    served: Served, shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["deploy", shop, "--to", "switch", "--yes", "--force", "--reason", "try"]) == 2
    assert (
        "no way leads back from switch; --yes is not enough for it. Give --acknowledge shop-prod to"
        " go on without being asked."
    ) in capsys.readouterr().err
    assert run(["deploy", shop, "--to", "switch", "--yes", "--acknowledge", "other"]) == 2
    assert "the folder is of shop-prod, not of other." in capsys.readouterr().err
    assert everything(served) == []


@pytest.mark.slow
def test_a_walk_is_a_document(
    served: Served, shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    on = document(capsys, "deploy", shop, "--to", "warm", "--yes")
    back = document(capsys, "rollback", shop, "--to", "prepare", "--yes")
    stands = document(capsys, "status", shop)

    assert [(one["origin"], one["to"], one["is_done"]) for one in on["transitions"]] == [
        (None, "prepare", True),
        ("prepare", "replicate", True),
        ("replicate", "warm", True),
    ]
    assert [one["to"] for one in back["transitions"]] == ["replicate", "prepare"]
    assert back["transitions"][1]["beside"]["removes"] == ["eu-central-1/topics"]
    assert (stands["standing"], stands["begun"], stands["phase"]) == ("prepare", None, "prepare")
    assert served.url
