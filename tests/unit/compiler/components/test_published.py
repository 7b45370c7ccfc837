"""What the application and its people have to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.components.addresses import bucket
from compiler.link import Setting, link
from compiler.link.objects import LinkError
from compiler.manifest import Computed, Endpoint, FromOutput, Manifest
from compiler.pipeline import compile_spec
from compiler.symbols import Published
from spec.load import load

EXAMPLES = sorted(Path("spec/examples").glob("*.yaml"))


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

    for side in ("source", "target"):
        found(manifest, "database", side, "catalog")
        found(manifest, "bucket", side, "media")
        found(manifest, "load balancer", side)
        found(manifest, "topic", side)


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
