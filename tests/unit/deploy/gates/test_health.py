"""Whether enough targets are healthy, and no alarm rings."""

from __future__ import annotations

from datetime import UTC, datetime

from compiler.deploy.gates.answer import green, red, unknown
from compiler.deploy.gates.health import healthy, quiet
from compiler.deploy.gates.system import Alarm, Target

NAMES = ("cpu", "lag")


def target(number: int, state: str, reason: str = "") -> Target:
    return Target(id=f"i-{number}", state=state, reason=reason)


def alarm(name: str, state: str, reason: str = "") -> Alarm:
    return Alarm(name=name, state=state, reason=reason, since=datetime(2026, 11, 24, tzinfo=UTC))


def test_as_many_as_are_wanted_are_enough() -> None:
    targets = (target(1, "healthy"), target(2, "healthy"), target(3, "draining"))

    assert healthy(targets, 2) == green("2 healthy of 3 targets", "at least 2 healthy")


def test_too_few_are_red_with_what_the_load_balancer_says_of_the_others() -> None:
    targets = (
        target(1, "healthy"),
        target(2, "unhealthy", "Health checks failed with these codes: [500]"),
        target(3, "initial"),
    )

    assert healthy(targets, 2) == red(
        "1 healthy of 3 targets",
        "at least 2 healthy",
        "i-2 is unhealthy (Health checks failed with these codes: [500]), i-3 is initial. Wait "
        "while instances start; then look at the health check's path and at the service's logs.",
    )


def test_nothing_that_is_registered_is_healthy() -> None:
    assert healthy((), 1) == red(
        "0 healthy of 0 targets",
        "at least 1 healthy",
        "Wait while instances start; then look at the health check's path and at the service's "
        "logs.",
    )


def test_alarms_that_are_ok_are_quiet() -> None:
    assert quiet(NAMES, (alarm("cpu", "OK"), alarm("lag", "OK"))) == green(
        "2 alarms quiet", "2 alarms quiet"
    )


def test_one_that_rings_is_red_with_its_reason() -> None:
    ringing = alarm("cpu", "ALARM", "Threshold Crossed: 1 datapoint [97.0] was too high.")

    assert quiet(NAMES, (ringing, alarm("lag", "INSUFFICIENT_DATA"))) == red(
        "cpu in alarm",
        "2 alarms quiet",
        "Threshold Crossed: 1 datapoint [97.0] was too high.",
    )
    assert quiet(NAMES, (alarm("cpu", "ALARM"), alarm("lag", "OK"))).remedy == (
        "See in CloudWatch what the alarms are about."
    )


def test_one_that_is_not_there_watches_nothing() -> None:
    assert quiet(NAMES, (alarm("cpu", "OK"),)) == red(
        "lag not there",
        "2 alarms quiet",
        "Deploy the phase once more, and search for drift: somebody deleted an alarm.",
    )


def test_one_without_data_is_not_quiet_but_unknown() -> None:
    assert quiet(NAMES, (alarm("cpu", "OK"), alarm("lag", "INSUFFICIENT_DATA"))) == unknown(
        "lag without enough data",
        "2 alarms quiet",
        "Wait for the alarm's next periods; if nothing comes, what it watches measures nothing. "
        "Look at it in CloudWatch.",
    )
