"""Tests of what changes from phase to phase in a whole migration."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from compiler.phases import ORDER
from compiler.pipeline import compile_migration
from spec.load import load
from tests.unit.compiler.components.media import media

if TYPE_CHECKING:
    from compiler.emit import Emitted
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName

EXAMPLES = [path.stem for path in sorted(Path("spec/examples").glob("*.yaml"))]


@cache
def compiled(name: str) -> Emitted:
    path = Path(f"spec/examples/{name}.yaml")
    loaded = load(path.read_bytes(), path.name)
    assert loaded.spec is not None, loaded.findings
    found = compile_migration(loaded.spec, path.name)
    assert found.emitted is not None, found.findings
    return found.emitted


def at(name: str, phase: PhaseName) -> Manifest:
    return compiled(name).itinerary.at(phase)


def changed(name: str, before: PhaseName, after: PhaseName) -> dict[str, list[str]]:
    """Return the stacks that come, change and go; of two sides in one region, by their ids."""
    old, new = (
        {stack.id: stack.file for stack in at(name, phase).stacks} for phase in (before, after)
    )
    found = {
        "come": sorted(new.keys() - old.keys()),
        "change": sorted(id_ for id_ in new.keys() & old.keys() if new[id_] != old[id_]),
        "go": sorted(old.keys() - new.keys()),
    }
    return {word: ids for word, ids in found.items() if ids}


def test_each_transition_touches_what_it_must_and_while_nobody_is_served_next_to_nothing() -> None:
    assert {
        after: changed("media-streaming", before, after) for before, after in pairwise(ORDER)
    } == {
        "replicate": {
            "come": [
                "eu-central-1/database-catalog",
                "eu-central-1/database-catalog-endpoint",
                "eu-central-1/load-balancer",
                "eu-central-1/service-web",
            ],
            "change": [
                "eu-central-1/access",
                "eu-central-1/alarms",
                "eu-central-1/phase",
                "us-east-1/alarms",
                "us-east-1/bucket-media",
                "us-east-1/dns",
            ],
        },
        "warm": {
            "change": [
                "eu-central-1/phase",
                "eu-central-1/service-web",
                "us-east-1/service-web",
            ]
        },
        "fence": {"change": ["eu-central-1/phase", "us-east-1/access"]},
        "promote": {
            "change": ["eu-central-1/alarms", "eu-central-1/database-catalog", "eu-central-1/phase"]
        },
        "switch": {
            "change": [
                "eu-central-1/access",
                "eu-central-1/phase",
                "us-east-1/dns",
                "us-east-1/private-dns",
            ]
        },
        "settle": {
            "change": [
                "eu-central-1/access",
                "eu-central-1/alarms",
                "eu-central-1/bucket-media",
                "eu-central-1/database-catalog",
                "eu-central-1/keys",
                "eu-central-1/phase",
                "eu-central-1/service-web",
                "us-east-1/alarms",
                "us-east-1/bucket-media",
                "us-east-1/cdn",
                "us-east-1/keys",
                "us-east-1/service-web",
            ]
        },
        "unprotect": {"change": ["eu-central-1/phase", "us-east-1/database-catalog"]},
        "retire": {
            "change": [
                "eu-central-1/access",
                "eu-central-1/alarms",
                "eu-central-1/bucket-media",
                "eu-central-1/keys",
                "eu-central-1/phase",
                "eu-central-1/secrets",
                "eu-central-1/service-web",
                "us-east-1/dns",
                "us-east-1/private-dns",
            ],
            "go": [
                "eu-central-1/peering-routes",
                "us-east-1/access",
                "us-east-1/alarms",
                "us-east-1/bucket-media",
                "us-east-1/database-catalog",
                "us-east-1/database-catalog-endpoint",
                "us-east-1/database-catalog-groups",
                "us-east-1/keys",
                "us-east-1/load-balancer",
                "us-east-1/logs",
                "us-east-1/network",
                "us-east-1/peering",
                "us-east-1/peering-routes",
                "us-east-1/service-web",
            ],
        },
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_action_waits_for_stacks_that_there_are_and_comes_before_it_is_told(name: str) -> None:
    ids: set[str] = set()
    for phase in ORDER:
        manifest = at(name, phase)
        before, ids = ids, {stack.id for stack in manifest.stacks}
        (told,) = (stack.id for stack in manifest.stacks if stack.name == "phase")
        for action in manifest.actions:
            assert set(action.after) <= ids
            assert set(action.before) <= ids | before
            assert told in action.before


@pytest.mark.parametrize("name", EXAMPLES)
def test_questions_and_actions_have_names_of_their_own(name: str) -> None:
    for phase in ORDER:
        manifest = at(name, phase)
        for tasks in (manifest.actions, manifest.gates):
            names = [(task.kind, task.side, task.key) for task in tasks]
            assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_transition_exchanges_instances(name: str) -> None:
    forms: dict[str, list[Any]] = {}
    for stack in compiled(name).itinerary.stacks:
        if stack.name.startswith("service-"):
            template = json.loads(compiled(name).files[stack.file])
            forms.setdefault(stack.id, []).append(template["Resources"]["LaunchTemplate"])

    assert forms
    for templates in forms.values():
        assert all(template == templates[0] for template in templates)


def test_without_a_zone_the_distribution_moves_with_the_switch() -> None:
    spec = media(dns=None)
    found = compile_migration(spec, "spec.yaml")
    assert found.emitted is not None, found.findings
    files = [
        {stack.name: stack.file for stack in found.emitted.itinerary.at(phase).stacks}["cdn"]
        for phase in ORDER
    ]

    assert [file.split(".")[-2] for file in files] == [
        *["prepare"] * 5,
        "switch",
        *["settle"] * 3,
    ]
