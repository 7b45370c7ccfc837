"""Since when nobody is served, where an earlier run closed the source."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compiler.deploy.cutover.course import Outage
from compiler.deploy.cutover.earlier import outage_before
from compiler.deploy.path.standing import Standing
from tests.fakes.aws import Failing
from tests.fakes.clock import CallingPool
from tests.fakes.conductor import Conductor

ACCESS = "shop-prod-us-east-1-access"


@pytest.fixture(name="warm")
def _warm() -> Conductor:
    return Conductor().warm()


def told(conductor: Conductor, stands: Standing | None = None) -> Outage | None:
    (instance,) = conductor.aws.instances(ACCESS)
    conductor.running.forms[instance.stack_id] = conductor.clock.now() - timedelta(minutes=4)
    return outage_before(
        conductor.aws,
        conductor.running,
        conductor.states,
        stands or conductor.stands(),
        CallingPool(),
    )


def test_it_is_since_the_source_was_closed(warm: Conductor) -> None:
    warm.to("promote")

    found = told(warm)

    assert found == Outage(began=warm.clock.now() - timedelta(minutes=4), is_earlier=True)


def test_it_is_so_too_where_the_fence_itself_was_not_finished(warm: Conductor) -> None:
    warm.aws.failing["shop-prod-eu-central-1-phase"] = Failing("Phase")
    warm.to("fence")

    assert warm.stands() == Standing(phase="warm", begun="fence")
    assert told(warm) is not None


def test_where_the_source_could_not_be_closed_nobody_was_kept_out(warm: Conductor) -> None:
    assert told(warm, Standing(phase="warm", begun="fence")) is None


@pytest.mark.parametrize(
    "stands", [Standing(phase="warm"), Standing(phase="switch"), Standing(phase="settle")]
)
def test_where_somebody_is_served_there_is_no_outage(warm: Conductor, stands: Standing) -> None:
    assert told(warm, stands) is None


def test_what_aws_does_not_tell_is_not_made_up(warm: Conductor) -> None:
    warm.to("fence")
    warm.running.refused.add("formed")

    assert told(warm) is None


def test_the_clock_goes_on_from_there(warm: Conductor) -> None:
    warm.to("fence")
    warm.course.outage = told(warm)
    began = warm.clock.now()

    _, code = warm.cut_over()

    assert code == 0
    outage = warm.course.outage
    assert outage is not None
    assert outage.is_earlier
    assert outage.ended is not None
    assert outage.ended - began < outage.lasted(warm.clock.now()) - timedelta(minutes=3)
