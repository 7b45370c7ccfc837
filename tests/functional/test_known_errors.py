"""
The errors that people meet in migrations: what prevents each, and what each is translated to.

A rule refuses the spec that would lead there, or no compiled template can lead there: that is
shown in test_known_errors_prevented.py. What the sandbox says where AWS refuses is in
test_known_errors_refused.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.deploy.causes import translate
from spec.codes import CARDS
from spec.load import load
from tests.functional import known_errors as known
from tests.functional.known_errors import KNOWN_ERRORS, Known

EXAMPLE = Path("spec/examples/media-streaming.yaml").read_text()
ONE_ACCOUNT = 'target: "111122223333"}'
TWO_ACCOUNTS = 'target: "444455556666"}'
DATABASES = EXAMPLE[EXAMPLE.index("databases:") : EXAMPLE.index("buckets:")]

Change = tuple[str, str]


def codes(*changes: Change) -> set[str]:
    """Return the codes that the example gets with each first text replaced by the second."""
    text = EXAMPLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {finding.code for finding in load(text.encode(), "migration.yaml").findings}


RULES: dict[Known, tuple[str, tuple[Change, ...]]] = {
    known.REGION: ("SF220", (("region: eu-central-1", "region: eu-centre-1"),)),
    known.OVERLAP: ("SF203", (("cidr: 10.1.0.0/16", "cidr: 10.0.128.0/17"),)),
    known.PENDING: (
        "SF226",
        (
            (ONE_ACCOUNT, TWO_ACCOUNTS),
            (DATABASES, ""),
            ("uses: [catalog, media]", "uses: [media]"),
            ("eu-central-1:111122223333", "eu-central-1:444455556666"),
            ("cdn: arn:aws:acm:us-east-1:111122223333", "cdn: arn:aws:acm:us-east-1:444455556666"),
        ),
    ),
    known.ONE_ZONE: ("SF217", (("[eu-central-1a, eu-central-1b]", "[eu-central-1a]"),)),
    known.VERSIONING: ("SF248", (("versioning: true", "versioning: false"),)),
    known.UNHEALTHY: (
        "SF267",
        (("    port: 80", "    port: 80\n    user_data: systemctl start web"),),
    ),
    known.HEALTH_PATH: ("SF256", (("path: /health", "path: health"),)),
    known.CERTIFICATE: (
        "SF280",
        (("  cdn: arn:aws:acm:us-east-1:", "  cdn: arn:aws:acm:eu-central-1:"),),
    ),
    known.NOT_FOUND: ("SF261", (("uses: [catalog, media]", "uses: [catalogue, media]"),)),
    known.TAKEN: (
        "SF291",
        (("  media: {versioning", "  logs: {}\n  media: {versioning"),),
    ),
}
"""The rule that refuses a spec on the way to each error, and such a change of the example."""

BUILT: dict[Known, str] = {
    known.PENDING: "test_peering_is_asked_for_once_and_routes_on_both_sides_wait_for_it",
    known.STORAGE: "test_a_replica_names_nothing_that_its_source_decides",
    known.FOREIGN_KEY: (
        "test_a_replica_uses_a_key_and_groups_of_its_own_region_and_follows_its_source"
    ),
    known.ROLE: "test_a_replication_role_stands_first_and_may_read_here_and_write_there",
    known.DESTINATION: "test_replication_goes_to_a_versioned_bucket_that_stands_first",
    known.DEPENDENT: "test_security_groups_hold_no_rule_that_names_another_group",
    known.NO_GATEWAY: "test_every_way_to_the_internet_waits_for_the_gateway_to_be_attached",
    known.GATEWAY_IN_USE: "test_every_way_to_the_internet_waits_for_the_gateway_to_be_attached",
    known.DYING_KEY: "test_keys_outlive_their_stacks_and_are_never_deleted_in_haste",
    known.LOST_KEY: "test_no_key_leaves_its_region_but_to_encrypt_what_is_written_there",
    known.UNHEALTHY: "test_each_health_check_is_admitted_by_the_group_of_the_instances",
    known.ACCESS_IDENTITY: "test_bucket_origins_use_an_access_control_and_no_access_identity",
    known.TAKEN: "test_names_of_one_space_for_all_regions_carry_their_region",
}
"""The test of the compiled templates that shows why each error cannot arise from them."""


@pytest.mark.parametrize("error", RULES, ids=lambda error: error.code)
def test_a_rule_refuses_the_spec_that_leads_to_the_error(error: Known) -> None:
    code, changes = RULES[error]

    assert codes(*changes) - codes() == {code}
    assert CARDS[code].fix


@pytest.mark.parametrize("error", KNOWN_ERRORS, ids=lambda error: error.code)
def test_an_error_is_translated_to_a_card_that_knows_it_and_a_way_out(error: Known) -> None:
    cause = translate(error.said)

    assert cause.code == error.code
    assert cause.way_out == CARDS[error.code].fix
    told = CARDS[error.code].aws_says
    assert translate(told).code == error.code


def test_no_two_of_the_known_errors_are_one() -> None:
    assert len({error.code for error in KNOWN_ERRORS}) == len(KNOWN_ERRORS) == 20


def test_each_known_error_is_prevented_by_a_rule_or_by_construction() -> None:
    here = Path(__file__).with_name("test_known_errors_prevented.py").read_text()

    assert RULES.keys() | BUILT.keys() == set(KNOWN_ERRORS)
    assert [name for name in BUILT.values() if f"def {name}(" not in here] == []
