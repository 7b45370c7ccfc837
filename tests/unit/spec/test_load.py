from __future__ import annotations

from typing import TYPE_CHECKING

from spec.complaints import MAX_COMPLAINTS
from spec.findings import Span, at, key_at
from spec.load import load
from spec.model import Spec

if TYPE_CHECKING:
    from spec.loaded import LoadedSpec

PLAIN = """\
version: 1
name: shop
environment: prod
accounts: {source: "111122223333", target: "111122223333"}
source:
  region: us-east-1
  vpc: {cidr: 10.0.0.0/16, zones: [us-east-1a, us-east-1b]}
target:
  region: eu-central-1
  vpc: {cidr: 10.1.0.0/16, zones: [eu-central-1a, eu-central-1b]}
"""

ORDERS = """\
databases:
  orders: {engine: postgres, version: "16.4", instance_class: db.t3.medium, storage_gib: 100}
"""


def loaded(text: str) -> LoadedSpec:
    return load(text.encode(), "shop.yaml")


def said(text: str) -> list[tuple[str, str, str]]:
    """Return code, detail and way out of each finding."""
    return [(found.code, found.detail, found.way_out) for found in loaded(text).findings]


def test_a_spec_without_mistakes_is_a_model_with_places() -> None:
    spec = loaded(PLAIN + ORDERS)

    assert spec.findings == ()
    assert not spec.has_errors
    assert isinstance(spec.spec, Spec)
    assert spec.spec.databases["orders"].storage_gib == 100
    assert spec.spec.databases["orders"].backup_retention_days == 7
    assert spec.locate(at("databases", "orders", "engine")) == Span(
        line=12, column=20, end_line=12, end_column=28
    )


def test_a_text_that_cannot_be_read_has_its_findings_at_its_beginning_or_where_they_are() -> None:
    spec = loaded("a: [1\n")

    assert spec.tree is None
    assert spec.spec is None
    assert spec.has_errors
    assert spec.locate(at("a")) == Span(line=1, column=1, end_line=1, end_column=1)
    assert spec.locate(spec.findings[0].where) == Span(line=1, column=4, end_line=1, end_column=5)


def test_findings_come_in_the_order_of_the_file_then_of_their_codes() -> None:
    text = PLAIN + "buckets:\n  B: {versioning: 1}\n  a: {x: 1}\nzzz: 1\nnames: !x y\n"
    findings = loaded(text).findings

    assert [(found.code, loaded(text).locate(found.where).line) for found in findings] == [
        ("SF125", 12),
        ("SF123", 12),
        ("SF120", 13),
        ("SF120", 14),
        ("SF107", 15),
    ]


def test_an_account_id_without_quotes_is_told_with_its_leading_zero() -> None:
    text = PLAIN.replace('"111122223333"', "012345678901")

    assert said(text) == [
        (
            "SF122",
            (
                "`source` takes a text, but without quotes YAML reads 012345678901 as a number,"
                " 12345678901, and the leading zero is lost."
            ),
            'Put it in quotes: source: "012345678901".',
        ),
        (
            "SF122",
            (
                "`target` takes a text, but without quotes YAML reads 012345678901 as a number,"
                " 12345678901, and the leading zero is lost."
            ),
            'Put it in quotes: target: "012345678901".',
        ),
    ]


def test_a_version_without_quotes_is_told_as_it_was_written() -> None:
    text = PLAIN + ORDERS.replace('"16.4"', "16.10")

    assert said(text) == [
        (
            "SF122",
            "`version` takes a text, but without quotes YAML reads 16.10 as a number: 16.1.",
            'Put it in quotes: version: "16.10".',
        )
    ]


def test_a_number_by_alias_is_told_by_its_value() -> None:
    text = PLAIN + ORDERS.replace('"16.4"', "*v") + "tags: {a: b}\n"
    text = text.replace("version: 1\n", "version: &v 1\n")

    assert said(text) == [
        (
            "SF122",
            "`version` takes a text, but without quotes YAML reads 1 as a number.",
            'Put it in quotes: version: "1".',
        )
    ]


def test_words_for_true_and_false_of_older_yaml_are_named() -> None:
    text = PLAIN + "buckets: {media: {versioning: NO}}\n"

    assert said(text) == [
        (
            "SF123",
            '`versioning` takes true or false, and this is the text "NO".',
            "YAML 1.2 has true and false only: write `versioning: false`.",
        )
    ]


def test_what_a_key_takes_is_said_with_its_unit_and_what_was_meant() -> None:
    text = PLAIN + ORDERS.replace("100}", '"100", log_exports: postgresql, iops: many}')

    assert said(text) == [
        (
            "SF123",
            '`storage_gib` takes a whole number (GiB), and this is the text "100".',
            "Write `storage_gib: 100`.",
        ),
        (
            "SF123",
            '`log_exports` takes a list, and this is the text "postgresql".',
            "Write `log_exports: [postgresql]`.",
        ),
        (
            "SF123",
            '`iops` takes a whole number (operations per second), and this is the text "many".',
            "Write it like this: `iops: 3000`.",
        ),
    ]


