"""What wakes somebody up."""

from pydantic import Field

from spec.model.base import Model


class Alarms(Model):
    """CloudWatch alarms on both sides, to an encrypted topic in each region."""

    email: str = Field(
        description="Address that gets the alarms; AWS asks it to confirm.",
        examples=["ops@example.com"],
    )
    database_cpu_percent: int = Field(
        default=80,
        description="Alarm above this average CPU of a database.",
        examples=[90],
        json_schema_extra={"unit": "percent"},
    )
    replica_lag_minutes: int = Field(
        default=15,
        description="Alarm when a database replica is behind by more.",
        examples=[5],
        json_schema_extra={"unit": "minutes"},
    )
    free_storage_percent: int = Field(
        default=10,
        description="Alarm when less of a database's storage is free.",
        examples=[20],
        json_schema_extra={"unit": "percent"},
    )
