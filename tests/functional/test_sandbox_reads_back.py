"""
What the examples' templates say is what the services tell once they are deployed.

Every property that a template emits is honoured by its handler, and read back through the service's
own API; those that a service does not tell are listed, each with the reason and what shows it
instead.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.engine.drift import drift_of
from compiler.sandbox.engine.schemas import resource_schema
from compiler.sandbox.engine.work import Work
from compiler.sandbox.handlers.replies import beneath
from compiler.sandbox.registry import all_handlers
from tests.functional.standing import MIGRATIONS, Standing, compiled_in, standing, templates_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.engine.records import ResourceRecord
    from compiler.sandbox.engine.records import Stack as Made

# Runs again and again what others measure; tracing it takes longer than it does itself.
pytestmark = pytest.mark.no_cover

NOT_TOLD = {
    (
        "AWS::RDS::DBInstance",
        "DeleteAutomatedBackups",
    ): "said when an instance is deleted, not kept",
    ("AWS::RDS::DBInstance", "MasterUserPassword"): "write-only; see the test of passwords",
    ("AWS::RDS::DBInstance", "SourceRegion"): "signs the request; the source's ARN tells it",
    (
        "AWS::SecretsManager::Secret",
        "GenerateSecretString",
    ): "write-only; see the test of passwords",
}
"""Properties that no service tells, and why."""

TOLD_WITH_MORE = {
    ("AWS::EC2::SecurityGroup", "SecurityGroupEgress"): "rules that stand alone are told with it",
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerAttributes"): "and the defaults",
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "TargetGroupAttributes"): "and the defaults",
}
"""Lists that a service tells with more in them, and why; tags are told with the stack's."""

FIVE = ("Environment", "MigrationPhase", "SourceRegion", "TargetRegion", "Timestamp")


@pytest.fixture(
    name="there",
    scope="module",
    # The shop emits whatever the others do.
    params=[
        pytest.param(name, marks=() if name == "shop-prod" else pytest.mark.slow)
        for name in MIGRATIONS
    ],
)
def _there(request: pytest.FixtureRequest) -> Iterator[Standing]:
    with standing(request.param) as migration:
        yield migration


def resources(there: Standing) -> Iterator[tuple[Made, ResourceRecord]]:
    for stacks in there.sandbox.world.stacks.values():
        for stack in stacks:
            for record in stack.live():
                yield stack, record


def told(there: Standing, stack: Made, record: ResourceRecord) -> dict[str, Any]:
    """Return what the service tells of a resource, asked through its handler."""
    assert stack.desired is not None
    read = Work(world=there.sandbox.world, stack=stack, desired=stack.desired).read(record)
    assert isinstance(read, dict), record.logical_id
    return read


