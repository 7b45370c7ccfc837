"""Tests of the databases' alarms from phase to phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.components import addresses, alarms
from tests.unit.compiler.components.media import MEDIA, media
from tests.unit.compiler.components.places import built

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.phases import PhaseName
    from compiler.symbols import Address, Resource
    from spec.model import Spec
    from spec.names import Side

OF_ANY = {"DatabaseCpuCatalog", "DatabaseStorageCatalog"}
OF_A_REPLICA = {"ReplicaBrokenCatalog", "ReplicaLagCatalog"}


def found(phase: PhaseName, side: Side, spec: Spec | None = None) -> Mapping[Address, Resource]:
    return {
        address: resource
        for address, resource in built(spec or media(), alarms, phase=phase).items()
        if address.stack.side == side and resource.component[0] == "databases"
    }


@pytest.mark.parametrize(
    ("phase", "source", "target"),
    [
        ("prepare", OF_ANY, set()),
        ("replicate", OF_ANY, OF_ANY | OF_A_REPLICA),
        ("warm", OF_ANY, OF_ANY | OF_A_REPLICA),
        ("fence", OF_ANY, OF_ANY | OF_A_REPLICA),
        ("promote", OF_ANY, OF_ANY),
        ("switch", OF_ANY, OF_ANY),
        ("settle", OF_ANY, OF_ANY),
        ("unprotect", OF_ANY, OF_ANY),
        ("retire", set(), OF_ANY),
    ],
)
def test_what_is_there_is_watched_and_a_promoted_replica_for_no_lag(
    phase: PhaseName, source: set[str], target: set[str]
) -> None:
    assert {address.logical_id for address in found(phase, "source")} == source
    assert {address.logical_id for address in found(phase, "target")} == target


@pytest.mark.parametrize("phase", ["replicate", "promote"])
def test_alarms_of_the_target_change_only_after_its_database_has(phase: PhaseName) -> None:
    database = addresses.database(media(), "target", "catalog")

    assert {one.after for one in found(phase, "target").values()} == {(database,)}
    assert {one.after for one in found(phase, "source").values()} == {()}


def test_the_generation_that_replicates_is_the_one_that_is_watched() -> None:
    catalog = {**MEDIA["databases"]["catalog"], "generation": 2}
    spec = media(databases={"catalog": catalog})

    def watched(side: Side) -> set[str]:
        return {
            one.body.to_dict()["Properties"]["Dimensions"][0]["Value"]
            for one in found("replicate", side, spec).values()
        }

    assert watched("source") == {"streaming-staging-catalog"}
    assert watched("target") == {"streaming-staging-catalog-g2"}
