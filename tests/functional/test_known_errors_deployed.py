"""
What deploy says where AWS refuses all the same: the cause, its place in the spec, what it stops.

Templates of the committed migration are broken as no compiler of ours would, and deployed.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.aws import connect
from compiler.deploy.clock import WallClock
from compiler.deploy.deploying import DeployResult, deploy
from compiler.deploy.outcome import Done, NeverStarted
from compiler.report.plain import PlainProgress
from compiler.sandbox.embedded import embedded
from tests.fakes.taker import new_taker
from tests.functional import known_errors as known
from tests.functional.standing import compiled_in, provided

if TYPE_CHECKING:
    from collections.abc import Iterator

# Runs again and again what others measure; tracing it takes longer than it does itself.
pytestmark = pytest.mark.no_cover

SOURCE, TARGET = "us-east-1", "eu-central-1"
ROUTE = "DatabaseRouteTo10x0x0x0x16"

BROKEN = {
    f"{SOURCE}/bucket-media": ("Bucket", "VersioningConfiguration", {"Status": "Suspended"}),
    f"{TARGET}/service-web": ("TargetGroup", "HealthCheckPath", "health"),
    f"{TARGET}/database-catalog": ("Database", "MasterUsername", "stackferry"),
    f"{TARGET}/peering-routes": (ROUTE, "VpcPeeringConnectionId", "pcx-1"),
}
"""By stack: a resource, one of its properties, and a value that AWS refuses."""


@pytest.fixture(name="result", scope="module")
def _result() -> Iterator[DeployResult]:
    compiled = compiled_in("streaming-staging")
    templates = dict(compiled.templates)
    for stack, (name, property_, value) in BROKEN.items():
        template = json.loads(templates[stack])
        template["Resources"][name]["Properties"][property_] = value
        templates[stack] = json.dumps(template)
    broken = replace(compiled, templates=templates)
    with embedded(account=compiled.manifest.target_account) as sandbox:
        provided(sandbox, broken)
        yield deploy(
            broken,
            aws=connect(region=compiled.manifest.target_region),
            clock=WallClock(),
            listener=PlainProgress(io.StringIO()),
            taker=new_taker(),
            confirm=lambda _: True,
        )


def test_each_refusal_is_told_with_its_cause_and_its_place_in_the_spec(
    result: DeployResult,
) -> None:
    assert result.exit_code == 3
    assert result.outcome is not None
    told = {
        failure.stack: (failure.resource, failure.code, failure.path)
        for failure in result.outcome.failures
    }

    assert told == {
        f"{SOURCE}/bucket-media": ("Bucket", known.VERSIONING.code, ("buckets", "media")),
        f"{TARGET}/service-web": ("TargetGroup", known.HEALTH_PATH.code, ("services", "web")),
        f"{TARGET}/database-catalog": (
            "Database",
            known.STORAGE.code,
            ("databases", "catalog", "user"),
        ),
        f"{TARGET}/peering-routes": (ROUTE, known.NOT_FOUND.code, ("target", "vpc")),
    }


def test_a_failure_stops_what_needs_it_and_nothing_else(result: DeployResult) -> None:
    assert result.outcome is not None
    stopped = {
        stack: end.because
        for stack, end in result.outcome.ends.items()
        if isinstance(end, NeverStarted)
    }

    bucket, service = f"{SOURCE}/bucket-media", f"{TARGET}/service-web"
    replica = f"{TARGET}/database-catalog"
    needs = {
        f"{SOURCE}/cdn": {bucket},
        f"{SOURCE}/access": {bucket},
        f"{SOURCE}/dns": {bucket},
        # Its bucket's policy names the distribution.
        f"{TARGET}/access": {bucket},
        f"{TARGET}/alarms": {replica, service},
        f"{TARGET}/database-catalog-endpoint": {replica},
        f"{TARGET}/phase": {bucket, replica, service},
    }
    assert stopped.keys() == needs.keys()
    # Whichever failed first has stopped it.
    assert [stack for stack, because in stopped.items() if not needs[stack] & set(because)] == []
    assert [stack for stack, because in stopped.items() if set(because) - needs[stack]] == []
    done = sum(isinstance(end, Done) for end in result.outcome.ends.values())
    assert done == len(result.outcome.ends) - len(stopped) - len(BROKEN)
