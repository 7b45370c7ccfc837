from __future__ import annotations

import pytest
from pydantic import ValidationError

from spec.load import load
from spec.loaded import is_error
from spec.migration import Migration
from spec.starter import starter
from spec.tree import read

SHOP: dict[str, object] = {
    "version": 1,
    "name": "shop",
    "environment": "prod",
    "accounts": {"source": "111122223333", "target": "111122223333"},
    "source": {
        "region": "us-east-1",
        "vpc": {"cidr": "10.0.0.0/16", "zones": ["us-east-1a", "us-east-1b"]},
    },
    "target": {
        "region": "eu-central-1",
        "vpc": {"cidr": "10.1.0.0/16", "zones": ["eu-central-1a", "eu-central-1b"]},
    },
}


def test_lists_are_taken_as_sequences() -> None:
    migration = Migration.model_validate(SHOP)

    assert migration.source.vpc.zones == ("us-east-1a", "us-east-1b")


def test_json_is_taken_too() -> None:
    assert Migration.model_validate_json(Migration.model_validate(SHOP).model_dump_json()).name


def test_a_migration_can_be_built_by_its_constructor() -> None:
    assert Migration(**SHOP).name == "shop"  # type: ignore[arg-type] # checked at run time


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"target": {**SHOP["target"], "vpc": SHOP["source"]["vpc"]}}, "vpc"),  # type: ignore[dict-item,index] # mappings, see above
        ({"buckets": {"media": {"versioning": False}}}, "versioning"),
        (
            {
                "source": {
                    "region": "us-east-1",
                    "vpc": {"cidr": "10.0.0.0/16", "zones": ["us-east-1a"]},
                },
                "databases": {
                    "orders": {
                        "engine": "postgres",
                        "version": "16.4",
                        "instance_class": "db.t3.medium",
                        "storage_gib": 100,
                    }
                },
            },
            "zones",
        ),
    ],
)
def test_what_the_rules_refuse_is_refused(changes: dict[str, object], place: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Migration.model_validate({**SHOP, **changes})

    lines = raised.value.errors()
    assert lines
    for line in lines:
        assert line["type"].startswith("SF2")
        assert line["ctx"]["code"] == line["type"]
        assert line["ctx"]["path"] == line["loc"]
        assert line["msg"] == f"{line['ctx']['detail']} {line['ctx']['way_out']}"
    assert any(place in line["loc"] for line in lines)


def test_python_and_the_command_refuse_the_same() -> None:
    text = starter().replace("10.1.0.0/16", "10.0.0.0/16").replace("us-east-1b]", "us-east-1a]")
    tree = read(text.encode(), "").tree
    assert tree is not None

    with pytest.raises(ValidationError) as raised:
        Migration.model_validate(tree.root)

    findings = [found for found in load(text.encode(), "").findings if is_error(found)]
    assert findings
    assert sorted(line["type"] for line in raised.value.errors()) == sorted(
        found.code for found in findings
    )


def test_a_warning_refuses_nothing() -> None:
    text = starter().replace("  hosted_zone_id: Z0123456789ABCDEFGHIJ\n", "")
    loaded = load(text.encode(), "")
    tree = read(text.encode(), "").tree
    assert loaded.findings
    assert not loaded.has_errors
    assert tree is not None

    assert Migration.model_validate(tree.root).name == "shop"
