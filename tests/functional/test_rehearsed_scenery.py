"""What a rehearsal puts into its sandbox: the user's own secrets, and what users write."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.manifest import Action, Computed, Gate
from compiler.rehearsal.scenery import bring_secrets, write_after, write_before
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET
from tests.fakes.phases import states

if TYPE_CHECKING:
    from compiler.deploy.folder import Compiled
    from compiler.sandbox.embedded import Sandbox


def asks_for(*secrets: str) -> Compiled:
    """A state whose gates look for secrets, the last of which a template of it makes."""
    state = states()["prepare"]
    gates = tuple(
        Gate(
            kind="secret present",
            key="",
            side="target",
            region=TARGET,
            account=ACCOUNT,
            component=("services", "web", "secrets"),
            facts={"secret": Computed(value=name)},
        )
        for name in secrets
    )
    made = {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": secrets[-1]}}
    return replace(
        state,
        manifest=replace(state.manifest, gates=gates),
        templates={f"{TARGET}/secrets": json.dumps({"Resources": {"Secret": made}})},
    )


def test_secrets_that_no_template_makes_are_there_beforehand(sandbox: Sandbox) -> None:
    state = asks_for("shop/key", "shop/prod/orders")

    told = bring_secrets(sandbox, {"prepare": state})

    there = sandbox.client("secretsmanager", TARGET, ACCOUNT).list_secrets()["SecretList"]
    assert told == (f"secret shop/key in {TARGET}",)
    assert [one["Name"] for one in there] == ["shop/key"]


def test_users_write_within_the_prefix_that_replicates(sandbox: Sandbox) -> None:
    s3 = sandbox.client("s3", SOURCE, ACCOUNT)
    s3.create_bucket(Bucket="media")
    copy = Action(
        kind="copy existing objects",
        key="media",
        side="source",
        region=SOURCE,
        account=ACCOUNT,
        component=("buckets", "media"),
        facts={"bucket": Computed(value="media"), "prefix": Computed(value="films/")},
        after=(),
        before=(),
    )
    manifest = replace(states()["replicate"].manifest, actions=(copy,))

    before, after = tuple(write_before(sandbox, manifest)), tuple(write_after(sandbox, manifest))

    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="media")["Contents"]]
    assert (before, after) == ((("media", 5),), (("media", 3),))
    assert keys == [
        *(f"films/rehearsal/after-replicate-{number}" for number in range(3)),
        *(f"films/rehearsal/before-replicate-{number}" for number in range(5)),
    ]
