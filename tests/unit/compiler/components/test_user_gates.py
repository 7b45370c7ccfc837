"""Tests of the questions that a spec asks of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.components.addresses import database
from compiler.components.gates import gates
from compiler.phases import ORDER, PHASES
from tests.unit.compiler.components.media import media
from tests.unit.compiler.components.places import symbol, told

if TYPE_CHECKING:
    from compiler.phases import PhaseName

GATES = {
    "runbook": {"before": "fence", "command": {"run": ["./a b.sh", "--for", "it's"]}},
    "page": {
        "before": "settle",
        "http": {"url": "https://app.example.com/health", "status": 204, "timeout": "5s"},
    },
    "rows-before": {
        "before": "fence",
        "sql": {"database": "catalog", "statement": "SELECT 1", "expect": "1"},
    },
    "rows-after": {
        "before": "settle",
        "sql": {"database": "catalog", "statement": "SELECT 1", "expect": "1"},
    },
}


def own(phase: PhaseName) -> list[dict[str, Any]]:
    """Return the gates of the user without what all have: a lifetime, no place in an order."""
    found = []
    for gate in map(told, gates(media(cutover={"gates": GATES}), PHASES[phase])):
        if gate["component"][0] == "cutover":
            assert (gate.pop("after"), gate.pop("before")) == ((), ())
            assert gate["facts"].pop("evidence_lifetime_seconds") == "1800"
            found.append(gate)
    return found


def test_the_users_own_questions_stand_before_the_phase_that_they_name() -> None:
    assert {phase: [gate["key"] for gate in own(phase)] for phase in ORDER} == {
        **{phase: [] for phase in ORDER},
        "warm": ["runbook", "rows-before"],
        "switch": ["page", "rows-after"],
    }


def test_a_command_is_written_as_a_shell_would_quote_it() -> None:
    assert own("warm")[0] == {
        "kind": "command",
        "key": "runbook",
        "side": "global",
        "component": ("cutover", "gates", "runbook", "command"),
        "facts": {"command": "'./a b.sh' --for 'it'\"'\"'s'", "timeout_seconds": "60"},
    }


def test_an_address_is_asked_as_the_spec_says() -> None:
    assert own("switch")[0] == {
        "kind": "http",
        "key": "page",
        "side": "global",
        "component": ("cutover", "gates", "page", "http"),
        "facts": {
            "status": "204",
            "timeout_seconds": "5",
            "url": "https://app.example.com/health",
        },
    }


def test_a_statement_goes_to_the_database_that_is_written_to_by_then() -> None:
    before, after = own("warm")[1], own("switch")[1]

    assert before == {
        "kind": "sql",
        "key": "rows-before",
        "side": "source",
        "component": ("cutover", "gates", "rows-before", "sql"),
        "facts": {
            "address": symbol(database(media(), "source", "catalog"), "Endpoint.Address"),
            "database": "streaming-staging-catalog",
            "database_name": "catalog",
            "engine": "postgres",
            "expect": "1",
            "port": "5432",
            "secret": "streaming/staging/catalog",
            "statement": "SELECT 1",
        },
    }
    assert (after["side"], after["facts"]["address"]) == (
        "target",
        symbol(database(media(), "target", "catalog"), "Endpoint.Address"),
    )
