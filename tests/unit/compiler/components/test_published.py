"""What the application and its people have to find."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.components.addresses import bucket
from compiler.components.published import published
from compiler.link import Setting, link
from compiler.link.objects import LinkError
from compiler.manifest import Computed, Endpoint, FromOutput, Manifest
from compiler.phases import ORDER, PHASES
from compiler.pipeline import compile_spec
from compiler.symbols import Published
from spec.load import load
from tests.unit.compiler.components.media import media

if TYPE_CHECKING:
    from compiler.phases import PhaseName

EXAMPLES = sorted(Path("spec/examples").glob("*.yaml"))


@cache
def compiled(path: Path, text: str | None = None) -> Manifest:
    data = text.encode() if text is not None else path.read_bytes()
    loaded = load(data, path.name)
    assert loaded.spec is not None, loaded.findings
    emitted = compile_spec(loaded.spec, path.name).emitted
    assert emitted is not None
    return emitted.manifest


def found(manifest: Manifest, kind: str, side: str, key: str = "") -> Endpoint:
    (one,) = (
        one for one in manifest.endpoints if (one.kind, one.side, one.key) == (kind, side, key)
    )
    return one


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_read_is_an_output_of_a_stack_and_every_stack_is_there(path: Path) -> None:
    manifest = compiled(path)
    stacks = {stack.id: stack for stack in manifest.stacks}

    assert manifest.endpoints
    for one in manifest.endpoints:
        assert stacks[one.stack].side == one.side
        for fact in one.facts.values():
            if isinstance(fact, FromOutput):
                assert fact.output in stacks[fact.stack].outputs
            else:
                assert fact.value


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_no_two_things_have_one_name(path: Path) -> None:
    names = [(one.kind, one.side, one.key) for one in compiled(path).endpoints]

    assert len(set(names)) == len(names)


def test_every_database_bucket_and_load_balancer_is_told_on_both_sides() -> None:
    manifest = compiled(Path("spec/examples/media-streaming.yaml"))

    told = {(one.kind, one.side, one.key) for one in manifest.endpoints}
    for side in ("source", "target"):
        assert told >= {
            ("database", side, "catalog"),
            ("bucket", side, "media"),
            ("load balancer", side, ""),
            ("topic", side, ""),
        }


def test_a_replica_is_told_with_what_clients_need_and_no_password() -> None:
    manifest = compiled(Path("spec/examples/media-streaming.yaml"))

    assert found(manifest, "database", "target", "catalog") == Endpoint(
        kind="database",
        key="catalog",
        side="target",
        stack="eu-central-1/database-catalog",
        component=("databases", "catalog"),
        facts={
            "address": FromOutput(
                stack="eu-central-1/database-catalog", output="DatabaseEndpointAddress"
            ),
            "address_parameter": Computed(value="/streaming/staging/databases/catalog/endpoint"),
            "database": Computed(value="catalog"),
            "engine": Computed(value="postgres"),
            "identifier": Computed(value="streaming-staging-catalog"),
            "port": Computed(value="5432"),
            "private_name": Computed(value="catalog.staging.streaming.internal"),
            "role": Computed(value="replica"),
            "secret": Computed(value="streaming/staging/catalog"),
            "secret_arn": FromOutput(stack="eu-central-1/secrets", output="SecretCatalog"),
            "user": Computed(value="stackferry"),
            "version": Computed(value="16.13"),
        },
    )


def test_a_public_name_is_an_address_of_the_cdn_where_that_has_a_certificate() -> None:
    path = Path("spec/examples/media-streaming.yaml")
    name = "app.streaming.example.com"
    with_certificate = found(compiled(path), "public name", "global", name)
    text = path.read_text(encoding="utf-8")
    without = text.partition("certificates:")[0] + text[text.index("\nalarms:") :]

    assert with_certificate.facts == {
        "leads_to": Computed(value="cdn"),
        "name": Computed(value=name),
        "url": Computed(value=f"https://{name}"),
    }
    assert found(compiled(path, without), "public name", "global", name).facts == {
        "leads_to": Computed(value="load balancer"),
        "name": Computed(value=name),
        "url": Computed(value=f"http://{name}"),
    }


def test_what_nobody_makes_cannot_be_published() -> None:
    one = Published(
        kind="bucket",
        key="media",
        address=bucket("source", "media"),
        component=("buckets", "media"),
        facts={},
    )
    setting = Setting(title="", regions={}, accounts={})

    with pytest.raises(LinkError, match="the bucket 'media' publishes"):
        link((), setting, (one,))


def told(phase: PhaseName) -> dict[str, list[str]]:
    """Return what is published of each side, as kind and key, sorted."""
    found: dict[str, list[str]] = {}
    for one in published(media(), PHASES[phase]):
        found.setdefault(one.address.stack.side, []).append(f"{one.kind} {one.key}".strip())
    return {side: sorted(names) for side, names in found.items()}


def test_what_does_not_stand_is_not_told() -> None:
    side = [
        *("bucket media", "database catalog", "load balancer", "log bucket logs"),
        *("log group flow-logs", "topic"),
    ]
    shared = [
        *("cdn", "log bucket cdn-logs", "public name app.streaming.example.com", "zone"),
    ]
    without = [name for name in side if not name.startswith(("database", "load balancer"))]

    assert {phase: told(phase) for phase in ORDER} == {
        **{phase: {"global": shared, "source": side, "target": side} for phase in ORDER},
        "prepare": {"global": shared, "source": side, "target": without},
        "retire": {"global": shared, "target": side},
    }


def facts(kind: str, name: str) -> dict[str, list[object]]:
    """Return a fact of the source and the target in each phase; `None` where it is not told."""
    found: dict[str, list[object]] = {}
    for phase in ORDER:
        values = {
            one.address.stack.side: one.facts.get(name)
            for one in published(media(), PHASES[phase])
            if one.kind == kind
        }
        found[phase] = [values.get("source"), values.get("target")]
    return found


def test_a_database_is_told_by_what_it_is_by_then() -> None:
    assert facts("database", "role") == {
        "prepare": ["primary", None],
        "replicate": ["primary", "replica"],
        "warm": ["primary", "replica"],
        "fence": ["primary", "replica"],
        "promote": ["primary", "promoted"],
        "switch": ["left behind", "primary"],
        "settle": ["left behind", "primary"],
        "unprotect": ["left behind", "primary"],
        "retire": [None, "primary"],
    }


def test_a_load_balancer_is_told_with_who_gets_in() -> None:
    assert facts("load balancer", "access") == {
        "prepare": ["open", None],
        "replicate": ["open", "closed"],
        "warm": ["open", "closed"],
        "fence": ["closed", "closed"],
        "promote": ["closed", "closed"],
        "switch": ["closed", "open"],
        "settle": ["closed", "open"],
        "unprotect": ["closed", "open"],
        "retire": [None, "open"],
    }


def test_a_bucket_is_told_with_where_it_replicates_to() -> None:
    source, target = (
        f"streaming-staging-media-111122223333-{region}" for region in ("us-east-1", "eu-central-1")
    )

    assert facts("bucket", "replicates_to") == {
        "prepare": [None, None],
        "replicate": [target, None],
        "warm": [target, None],
        "fence": [target, None],
        "promote": [target, None],
        "switch": [target, None],
        "settle": [None, source],
        "unprotect": [None, source],
        "retire": [None, None],
    }
