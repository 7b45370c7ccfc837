"""Whole texts, as a user sees them."""

from __future__ import annotations

from textwrap import dedent

import pytest

from compiler.report.located import FileReport, LocatedFinding, report_on
from compiler.report.text import Look, render
from spec.codes import Card
from spec.findings import Span
from spec.load import load
from spec.source import Source

CARD = Card(code="SF105", title="Key is there twice", why="", fix="")
WARNING = Card(code="SF105", title="Key is there twice", why="", fix="", severity="warning")


def span(line: int, column: int, end_column: int, end_line: int | None = None) -> Span:
    return Span(line=line, column=column, end_line=end_line or line, end_column=end_column)


def report(text: str, *spans: Span, related: Span | None = None, card: Card = CARD) -> FileReport:
    return FileReport(
        source=Source(name="shop.yaml", text=text),
        findings=tuple(
            LocatedFinding(
                card=card,
                span=place,
                detail="The key is already there.",
                way_out="Remove it.",
                related=((related, "first written here"),) if related else (),
            )
            for place in spans
        ),
    )


def excerpt(text: str, place: Span, columns: int = 100) -> list[str]:
    """Return the lines of the excerpt: the text and the marks."""
    shown = render([report(text, place)], Look(columns=columns)).splitlines()
    return [line.partition(" | ")[2] for line in shown[3:5]]


def test_a_finding_is_place_excerpt_reason_way_out_and_the_other_place() -> None:
    text = "name: shop\nenvironment: prod\nname: web\n"

    assert render([report(text, span(3, 1, 5), related=span(1, 1, 5))], Look()) == dedent("""\
        error[SF105]: Key is there twice
         --> shop.yaml:3:1
          |
        3 | name: web
          | ^^^^
          The key is already there.
          help: Remove it.
          note: shop.yaml:1:1: first written here
          |
        1 | name: shop
          | ----

        1 error in shop.yaml
    """)


def test_a_real_file_is_reported_as_a_whole() -> None:
    text = (
        "version: 1\nname: shop\nname: web\nenvironment: prod\n"
        "accounts: {source: 012345678901, target: '012345678901'}\n"
        "source:\n  region: us-east-1\n"
        "  vpc: {cidr: 10.0.0.0/16, zones: [us-east-1a, us-east-1b], natt: one}\n"
        "target:\n  region: eu-central-1\n"
        "  vpc: {cidr: 10.1.0.0/16, zones: [eu-central-1a, eu-central-1b]}\n"
    )

    assert render([report_on(load(text.encode(), "shop.yaml"))], Look(columns=78)) == dedent("""\
        error[SF105]: Key is there twice
         --> shop.yaml:3:1
          |
        3 | name: web
          | ^^^^
          The key "name" is already in this mapping. Many YAML readers keep the last
          one and drop the first in silence.
          help: Remove one of the two, or give it another name.
          note: shop.yaml:2:1: first written here
          |
        2 | name: shop
          | ----

        error[SF122]: Text is not in quotes
         --> shop.yaml:5:20
          |
        5 | accounts: {source: 012345678901, target: '012345678901'}
          |                    ^^^^^^^^^^^^
          `source` takes a text, but without quotes YAML reads 012345678901 as a
          number, 12345678901, and the leading zero is lost.
          help: Put it in quotes: source: "012345678901".

        error[SF120]: Unknown key
         --> shop.yaml:8:61
          |
        8 |   vpc: {cidr: 10.0.0.0/16, zones: [us-east-1a, us-east-1b], natt: one}
          |                                                             ^^^^
          There is no key "natt" in `source.vpc`.
          help: Did you mean `nat`?

        3 errors in shop.yaml
    """)


def test_several_files_are_summed_up_one_by_one() -> None:
    reports = [
        report("a: 1\n", span(1, 1, 2), span(1, 4, 5)),
        report("a: 1\n", span(1, 1, 2), card=WARNING),
        report("a: 1\n"),
    ]

    assert [line for line in render(reports, Look()).splitlines() if " in " in line] == [
        "2 errors in shop.yaml",
        "1 warning in shop.yaml",
        "no findings in shop.yaml",
    ]


def test_line_numbers_of_different_length_stand_in_one_gutter() -> None:
    text = "\n" * 8 + "a: 1\n" + "\n" * 90 + "a: 2\n"

    shown = render([report(text, span(100, 1, 2), related=span(9, 1, 2))], Look())

    assert "\n100 | a: 2\n    | ^\n" in shown
    assert "\n  9 | a: 1\n    | -\n" in shown


def test_marks_stand_below_what_they_mean_behind_tabs_and_wide_characters() -> None:
    assert excerpt("a:\tb", span(1, 4, 5)) == ["a:    b", "      ^"]
    assert excerpt("日本: x", span(1, 5, 6)) == ["日本: x", "      ^"]
    assert excerpt("日本: x", span(1, 1, 3)) == ["日本: x", "^^^^"]
    assert excerpt("e\u0301: x", span(1, 5, 6)) == ["e\u0301: x", "   ^"]


def test_nothing_of_the_file_acts_on_the_terminal() -> None:
    shown = render([report("a: \x1b[31mred\x07\u202e", span(1, 4, 5))], Look())

    assert "a: \\x1b[31mred\\x07\\u202e" in shown
    assert "^^^^\n" in shown
    assert not any(character in shown for character in "\x1b\x07\u202e")


def test_the_name_of_the_file_does_not_act_on_the_terminal_either() -> None:
    source = Source(name="a\x1b[2J.yaml", text="a: 1")
    shown = render([FileReport(source=source, findings=())], Look())

    assert shown == "no findings in a\\x1b[2J.yaml\n"


def test_a_place_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    assert excerpt("a: |\n  x\n  y\n", span(1, 4, 4, end_line=3)) == ["a: |", "   ^"]


def test_an_empty_place_has_one_mark() -> None:
    assert excerpt("a: [", span(1, 5, 5)) == ["a: [", "    ^"]


def test_a_long_line_is_cut_around_the_place() -> None:
    text = "key: " + "x" * 300 + "HERE" + "y" * 300

    line, marks = excerpt(text, span(1, 306, 310), columns=60)

    assert line == "…" + "x" * 20 + "HERE" + "y" * 29 + "…"
    assert marks == " " * 21 + "^^^^"


@pytest.mark.parametrize("columns", [1, 40, 60, 100])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    text = "key: " + "日" * 100 + "\n"
    shown = render([report(text, span(1, 6, 106), related=span(1, 1, 4))], Look(columns=columns))

    assert max(len(line) for line in shown.splitlines()) <= max(columns, 40)


def test_a_finding_without_text_has_no_excerpt() -> None:
    assert render([report("", span(1, 1, 1))], Look()).splitlines()[1:4] == [
        " --> shop.yaml:1:1",
        "  The key is already there.",
        "  help: Remove it.",
    ]


def test_colour_adds_nothing_to_the_words() -> None:
    reports = [report("a: 1\n", span(1, 1, 2), related=span(1, 4, 5))]
    coloured = render(reports, Look(is_coloured=True))

    for code in ("\x1b[1;31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"):
        assert code in coloured
        coloured = coloured.replace(code, "")
    assert coloured == render(reports, Look())