def test_a_key_with_nothing_behind_it_is_empty() -> None:
    assert said(PLAIN + "buckets:\n") == [
        (
            "SF123",
            "`buckets` takes a mapping, and this is empty.",
            (
                "Remove the key, or give it a value, for example"
                " `buckets: {media: {versioning: true}}`."
            ),
        )
    ]


def test_a_key_that_may_be_left_out_may_be_null() -> None:
    assert said(PLAIN + "cdn:\nalarms: null\n") == []


def test_an_unknown_key_is_found_at_the_key_with_the_one_that_was_meant() -> None:
    spec = loaded(PLAIN + "buckets: {media: {versionning: false}}\n")
    (finding,) = spec.findings

    assert finding.where == key_at("buckets", "media", "versionning")
    assert (finding.detail, finding.way_out) == (
        'There is no key "versionning" in `buckets.media`.',
        "Did you mean `versioning`?",
    )


def test_an_unknown_key_like_no_other_is_answered_with_all_of_them() -> None:
    assert said(PLAIN + "alarms: {email: ops@example.com, foo: 1}\n") == [
        (
            "SF120",
            'There is no key "foo" in `alarms`.',
            (
                "Remove it, or use one of: `email`, `database_cpu_percent`, `replica_lag_minutes`,"
                " `free_storage_percent`."
            ),
        )
    ]


def test_a_branch_of_a_union_is_not_a_part_of_the_path() -> None:
    text = PLAIN + (
        "services:\n  web:\n    instance_type: t3.medium\n"
        "    image: {source: ami-0123456789abcdef0, ssm: x}\n"
        "buckets: {media: {replication: {prefx: a}}}\n"
    )

    assert [found.where for found in loaded(text).findings if found.code < "SF2"] == [
        key_at("services", "web", "image", "source"),
        key_at("buckets", "media", "replication", "prefx"),
    ]


def test_keys_that_look_like_a_branch_or_like_pydantics_own_marks_are_keys() -> None:
    text = PLAIN + "cdn:\n  default: web\n  paths: {'<off>': 1, '[key]': 2}\n"

    assert [found.where for found in loaded(text).findings if found.code == "SF122"] == [
        at("cdn", "paths", "<off>"),
        at("cdn", "paths", "[key]"),
    ]


def test_a_later_version_of_the_language_is_told_from_a_wrong_one() -> None:
    later = PLAIN.replace("version: 1", "version: 2")
    never = PLAIN.replace("version: 1", "version: 0")
    text = PLAIN.replace("version: 1", 'version: "1"')
    true = PLAIN.replace("version: 1", "version: true")

    assert [code for code, _, _ in said(later)] == ["SF126"]
    assert [way_out for _, _, way_out in said(never)] == ["Write `version: 1`."]
    assert [code for code, _, _ in said(text)] == ["SF123"]
    assert [code for code, _, _ in said(true)] == ["SF123"]


def test_everything_about_a_value_that_reading_refused_is_said_once() -> None:
    text = PLAIN + ORDERS.replace("storage_gib: 100", "storage_gib: !GiB 100")

    assert [code for code, _, _ in said(text)] == ["SF107"]


def test_mistakes_of_the_structure_do_not_hide_those_of_the_rules() -> None:
    text = PLAIN.replace("10.1.0.0/16", "10.0.0.0/16") + "buckets: {media: {versionning: 1}}\n"

    codes = [code for code, _, _ in said(text)]

    assert "SF120" in codes
    assert any(code.startswith("SF2") for code in codes)


def test_a_file_that_is_no_spec_is_not_told_so_a_thousand_times() -> None:
    text = PLAIN + "".join(f"key{number}: 1\n" for number in range(1000))

    assert len(loaded(text).findings) == MAX_COMPLAINTS


def test_a_spec_with_mistakes_of_the_structure_is_no_model() -> None:
    assert loaded(PLAIN + "foo: 1\n").spec is None


def test_a_reference_to_a_component_that_cannot_be_read_is_no_mistake_of_its_own() -> None:
    text = PLAIN + (
        "databases: {orders: {engine: postgres}}\n"
        "services:\n  web:\n    instance_type: t3.medium\n"
        "    image: {source: ami-0123456789abcdef0, target: ami-0fedcba9876543210}\n"
        "    uses: [orders]\n"
    )

    assert {found.code for found in loaded(text).findings if found.code < "SF2"} == {"SF121"}
    assert not [
        found for found in loaded(text).findings if found.where == at("services", "web", "uses", 0)
    ]


def test_what_only_a_component_that_cannot_be_read_would_need_is_no_mistake_of_its_own() -> None:
    text = PLAIN + (
        "services:\n  web: {instance_type: t3.medium}\n"
        "certificates:\n"
        "  source: arn:aws:acm:us-east-1:111122223333:certificate/"
        "22222222-2222-2222-2222-222222222222\n"
        "  target: arn:aws:acm:eu-central-1:111122223333:certificate/"
        "33333333-3333-3333-3333-333333333333\n"
    )

    assert [code for code, _, _ in said(text)] == ["SF121"]
