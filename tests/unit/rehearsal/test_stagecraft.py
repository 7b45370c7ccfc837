"""Which gates a rehearsal asks."""

from __future__ import annotations

from dataclasses import replace

from compiler.rehearsal.stagecraft import askable
from tests.fakes.conductor import question
from tests.fakes.phases import states


def test_what_asks_the_users_own_system_is_left_out_and_told() -> None:
    before = states()
    warm = before["warm"]
    own = replace(
        warm, manifest=replace(warm.manifest, gates=(*warm.manifest.gates, question("warm")))
    )

    found, left = askable({**before, "warm": own})

    assert found == before
    assert left == {"warm": ("http warm",)}
