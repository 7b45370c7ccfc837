"""Tests of what an instance does at its first start; the script is run, with its paths moved."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from compiler.components.user_data import environment, script
from tests.unit.compiler.components.media import MEDIA, media

if TYPE_CHECKING:
    from pathlib import Path

    from spec.model import Spec

WEB = MEDIA["services"]["web"]


def with_web(**settings: Any) -> Spec:  # noqa: ANN401 - pieces of a spec
    return media(services={"web": {**WEB, **settings}})


def run(spec: Spec, root: Path) -> subprocess.CompletedProcess[str]:
    """Run the user data of `web` in the source with /etc below *root*, and without systemd."""
    for folder in ("etc/systemd/system", "bin"):
        (root / folder).mkdir(parents=True)
    systemctl = root / "bin" / "systemctl"
    systemctl.write_text('#!/bin/bash\necho "systemctl $*"\n')
    systemctl.chmod(0o755)
    text = "\n".join(line for line, _ in script(spec, "source", "web"))
    moved = text.replace("/etc/", f"{root}/etc/")
    return subprocess.run(  # noqa: S603 - our own script
        ["/bin/bash", "-c", moved],
        env={"PATH": f"{root / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def test_an_instance_finds_what_it_uses_by_name_and_no_secret_value() -> None:
    spec = with_web(environment={"LOG_LEVEL": "info"}, secrets={"API_KEY": "shop/api-key"})

    assert [text for text, _ in environment(spec, "target", "web")] == [
        'AWS_REGION="eu-central-1"',
        'AWS_DEFAULT_REGION="eu-central-1"',
        'CATALOG_HOST="catalog.staging.streaming.internal"',
        'CATALOG_PORT="5432"',
        'CATALOG_NAME="catalog"',
        'CATALOG_SECRET="streaming/staging/catalog"',
        'MEDIA_BUCKET="streaming-staging-media-111122223333-eu-central-1"',
        'LOG_LEVEL="info"',
        'API_KEY="shop/api-key"',
    ]


@pytest.mark.parametrize(
    "value", ["plain", "it's", 'a "quoted" one', "$HOME `date` \\ !", "two\nlines", "END_OF_FILE"]
)
def test_any_value_reaches_the_users_script_unchanged(value: str, tmp_path: Path) -> None:
    spec = with_web(environment={"VALUE": value}, user_data='#!/bin/sh\nprintf %s "$VALUE"\n')

    done = run(spec, tmp_path)

    assert (done.stdout, done.stderr, done.returncode) == (value, "", 0)


def test_a_script_may_hold_the_word_that_ends_it(tmp_path: Path) -> None:
    text = (
        "#!/bin/bash\ncat <<'END_OF_FILE'\nhello\nEND_OF_FILE\n"
        "cat <<'END_OF_FILE_'\nyou\nEND_OF_FILE_\n"
    )

    done = run(with_web(user_data=text), tmp_path)

    assert (done.stdout, done.returncode) == ("hello\nyou\n", 0)


def test_a_failing_script_fails_the_start(tmp_path: Path) -> None:
    assert run(with_web(user_data="#!/bin/bash\nexit 3\n"), tmp_path).returncode == 3


@pytest.mark.parametrize(("codes", "code"), [("200", 200), ("202-299", 202), ("204,200", 204)])
def test_without_a_script_the_health_path_is_answered_on_its_port(
    codes: str, code: int, tmp_path: Path
) -> None:
    port, health_port = free_port(), free_port()
    check = {"path": "/health?deep=1", "port": health_port, "codes": codes}
    done = run(with_web(port=port, health_check=check), tmp_path)

    assert done.stdout == (
        "systemctl daemon-reload\nsystemctl enable --now stackferry-answer.service\n"
    )
    unit = (tmp_path / "etc/systemd/system/stackferry-answer.service").read_text()
    assert f"ExecStart=/usr/bin/python3 {tmp_path}/etc/stackferry/answer.py\n" in unit
    server = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(tmp_path / "etc/stackferry/answer.py")], stderr=subprocess.DEVNULL
    )
    try:
        assert answer(f"http://127.0.0.1:{health_port}/health?deep=1")[0] == code
        assert answer(f"http://127.0.0.1:{port}/") == (200, "web in us-east-1\n")
    finally:
        server.kill()
        server.wait()


def answer(url: str) -> tuple[int, str]:
    """Ask *url*, patiently: the server may still be starting."""
    deadline = time.monotonic() + 10
    while True:
        try:
            with urlopen(url, timeout=5) as response:  # noqa: S310 - on this machine
                return response.status, response.read().decode()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
