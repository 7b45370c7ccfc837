"""Bytes to text: what no reader of YAML should have to guess about."""

from __future__ import annotations

import codecs
import re
from functools import cache

from spec.findings import Finding, Span
from spec.source import Source, span_of

MAX_BYTES = 5 * 1024 * 1024
"""Largest file that is looked at; a spec of a thousand components has a tenth of it."""

_MOST_CONTROLS = 20
"""Findings about single characters; a binary file needs no more of them."""

_HARMLESS = bytes({9, 10, 13, *range(0x20, 0x7F)})
"""The bytes of which nearly every spec consists: nothing else needs to be looked at."""


@cache
def _control() -> re.Pattern[str]:
    """Match control characters, and others that move, hide or break the text around them unseen."""
    return re.compile(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e"
        "\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
    )


_START = Span(line=1, column=1, end_line=1, end_column=1)


def decode(data: bytes, name: str) -> tuple[Source, tuple[Finding, ...], bool]:
    """
    Return the text of *data*, and what is wrong with it before it is YAML at all.

    Returns:
        The text, the findings, and whether the text can be read as YAML all the same.
    """
    if len(data) > MAX_BYTES:
        finding = Finding(
            code="SF111",
            where=_START,
            detail=(
                f"The file is larger than {MAX_BYTES:,} bytes, the most that stackferry reads. A"
                " spec of a thousand components is a tenth of that; this is probably another file."
            ),
            way_out="Give the file with the spec, or split the migration into several specs.",
        )
        return Source(name=name, text=""), (finding,), False
    for mark, encoding in _OTHER_MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
            finding = _encoding(f"The file is {encoding.upper()}.")
            return Source(name=name, text=text), (finding,), False
    findings: list[Finding] = []
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        findings.append(_byte_order_mark())
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text = data.decode(errors="replace")
        findings.append(_no_utf8(data, error, text))
    controls = _controls(text) if data.translate(None, _HARMLESS) else ()
    return Source(name=name, text=text), (*findings, *controls), not controls


_OTHER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Marks of other encodings; UTF-32's first, since one of them begins like one of UTF-16."""


def _encoding(what: str, where: Span = _START) -> Finding:
    return Finding(
        code="SF102",
        where=where,
        detail=f"{what} A spec is UTF-8, so that it means the same on every machine.",
        way_out='Save it as UTF-8 (in an editor: "Save with encoding", UTF-8 without BOM).',
    )


def _byte_order_mark() -> Finding:
    return Finding(
        code="SF102",
        where=_START,
        detail=(
            "The file begins with a byte order mark, three bytes that no editor shows and that many"
            " tools take for a part of the first key."
        ),
        way_out='Save it as UTF-8 without BOM (in an editor: "Save with encoding").',
    )


def _no_utf8(data: bytes, error: UnicodeDecodeError, text: str) -> Finding:
    start = len(data[: error.start].decode())
    byte = data[error.start]
    return _encoding(
        f"Byte 0x{byte:02x} here is no UTF-8; the file may be Latin-1 or Windows-1252.",
        span_of(text, start, start + 1),
    )


def _controls(text: str) -> tuple[Finding, ...]:
    if text[:200].count("\0") > len(text[:200]) // 4:
        return (_encoding("The file looks like UTF-16 without a byte order mark."),)
    found: list[Finding] = []
    for match in _control().finditer(text):
        if len(found) == _MOST_CONTROLS:
            break
        found.append(
            Finding(
                code="SF103",
                where=span_of(text, match.start(), match.end()),
                detail=(
                    f"There is a U+{ord(match[0]):04X} here, a character that is not seen and can"
                    " make a file or a terminal show something else than what is read."
                ),
                way_out="Delete it; where the value needs it, keep the value outside of the spec.",
            )
        )
    return tuple(found)
