from __future__ import annotations

import _ruamel_yaml  # type: ignore[import-not-found] # compiled, without types
import pytest
from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined] # imported there to be taken

import spec.tree
from spec.decoding import MAX_BYTES
from spec.findings import Finding, Span, at, key_at
from spec.tree import MAX_EVENTS, MAX_REFUSALS, LocatedTree, read


def tree_of(text: str) -> LocatedTree:
    reading = read(text.encode(), "shop.yaml")
    assert reading.findings == ()
    assert reading.tree is not None
    return reading.tree


def findings_of(data: bytes | str) -> tuple[Finding, ...]:
    return read(data.encode() if isinstance(data, str) else data, "shop.yaml").findings


def places_of(data: bytes | str) -> list[tuple[str, object]]:
    return [(finding.code, finding.where) for finding in findings_of(data)]


def span(line: int, column: int, end_column: int, end_line: int | None = None) -> Span:
    return Span(line=line, column=column, end_line=end_line or line, end_column=end_column)


def test_the_parser_is_the_one_written_in_c() -> None:
    assert spec.tree.CParser is CParser  # type: ignore[attr-defined] # looked up, not imported
    assert _ruamel_yaml.__file__.endswith((".so", ".pyd"))
    assert CParser is _ruamel_yaml.CParser


def test_values_are_those_of_yaml_1_2_with_tuples_for_sequences() -> None:
    assert tree_of("""
        a: {yes: yes, no: NO, on: on, t: true, f: FALSE, empty: , tilde: ~, n: null}
        b: [1, 0o17, 0x1F, -3, +4, 1_000, 012, "12:30", 16.10, 1e3, .5]
        c: ['1', "true", !!str 5]
        d: |
          x
          y
        e: 2026-11-24
        f: 12:30:45
    """).root == {
        "a": {
            "yes": "yes",
            "no": "NO",
            "on": "on",
            "t": True,
            "f": False,
            "empty": None,
            "tilde": None,
            "n": None,
        },
        "b": (1, 15, 31, -3, 4, "1_000", 12, "12:30", 16.1, 1000.0, 0.5),
        "c": ("1", "true", "5"),
        "d": "x\ny\n",
        "e": "2026-11-24",
        "f": "12:30:45",
    }


def test_the_same_text_gives_the_same_tree() -> None:
    text = "a: {b: [1, 2]}\nc: d\n"
    assert tree_of(text) == tree_of(text)


def test_values_and_keys_have_their_own_places() -> None:
    tree = tree_of("vpc: {cidr: 10.0.0.0/16, zones: [a, bb]}\n")

    assert tree.locate(at("vpc", "cidr")) == span(1, 13, 24)
    assert tree.locate(key_at("vpc", "cidr")) == span(1, 7, 11)
    assert tree.locate(at("vpc", "zones", 1)) == span(1, 37, 39)
    assert tree.locate(at("vpc")) == span(1, 6, 41)


def test_a_collection_below_its_key_stands_at_the_key() -> None:
    tree = tree_of("databases:\n  orders:\n    port: 1\n")

    assert tree.locate(at("databases", "orders")) == span(2, 3, 9)


def test_an_empty_value_stands_at_its_key() -> None:
    assert tree_of("a: 1\nbuckets:\n").locate(at("buckets")) == span(2, 1, 8)


def test_what_is_not_written_stands_at_its_nearest_written_ancestor() -> None:
    tree = tree_of("vpc: {cidr: x}\n")

    assert tree.locate(at("vpc", "nat")) == span(1, 1, 4)
    assert tree.locate(at("vpc", "cidr", "deeper", 3)) == span(1, 7, 11)
    assert tree.locate(at("cdn", "default")) == span(1, 1, 4)


def test_the_whole_spec_stands_at_its_first_key() -> None:
    assert tree_of("# comment\n\nname: shop\n").locate(at()) == span(3, 1, 5)


def test_a_block_text_ends_with_its_last_line() -> None:
    tree = tree_of("user_data: |\n  #!/bin/sh\n  true\n\nport: 1\n")

    assert tree.locate(at("user_data")) == span(1, 12, 7, end_line=3)


