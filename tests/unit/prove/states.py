"""States to prove: those of the committed examples, and small ones made by hand."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.deploy.folder import read_itinerary, read_templates
from compiler.itinerary import Itinerary
from compiler.manifest import Manifest
from compiler.prove import State, states_of
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.manifest import Action, ParameterSource
    from compiler.phases import PhaseName

EXAMPLES = ("hello-trial", "shop-prod", "streaming-staging")


@cache
def example(name: str) -> tuple[State, ...]:
    """Every state of a committed example."""
    folder = Path("templates_out") / name
    itinerary = read_itinerary(folder)
    assert isinstance(itinerary, Itinerary)
    texts = read_templates(folder, itinerary)
    assert isinstance(texts, dict)
    return states_of(itinerary, texts)


def state(  # noqa: PLR0913 -- each is a part of the whole
    stacks: Mapping[str, Mapping[str, Mapping[str, Any]]],
    *,
    phase: PhaseName = "warm",
    parameters: Mapping[str, Mapping[str, ParameterSource]] | None = None,
    outputs: Mapping[str, Mapping[str, Any]] | None = None,
    keeps_tags: bool = False,
    actions: tuple[Action, ...] = (),
) -> State:
    """
    A state made by hand.

    Args:
        stacks: Resources by logical id, by id of the stack; `us-east-1/…` are of the source.
        phase: Which phase it is.
        parameters: Sources of parameters, by id of the stack.
        outputs: Values of outputs, by id of the stack.
        keeps_tags: Of every stack, whether its update passes no tags.
        actions: What is done beside stacks.
    """
    templates = {
        id_: {
            "Resources": deepcopy(dict(resources)),
            "Outputs": {
                name: {"Value": value} for name, value in (outputs or {}).get(id_, {}).items()
            },
        }
        for id_, resources in stacks.items()
    }
    made = []
    for id_, template in templates.items():
        region, _, name = id_.partition("/")
        one = stack(
            region,
            name,
            json.dumps(template),
            parameters=(parameters or {}).get(id_),
            component=(name,),
        )
        made.append(replace(one, keeps_tags=keeps_tags))
    manifest = Manifest(
        name="shop",
        environment="prod",
        phase=phase,
        spec_file="shop.yaml",
        spec_sha256="0" * 64,
        source_region=SOURCE,
        target_region=TARGET,
        home_region=SOURCE,
        target_account=ACCOUNT,
        tags={},
        stacks=tuple(made),
        batches=(),
        actions=actions,
    )
    return State(manifest=manifest, templates=templates)
