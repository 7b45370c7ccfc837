"""What the reader says about texts that it refuses: the findings SF101 to SF116, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.findings import Finding, Span
from spec.places import clamp

if TYPE_CHECKING:
    from spec.source import Source

_TO_THE_END = 1 << 30
"""A column behind every line's last; places are cut to their lines."""

_FINE = frozenset("\t\n")
"""Control characters that a value may get through an escape."""


def control(text: str) -> str | None:
    """Return the first control character of *text* that no value may have."""
    if text.isprintable():
        return None
    return next((c for c in text if (c < " " or "\x7f" <= c < "\xa0") and c not in _FINE), None)


_START = Span(line=1, column=1, end_line=1, end_column=1)
_LONGEST_QUOTE = 40


def shown(text: str) -> str:
    """Return *text* for a sentence: in quotes, escaped where it is not printable, not too long."""
    if len(text) > _LONGEST_QUOTE:
        text = f"{text[:_LONGEST_QUOTE]}…"
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return f'"{plain}"'


_SYNTAX: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        (
            "There is a second colon on a line that already is a key and its value, or the line is"
            " indented deeper than the one above allows."
        ),
        'Put the value in quotes if the colon belongs to it ("a: b"); else check the indentation.',
    ),
    (
        "did not find expected ',' or ']'",
        "The list in brackets is not closed, or a comma is missing in it.",
        "Close it with `]`, and separate its items with commas.",
    ),
    (
        "did not find expected ',' or '}'",
        "The mapping in braces is not closed, or a comma is missing in it.",
        "Close it with `}`, and separate its entries with commas.",
    ),
    (
        "found unexpected end of stream",
        "A quoted text is not closed: its last quote is missing.",
        "Add the closing quote.",
    ),
    (
        "could not find expected ':'",
        "This line is no `key: value`, though it stands where one is expected.",
        "Write a colon and a space after the key, or indent the line as a part of the value above.",
    ),
    (
        "did not find expected key",
        (
            "The line does not fit to the ones above: it is indented by another number of spaces,"
            " or something above it was not finished."
        ),
        "Indent all keys of one mapping by the same number of spaces.",
    ),
    (
        "did not find expected '-' indicator",
        "A list goes on here with something that is no `- item`.",
        "Begin each item of the list with `- `, all indented by the same number of spaces.",
    ),
    (
        "block sequence entries are not allowed",
        "A list item `- ` cannot begin here, on the same line as its key.",
        "Put the list on the lines below its key, or write it as `[a, b]`.",
    ),
    (
        "did not find expected node content",
        "A value is missing here: a bracket or brace is not closed, or a comma is too many.",
        "Close it, or write the value.",
    ),
    (
        "found unexpected ':'",
        (
            "Inside of brackets or braces a text with a colon needs quotes; a key there needs a"
            " colon and a space."
        ),
        'Put the text in quotes ("arn:aws:…"), or a space after the colon of the key.',
    ),
    (
        "found unknown escape character",
        'In double quotes a backslash begins an escape such as "\\n", and this is none.',
        "Write the text in single quotes, where a backslash is only a backslash.",
    ),
    (
        "found character that cannot start any token",
        "A value cannot begin with this character, which YAML keeps for itself.",
        "Put the value in quotes.",
    ),
)
"""The start of libyaml's message; what is wrong, in words of the user's file; the way out."""


_UNCLOSED = ("did not find expected ',' or", "found unexpected end of stream")
"""Problems that are at the beginning of the thing, not where reading stopped."""


def syntax(
    source: Source, problem: str | None, mark: tuple[int, int], start: tuple[int, int]
) -> Finding:
    """Say what keeps the text from being YAML; *mark* is where reading stopped."""
    for line in sorted({start[0], mark[0]}):
        if (tab := _tab_in_indentation(source, line)) is not None:
            return _tabs(source, tab)
    if "directive" in (problem or ""):
        return _directive_at(clamp(source.lines, (mark[0], 0, mark[0], _TO_THE_END)))
    where = clamp(source.lines, (*mark, mark[0], mark[1] + 1))
    related: tuple[tuple[Span, str], ...] = ()
    if start != mark and (problem or "").startswith(_UNCLOSED):
        related = ((where, "its end was still looked for here"),)
        where = clamp(source.lines, (*start, start[0], start[1] + 1))
    elif (problem or "").startswith("could not find expected ':'"):
        where = clamp(source.lines, (*start, start[0], _TO_THE_END))
    for known, detail, way_out in _SYNTAX:
        if (problem or "").startswith(known):
            return Finding(
                code="SF101", where=where, detail=detail, way_out=way_out, related=related
            )
    return Finding(
        code="SF101",
        where=where,
        detail=f"The text is no YAML from here on: {problem or 'it ends too early'}.",
        way_out="Check quotes, brackets and indentation on this line and the one above.",
        related=related,
    )


def _tab_in_indentation(source: Source, line: int) -> Span | None:
    indentation = _indentation(source.lines[min(line, len(source.lines) - 1)])
    if "\t" not in indentation:
        return None
    column = indentation.index("\t")
    return clamp(source.lines, (line, column, line, len(indentation)))


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _tabs(source: Source, first: Span) -> Finding:
    count = sum("\t" in _indentation(line) for line in source.lines)
    more = f" ({count} lines of the file are)" if count > 1 else ""
    return Finding(
        code="SF104",
        where=first,
        detail=(
            f"The line is indented with a tab{more}. YAML allows spaces only, since a tab is as"
            " wide as each editor likes."
        ),
        way_out="Replace each tab at the beginning of a line with spaces.",
    )


