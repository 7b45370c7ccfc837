"""The documents of the verbs: each has a schema, in which each key is described."""

from __future__ import annotations

import json
from dataclasses import dataclass

import click
import jsonschema  # type: ignore[import-untyped] # has no types of its own
import pytest

from compiler.cli.program import VERBS, program, run
from compiler.report.documents import DOCUMENTS, document_type, render
from compiler.report.documents.schema import fields_of, json_schema, parts


def verb(name: str) -> click.Command:
    found = program.get_command(click.Context(program), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_of_a_verb_that_has_the_option(name: str) -> None:
    command = verb(name)
    commands = list(command.commands.values()) if isinstance(command, click.Group) else [command]

    for one in commands:
        assert "--json" in [option for parameter in one.params for option in parameter.opts]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_schema_is_one_of_draft_2020_12_and_describes_every_key(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["schema", name]) == 0
    text = capsys.readouterr().out
    schema = json.loads(text)

    assert text == json_schema(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)
    objects = [schema, *(one for one in schema.get("$defs", {}).values() if "properties" in one)]
    assert len(objects) == len(parts(document_type(name)))
    for one in objects:
        assert one["description"].endswith(".")
        assert one["required"] == list(one["properties"])
        assert all(inner["description"].endswith(".") for inner in one["properties"].values())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_says_whose_it_is(name: str) -> None:
    properties = json.loads(json_schema(name))["properties"]

    assert properties["command"]["const"] == name
    assert properties["version"]["const"] == 1


def test_every_verb_prints_a_document_but_the_one_that_prints_schemas() -> None:
    assert [name for name in VERBS if name not in DOCUMENTS] == ["schema"]


def test_documents_stand_in_the_order_of_the_verbs() -> None:
    assert list(DOCUMENTS) == [name for name in VERBS if name in DOCUMENTS]


def test_a_verb_without_a_document_is_a_mistake_of_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["schema", "validat"]) == 2
    assert "Did you mean validate?" in capsys.readouterr().err


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """
    Described by half.

    Attributes:
        told: In two
            lines: with a colon.
    """

    told: str
    untold: str


def test_a_field_that_is_not_described_is_told() -> None:
    with pytest.raises(LookupError, match="Half does not describe untold"):
        fields_of(Half)


def test_what_json_does_not_know_is_our_mistake() -> None:
    with pytest.raises(TypeError, match="object"):
        render({"a": object()})
