"""The user's own gates: an address, a command, a statement."""

from __future__ import annotations

from compiler.deploy.gates.answer import green, red, unknown
from tests.fakes.running import FakeRunning
from tests.unit.deploy.gates.asked import judged


def test_the_user_s_own_gates_ask_past_aws() -> None:
    running = FakeRunning(
        addresses={"https://app.example.com/health": 503},
        commands={"./smoke.sh --quick": 0, "./fails.sh": 2},
        values={"SELECT 1": "1"},
    )
    http = {"url": "https://app.example.com/health", "status": "200", "timeout_seconds": "10"}
    sql = {
        "address": "db-1",
        "port": "5432",
        "database_name": "orders",
        "secret": "shop/orders",
        "expect": "1",
    }

    assert judged(running, "http", **http) == red(
        "status 503 after 0.3 s",
        "status 200 within 10 s",
        "Look at the service's logs, or correct the gate in the spec.",
    )
    assert judged(running, "http", **{**http, "status": "503"}).verdict == "green"
    assert judged(running, "http", **{**http, "url": "https://none.example.com"}) == red(
        "no answer: the name does not resolve",
        "status 200 within 10 s",
        "Look whether the name resolves and the address can be reached from this machine.",
    )
    assert judged(running, "command", command="./smoke.sh --quick", timeout_seconds="60") == green(
        "exit code 0 after 0.3 s", "exit code 0 within 60 s"
    )
    assert judged(running, "command", command="./fails.sh", timeout_seconds="60") == red(
        "exit code 2 after 0.3 s",
        "exit code 0 within 60 s",
        "Run the command yourself and read what it prints.",
    )
    assert judged(running, "command", command="./slow.sh", timeout_seconds="60") == red(
        "it did not run to its end: it took too long, and was ended",
        "exit code 0 within 60 s",
        "Correct the command in the spec, or give it more time.",
    )
    assert judged(running, "command", command='./a "b', timeout_seconds="60") == red(
        "it cannot be run: No closing quotation", "exit code 0", "Correct the command in the spec."
    )
    assert judged(running, "sql", engine="postgres", statement="SELECT 1", **sql) == green(
        "the value that was expected", "the value 1"
    )
    assert judged(running, "sql", engine="postgres", statement="SELECT 2", **sql) == red(
        "no row",
        "the value 1",
        "Run the statement yourself and see; or correct the gate in the spec.",
    )
    running.silent.add("db-1")
    assert judged(running, "sql", engine="postgres", statement="SELECT 1", **sql) == unknown(
        "no answer: connection timed out",
        "the value 1",
        "This machine must reach the database, which has no public address: run stackferry inside "
        "the VPC, or ask by a gate of the kind `command`.",
    )
    assert judged(running, "sql", engine="mariadb", statement="SELECT 1", **sql) == unknown(
        "not supported: nothing here talks to mariadb",
        "the value 1",
        "Install the driver beside stackferry, or ask by a gate of the kind `command`.",
    )