def holds(wanted: object, found: object, *, more: bool = False) -> bool:
    """Tell whether *found* is *wanted*, where mappings, and lists with *more*, may have more."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            holds(value, found.get(key)) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        if not isinstance(found, list):
            return False
        if more:
            return all(any(holds(item, other) for other in found) for item in wanted)
        return len(wanted) == len(found) and all(map(holds, wanted, found))
    return wanted == found


def emitted(*migrations: str) -> frozenset[tuple[str, str]]:
    """Return every type that committed templates emit, with each of its properties."""
    return frozenset(
        (resource["Type"], name)
        for migration in migrations or MIGRATIONS
        for template in templates_of(compiled_in(migration)).values()
        for resource in template["Resources"].values()
        for name in resource.get("Properties", {})
    )


def test_every_emitted_property_is_honoured_by_a_handler() -> None:
    unknown = {
        (kind, name) for kind, name in emitted() if name not in all_handlers()[kind].supported
    }

    assert unknown == set()


def test_the_shop_emits_whatever_the_other_examples_do() -> None:
    assert emitted("shop-prod") == emitted()


def test_what_is_not_told_is_still_emitted() -> None:
    assert (NOT_TOLD.keys() | TOLD_WITH_MORE.keys()) - emitted() == set()


def test_the_stacks_hold_what_the_templates_say(there: Standing) -> None:
    compiled = there.compiled
    wanted = {
        (stack.region, name, resource["Type"], frozenset(resource.get("Properties", {})))
        for stack in compiled.manifest.stacks
        for name, resource in there.template(stack.id)["Resources"].items()
    }

    found = {
        (stack.region, record.logical_id, record.type_name, frozenset(record.properties))
        for stack, record in resources(there)
    }

    assert found == wanted


def test_every_property_is_read_back_through_its_service(there: Standing) -> None:
    strange = []
    for stack, record in resources(there):
        found = told(there, stack, record)
        tags = resource_schema(record.type_name, stack.region).tag_property
        for name, value in record.properties.items():
            key = record.type_name, name
            if key in NOT_TOLD:
                assert name not in found
                continue
            more = key in TOLD_WITH_MORE or name == tags
            if not holds(value, found.get(name), more=more):
                strange.append((stack.name, record.logical_id, name, value, found.get(name)))

    assert strange == []


def test_a_fresh_deploy_has_drifted_only_where_stacks_share_a_group(there: Standing) -> None:
    """CloudFormation takes another stack's rules in a group for drift, and so does the sandbox."""
    drifts = [
        (stack.name, drift)
        for stacks in there.sandbox.world.stacks.values()
        for stack in stacks
        for drift in drift_of(there.sandbox.world, stack).resources
    ]
    found = {
        (drift.type_name, each.path.rpartition("/")[0], each.kind)
        for _, drift in drifts
        for each in drift.differences
    }
    lost = [
        (name, drift.logical_id, drift.status, drift.reason)
        for name, drift in drifts
        if drift.status in {"DELETED", "UNKNOWN"}
    ]

    assert lost == []
    assert found <= {("AWS::EC2::SecurityGroup", "/SecurityGroupEgress", "ADD")}


def test_everything_that_can_carry_tags_carries_those_of_the_migration(there: Standing) -> None:
    untagged = []
    for stack, record in resources(there):
        schema = resource_schema(record.type_name, stack.region)
        if not schema.taggable:
            continue
        found = told(there, stack, record)[schema.tag_property]
        keys = set(found) if isinstance(found, dict) else {tag["Key"] for tag in found}
        missing = {*FIVE, *there.compiled.manifest.tags} - keys
        if missing:
            untagged.append((stack.name, record.logical_id, missing))

    assert untagged == []


def test_what_a_group_starts_carries_the_tags_of_the_migration() -> None:
    """All but the time: it would make another launch template of each deploy."""
    found = [
        (kind["ResourceType"], {tag["Key"] for tag in kind["Tags"]})
        for migration in MIGRATIONS
        for template in templates_of(compiled_in(migration)).values()
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::EC2::LaunchTemplate"
        for kind in (
            *resource["Properties"]["TagSpecifications"],
            *resource["Properties"]["LaunchTemplateData"]["TagSpecifications"],
        )
    ]

    assert {kind for kind, _ in found} == {"launch-template", "instance", "volume"}
    for _, tags in found:
        assert tags >= set(FIVE) - {"Timestamp"}
        assert "Timestamp" not in tags


def test_a_database_is_opened_by_the_password_in_its_secret(there: Standing) -> None:
    opened = []
    for stack, record in resources(there):
        password = record.properties.get("MasterUserPassword")
        if record.type_name != "AWS::RDS::DBInstance" or password is None:
            continue
        secret = password.split(":")[2]
        client = there.sandbox.client("secretsmanager", stack.region, stack.account)
        value = json.loads(client.get_secret_value(SecretId=secret)["SecretString"])
        held = beneath("rds", stack.account, stack.region).databases[record.physical_id]
        assert vars(held)["_master_user_password"] == value["password"]
        assert held.master_username == value["username"]
        assert len(value["password"]) == 32
        assert not set(value["password"]) & set(" \"/@'\\")
        opened.append(record.physical_id)

    declared = [
        resource
        for template in templates_of(there.compiled).values()
        for resource in template["Resources"].values()
        if "MasterUserPassword" in resource.get("Properties", {})
    ]
    assert len(opened) == len(declared)
