"""An address at which every answer is lost once: AWS takes the request, and nobody is told."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOP = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})


class _Losing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    behind: ClassVar[str]
    seen: ClassVar[Counter[tuple[str, str]]]
    guard: ClassVar[threading.Lock]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        where = urlsplit(self.behind)
        connection = http.client.HTTPConnection(str(where.hostname), int(where.port or 80))
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        text = answer.read()
        if self._is_first(body):
            # The answer is lost, and the connection with it.
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _is_first(self, body: bytes) -> bool:
        # Each sending has an id of its own except when it is sent again.
        invocation = self.headers.get("amz-sdk-invocation-id", "")
        with self.guard:
            self.seen[_what(self, body), invocation] += 1
            return self.seen[_what(self, body), invocation] == 1

    do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = _pass_on  # noqa: N815 -- http.server's names


def _what(request: BaseHTTPRequestHandler, body: bytes) -> str:
    target = str(request.headers.get("X-Amz-Target", ""))
    if target:
        return target.rpartition(".")[2]
    action = parse_qs(body.decode(errors="replace")).get("Action")
    return action[0] if action else f"{request.command} S3"


@contextmanager
def losing(behind: str) -> Iterator[tuple[str, Counter[str]]]:
    """
    Serve what *behind* serves, and lose each answer once.

    Yields:
        The address, and how many requests were sent of each kind, lost ones included.
    """
    kinds: Counter[str] = Counter()

    class Handler(_Losing):
        seen: ClassVar[Counter[tuple[str, str]]] = Counter()
        guard: ClassVar[threading.Lock] = threading.Lock()

    Handler.behind = behind
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", kinds
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for (kind, _), times in Handler.seen.items():
            kinds[kind] += times
