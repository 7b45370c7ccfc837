"""A proof as text, without its spec at hand."""

from __future__ import annotations

from compiler.prove import transition
from compiler.report.prove_text import prove_text
from tests.fakes.migration import SOURCE
from tests.unit.prove.bodies import BUCKET, DATABASE, REPLICA, with_
from tests.unit.prove.states import state

GROUP = {
    "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "Properties": {"Port": 80, "VpcId": "vpc-1"},
}


def test_a_step_is_told_by_place_and_what_holds_nothing_last() -> None:
    before = state({DATABASE: {"It": REPLICA, "Web": GROUP}, f"{SOURCE}/media": {"It": BUCKET}})
    after = state({DATABASE: {"Web": with_(GROUP, Port=8080)}, f"{SOURCE}/media": {"It": BUCKET}})

    text = prove_text((transition(before, after, "from a to b"),), ("A note.",), None, columns=80)

    assert text == (
        "From a to b\n"
        "  - deleted   eu-central-1/database:It   database\n"
        "      it goes; it is derived data, and can be seeded anew.\n"
        "  ! replaced  eu-central-1/database:Web  database\n"
        "      It holds nothing that cannot be made again. Port changes, and that takes a\n"
        "          new resource (createOnlyProperties of its registry schema). The old\n"
        "          one is deleted.\n"
        "  = unchanged in us-east-1/media: It\n"
        "\n"
        "A note.\n"
        "Proven: 1 step, and nothing is lost that cannot be made again.\n"
    )


def test_a_step_with_nothing_to_lose_says_so() -> None:
    nothing = state({DATABASE: {"Web": GROUP}})

    assert prove_text((transition(nothing, nothing, "from a to b"),), (), None) == (
        "From a to b\n"
        "  Nothing in it holds what cannot be made again.\n"
        "\n"
        "Proven: 1 step, and nothing is lost that cannot be made again.\n"
    )


def test_without_steps_there_are_only_notes() -> None:
    assert prove_text((), ("Nothing is there.",), None) == "Nothing is there.\n"
