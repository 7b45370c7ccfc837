"""Tests of the parameter that says whether a side is open."""

from __future__ import annotations

from compiler.components import access, access_state
from compiler.components.actions import actions
from compiler.components.addresses import access_parameter
from compiler.phases import ORDER, PHASES
from tests.unit.compiler.components.media import media
from tests.unit.compiler.components.places import built


def test_each_side_says_whether_it_is_open() -> None:
    assert {
        phase: {
            address.stack.side: resource.body.to_dict()["Properties"]["Value"]
            for address, resource in built(media(), access_state, phase=phase).items()
        }
        for phase in ORDER
    } == {
        "prepare": {"source": "open", "target": "closed"},
        "replicate": {"source": "open", "target": "closed"},
        "warm": {"source": "open", "target": "closed"},
        "fence": {"source": "closed", "target": "closed"},
        "promote": {"source": "closed", "target": "closed"},
        "switch": {"source": "closed", "target": "open"},
        "settle": {"source": "closed", "target": "open"},
        "unprotect": {"source": "closed", "target": "open"},
        "retire": {"target": "open"},
    }


def test_the_parameter_stands_in_the_stack_that_opens_and_closes() -> None:
    resource = built(media(), access_state, phase="fence")[access_parameter("source")]

    assert {address.stack for address in built(media(), access, phase="fence")} >= {resource.stack}
    assert resource.body.to_dict() == {
        "Type": "AWS::SSM::Parameter",
        "Properties": {
            "Name": "/streaming/staging/access",
            "Description": "Whether users, services and writers are let in here",
            "Type": "String",
            "Value": "closed",
            "Tags": {
                "CostCenter": "4711",
                "Environment": "staging",
                "MigrationPhase": "fence",
                "SourceRegion": "us-east-1",
                "TargetRegion": "eu-central-1",
            },
        },
    }


def test_where_a_closed_side_has_no_rule_at_all_connections_are_still_severed_after_it() -> None:
    spec = media(buckets={}, services={}, cdn=None, dns=None, alarms=None)

    assert built(spec, access, phase="fence") == {}
    assert [task.after for task in actions(spec, PHASES["fence"])] == [
        (access_parameter("source"),)
    ]
