"""JSON, annotations and SARIF of the same findings."""

from __future__ import annotations

import json

from compiler.report import github, sarif
from compiler.report import json as json_format
from compiler.report.located import FileReport, LocatedFinding
from spec.codes import Card
from spec.findings import Span
from spec.source import Source

CARD = Card(code="SF105", title="Key is there twice", why="Why.", fix="Fix.")


def span(line: int, column: int, end_column: int, end_line: int | None = None) -> Span:
    return Span(line=line, column=column, end_line=end_line or line, end_column=end_column)


def report(name: str, place: Span, detail: str = "Détail.") -> FileReport:
    return FileReport(
        source=Source(name=name, text="a: 1\na: 2\n"),
        findings=(
            LocatedFinding(
                card=CARD,
                span=place,
                detail=detail,
                way_out="Remove it.",
                related=((span(1, 1, 2), "first written here"),),
                path=("a", 0),
            ),
        ),
    )


def test_json_says_all_that_is_known() -> None:
    text = json_format.render([report("a b.yaml", span(2, 1, 2))])

    assert text.isascii()
    assert json.loads(text) == {
        "command": "validate",
        "version": 1,
        "files": [
            {
                "file": "a b.yaml",
                "errors": 1,
                "warnings": 0,
                "findings": [
                    {
                        "code": "SF105",
                        "severity": "error",
                        "title": "Key is there twice",
                        "file": "a b.yaml",
                        "path": "a.0",
                        "line": 2,
                        "column": 1,
                        "end_line": 2,
                        "end_column": 2,
                        "detail": "Détail.",
                        "way_out": "Remove it.",
                        "related": [
                            {
                                "line": 1,
                                "column": 1,
                                "end_line": 1,
                                "end_column": 2,
                                "caption": "first written here",
                            }
                        ],
                    }
                ],
            }
        ],
    }


def test_no_file_is_an_empty_document() -> None:
    assert json.loads(json_format.render([])) == {
        "command": "validate",
        "version": 1,
        "files": [],
    }
    assert github.render([]) == ""
    assert json.loads(sarif.render([]))["runs"][0]["results"] == []


def test_an_annotation_is_one_line_in_which_nothing_ends_early() -> None:
    assert github.render([report("a,b:c%.yaml", span(2, 1, 3), "50 %\n::error::\x1b[0m")]) == (
        "::error file=a%2Cb%3Ac%25.yaml,line=2,endLine=2,col=1,endColumn=2,"
        "title=SF105%3A Key is there twice"
        "::50 %25%0A::error::\\x1b[0m Remove it.%0ALine 1: first written here.\n"
    )


def test_an_annotation_of_several_lines_has_no_columns() -> None:
    assert github.render([report("a.yaml", span(1, 4, 2, end_line=2))]).startswith(
        "::error file=a.yaml,line=1,endLine=2,title="
    )


def test_sarif_names_rule_level_message_and_places() -> None:
    log = json.loads(sarif.render([report("a b.yaml", span(2, 1, 2))]))

    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["tool"]["driver"]["rules"] == [
        {
            "id": "SF105",
            "shortDescription": {"text": "Key is there twice"},
            "fullDescription": {"text": "Why."},
            "help": {"text": "Fix."},
            "defaultConfiguration": {"level": "error"},
        }
    ]
    assert run["results"] == [
        {
            "ruleId": "SF105",
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": "Détail. Remove it."},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "a%20b.yaml"},
                        "region": {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 2},
                    }
                }
            ],
            "relatedLocations": [
                {
                    "id": 1,
                    "message": {"text": "first written here"},
                    "physicalLocation": {
                        "artifactLocation": {"uri": "a%20b.yaml"},
                        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
                    },
                }
            ],
        }
    ]


def test_a_name_that_is_no_text_can_be_written() -> None:
    reports = [report("caf\udce9.yaml", span(2, 1, 2))]

    assert json.loads(json_format.render(reports))["files"][0]["file"] == "caf\udce9.yaml"
    assert "caf%E9.yaml" in sarif.render(reports)
    assert "\\udce9" in github.render(reports)
