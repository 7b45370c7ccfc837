"""The extract of the registry, held against the schemas that cfn-lint has."""

from __future__ import annotations

import json

import pytest

from compiler.in_place import IN_PLACE
from compiler.prove import publish
from compiler.prove.registry import EXTRACT, registered_types, schema_date
from compiler.prove.rules import FOLLOWED, REFUSED, REWRITTEN
from tests.unit.prove.states import EXAMPLES, example


def test_the_extract_is_what_the_installed_schemas_say() -> None:
    assert EXTRACT.read_text(encoding="utf-8") == publish.text(), "run `make generated`"


def test_no_region_says_otherwise_of_a_type_that_is_emitted() -> None:
    files = (publish.schemas_folder() / "providers").glob("*.json")
    digests: dict[str, set[str]] = {}
    for file in files:
        providers = json.loads(file.read_text(encoding="utf-8"))
        for type_ in registered_types():
            if type_ in providers:
                digests.setdefault(type_, set()).add(providers[type_])
    told = {
        type_: {json.dumps(publish.extract_of(digest), sort_keys=True) for digest in known}
        for type_, known in digests.items()
    }

    assert {type_ for type_, ways in told.items() if len(ways) != 1} == set()
    assert told.keys() == registered_types().keys()


def test_it_has_every_type_of_the_examples() -> None:
    emitted = {
        body["Type"] for name in EXAMPLES for one in example(name) for _, body in one.resources()
    }

    assert emitted <= registered_types().keys()


def test_it_tells_the_day_of_its_schemas() -> None:
    assert schema_date() == "2026-10-20"


@pytest.mark.parametrize(
    ("type_", "name", "words"),
    [
        ("AWS::KMS::Key", "KeySpec", "the update request fails"),
        ("AWS::KMS::Key", "KeyUsage", "the update request fails"),
        ("AWS::KMS::Key", "MultiRegion", "the update request fails"),
        ("AWS::KMS::Key", "Origin", "You cannot change the origin after you create the KMS key"),
        ("AWS::SecretsManager::Secret", "GenerateSecretString", "a new secret version is created"),
        ("AWS::SecretsManager::Secret", "SecretString", "a new secret version is created"),
    ],
)
def test_what_the_registry_lists_too_little_of_is_said_in_its_words(
    type_: str, name: str, words: str
) -> None:
    schema = publish.schema(type_)

    assert words in schema["properties"][name]["description"]
    assert name in (REFUSED.get(type_, frozenset()) | REWRITTEN.get(type_, frozenset()))


def test_a_rule_decides_only_over_what_the_registry_leaves_open() -> None:
    for rules in (IN_PLACE, FOLLOWED):
        for type_, names in rules.items():
            listed = registered_types()[type_]
            open_ = {place[0] for place in listed.conditional_create_only}
            assert names <= open_
            assert not {(name,) for name in names} & listed.create_only
