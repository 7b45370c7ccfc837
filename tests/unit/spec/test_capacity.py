from __future__ import annotations

from typing import Any

from spec.capacity import Capacity, capacity
from spec.model import Service


def _service(**given: Any) -> Service:  # noqa: ANN401 (keyword arguments of a model)
    image = {"source": "ami-0123456789abcdef0", "target": "ami-0fedcba9876543210"}
    return Service.model_validate({"instance_type": "t3.small", "image": image, **given})


def test_the_maximum_is_twice_the_count_where_nothing_is_said() -> None:
    assert capacity(_service(count=3), "source") == Capacity(minimum=1, count=3, maximum=6)


def test_a_service_of_none_has_a_minimum_of_none() -> None:
    assert capacity(_service(count=0), "source") == Capacity(minimum=0, count=0, maximum=0)


def test_the_target_does_as_the_source_where_it_says_nothing() -> None:
    service = _service(count=3, minimum=2, maximum=9, target={"count": 2})

    assert capacity(service, "source") == Capacity(minimum=2, count=3, maximum=9)
    assert capacity(service, "target") == Capacity(minimum=2, count=2, maximum=9)


def test_the_target_may_say_everything() -> None:
    service = _service(count=3, target={"count": 20, "minimum": 10, "maximum": 30})

    assert capacity(service, "target") == Capacity(minimum=10, count=20, maximum=30)
