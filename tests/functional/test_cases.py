"""
Every file below tests/cases is a test of its own: adding a file adds a test.

In `reject/`, `# E: SF203` at the end of a line means exactly that finding on that line (several
codes are separated by spaces); every line without it must be silent. A file in `accept/` has no
finding at all, but for the warnings that it marks the same way.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from spec.codes import CARDS
from spec.load import load

CASES = Path(__file__).parents[1] / "cases"
REJECT = sorted((CASES / "reject").glob("*.yaml"))
ACCEPT = sorted((CASES / "accept").glob("*.yaml"))

_EXPECTED = re.compile(rb"# E: (SF[0-9]{3}(?: SF[0-9]{3})*)\s*$")


def _expected(path: Path) -> Counter[tuple[int, str]]:
    lines = path.read_bytes().splitlines()
    return Counter(
        (number, code)
        for number, line in enumerate(lines, start=1)
        if (match := _EXPECTED.search(line))
        for code in match[1].decode().split()
    )


def _found(path: Path) -> Counter[tuple[int, str]]:
    loaded = load(path.read_bytes(), path.name)
    return Counter((loaded.locate(finding.where).line, finding.code) for finding in loaded.findings)


@pytest.mark.parametrize("path", REJECT, ids=lambda path: path.stem)
def test_a_rejected_spec_has_its_findings_on_their_lines_and_no_others(path: Path) -> None:
    assert _found(path) == _expected(path)


@pytest.mark.parametrize("path", REJECT, ids=lambda path: path.stem)
def test_a_rejected_spec_shows_the_code_that_it_is_named_after(path: Path) -> None:
    assert path.name[:5] in {code for _, code in _expected(path)}


@pytest.mark.parametrize("path", ACCEPT, ids=lambda path: path.stem)
def test_an_accepted_spec_has_warnings_at_most(path: Path) -> None:
    found = _found(path)

    assert found == _expected(path)
    assert {CARDS[code].severity for _, code in found} <= {"warning"}


TOO_LARGE = "SF111"
"""Its case would be larger than all others together; the reader's own tests make one."""


@pytest.mark.parametrize("code", sorted({code for code in CARDS if code < "SF3"} - {TOO_LARGE}))
def test_each_code_of_reading_and_of_the_rules_has_a_case(code: str) -> None:
    assert any(path.name.startswith(code) for path in REJECT)
