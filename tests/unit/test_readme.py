"""The README says what is true: its example, its commands, its folders, and the tests it names."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from compiler.cli.program import VERBS
from spec.codes import CARDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "spec" / "examples" / "media-streaming.yaml"

NAMED_TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", README)))
LINKS = sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)\)", README)))


def without_comments(text: str) -> list[str]:
    return [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]


def test_the_example_is_the_one_that_is_compiled() -> None:
    (shown,) = (
        block
        for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
        if block.startswith("version: 1")
    )

    assert without_comments(shown) == without_comments(EXAMPLE.read_text(encoding="utf-8"))


def test_the_number_of_templates_is_that_of_the_example() -> None:
    manifest = json.loads((ROOT / "templates_out/streaming-staging/manifest.json").read_bytes())

    assert f"It compiles to {len(manifest['stacks'])} templates, for nine phases" in README


def test_every_verb_is_mentioned() -> None:
    assert [verb for verb in VERBS if f"stackferry {verb}" not in README] == []


def test_tests_are_named_in_every_row_of_the_table_of_failures() -> None:
    table = README.partition("## What goes wrong in migrations")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| **")]

    assert len(rows) >= 15
    assert [row for row in rows if "`tests/" not in row.rpartition(" | ")[2]] == []


@pytest.mark.parametrize(("path", "name"), NAMED_TESTS)
def test_every_test_that_is_named_exists(path: str, name: str) -> None:
    module = ast.parse((ROOT / path).read_text(encoding="utf-8"))

    assert name in {node.name for node in module.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("link", LINKS)
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_every_code_that_is_mentioned_has_a_card() -> None:
    assert set(re.findall(r"SF\d{3}", README)) - set(CARDS) == set()
