"""The parameter that holds the lock: written once, and known again after a lost answer."""

from __future__ import annotations

from compiler.deploy.aws.parameters import Parameters
from tests.unit.deploy.aws.stubbed import stubbed

NAME = "/stackferry/shop-prod/lock"


def test_a_parameter_is_never_written_over_by_who_creates_it() -> None:
    with stubbed("ssm") as (client, stub):
        stub.add_response(
            "put_parameter",
            {"Version": 1},
            {"Name": NAME, "Value": "ours", "Type": "String", "Overwrite": False},
        )

        assert Parameters(client).create(NAME, "ours")


def test_a_parameter_of_somebody_elses_was_not_written() -> None:
    with stubbed("ssm") as (client, stub):
        stub.add_client_error("put_parameter", "ParameterAlreadyExists")
        stub.add_response("get_parameter", {"Parameter": {"Value": "theirs"}}, {"Name": NAME})

        assert not Parameters(client).create(NAME, "ours")


def test_a_request_that_is_sent_again_finds_its_own_parameter() -> None:
    with stubbed("ssm") as (client, stub):
        stub.add_client_error("put_parameter", "ParameterAlreadyExists")
        stub.add_response("get_parameter", {"Parameter": {"Value": "ours"}}, {"Name": NAME})

        assert Parameters(client).create(NAME, "ours")


def test_a_parameter_that_went_meanwhile_was_not_written() -> None:
    with stubbed("ssm") as (client, stub):
        stub.add_client_error("put_parameter", "ParameterAlreadyExists")
        stub.add_client_error("get_parameter", "ParameterNotFound")

        assert not Parameters(client).create(NAME, "ours")


def test_a_parameter_is_replaced_and_deleted_whether_it_is_there_or_not() -> None:
    with stubbed("ssm") as (client, stub):
        stub.add_response(
            "put_parameter",
            {"Version": 2},
            {"Name": NAME, "Value": "ours", "Type": "String", "Overwrite": True},
        )
        stub.add_client_error("delete_parameter", "ParameterNotFound")

        Parameters(client).replace(NAME, "ours")
        Parameters(client).delete(NAME)
