"""Tests of the parameter that says which phase stands."""

from __future__ import annotations

from compiler.components import standing_phase
from compiler.components.addresses import phase_parameter
from compiler.phases import ORDER
from tests.unit.compiler.components.media import media
from tests.unit.compiler.components.places import built, origin


def test_the_parameter_says_the_phase_and_comes_after_everything() -> None:
    (resource,) = built(media(), standing_phase, phase="fence").values()

    assert resource.address == phase_parameter()
    assert resource.stack.side == "target"
    assert resource.is_last
    assert resource.body.to_dict() == {
        "Type": "AWS::SSM::Parameter",
        "Properties": {
            "Name": "/streaming/staging/phase",
            "Description": "The phase of the migration that stands completely",
            "Type": "String",
            "Value": "fence",
            "Tags": {
                "CostCenter": "4711",
                "Environment": "staging",
                "MigrationPhase": "fence",
                "SourceRegion": "us-east-1",
                "TargetRegion": "eu-central-1",
            },
        },
    }
    assert origin(resource, "Properties.Tags.CostCenter") == ("tags", "CostCenter")
    assert origin(resource, "Properties.Value") == ("target",)


def test_every_phase_has_it_in_one_place() -> None:
    forms = [built(media(), standing_phase, phase=phase) for phase in ORDER]

    assert [form[phase_parameter()].body.to_dict()["Properties"]["Value"] for form in forms] == [
        *ORDER
    ]
