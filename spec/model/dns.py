"""The public name."""

from pydantic import Field

from spec.model.base import Model


class Dns(Model):
    """A public Route 53 zone and the name of the system in it."""

    zone: str = Field(description="Zone name.", examples=["streaming.example.com"])
    record: str = Field(
        description="Name of the system inside the zone; `@` for the zone itself.",
        examples=["app"],
    )
    hosted_zone_id: str | None = Field(
        default=None,
        description="Id of a zone that exists; default: a new zone, to be delegated by you.",
        examples=["Z0123456789ABCDEFGHIJ"],
    )
    ttl_seconds: int = Field(
        default=60,
        description="How long resolvers keep the names of databases; short, since they move.",
        examples=[30],
        json_schema_extra={"unit": "seconds"},
    )