def test_an_alias_has_its_own_place_and_its_content_that_of_the_anchor() -> None:
    tree = tree_of("a: &x {b: 1}\nc: *x\n")

    assert tree.root == {"a": {"b": 1}, "c": {"b": 1}}
    assert tree.locate(at("c")) == span(2, 4, 6)
    assert tree.locate(at("c", "b")) == span(1, 11, 12)


def test_columns_count_characters() -> None:
    assert tree_of('日本: {é: "ü"}\n').locate(at("日本", "é")) == span(1, 9, 12)


def test_a_scalar_is_known_as_it_was_written() -> None:
    tree = tree_of("account: 012\nversion: 16.10\nname: 'x'\n")

    assert tree.as_written(("account",)) == "012"
    assert tree.as_written(("version",)) == "16.10"
    assert tree.as_written(("name",)) == "'x'"


def test_a_value_that_is_not_written_is_a_lookup_error() -> None:
    tree = tree_of("a: [1]\n")

    for path in (("b",), ("a", 1), ("a", "x"), ("a", 0, "y")):
        with pytest.raises(LookupError):
            tree.value(path)
        assert not tree.is_written(path)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_are_counted_for_every_line_break_of_yaml(line_break: str) -> None:
    text = f"a: 1{line_break}b: 2{line_break}c: 3{line_break}"

    assert tree_of(text).locate(at("c")) == span(3, 4, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1, 2", ("SF101", span(1, 4, 5))),
        ("a: 1\nb: {c: 2\nd: 3", ("SF101", span(2, 4, 5))),
        ("a: 'x\nb: 1", ("SF101", span(1, 4, 5))),
        ("a: b: c", ("SF101", span(1, 5, 6))),
        ("a: 1\nbcd\nd: 1\n", ("SF101", span(2, 1, 4))),
        ("a: @x", ("SF101", span(1, 4, 5))),
        ('a: "\\q"', ("SF101", span(1, 5, 6))),
        ("a: [b:c]", ("SF101", span(1, 6, 7))),
        ("a: - b", ("SF101", span(1, 4, 5))),
        ("a:\n\tb: 1\n\tc: 1", ("SF104", span(2, 1, 2))),
        ("%YAML 1.2\n---\na: 1", ("SF108", span(1, 1, 10))),
        ("%TAG ! tag:x,2000:\n---\na: 1", ("SF108", span(1, 1, 19))),
        ("%FOO\n---\na: 1", ("SF108", span(1, 1, 5))),
        ("a: 1\n---\nb: 2\n---\n", ("SF109", span(2, 1, 4))),
        ("[" * 200, ("SF110", span(1, 101, 102))),
        ("- " * 200, ("SF110", span(1, 201, 201))),
        ("", ("SF114", span(1, 1, 1))),
        ("# a: 1\n", ("SF114", span(1, 1, 1))),
        ("---\n...\n", ("SF114", span(1, 1, 1))),
        ("- a\n", ("SF115", span(1, 1, 4))),
        ("shop", ("SF115", span(1, 1, 5))),
        ("null", ("SF115", span(1, 1, 5))),
        ("a: *x", ("SF116", span(1, 4, 6))),
        ("a: &a [*a]", ("SF116", span(1, 8, 10))),
    ],
)
def test_a_text_that_makes_no_spec_is_one_finding(text: str, expected: tuple[str, Span]) -> None:
    reading = read(text.encode(), "shop.yaml")

    assert [(finding.code, finding.where) for finding in reading.findings] == [expected]
    assert reading.tree is None or expected[0] == "SF108"


def test_a_bracket_that_is_never_closed_is_shown_with_the_place_where_reading_stopped() -> None:
    (finding,) = findings_of("a: [1\nb: 2\n")

    assert finding.related == ((span(2, 2, 3), "its end was still looked for here"),)


def test_tabs_are_counted() -> None:
    (finding,) = findings_of("a:\n\tb: 1\n\tc: 1\n")

    assert "2 lines of the file are" in finding.detail