def empty() -> Finding:
    """Say that there is nothing in the file."""
    return Finding(
        code="SF114",
        where=_START,
        detail="The file holds no spec: it is empty, or everything in it is a comment.",
        way_out="Run `stackferry init` for a file that explains itself.",
    )


def no_mapping(where: Span, value: object) -> Finding:
    """Say that the file holds something else than keys with values."""
    what = "a list" if isinstance(value, tuple) else "a single value"
    return Finding(
        code="SF115",
        where=where,
        detail=f"The file holds {what}. A spec is a mapping: keys such as `version:` and `name:`.",
        way_out="Begin with `version: 1`; `stackferry init` writes a file that explains itself.",
    )


def second_document(where: Span) -> Finding:
    """Say that a second document begins."""
    return Finding(
        code="SF109",
        where=where,
        detail="A second YAML document begins here. A file holds one migration.",
        way_out="Put the second document into a file of its own, and give both files.",
    )


def directive(source: Source) -> Finding:
    """Say that there is a directive; the place is looked up, since events do not have it."""
    number = next((number for number, line in enumerate(source.lines) if line.startswith("%")), 0)
    return _directive_at(clamp(source.lines, (number, 0, number, _TO_THE_END)))


def _directive_at(where: Span) -> Finding:
    return Finding(
        code="SF108",
        where=where,
        detail=(
            "A line that begins with % is a directive to the YAML reader. stackferry always reads"
            " YAML 1.2, so there is nothing to direct."
        ),
        way_out="Remove the line, and the `---` below it.",
    )


def tag(where: Span, name: str) -> Finding:
    """Say that a value has a tag."""
    return Finding(
        code="SF107",
        where=where,
        detail=(
            f"The value has the tag {shown(name.replace('tag:yaml.org,2002:', '!!'))}. Tags make"
            " objects of values (CloudFormation's `!Ref`, Python's `!!python/object`); a spec has"
            " plain values only."
        ),
        way_out="Write the plain value. For a text, put it in quotes.",
    )


def merge_key(where: Span) -> Finding:
    """Say that a merge key is used."""
    return Finding(
        code="SF106",
        where=where,
        detail=(
            "`<<` merges another mapping into this one. YAML 1.2 has no such key, and what a"
            " component has would stand in two places."
        ),
        way_out="Write the keys out; for one value, an alias (`storage_gib: *size`) is fine.",
    )


def duplicate_key(where: Span, key: str, first: Span) -> Finding:
    """Say that a key is there twice."""
    return Finding(
        code="SF105",
        where=where,
        detail=(
            f"The key {shown(key)} is already in this mapping. Many YAML readers keep the last one"
            " and drop the first in silence."
        ),
        way_out="Remove one of the two, or give it another name.",
        related=((first, "first written here"),),
    )


def no_string_key(where: Span, text: str) -> Finding:
    """Say that a key is no text; *text* is the key as written, empty where it is no scalar."""
    if not text:
        return Finding(
            code="SF113",
            where=where,
            detail="The key here is empty, or a list or mapping. Keys are texts.",
            way_out="Write a text as the key.",
        )
    return Finding(
        code="SF113",
        where=where,
        detail=f"YAML reads the key {text[:_LONGEST_QUOTE]} as something else than a text.",
        way_out=f"Put it in quotes: {shown(text)}.",
    )


def long_number(where: Span, text: str) -> Finding:
    """Say that a number has more digits than any number in a spec."""
    return Finding(
        code="SF112",
        where=where,
        detail=(
            f"YAML reads this as a number of {len(text)} characters. No number in a spec is that"
            " large, and its last digits could be lost."
        ),
        way_out="If it is an id or a name, put it in quotes; else write a smaller number.",
    )


def escaped_control(where: Span, text: str) -> Finding:
    """Say that an escape makes a control character."""
    code = ord(control(text) or "\0")
    return Finding(
        code="SF103",
        where=where,
        detail=(
            f"An escape in this text makes a U+{code:04X}, a control character that no name or"
            " value in AWS can hold and that can make a terminal show something else."
        ),
        way_out="Remove the escape.",
    )


def too_deep(where: Span, limit: int) -> Finding:
    """Say that collections are nested too deeply."""
    return Finding(
        code="SF110",
        where=where,
        detail=f"More than {limit} lists and mappings are nested into each other here.",
        way_out="Check for brackets that are never closed; a spec is seven levels deep.",
    )


def too_much(where: Span) -> Finding:
    """Say that reading stops, because nothing after *where* can help any more."""
    return Finding(
        code="SF111",
        where=where,
        detail=(
            "The file is not read any further from here: it holds more values, or more mistakes,"
            " than any spec does."
        ),
        way_out="Give the file with the spec; or correct what is reported above, and see the rest.",
    )


def bad_alias(where: Span, name: str, *, is_inside: bool) -> Finding:
    """Say that an alias means nothing, or what it stands in."""
    if is_inside:
        detail = f"The alias *{name} stands inside of what it refers to, so it would never end."
    else:
        detail = f"The alias *{name} refers to an anchor &{name} that is not written above it."
    return Finding(
        code="SF116",
        where=where,
        detail=detail,
        way_out="Write the value out; where a text begins with *, put it in quotes.",
    )


def exploding_alias(where: Span, limit: int) -> Finding:
    """Say that aliases of aliases make the file much larger than it looks."""
    return Finding(
        code="SF116",
        where=where,
        detail=(
            f"With this alias, aliases stand for more than {limit:,} values. Aliases of aliases"
            " multiply, and a small file can fill the memory that way."
        ),
        way_out="Write the values out where they are needed.",
    )
