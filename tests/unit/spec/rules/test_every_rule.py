"""What holds for every rule: emptying the body of any of them fails a test here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spec.codes import CARDS
from spec.load import load
from spec.rules import RULES, check

if TYPE_CHECKING:
    from spec.model import Spec
    from spec.rules import Rule

CASES = Path(__file__).parents[3] / "cases"


def _code(rule: Rule) -> str:
    match = re.match(r"(SF(?:2\d|6[89])\d): ", rule.__doc__ or "")
    assert match, f"the docstring of {rule.__name__} opens with no code"
    return match[1]


def _specs(pattern: str) -> list[Spec]:
    found = [load(path.read_bytes(), path.name).spec for path in sorted(CASES.glob(pattern))]
    return [spec for spec in found if spec is not None]


@pytest.mark.parametrize("rule", RULES, ids=_code)
def test_a_rule_speaks_in_its_own_case_and_says_its_own_code_only(rule: Rule) -> None:
    path = CASES / "reject" / f"{_code(rule)}_{rule.__name__}.yaml"

    codes = {finding.code for spec in _specs(f"reject/{path.name}") for finding in rule(spec)}

    assert codes == {_code(rule)}


def test_each_rule_has_a_code_of_its_own_and_they_are_in_order() -> None:
    codes = [_code(rule) for rule in RULES]

    assert codes == sorted(set(codes))


def test_each_rule_has_a_card_and_each_card_a_rule() -> None:
    assert [code for code in CARDS if code.startswith(("SF2", "SF68", "SF69"))] == [
        _code(rule) for rule in RULES
    ]


def test_every_finding_has_a_reason_and_a_way_out_in_full_sentences() -> None:
    for spec in _specs("*/*.yaml"):
        for finding in check(spec):
            assert finding.detail.endswith("."), finding
            assert finding.way_out.endswith((".", "?")), finding
            assert "  " not in finding.detail + finding.way_out, finding


def test_checking_twice_finds_the_same_in_the_same_order() -> None:
    for spec in _specs("reject/SF2*.yaml"):
        assert list(check(spec)) == list(check(spec))


@pytest.mark.parametrize(
    "message",
    [
        "The region",
        "VPC CIDR blocks overlap",
        "VpcPeeringConnection is in pending-acceptance state",
        "DB subnet group must have subnets in at least 2 availability zones",
        "Versioning must be 'Enabled' on the source bucket",
        "TargetNotInService",
        "Health check path must be valid",
        "InvalidOriginAccessIdentity",
        "InvalidViewerCertificate",
        "InvalidParameter.NotFound: The specified resource does not exist",
        "Resource already exists",
    ],
)
def test_a_message_of_aws_is_on_the_card_that_prevents_it(message: str) -> None:
    assert [card.code for card in CARDS.values() if card.aws_says.startswith(message)]
