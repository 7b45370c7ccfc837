"""Addresses, commands and databases, asked from this machine."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from compiler.deploy.gates.outside import first_value, get, run
from compiler.deploy.gates.port import NoAnswerError, NotSupportedError, Query

if TYPE_CHECKING:
    from collections.abc import Iterator

SOON = timedelta(seconds=5)


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/moved" else 204)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@contextmanager
def serving() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_an_address_is_told_by_its_own_status_and_not_by_what_it_redirects_to() -> None:
    with serving() as url:
        assert get(url, SOON).status == 204
        assert get(f"{url}/moved", SOON).status == 302


def test_an_address_that_nobody_answers_at_is_told_with_its_reason() -> None:
    with serving() as url:
        pass

    found = get(url, SOON)

    assert (found.status, "refused" in found.reason) == (0, True)


def python(code: str) -> str:
    return f'{sys.executable} -c "{code}"'


def test_a_command_is_told_by_its_exit_code() -> None:
    assert (run(python("raise SystemExit(0)"), SOON).code, run(python("1/0"), SOON).code) == (0, 1)


def test_no_shell_reads_a_command() -> None:
    assert run(python("import sys; sys.exit(len(sys.argv) != 3)") + " $HOME ;", SOON).code == 0


def test_a_command_that_does_not_end_is_ended() -> None:
    found = run(python("import time; time.sleep(60)"), timedelta(seconds=0.2))

    assert (found.code, found.reason) == (None, "it took too long, and was ended")


def test_a_command_that_is_not_there_is_told() -> None:
    found = run("./no-such-command --quick", SOON)

    assert (found.code, found.reason) == (None, "No such file or directory: ./no-such-command")


def test_a_quote_that_does_not_end_is_no_command() -> None:
    with pytest.raises(ValueError, match="No closing quotation"):
        run('./a "b', SOON)


class _Driver(ModuleType):
    """A driver that notes how it is asked."""

    class Error(Exception):
        """As every driver has one."""

    def __init__(self, name: str, *rows: object, fails: str = "") -> None:
        super().__init__(name)
        self.rows = rows
        self.fails = fails
        self.asked: dict[str, Any] = {}
        self.statements: list[str] = []
        self.is_closed = False
        self.read_only = False

    def connect(self, **asked: object) -> _Driver:
        self.asked = asked
        if self.fails:
            raise self.Error(self.fails)
        return self

    def cursor(self) -> _Driver:
        return self

    def execute(self, statement: str) -> None:
        self.statements.append(statement)

    def fetchone(self) -> object:
        return self.rows[0] if self.rows else None

    def close(self) -> None:
        self.is_closed = True


def query(engine: str) -> Query:
    return Query(
        engine=engine,
        host="db-1",
        port=5432,
        database="orders",
        secret="shop/orders",  # noqa: S106 -- its name
        statement="SELECT 1",
    )


def asked(engine: str) -> str:
    return first_value(query(engine), "ada", "hunter2", SOON)


def test_postgres_is_asked_encrypted_and_only_for_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = _Driver("psycopg", (1, 2))
    monkeypatch.setitem(sys.modules, "psycopg", driver)

    assert asked("postgres") == "1"
    assert driver.asked == {
        "host": "db-1",
        "port": 5432,
        "dbname": "orders",
        "user": "ada",
        "password": "hunter2",
        "connect_timeout": 5,
        "sslmode": "require",
        "options": "-c statement_timeout=5s",
    }
    assert (driver.read_only, driver.is_closed, driver.statements) == (True, True, ["SELECT 1"])


@pytest.mark.parametrize("engine", ["mariadb", "mysql"])
def test_mysql_is_asked_encrypted_and_only_for_reading(
    monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    driver = _Driver("pymysql", ("yes",))
    monkeypatch.setitem(sys.modules, "pymysql", driver)

    assert asked(engine) == "yes"
    assert driver.asked == {
        "host": "db-1",
        "port": 5432,
        "database": "orders",
        "user": "ada",
        "password": "hunter2",
        "connect_timeout": 5,
        "read_timeout": 5,
        "ssl": {"check_hostname": False},
        "init_command": "SET SESSION TRANSACTION READ ONLY",
    }
    assert driver.is_closed


@pytest.mark.parametrize(
    ("rows", "text"),
    [(((True,),), "true"), (((False,),), "false"), (((None,),), ""), (((1.5,),), "1.5"), ((), "")],
)
def test_a_value_is_told_as_text(
    monkeypatch: pytest.MonkeyPatch, rows: tuple[object, ...], text: str
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", _Driver("psycopg", *rows))

    assert asked("postgres") == text


def test_without_a_driver_nothing_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    # So an import fails, whether or not it is installed.
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(NotSupportedError) as raised:
        asked("postgres")

    assert str(raised.value) == 'the Python package "psycopg" is not installed'


def test_a_database_that_does_not_answer_is_told_in_the_driver_s_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    driver = _Driver("psycopg", fails="connection timeout expired\nIs the server running?")
    monkeypatch.setitem(sys.modules, "psycopg", driver)

    with pytest.raises(NoAnswerError) as raised:
        asked("postgres")

    assert str(raised.value) == "connection timeout expired"
