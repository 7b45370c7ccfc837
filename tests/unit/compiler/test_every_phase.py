"""Tests of whole migrations in every phase: all of them link, and hold what the phases promise."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from compiler.manifest import FromOutput
from compiler.phases import ORDER
from compiler.pipeline import compile_migration, compile_spec
from spec.load import load
from spec.model import Spec
from tests.unit.compiler.components.media import MEDIA, side

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.emit import Emitted
    from compiler.manifest import Manifest, Stack
    from compiler.phases import PhaseName

EXAMPLES = {path.stem: path for path in sorted(Path("spec/examples").glob("*.yaml"))}

TWO_ACCOUNTS = {
    **MEDIA,
    "accounts": {
        "source": "111122223333",
        "target": "444455556666",
        "peering_role": "arn:aws:iam::444455556666:role/AcceptPeering",
    },
    "databases": {},
    "services": {"web": {**MEDIA["services"]["web"], "uses": ["media"]}},
}

VARIATIONS: Mapping[str, Mapping[str, Any]] = {
    "another generation": {
        **MEDIA,
        "databases": {"catalog": {**MEDIA["databases"]["catalog"], "generation": 2}},
    },
    "buckets behind the cdn only": {
        **MEDIA,
        "databases": {},
        "services": {},
        "cdn": {"default": "media"},
        "buckets": {"media": {"on_retire": "empty"}},
    },
    "databases only": {
        **MEDIA,
        "buckets": {},
        "services": {},
        "cdn": None,
        "dns": None,
        "alarms": None,
    },
    "two accounts": TWO_ACCOUNTS,
    "two accounts, all behind the cdn": {
        **TWO_ACCOUNTS,
        "cdn": {"default": "web", "paths": {"/static/*": "media"}},
        "dns": None,
    },
    "no cdn": {**MEDIA, "cdn": None},
    "china": {
        **MEDIA,
        "source": side("cn-north-1", "10.0.0.0/16"),
        "target": side("cn-northwest-1", "10.1.0.0/16"),
        "cdn": None,
    },
}


def specs(name: str) -> Spec:
    if name in VARIATIONS:
        return Spec.model_validate(VARIATIONS[name], strict=False)
    loaded = load(EXAMPLES[name].read_bytes(), EXAMPLES[name].name)
    assert loaded.spec is not None, loaded.findings
    return loaded.spec


@cache
def compiled(name: str) -> Emitted:
    found = compile_migration(specs(name), "spec.yaml")
    assert found.findings == ()
    assert found.emitted is not None
    return found.emitted


def at(name: str, phase: PhaseName) -> Manifest:
    return compiled(name).itinerary.at(phase)


def template(name: str, stack: Stack) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(compiled(name).files[stack.file])
    return found


def databases(name: str, phase: PhaseName) -> Iterator[Stack]:
    """Yield the stacks of the target's instances."""
    for stack in at(name, phase).stacks:
        if stack.side == "target" and "Database" in stack.stateful:
            yield stack


EVERY = [*EXAMPLES, *VARIATIONS]


@pytest.mark.parametrize("name", EVERY)
def test_every_phase_links_without_findings(name: str) -> None:
    assert compiled(name).itinerary.phases == ORDER


@pytest.mark.parametrize("phase", ORDER)
def test_a_phase_compiles_on_its_own_to_what_it_is_among_the_others(phase: PhaseName) -> None:
    alone = compile_spec(specs("minimal"), "spec.yaml", phase)

    assert alone.findings == ()
    assert alone.emitted is not None
    assert texts(alone.emitted, phase) == texts(compiled("minimal"), phase)


def texts(emitted: Emitted, phase: PhaseName) -> dict[str, bytes]:
    """Return each template of *phase* by the id of its stack."""
    return {stack.id: emitted.files[stack.file] for stack in emitted.itinerary.at(phase).stacks}


@pytest.mark.parametrize("name", EVERY)
def test_the_promoted_form_lacks_its_source_and_has_everything_else(name: str) -> None:
    before = {stack.id: stack for stack in databases(name, "fence")}
    after = {stack.id: stack for stack in databases(name, "promote")}

    assert before.keys() == after.keys()
    for stack_id, promoted in after.items():
        replica = template(name, before[stack_id])
        del replica["Resources"]["Database"]["Properties"]["SourceDBInstanceIdentifier"]
        assert template(name, promoted) == replica
        assert (promoted.phase, promoted.keeps_tags) == ("promote", True)
        assert promoted.parameters == before[stack_id].parameters
    assert [*databases(name, "switch")] == [*databases(name, "promote")]


@pytest.mark.parametrize("name", EVERY)
def test_a_fence_touches_nothing_but_access_and_the_note_of_where_it_stands(name: str) -> None:
    files = {
        phase: {stack.id: stack.file for stack in at(name, phase).stacks}
        for phase in ("warm", "fence")
    }
    changed = dict(files["warm"].items() ^ files["fence"].items())

    assert {stack_id.partition("/")[2] for stack_id in changed} <= {"access", "phase"}


@pytest.mark.parametrize("name", EVERY)
def test_a_target_opens_in_a_stack_that_comes_after_the_names(name: str) -> None:
    stacks = {stack.id: stack for stack in at(name, "switch").stacks}
    records = {
        stack_id
        for stack_id, stack in stacks.items()
        for resource in template(name, stack)["Resources"].values()
        if resource["Type"] == "AWS::Route53::RecordSet"
        and ("Weight" in resource["Properties"] or stack.name == "private-dns")
    }

    for stack in stacks.values():
        if stack.name == "access" and stack.side == "target":
            assert set(stack.after) >= records


@pytest.mark.parametrize("name", EVERY)
def test_a_retired_migration_reads_nothing_of_the_source(name: str) -> None:
    manifest = at(name, "retire")
    sides = {stack.id: stack.side for stack in manifest.stacks}

    assert set(sides.values()) <= {"target", "global"}
    for stack in manifest.stacks:
        read = {one.stack for one in stack.parameters.values() if isinstance(one, FromOutput)}
        assert read <= sides.keys()
        assert set(stack.after) <= sides.keys()
        assert not [text for text in _texts(template(name, stack)) if _is_of(text, manifest)]


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield every text of a template but its description and its tags."""
    if isinstance(value, str):
        yield value
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key not in {"Description", "HostedZoneTags", "Tags", "TagSpecifications"}:
            yield from _texts(inner)
    for inner in value if isinstance(value, list) else ():
        yield from _texts(inner)


def _is_of(text: str, manifest: Manifest) -> bool:
    """
    Tell whether *text* names something of ours in the source.

    CloudFront's logs lie in the home region, which may be the source's.
    """
    ours = f"{manifest.name}-{manifest.environment}-"
    return ours in text and manifest.source_region in text and "-cdn-logs-" not in text


@pytest.mark.parametrize("name", EVERY)
def test_only_what_is_no_replica_leaves_a_snapshot(name: str) -> None:
    left = {
        phase: {stack.snapshotted for stack in databases(name, phase)}
        for phase in ("fence", "promote")
    }

    assert left in (
        {"fence": {()}, "promote": {("Database",)}},
        {"fence": set(), "promote": set()},
    )
