"""
What an instance does at its first start: it learns its environment, then runs the user's script.

Without a script it answers the health path by a small server in Python, which Amazon Linux 2023
brings along; so nothing is downloaded, and a VPC without a way out works as well.

The script is kept as lines, not as one encoded text: a reviewer reads them in the template, and
each line still knows its place in the spec.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from compiler.components.uses import buckets_of, databases_of, port_of
from spec import names
from spec.engines import first_database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side

Line: TypeAlias = tuple[str, "Path | None"]
"""A piece of the script, and its place in the spec; `None` where it follows from no one value."""

ENVIRONMENT_FILE = "/etc/stackferry/environment"
"""Read by systemd (`EnvironmentFile=`) and by shells alike."""


def script(spec: Spec, side: Side, service: str) -> tuple[Line, ...]:
    """Return the user data of *service* on *side*; joined by newlines it is a shell script."""
    model = spec.services[service]
    own = (
        _answering(spec, side, service)
        if model.user_data is None
        else _running(model.user_data, ("services", service, "user_data"))
    )
    return (
        ("#!/bin/bash", None),
        ("set -euo pipefail", None),
        ("install -d -m 0755 /etc/stackferry", None),
        *_file(ENVIRONMENT_FILE, "0644", tuple(environment(spec, side, service))),
        *own,
        ("", None),
    )


def environment(spec: Spec, side: Side, service: str) -> Iterator[Line]:
    """Yield the variables of *service* on *side*, one per line; secrets by name, never by value."""
    model = spec.services[service]
    region = names.region_of(spec, side)
    yield _variable("AWS_REGION", region, (side, "region"))
    yield _variable("AWS_DEFAULT_REGION", region, (side, "region"))
    for key, used in databases_of(spec, service):
        name = _word(key)
        port, port_path = port_of(spec, key)
        database = spec.databases[key].database
        database_path = used if database is None else ("databases", key, "database")
        yield _variable(f"{name}_HOST", names.database_name(spec, key), used)
        yield _variable(f"{name}_PORT", str(port), port_path)
        yield _variable(f"{name}_NAME", first_database(key, database), database_path)
        yield _variable(f"{name}_SECRET", names.secret(spec, key), used)
    for key, used in buckets_of(spec, service):
        yield _variable(f"{_word(key)}_BUCKET", names.bucket(spec, side, key), used)
    for variable, value in sorted(model.environment.items()):
        yield _variable(variable, value, ("services", service, "environment", variable))
    for variable, secret in sorted(model.secrets.items()):
        yield _variable(variable, secret, ("services", service, "secrets", variable))


def _word(key: str) -> str:
    return key.upper().replace("-", "_")


def _variable(name: str, value: str, path: Path) -> Line:
    # In double quotes the shell and systemd read these four escapes alike.
    for special in ("\\", '"', "$", "`"):
        value = value.replace(special, f"\\{special}")
    return f'{name}="{value}"', path


def _file(path: str, mode: str, lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines that write *lines* to a file, whatever they hold."""
    content = tuple(lines)
    written = {line for text, _ in content for line in text.split("\n")}
    end = "END_OF_FILE"
    while end in written:
        end += "_"
    return (
        (f"cat >{path} <<'{end}'", None),
        *content,
        (end, None),
        (f"chmod {mode} {path}", None),
    )


def _running(text: str, path: Path) -> tuple[Line, ...]:
    return (
        *_file("/etc/stackferry/user-data", "0700", ((text.removesuffix("\n"), path),)),
        ("set -a", None),
        (f". {ENVIRONMENT_FILE}", None),
        ("set +a", None),
        ("exec /etc/stackferry/user-data", None),
    )


def _answering(spec: Spec, side: Side, service: str) -> tuple[Line, ...]:
    return (
        *_file("/etc/stackferry/answer.py", "0644", _server(spec, side, service)),
        *_file("/etc/systemd/system/stackferry-answer.service", "0644", _UNIT),
        ("systemctl daemon-reload", None),
        ("systemctl enable --now stackferry-answer.service", None),
    )


def _server(spec: Spec, side: Side, service: str) -> Iterator[Line]:
    model = spec.services[service]
    check = model.health_check
    base: Path = ("services", service)
    code = check.codes.replace("-", ",").split(",")[0]
    page = f"{service} in {names.region_of(spec, side)}\n"
    yield f"PORT = {model.port}", (*base, "port")
    if check.port is not None:
        yield f"HEALTH_PORT = {check.port}", (*base, "health_check", "port")
    else:
        yield "HEALTH_PORT = PORT", None
    yield f"HEALTH_PATH = {json.dumps(check.path)}", (*base, "health_check", "path")
    yield f"HEALTH_CODE = {code}", (*base, "health_check", "codes")
    yield f"PAGE = {json.dumps(page)}.encode()", (side, "region")
    yield _SERVER, None


_SERVER = """\

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        is_check = self.path.split("?")[0] == HEALTH_PATH.split("?")[0]
        code = HEALTH_CODE if is_check else 200
        body = b"" if code in (204, 304) else PAGE
        self.send_response(code)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        if body:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET


servers = [ThreadingHTTPServer(("", port), Answer) for port in sorted({PORT, HEALTH_PORT})]
for server in servers[1:]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
servers[0].serve_forever()"""
"""Until the service is installed: the health path's code, and one page for everything else."""

_UNIT: tuple[Line, ...] = (
    (
        """\
[Unit]
Description=Answers until the service itself is installed
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/usr/bin/python3 /etc/stackferry/answer.py
EnvironmentFile=/etc/stackferry/environment
DynamicUser=yes
AmbientCapabilities=CAP_NET_BIND_SERVICE
Restart=always

[Install]
WantedBy=multi-user.target""",
        None,
    ),
)