def test_a_tab_inside_of_a_text_is_fine() -> None:
    assert tree_of("a: |\n  x\ty\n").root == {"a": "x\ty\n"}


def test_refusals_do_not_hide_each_other() -> None:
    text = "a: {b: 1, b: 2}\nc: !Ref x\n5: x\nd: 99999999999999999999\n? [k]\n: v\ne: fine\n"
    reading = read(text.encode(), "shop.yaml")

    assert [finding.code for finding in reading.findings] == [
        "SF105",
        "SF107",
        "SF113",
        "SF112",
        "SF113",
    ]
    assert reading.tree is not None
    assert reading.tree.root == {
        "a": {"b": 1},
        "c": "x",
        "5": "x",
        "d": "99999999999999999999",
        "e": "fine",
    }
    assert reading.tree.broken == {("c",), ("5",), ("d",)}


def test_a_key_that_is_there_twice_names_the_first_one() -> None:
    (finding,) = findings_of("a: 1\nb: 2\na: 3\n")

    assert finding.where == span(3, 1, 2)
    assert finding.related == ((span(1, 1, 2), "first written here"),)


def test_what_a_merge_key_brings_is_not_missing() -> None:
    reading = read(b"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {<<: [*a], z: 4}\n", "shop.yaml")

    assert [finding.code for finding in reading.findings] == ["SF106", "SF106"]
    assert reading.tree is not None
    assert reading.tree.root["b"] == {"y": 3, "x": 1}


def test_aliases_of_aliases_are_refused_before_they_fill_the_memory() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]

    assert [code for code, _ in places_of("\n".join(lines))] == ["SF116"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_named(encoding: str) -> None:
    assert places_of("name: shop\n".encode(encoding)) == [("SF102", span(1, 1, 1))]


def test_a_latin_1_byte_is_found_at_its_character() -> None:
    assert places_of("a: é\nb: caf\u00e9\n".encode("latin-1")) == [("SF102", span(1, 4, 5))]


def test_a_byte_order_mark_does_not_move_the_columns() -> None:
    reading = read(b"\xef\xbb\xbfname: shop\n", "shop.yaml")

    assert [(found.code, found.where) for found in reading.findings] == [("SF102", span(1, 1, 1))]
    assert reading.tree is not None
    assert reading.tree.locate(at("name")) == span(1, 7, 11)


@pytest.mark.parametrize(
    "character", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff", "\ufffe"]
)
def test_a_control_character_is_found_where_it_is(character: str) -> None:
    assert places_of(f"name: shop\ntag: x{character}y\n") == [("SF103", span(2, 7, 8))]


def test_a_control_character_by_escape_is_found_in_values_and_keys() -> None:
    assert places_of('a: "\\e[31m"\n"\\x07": b\n') == [
        ("SF103", span(1, 4, 12)),
        ("SF103", span(2, 1, 7)),
    ]


def test_a_binary_file_is_not_one_finding_per_byte() -> None:
    assert len(findings_of(b"\x01" * 10_000)) == 20


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    assert places_of(b"a: 1\n" * (MAX_BYTES // 5 + 1)) == [("SF111", span(1, 1, 1))]


@pytest.mark.parametrize("number", ["9" * 5000, "1e999", "0x" + "f" * 20, "-" + "1" * 19])
def test_a_huge_number_is_refused_before_it_is_computed(number: str) -> None:
    assert places_of(f"a: {number}") == [("SF112", span(1, 4, 4 + len(number)))]


def test_a_file_of_too_many_values_is_not_read_to_its_end() -> None:
    (finding,) = findings_of("a: [" + "b," * MAX_EVENTS + "b]")

    assert finding.code == "SF111"
    assert isinstance(finding.where, Span)
    assert finding.where.line == 1


def test_a_file_of_too_many_mistakes_is_not_read_to_its_end() -> None:
    findings = findings_of("a: 1\n" * (MAX_REFUSALS + 50))

    assert [finding.code for finding in findings] == ["SF105"] * MAX_REFUSALS + ["SF111"]
