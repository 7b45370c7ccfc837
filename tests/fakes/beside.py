"""What AWS has beside stack sets: parameters, buckets, units, databases, images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.port import AwsError
from tests.fakes.calls import Calls

if TYPE_CHECKING:
    from compiler.deploy.clock import Clock
    from compiler.deploy.port import Place


class Beside(Calls):
    """Answers the part of the port that no stack has to do with."""

    def __init__(self, clock: Clock, account: str) -> None:
        super().__init__(clock)
        self.own_account = account
        self.parameters: dict[str, str] = {}
        self.buckets: set[str] = set()
        self.roles: set[str] = set()
        self.uploads: dict[str, str] = {}
        self.units: dict[str, tuple[str, ...]] = {}
        self.images: dict[str, str] = {"/al2023": "ami-0000000000000001"}
        self.protected: set[str] = set()
        self.filled: set[str] = set()

    def account(self) -> str:
        with self.called("account"):
            return self.own_account

    def accounts_in(self, organizational_unit: str) -> tuple[str, ...]:
        with self.called("accounts_in", organizational_unit):
            if organizational_unit not in self.units:
                raise AwsError(
                    code="ParentNotFoundException", reason="no such unit", call="ListParents"
                )
            return self.units[organizational_unit]

    def upload(self, bucket: str, region: str, key: str, text: str) -> str:
        with self.called("upload", bucket, key):
            if bucket not in self.buckets:
                raise AwsError(code="NoSuchBucket", reason="no such bucket", call="PutObject")
            url = f"https://{bucket}.s3.{region}.amazonaws.com/{key}"
            self.uploads[url] = text
            return url

    def has_bucket(self, bucket: str, region: str) -> bool:
        with self.called("has_bucket", region, bucket):
            return bucket in self.buckets

    def has_role(self, name: str) -> bool:
        with self.called("has_role", name):
            return name in self.roles

    def versions(self, place: Place, bucket: str) -> int:
        with self.called("versions", place.region, bucket):
            return 3 if bucket in self.filled else 0

    def empty(self, place: Place, bucket: str) -> int:
        with self.called("empty", place.region, bucket):
            was_filled = bucket in self.filled
            self.filled.discard(bucket)
            return 3 if was_filled else 0

    def parameter(self, name: str) -> str | None:
        with self.called("parameter", name):
            return self.parameters.get(name)

    def create_parameter(self, name: str, value: str) -> bool:
        with self.called("create_parameter", name):
            if name in self.parameters:
                return self.parameters[name] == value
            self.parameters[name] = value
            return True

    def replace_parameter(self, name: str, value: str) -> None:
        with self.called("replace_parameter", name):
            self.parameters[name] = value

    def delete_parameter(self, name: str) -> None:
        with self.called("delete_parameter", name):
            self.parameters.pop(name, None)

    def is_protected(self, place: Place, database: str) -> bool:
        with self.called("is_protected", place.region, database):
            return database in self.protected

    def is_filled(self, place: Place, bucket: str) -> bool:
        with self.called("is_filled", place.region, bucket):
            return bucket in self.filled

    def image(self, place: Place, name: str) -> str:
        with self.called("image", place.region, name):
            if name not in self.images:
                raise AwsError(code="ParameterNotFound", reason="no such name", call="GetParameter")
            return self.images[name]

    def prefix_list(self, place: Place, name: str) -> str:
        with self.called("prefix_list", place.region, name):
            return f"pl-{place.region}"
