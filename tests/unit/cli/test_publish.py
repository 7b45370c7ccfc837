"""The page about commands, documents and exit codes."""

from __future__ import annotations

import re

from compiler.cli import program, publish
from compiler.cli.program import VERBS
from compiler.deploy import exit_codes
from compiler.report.documents import DOCUMENTS, document_type
from compiler.report.documents.schema import parts


def test_the_page_is_up_to_date() -> None:
    assert publish.PAGE.read_text(encoding="utf-8") == publish.page(), "run `make generated`"


def test_every_command_and_every_document_is_on_it() -> None:
    text = publish.page()

    assert re.findall(r"^\| `stackferry ([a-z-]+)` \|", text, re.MULTILINE) == list(VERBS)
    assert re.findall(r"^## stackferry (\S+)$", text, re.MULTILINE) == list(DOCUMENTS)
    for verb in DOCUMENTS:
        assert f'<a id="stackferry-{verb}"></a>' in text
        for part in parts(document_type(verb))[1:]:
            assert text.count(f'<a id="{part.__name__.lower()}"></a>') == 1


def test_every_exit_code_that_a_command_can_have_is_explained() -> None:
    known = {
        value
        for module in (program, exit_codes)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int)
    }

    assert set(publish.EXIT_CODES) == known
