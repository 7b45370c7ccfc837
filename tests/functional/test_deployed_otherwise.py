"""Each verb, as it is typed with another --via than the migration was deployed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.cli.program import run
from compiler.sandbox.embedded import embedded
from tests.functional.standing import compiled_in, provided

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "templates_out/hello-trial"
VERBS = {
    "plan": ("plan", FOLDER),
    "plan of a way": ("plan", FOLDER, "--to", "replicate"),
    "deploy": ("deploy", FOLDER, "--yes"),
    "deploy of a way": ("deploy", FOLDER, "--to", "replicate", "--yes"),
    "destroy": ("destroy", FOLDER, "--yes", "--name", "hello-trial"),
    "status": ("status", FOLDER),
    "drift": ("drift", FOLDER),
    "outputs": ("outputs", FOLDER),
    "recover": ("recover", FOLDER),
    "prove": ("prove", FOLDER, "--deployed"),
    "rollback": ("rollback", FOLDER, "--yes"),
    "cutover": ("cutover", FOLDER, "--yes"),
    "retire": ("retire", FOLDER),
}


@pytest.fixture(name="in_plain_stacks", scope="module")
def _in_plain_stacks() -> Iterator[None]:
    compiled = compiled_in("hello-trial")
    with embedded(account=compiled.manifest.target_account) as sandbox:
        provided(sandbox, compiled)
        assert run(["deploy", FOLDER, "--yes", "--via", "stacks"]) == 0
        yield


@pytest.mark.usefixtures("in_plain_stacks")
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_that_finds_nothing_names_the_way_that_does(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(list(VERBS[verb])) == 1

    told = capsys.readouterr()
    assert "error[SF565]: Deployed the other way\n" in told.out + told.err
    assert "Run the same with --via stacks." in told.out + told.err
