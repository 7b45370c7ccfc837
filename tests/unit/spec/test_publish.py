from __future__ import annotations

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped] # has no types of its own
import pytest

from spec.load import load
from spec.publish import published
from spec.schema import json_schema
from spec.shape import with_tuples
from spec.starter import starter
from spec.tree import read

ROOM = Path(__file__).parents[3] / "spec"
SCHEMA = json.loads(json_schema())


def as_json(data: bytes) -> object:
    tree = read(data, "").tree
    assert tree is not None
    return json.loads(json.dumps(tree.root))


@pytest.mark.parametrize("name", ["SPEC.md", "stackferry.schema.json"])
def test_what_is_generated_is_up_to_date(name: str) -> None:
    content = {path.name: content for path, content in published().items()}

    assert (ROOM / name).read_bytes() == content[name], "run `python -m spec.publish`"


def test_the_schema_is_one_of_draft_2020_12() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", sorted((ROOM / "examples").glob("*.yaml")), ids=lambda p: p.stem)
def test_the_examples_obey_the_schema(path: Path) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(as_json(path.read_bytes()))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", 2),
        ("name", "Shop"),
        ("foo", 1),
        ("buckets", {"media": {"versioning": "yes"}}),
        ("buckets", {"Media": {}}),
        ("buckets", {"media": {"replication": True}}),
        ("databases", {"orders": {"engine": "postgres"}}),
    ],
)
def test_the_schema_refuses_what_the_models_refuse(key: str, value: object) -> None:
    spec = as_json(starter().encode())
    assert isinstance(spec, dict)

    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid({**spec, key: value})


def test_units_are_told_where_an_editor_shows_them() -> None:
    properties = SCHEMA["$defs"]["Database"]["properties"]

    assert properties["storage_gib"] == {
        "description": "Allocated storage; a replica has that of its source. Unit: GiB.",
        "examples": [100],
        "type": "integer",
    }


def test_the_file_to_begin_with_has_nothing_to_be_said_about() -> None:
    loaded = load(starter().encode(), "migration.yaml")

    assert loaded.findings == ()
    assert loaded.spec is not None


def test_each_option_in_the_file_to_begin_with_is_valid_once_it_is_one() -> None:
    lines = starter().splitlines()
    options = [
        number
        for number, line in enumerate(lines)
        if (text := line.strip()).startswith("# ")
        and text[2:].split(":")[0].replace("_", "").isidentifier()
        and ": " in text
        and text[2].islower()
        and line.startswith((" ", "# peering"))
    ]
    assert len(options) > 15

    for number in options:
        line = lines[number]
        indentation = line[: line.index("#")] or "  "
        key = line.strip()[2:].split(":")[0]
        option = indentation + line.strip()[2:]
        if key in {"public", "subnets"}:
            continue
        uncommented = [
            option if place == number else other
            for place, other in enumerate(lines)
            if place == number or not other.startswith(f"{indentation}{key}:")
        ]
        loaded = load("\n".join(uncommented).encode(), "migration.yaml")
        structure = [found for found in loaded.findings if found.code < "SF2"]
        assert structure == [], option


def test_sequences_are_tuples_however_deep() -> None:
    assert with_tuples({"a": [1, [2, {"b": [3]}]]}) == {"a": (1, (2, {"b": (3,)}))}
