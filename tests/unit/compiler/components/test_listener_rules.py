"""Tests of which requests reach which service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from compiler.components.listener_rules import (
    FIRST_PRIORITY,
    LAST_PRIORITY,
    Rule,
    conditions,
    listener_rules,
)
from tests.unit.compiler.components.media import MEDIA, media

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spec.model import Spec

SERVICE: Mapping[str, Any] = {
    "instance_type": "t3.medium",
    "image": MEDIA["services"]["web"]["image"],
}


def serving(cdn: Mapping[str, Any] | None = None, **services: Mapping[str, Any]) -> Spec:
    return media(
        services={key: {**SERVICE, **settings} for key, settings in services.items()}, cdn=cdn
    )


def asked(spec: Spec) -> list[str]:
    """Return the services in the order in which their rules are asked, with the path if any."""
    rules = sorted(
        (rule for rules in listener_rules(spec).values() for rule in rules),
        key=lambda rule: rule.priority,
    )
    return [f"{rule.service} {rule.path[0]}" if rule.path else rule.service for rule in rules]


def test_a_service_without_hosts_and_paths_takes_everything() -> None:
    (rule,) = listener_rules(serving(web={}))["web"]

    assert conditions(rule) == (("path-pattern", (("/*", None),)),)


def test_the_more_specific_is_asked_first_whatever_the_order_in_the_file() -> None:
    services: dict[str, Mapping[str, Any]] = {
        "rest": {},
        "tree": {"paths": ["/a/*"]},
        "leaf": {"paths": ["/a/b/*", "/z"]},
        "exact": {"paths": ["/a/b/"]},
        "host": {"hosts": ["api.example.com"]},
        "both": {"hosts": ["*.example.com"], "paths": ["/a/*"]},
    }
    expected = [
        *("both /a/*", "host"),
        *("exact /a/b/", "leaf /a/b/*", "tree /a/*", "leaf /z"),
        "rest",
    ]

    assert asked(serving(**services)) == expected
    assert asked(serving(**dict(reversed(services.items())))) == expected


def test_many_hosts_are_spread_over_rules_that_aws_takes() -> None:
    hosts = [f"{letter}.example.com" for letter in "abcdef"]

    found = listener_rules(serving(web={"hosts": hosts, "paths": ["/a", "/b"]}))["web"]

    assert [([host for host, _ in rule.hosts], rule.path and rule.path[0]) for rule in found] == [
        (hosts[:4], "/a"),
        (hosts[:4], "/b"),
        (hosts[4:], "/a"),
        (hosts[4:], "/b"),
    ]


def test_a_new_service_moves_no_others_rule() -> None:
    before = serving(web={}, api={"paths": ["/api/*"]})
    after = serving(web={}, admin={"paths": ["/admin/*"]}, api={"paths": ["/api/*"]})

    for key in ("web", "api"):
        assert listener_rules(after)[key] == listener_rules(before)[key]


def test_what_the_cdn_sends_to_a_service_is_routed_to_it() -> None:
    spec = serving(
        cdn={"default": "web", "paths": {"/api/*": "api", "media/*": "api"}}, web={}, api={}
    )

    assert asked(spec) == ["api /media/*", "api /api/*", "web"]
    assert listener_rules(spec)["api"][0].path == ("/api/*", ("cdn", "paths", "/api/*"))


def test_a_services_own_rules_stand_beside_a_cdn() -> None:
    spec = serving(
        cdn={"default": "web", "paths": {"/api/*": "api"}}, web={}, api={"paths": ["/v2/*"]}
    )

    assert asked(spec) == ["api /v2/*", "web"]


PATHS = st.from_regex(r"/[a-z/*?]{0,12}", fullmatch=True)
KEYS = st.from_regex(r"[a-z]{1,8}", fullmatch=True)


@given(st.dictionaries(KEYS, st.lists(PATHS, max_size=4, unique=True), min_size=1, max_size=8))
def test_priorities_are_unique_and_within_what_aws_takes(paths: dict[str, list[str]]) -> None:
    spec = serving(**{key: {"paths": some} for key, some in paths.items()})
    rules: list[Rule] = [rule for some in listener_rules(spec).values() for rule in some]
    priorities = [rule.priority for rule in rules]

    assert len(set(priorities)) == len(priorities)
    assert all(FIRST_PRIORITY <= priority <= LAST_PRIORITY for priority in priorities)
