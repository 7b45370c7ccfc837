"""What a terminal gets, and what everything else gets."""

from __future__ import annotations

import io
import sys

import pytest

from compiler.cli.files import look
from compiler.report.text import Look


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def look_on(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Look:
    # Not in a fixture: pytest puts its own streams back before the test itself runs.
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        return look()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("COLUMNS", "72")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return monkeypatch


def test_a_terminal_gets_its_width_and_colours(terminal: pytest.MonkeyPatch) -> None:
    assert look_on(Terminal(), terminal) == Look(columns=72, is_coloured=True)
    terminal.setenv("COLUMNS", "400")
    assert look_on(Terminal(), terminal) == Look(columns=110, is_coloured=True)


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_wants_no_colour_gets_none(terminal: pytest.MonkeyPatch, name: str, value: str) -> None:
    terminal.setenv(name, value)

    assert look_on(Terminal(), terminal) == Look(
        columns=72, is_coloured=name == "NO_COLOR" and not value
    )


def test_a_pipe_gets_a_fixed_width_and_no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    assert look_on(io.StringIO(), monkeypatch) == Look(columns=100, is_coloured=False)
