"""The runbook. Its whole text is in `runbook.md`, to be read in review."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from compiler.deploy.folder import read_itinerary
from compiler.itinerary import Itinerary
from compiler.report.runbook import render

FOLDER = "templates_out/streaming-staging"
GOLDEN = Path(__file__).with_name("runbook.md")


def streaming() -> Itinerary:
    found = read_itinerary(Path(FOLDER))
    assert isinstance(found, Itinerary)
    return found


def test_the_runbook_is_the_reviewed_one() -> None:
    assert render(streaming(), FOLDER) == GOLDEN.read_text()


def test_the_owner_is_whom_the_tag_names() -> None:
    what = streaming()

    text = render(replace(what, tags={**what.tags, "Owner": "Media team"}), FOLDER)

    assert text.count("- **Owner**: Media team\n") == len(what.phases)
    assert "| 4 | fence | reversible | Media team |  |  |\n" in text


def test_a_phase_that_changes_nothing_says_so() -> None:
    what = streaming()
    warm, fence = (state for state in what.states if state.phase in {"warm", "fence"})
    same = replace(fence, stacks=warm.stacks, actions=())

    text = render(replace(what, states=(warm, same)), FOLDER)

    assert "## 2. fence\n\n- **Owner**: ______________\n- **Door**: reversible\n" in text
    assert "- **Stacks**: none change.\n" in text
