from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.handlers.images import import_image
from tests.unit.sandbox.handlers_auto_scaling import ARM_IMAGE, IMAGE, TEMPLATES, contents, template
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
)
from tests.unit.sandbox.handlers_network import Network, network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Scope


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        import_image(IMAGE, account=ACCOUNT, region="us-east-1")
        import_image(ARM_IMAGE, account=ACCOUNT, region="us-east-1", architecture="arm64")
        scope = scope_in()
        scope.client("iam").create_instance_profile(InstanceProfileName="web")
        yield scope


@pytest.fixture
def net(scope: Scope) -> Network:
    return network(scope)


def test_a_launch_template_takes_every_property_and_changes_it(scope: Scope, net: Network) -> None:
    own = [{"ResourceType": "launch-template", "Tags": pairs(("Environment", "staging"))}]
    other = [{"ResourceType": "launch-template", "Tags": pairs(("Owner", "me"))}]
    first = {
        **template(net),
        "VersionDescription": "first",
        "TagSpecifications": own,
    }
    assert set(first) == TEMPLATES.supported
    created = TEMPLATES.create(scope, first)
    assert TEMPLATES.read(scope, created.physical_id) == first
    TEMPLATES.delete(scope, created.physical_id, first)
    changed = contents(net, InstanceType="t3.large", TagSpecifications=None)

    live(
        TEMPLATES,
        scope,
        first,
        {
            "LaunchTemplateData": (changed, changed),
            "VersionDescription": ("second", "second"),
            "TagSpecifications": (other, other),
        },
    )


def test_each_change_of_its_data_is_a_new_version_and_the_first_stays_the_default(
    scope: Scope, net: Network
) -> None:
    before, after = template(net), template(net, InstanceType="t3.large")
    created = TEMPLATES.create(scope, before)
    assert created.attributes == {
        "LaunchTemplateId": created.physical_id,
        "LatestVersionNumber": "1",
        "DefaultVersionNumber": "1",
    }

    changed = TEMPLATES.update(scope, created.physical_id, before, after)
    same = TEMPLATES.update(scope, created.physical_id, after, after)

    assert changed.attributes["LatestVersionNumber"] == "2"
    assert same.attributes == changed.attributes
    assert same.attributes["DefaultVersionNumber"] == "1"


def test_a_launch_template_is_taken_unseen_but_for_its_name(scope: Scope, net: Network) -> None:
    TEMPLATES.create(scope, template(net, ImageId="ami-0000000000000000f"))

    assert_refused(
        "InvalidLaunchTemplateName.AlreadyExistsException",
        "already in use",
        TEMPLATES,
        scope,
        template(net),
    )
    assert_refused(
        "InvalidLaunchTemplateName.MalformedException",
        "between 3 and 128",
        TEMPLATES,
        scope,
        template(net) | {"LaunchTemplateName": "a b"},
    )


def test_what_instances_are_not_played_with_is_refused_by_name(scope: Scope, net: Network) -> None:
    given = template(net, Placement={"Tenancy": "dedicated"})

    assert_refused("InvalidParameterValue", "Placement", TEMPLATES, scope, given)


def test_an_image_to_import_must_have_the_id_of_one() -> None:
    with pytest.raises(ValueError, match="not the id of a machine image"):
        import_image("img-1", account=ACCOUNT, region="us-east-1")
