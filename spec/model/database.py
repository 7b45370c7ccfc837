"""A relational database and its replica in the target."""

from typing import Literal

from pydantic import Field

from spec.model.base import Model


class DatabaseInTarget(Model):
    """What differs in the target."""

    instance_class: str | None = Field(
        default=None,
        description="Instance class in the target; default: that of the source.",
        examples=["db.t3.small"],
    )
    replica_instance_class: str | None = Field(
        default=None,
        description="Instance class while it replicates, before `warm`; default: the final one.",
        examples=["db.t3.small"],
    )
    multi_az: bool | None = Field(
        default=None,
        description="Whether the replica has a standby; default: as the source.",
        examples=[False],
    )


class Database(Model):
    """An RDS instance in the source, and an encrypted read replica of it in the target."""

    engine: str = Field(
        description="`postgres`, `mysql` or `mariadb`.",
        examples=["postgres"],
    )
    version: str = Field(
        description="Engine version, in quotes (unquoted, YAML reads 16.10 as 16.1); the target has"
        " the one that it replicated from.",
        examples=["16.13"],
    )
    instance_class: str = Field(description="Instance class.", examples=["db.t3.medium"])
    storage_gib: int = Field(
        description="Allocated storage; a replica has that of its source.",
        examples=[100],
        json_schema_extra={"unit": "GiB"},
    )
    max_storage_gib: int | None = Field(
        default=None,
        description="Storage autoscaling grows up to this; default: no autoscaling.",
        examples=[500],
        json_schema_extra={"unit": "GiB"},
    )
    storage_type: Literal["gp2", "gp3", "io1", "io2"] = Field(
        default="gp3", description="Storage type.", examples=["io2"]
    )
    iops: int | None = Field(
        default=None,
        description="Provisioned IOPS; needed for io1 and io2, optional for a large gp3.",
        examples=[3000],
        json_schema_extra={"unit": "operations per second"},
    )
    throughput_mibps: int | None = Field(
        default=None,
        description="Provisioned throughput of a large gp3.",
        examples=[500],
        json_schema_extra={"unit": "MiB/s"},
    )
    multi_az: bool = Field(
        default=True,
        description="Whether a standby runs in a second zone; the replica does as its source.",
        examples=[False],
    )
    port: int | None = Field(
        default=None,
        description="Port; default: the engine's own (5432, 3306).",
        examples=[6432],
        json_schema_extra={"unit": "TCP port"},
    )
    database: str | None = Field(
        default=None,
        description="Name of the first database inside; default: the component's, hyphens dropped.",
        examples=["catalog"],
    )
    user: str = Field(
        default="stackferry",
        description="Master user; its password is generated and kept in Secrets Manager.",
        examples=["catalog_admin"],
    )
    parameters: dict[str, str] = Field(
        default={},
        description="Engine parameters, in a parameter group of the right family on both sides.",
        examples=[{"log_min_duration_statement": "500"}],
    )
    backup_retention_days: int = Field(
        default=7,
        description="How long automated backups are kept; above 0, else AWS refuses the replica.",
        examples=[14],
        json_schema_extra={"unit": "days"},
    )
    backup_window: str | None = Field(
        default=None,
        description="Daily backup window in UTC, 30 minutes or more; default: AWS chooses.",
        examples=["03:00-04:00"],
        json_schema_extra={"unit": "hh:mm-hh:mm UTC"},
    )
    maintenance_window: str | None = Field(
        default=None,
        description="Weekly maintenance window in UTC; default: AWS chooses.",
        examples=["sun:05:00-sun:06:00"],
        json_schema_extra={"unit": "ddd:hh:mm-ddd:hh:mm UTC"},
    )
    log_exports: tuple[str, ...] = Field(
        default=(),
        description="Engine logs to send to CloudWatch Logs.",
        examples=[["postgresql", "upgrade"]],
    )
    deletion_protection: bool = Field(
        default=True,
        description="Whether AWS refuses to delete the database: in the source until `unprotect`,"
        " in the target from `settle` on.",
        examples=[False],
    )
    generation: int = Field(
        default=1,
        description="Which replica this is: raise it by one to seed another after a promotion that"
        " was taken back.",
        examples=[2],
        json_schema_extra={"unit": "generations"},
    )
    target: DatabaseInTarget = Field(
        default=DatabaseInTarget.model_construct(
            instance_class=None, replica_instance_class=None, multi_az=None
        ),
        description="What differs in the target.",
        examples=[{"instance_class": "db.t3.small"}],
    )
