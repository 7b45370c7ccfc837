"""
What is asked of the running system past AWS: an address, a command, a database.

All of it from the machine that stackferry runs on, with its network and its rights.
"""

from __future__ import annotations

import importlib
import shlex
import subprocess
import time
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from compiler.deploy.gates.port import Ended, NoAnswerError, NotSupportedError, Query, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def get(url: str, timeout: timedelta) -> Response:
    """
    Get *url*, without following what it redirects to, and without reading what it holds.

    The proxy of the environment is used, as other tools do.
    """
    began = time.monotonic()
    status, reason = 0, ""
    try:
        with _manager(url) as manager:
            response = manager.request(
                "GET",
                url,
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=urllib3.Timeout(total=timeout.total_seconds()),
                headers={"User-Agent": "stackferry"},
            )
            status = response.status
            response.close()
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        reason = _first_line(error)
    return Response(status=status, took=_since(began), reason=reason)


def run(command: str, timeout: timedelta) -> Ended:
    """
    Run *command* without a shell, in the present folder; what it prints is thrown away.

    Raises:
        ValueError: It has a quote that does not end.
    """
    words = shlex.split(command)
    began = time.monotonic()
    code, reason = None, ""
    try:
        code = subprocess.run(  # noqa: S603 -- the user's own command, without a shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=timeout.total_seconds(),
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        reason = "it took too long, and was ended"
    except OSError as error:
        reason = f"{error.strerror}: {words[0]}"
    return Ended(code=code, took=_since(began), reason=reason)


def first_value(query: Query, user: str, password: str, timeout: timedelta) -> str:
    """
    Return the first value of the first row of an answer, as text; empty if there is no row.

    The connection is encrypted and reads only.

    Raises:
        NotSupportedError: There is no driver for the engine on this machine.
        NoAnswerError: The database did not answer.
    """
    module, connect = _DRIVERS[query.engine]
    try:
        driver = importlib.import_module(module)
    except ImportError as error:
        message = f'the Python package "{module}" is not installed'
        raise NotSupportedError(message) from error
    try:
        with closing(connect(driver, query, user, password, timeout)) as connection:
            cursor = connection.cursor()
            cursor.execute(query.statement)
            row = cursor.fetchone()
    except driver.Error as error:
        # A driver's own words; none of the two puts the password into them.
        raise NoAnswerError(_first_line(error)) from error
    return "" if not row else _as_text(row[0])


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _postgres(driver: Any, query: Query, user: str, password: str, timeout: timedelta) -> Any:  # noqa: ANN401 -- a driver that need not be installed
    connection = driver.connect(
        host=query.host,
        port=query.port,
        dbname=query.database,
        user=user,
        password=password,
        connect_timeout=_whole_seconds(timeout),
        sslmode="require",
        options=f"-c statement_timeout={_whole_seconds(timeout)}s",
    )
    connection.read_only = True
    return connection


def _mysql(driver: Any, query: Query, user: str, password: str, timeout: timedelta) -> Any:  # noqa: ANN401 -- a driver that need not be installed
    return driver.connect(
        host=query.host,
        port=query.port,
        database=query.database,
        user=user,
        password=password,
        connect_timeout=_whole_seconds(timeout),
        read_timeout=_whole_seconds(timeout),
        # A mapping that is not empty asks for TLS; RDS's authority is not known to this machine.
        ssl={"check_hostname": False},
        init_command="SET SESSION TRANSACTION READ ONLY",
    )


_DRIVERS: Mapping[str, tuple[str, Callable[[Any, Query, str, str, timedelta], Any]]] = {
    "mariadb": ("pymysql", _mysql),
    "mysql": ("pymysql", _mysql),
    "postgres": ("psycopg", _postgres),
}
"""By engine: the package that talks to it, and how."""


def _whole_seconds(timeout: timedelta) -> int:
    return max(1, round(timeout.total_seconds()))


def _manager(url: str) -> urllib3.PoolManager:
    parts = urlsplit(url)
    proxy = "" if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme, "")
    return urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()


def _since(began: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - began)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__
