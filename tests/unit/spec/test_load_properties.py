"""Whatever the bytes are, loading them ends with findings that lie inside of the text."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from spec.findings import Span
from spec.load import load

STREAMING = (Path(__file__).parents[3] / "spec/examples/media-streaming.yaml").read_text()

yaml_like = st.text(
    alphabet=st.sampled_from(list(" \n\t:-[]{}#&*!|>'\"%@,?.0189aénx\u202e\x1b\r~<="))
)
"""Texts of the characters that mean something to YAML."""


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Return the example with a few pieces cut out and replaced."""
    text = STREAMING
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(yaml_like) + text[end:]
    return text


def assert_spans_lie_inside(data: bytes) -> None:
    loaded = load(data, "shop.yaml")
    lines = loaded.source.lines
    for finding in loaded.findings:
        for where in (finding.where, *(where for where, _ in finding.related)):
            span = loaded.locate(where)
            assert isinstance(span, Span)
            assert 1 <= span.line <= span.end_line <= len(lines)
            assert 1 <= span.column <= len(lines[span.line - 1]) + 1
            assert 1 <= span.end_column <= len(lines[span.end_line - 1]) + 1
            assert (span.line, span.column) <= (span.end_line, span.end_column)
    if not loaded.findings:
        assert loaded.spec is not None


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"a: \xff")
@example(b"\xef\xbb\xbf")
def test_any_bytes_can_be_loaded(data: bytes) -> None:
    assert_spans_lie_inside(data)


@given(yaml_like)
@example("? ")
@example("- |\n x\n\n\n")
@example("a: |\n")
@example("&a a: *a")
def test_any_text_can_be_loaded(text: str) -> None:
    assert_spans_lie_inside(text.encode())


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(damaged())
def test_any_damage_to_a_spec_can_be_loaded(text: str) -> None:
    assert_spans_lie_inside(text.encode(errors="replace"))
