"""All phases as one, for roles that have to make each of them."""

from __future__ import annotations

import json
from dataclasses import replace

from compiler.bootstrap.forms import all_phases
from compiler.itinerary import itinerary
from compiler.manifest import Action, FromOutput, Manifest, Stack

ACTION = Action(
    kind="sever connections",
    key="catalog",
    side="source",
    region="us-east-1",
    account="111122223333",
    component=("databases", "catalog"),
    facts={},
)


def form(phase: str) -> Stack:
    return Stack(
        id="us-east-1/access",
        side="source",
        name="access",
        region="us-east-1",
        account="111122223333",
        file=f"us-east-1/access.{phase}.json",
        stack_set="shop-prod-us-east-1-access",
        sha256="0" * 64,
        size_bytes=2,
        needs_artifact_bucket=phase == "fence",
        capabilities=(),
        component=(),
        parameters={phase: FromOutput(stack="us-east-1/network", output="Vpc")},
        outputs=(),
        after=(),
        stateful=(),
        retained=(),
        origins={},
        phase=phase,
    )


def state(phase: str, form_phase: str) -> Manifest:
    return Manifest(
        name="shop",
        environment="prod",
        phase="replicate" if phase == "replicate" else "fence",
        spec_file="migration.yaml",
        spec_sha256="0" * 64,
        source_region="us-east-1",
        target_region="eu-central-1",
        home_region="us-east-1",
        target_account="111122223333",
        tags={},
        stacks=(form(form_phase),),
        batches=(),
        actions=(ACTION,),
    )


def test_a_stack_stands_once_with_every_resource_of_every_form() -> None:
    same = {"Type": "AWS::S3::BucketPolicy"}
    opened = {"Policy": same, "Rule": {"Type": "AWS::EC2::SecurityGroupIngress", "Port": 1}}
    closed = {"Policy": same, "Rule": {"Type": "AWS::EC2::SecurityGroupIngress", "Port": 2}}
    texts = {
        "us-east-1/access.replicate.json": json.dumps({"Resources": opened}),
        "us-east-1/access.fence.json": json.dumps({"Resources": closed}),
    }

    manifest, templates = all_phases(
        itinerary([state("replicate", "replicate"), state("fence", "fence")]), texts
    )

    assert {id_: json.loads(text)["Resources"] for id_, text in templates.items()} == {
        "us-east-1/access": {**opened, "Rule.fence": closed["Rule"]}
    }
    one = form("fence")
    assert manifest.stacks == (
        replace(one, parameters={**form("replicate").parameters, **one.parameters}),
    )
    assert manifest.actions == (ACTION,)
