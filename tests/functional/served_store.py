"""A migration of one stack, a retained bucket and a log group, compiled for any account."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.itinerary import itinerary
from compiler.manifest import to_bytes
from tests.fakes.migration import TARGET, migration, stack

if TYPE_CHECKING:
    from pathlib import Path

STORE, BUCKET = f"{TARGET}/store", "shop-media"


def compiled(
    folder: Path, account: str, *, days: int = 7, policy: str = "RetainExceptOnCreate"
) -> str:
    """
    Write the migration into *folder*, and return its name.

    Args:
        folder: Where to.
        account: For which account; the bucket is called after it.
        days: How long the log group keeps what it is told.
        policy: What happens to the bucket when the stack is deleted.
    """
    is_kept = policy != "Delete"
    media = {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": policy,
        "UpdateReplacePolicy": "Retain" if is_kept else "Delete",
        "Properties": {"BucketName": f"{BUCKET}-{account}"},
    }
    log = {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"LogGroupName": "/store", "RetentionInDays": days},
    }
    text = json.dumps({"Resources": {"Media": media, "Log": log}, "Outputs": {}})
    made = stack(
        TARGET,
        "store",
        text,
        component=("buckets", "media"),
        retained=("Media",) if is_kept else (),
    )
    (folder / TARGET).mkdir(exist_ok=True)
    (folder / made.file).write_text(text, encoding="utf-8")
    manifest = replace(
        migration().manifest, target_account=account, stacks=(replace(made, account=account),)
    )
    (folder / "manifest.json").write_bytes(to_bytes(itinerary([manifest])))
    return str(folder)
