"""Tests of the tags."""

from __future__ import annotations

from compiler.components.tags import (
    propagated_tags,
    tag_list,
    tag_mapping,
    tag_mapping_origins,
    tag_origins,
    tags,
)
from compiler.phases import PHASES
from tests.unit.compiler.components.media import media

PHASE = PHASES["replicate"]


def test_the_users_tags_and_the_migrations_are_sorted_by_key() -> None:
    assert tags(media(), PHASE) == (
        ("CostCenter", "4711"),
        ("Environment", "staging"),
        ("MigrationPhase", "replicate"),
        ("SourceRegion", "us-east-1"),
        ("TargetRegion", "eu-central-1"),
    )


def test_a_list_carries_the_name_of_the_resource_in_its_place() -> None:
    assert tag_list(media(), PHASE, "streaming-staging").to_dict() == [
        {"Key": "CostCenter", "Value": "4711"},
        {"Key": "Environment", "Value": "staging"},
        {"Key": "MigrationPhase", "Value": "replicate"},
        {"Key": "Name", "Value": "streaming-staging"},
        {"Key": "SourceRegion", "Value": "us-east-1"},
        {"Key": "TargetRegion", "Value": "eu-central-1"},
    ]


def test_a_mapping_has_values_by_key() -> None:
    assert tag_mapping(media(), PHASE) == dict(tags(media(), PHASE))


def test_an_auto_scaling_group_hands_its_tags_on() -> None:
    assert propagated_tags(media(tags={}), PHASE, "web") == [
        {"Key": "Environment", "PropagateAtLaunch": True, "Value": "staging"},
        {"Key": "MigrationPhase", "PropagateAtLaunch": True, "Value": "replicate"},
        {"Key": "Name", "PropagateAtLaunch": True, "Value": "web"},
        {"Key": "SourceRegion", "PropagateAtLaunch": True, "Value": "us-east-1"},
        {"Key": "TargetRegion", "PropagateAtLaunch": True, "Value": "eu-central-1"},
    ]


def test_a_tag_comes_from_the_key_that_the_user_would_edit() -> None:
    assert tag_origins(media(), PHASE, "streaming-staging") == {
        "Properties.Tags.0": ("tags", "CostCenter"),
        "Properties.Tags.1": ("environment",),
        "Properties.Tags.4": ("source", "region"),
        "Properties.Tags.5": ("target", "region"),
    }


def test_a_tag_of_a_mapping_is_found_by_its_key() -> None:
    assert tag_mapping_origins(media(), PHASE) == {
        "Properties.Tags.CostCenter": ("tags", "CostCenter"),
        "Properties.Tags.Environment": ("environment",),
        "Properties.Tags.SourceRegion": ("source", "region"),
        "Properties.Tags.TargetRegion": ("target", "region"),
    }


def test_a_name_of_the_users_own_yields_to_that_of_the_resource() -> None:
    spec = media(tags={"Name": "all of it"})

    assert dict(tags(spec, PHASE))["Name"] == "all of it"
    assert {"Key": "Name", "Value": "web"} in tag_list(spec, PHASE, "web").to_dict()
    assert ("tags", "Name") not in tag_origins(spec, PHASE, "web").values()
