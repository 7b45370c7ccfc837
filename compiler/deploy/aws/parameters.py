"""Parameters of Systems Manager, which hold the lock."""

from __future__ import annotations

from typing import Any

from compiler.deploy.aws.errors import translated
from compiler.deploy.port import AwsError


class Parameters:
    """The part of the port that is about parameters, over one client of Systems Manager."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 -- boto3 makes clients at run time
        """Ask *client*, which is that of the stack sets' region."""
        self._client = client

    def value(self, name: str) -> str | None:
        """Return what a parameter holds, if there is one."""
        try:
            with translated("GetParameter"):
                found = self._client.get_parameter(Name=name)
        except AwsError as error:
            if error.code == "ParameterNotFound":
                return None
            raise
        return str(found["Parameter"]["Value"])

    def create(self, name: str, value: str) -> bool:
        """
        Write a parameter that is not there yet; tell whether it holds *value* because of that.

        PutParameter has no token. A request that was taken and is sent again, since its answer was
        lost, finds its own parameter there: so what is there is compared. Who must be told apart
        from others puts a value there that nobody else writes.
        """
        try:
            with translated("PutParameter"):
                self._client.put_parameter(Name=name, Value=value, Type="String", Overwrite=False)
        except AwsError as error:
            if error.code != "ParameterAlreadyExists":
                raise
            return self.value(name) == value
        return True

    def replace(self, name: str, value: str) -> None:
        """Write a parameter over what it held; doing so twice does no harm."""
        with translated("PutParameter"):
            self._client.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)

    def delete(self, name: str) -> None:
        """Delete a parameter; nothing happens if there is none."""
        with translated("DeleteParameter", fine=frozenset({"ParameterNotFound"})):
            self._client.delete_parameter(Name=name)
