"""The compiler on real specs: every example and accept case, and specs made up by hypothesis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from compiler.itinerary import from_bytes
from compiler.link import Limits
from compiler.lint import lint
from compiler.manifest import FromOutput
from compiler.pipeline import compile_migration, compile_spec
from spec.load import load
from spec.migration import Migration
from spec.model import Bucket
from tests.functional.made_up_specs import specs

if TYPE_CHECKING:
    from compiler.emit import Emitted
    from compiler.manifest import Stack
    from spec.model import Spec

EXAMPLES = sorted(Path("spec/examples").glob("*.yaml"))
ACCEPTED = sorted(Path("tests/cases/accept").glob("*.yaml"))
SOURCE_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
TARGET_REGIONS = {"aws": "eu-central-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-east-1"}


def spec_in(path: Path) -> Spec:
    loaded = load(path.read_bytes(), path.name)
    assert loaded.spec is not None
    assert not loaded.has_errors
    return loaded.spec


def compiled(spec: Spec, limits: Limits | None = None) -> Emitted:
    emitted = compile_spec(spec, "migration.yaml", limits=limits).emitted
    assert emitted is not None
    return emitted


def all_phases(spec: Spec, limits: Limits | None = None) -> Emitted:
    emitted = compile_migration(spec, "migration.yaml", limits=limits).emitted
    assert emitted is not None
    return emitted


def template(emitted: Emitted, stack: Stack) -> dict[str, Any]:
    value = json.loads(emitted.files[stack.file])
    assert isinstance(value, dict)
    return value


def moved(path: Path, partition: str) -> bytes:
    """Return the spec at *path*, moved to the regions of another partition."""
    text = path.read_text()
    for regions in (SOURCE_REGIONS, TARGET_REGIONS):
        for region in regions.values():
            text = text.replace(region, regions[partition])
    for known in SOURCE_REGIONS:
        text = text.replace(f"arn:{known}:", f"arn:{partition}:")
    return text.encode()


def check_links(emitted: Emitted) -> None:
    """Assert of each phase that every value comes from a stack that stands first and gives it."""
    for phase in emitted.itinerary.phases:
        manifest = emitted.itinerary.at(phase)
        by_id = {stack.id: stack for stack in manifest.stacks}
        seen: set[str] = set()
        for stack in manifest.stacks:
            assert set(stack.after) <= seen
            seen.add(stack.id)
            declared = template(emitted, stack).get("Parameters", {})
            assert declared.keys() == stack.parameters.keys()
            for source in stack.parameters.values():
                if isinstance(source, FromOutput):
                    assert source.stack in stack.after
                    assert source.output in by_id[source.stack].outputs
        assert sorted(sum(manifest.batches, ())) == sorted(by_id)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_compiled_example_links_and_its_manifest_is_read_back(path: Path) -> None:
    emitted = all_phases(spec_in(path))

    check_links(emitted)
    assert from_bytes(emitted.files["manifest.json"]) == emitted.itinerary
    assert all(not stack.needs_artifact_bucket for stack in emitted.itinerary.stacks)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_comment_and_another_order_of_keys_change_no_byte(path: Path) -> None:
    text = path.read_text()
    head, _, tail = text.partition("\nsource:")
    again = load(f"# a comment\nsource:{tail}\n{head}\n".encode(), path.name)

    assert again.spec is not None
    assert all_phases(again.spec).files == all_phases(spec_in(path)).files


@pytest.mark.parametrize("partition", list(SOURCE_REGIONS))
@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_an_accepted_spec_compiles_in_every_partition_or_gives_its_finding(
    path: Path, partition: str
) -> None:
    loaded = load(moved(path, partition), path.name)

    if loaded.spec is None or loaded.has_errors:
        assert loaded.findings != ()
        return
    emitted = all_phases(loaded.spec)
    check_links(emitted)
    foreign = [f"arn:{other}:" for other in SOURCE_REGIONS if other != partition]
    assert not [
        stack.id
        for stack in emitted.itinerary.stacks
        for arn in foreign
        if arn in emitted.files[stack.file].decode()
    ]


@pytest.mark.slow
def test_every_accepted_spec_is_lint_clean_in_every_partition(tmp_path: Path) -> None:
    found: list[tuple[str, str, str]] = []
    for path in ACCEPTED:
        for partition in SOURCE_REGIONS:
            loaded = load(moved(path, partition), path.name)
            if loaded.spec is not None and not loaded.has_errors:
                emitted = all_phases(loaded.spec)
                found.extend(
                    (path.name, partition, finding.detail)
                    for finding in lint(emitted.itinerary, emitted.files, cache=tmp_path)
                )
    assert found == []


def test_growing_a_spec_moves_no_resource_between_stacks() -> None:
    spec = spec_in(Path("spec/examples/media-streaming.yaml"))
    grown = spec.model_copy(
        update={
            "databases": {**spec.databases, "more": spec.databases["catalog"]},
            "buckets": {**spec.buckets, "more": spec.buckets["media"]},
            "services": {
                **spec.services,
                "more": spec.services["web"].model_copy(update={"paths": ("/more/*",)}),
            },
        }
    )

    def homes(emitted: Emitted) -> set[tuple[str, str]]:
        return {
            (stack.id, name)
            for stack in emitted.manifest.stacks
            for name in template(emitted, stack)["Resources"]
        }

    assert homes(compiled(spec)) <= homes(compiled(grown))


def test_what_stackferry_cannot_fit_inline_is_marked_for_an_artifact_bucket() -> None:
    spec = spec_in(Path("spec/examples/shop.yaml"))
    emitted = compiled(spec, Limits(inline_bytes=20_000))

    marked = {stack.id for stack in emitted.manifest.stacks if stack.needs_artifact_bucket}
    assert marked == {
        stack.id for stack in emitted.manifest.stacks if len(emitted.files[stack.file]) > 20_000
    }
    assert "us-west-2/network" in marked


def test_shared_stacks_that_do_not_fit_are_split_by_component() -> None:
    spec = spec_in(Path("spec/examples/media-streaming.yaml"))
    keys = [f"media-{number}" for number in range(40)]
    spec = spec.model_copy(
        update={"buckets": {"media": spec.buckets["media"], **dict.fromkeys(keys, Bucket())}}
    )
    whole = compiled(spec)
    split = compiled(spec, Limits(size_bytes=60_000))

    check_links(split)
    before = {stack.name for stack in whole.manifest.stacks}
    after = {stack.name for stack in split.manifest.stacks}
    assert {f"access-{key}" for key in keys} <= after - before
    assert all(name.startswith(("access-", "alarms-")) for name in after - before)


def test_stateful_resources_are_never_deleted_by_accident() -> None:
    policies = {"Snapshot", "RetainExceptOnCreate"}
    for path in EXAMPLES:
        emitted = compiled(spec_in(path))
        for stack in emitted.manifest.stacks:
            for name in stack.stateful:
                resource = template(emitted, stack)["Resources"][name]
                if "SourceDBInstanceIdentifier" in resource["Properties"]:
                    continue
                assert resource["DeletionPolicy"] in policies, (stack.id, name)
                assert resource["UpdateReplacePolicy"] in {"Snapshot", "Retain"}, (stack.id, name)


def test_a_database_instance_is_alone_in_its_stack() -> None:
    for path in EXAMPLES:
        emitted = compiled(spec_in(path))
        for stack in emitted.manifest.stacks:
            kinds = [body["Type"] for body in template(emitted, stack)["Resources"].values()]
            assert kinds == ["AWS::RDS::DBInstance"] or "AWS::RDS::DBInstance" not in kinds


def test_no_template_holds_what_stack_sets_or_lint_make_costly() -> None:
    for path in EXAMPLES:
        emitted = compiled(spec_in(path))
        for stack in emitted.manifest.stacks:
            text = emitted.files[stack.file].decode()
            assert set(template(emitted, stack)) <= {
                "AWSTemplateFormatVersion",
                "Description",
                "Outputs",
                "Parameters",
                "Resources",
            }
            assert not [
                word
                for word in ('"Fn::ImportValue"', '"Fn::GetStackOutput"', '"Export"')
                if word in text
            ]


def check_made_up(values: dict[str, Any]) -> Emitted:
    spec = Migration.model_validate(values)
    emitted = all_phases(spec)
    check_links(emitted)
    assert all_phases(Migration.model_validate(values)).files == emitted.files
    return emitted


@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(specs())
def test_any_accepted_spec_compiles_and_is_repeatable(values: dict[str, Any]) -> None:
    check_made_up(values)


@pytest.mark.slow
@settings(
    deadline=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(values=specs())
def test_any_accepted_spec_compiles_is_repeatable_and_lints_clean(
    tmp_path: Path, values: dict[str, Any]
) -> None:
    emitted = check_made_up(values)

    assert lint(emitted.itinerary, emitted.files, cache=tmp_path) == ()
