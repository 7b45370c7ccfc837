"""A bucket in each region, the source's replicating to the target's."""

from typing import Literal

from pydantic import Field

from spec.model.base import Model, OrOff


class Replication(Model):
    """How the source bucket replicates to the target's."""

    time_control: bool = Field(
        default=True,
        description="S3 Replication Time Control: 15 minutes, with metrics and events; billed.",
        examples=[False],
    )
    delete_markers: bool = Field(
        default=True,
        description="Whether a delete in the source hides the object in the target too.",
        examples=[False],
    )
    prefix: str = Field(
        default="",
        description="Only objects whose key starts with this; default: all.",
        examples=["videos/"],
    )


class Bucket(Model):
    """A private, encrypted, versioned bucket on both sides."""

    versioning: bool = Field(
        default=True,
        description="Object versions; must be on where the bucket replicates.",
        examples=[True],
    )
    replication: OrOff[Replication] = Field(
        default=Replication.model_construct(time_control=True, delete_markers=True, prefix=""),
        description="Replication from source to target; `false` for none.",
        examples=[{"time_control": True}],
    )
    expire_versions_days: int | None = Field(
        default=None,
        description="Old versions are removed after this time; default: never.",
        examples=[90],
        json_schema_extra={"unit": "days"},
    )
    on_retire: Literal["keep", "empty"] = Field(
        default="keep",
        description="What becomes of the source's bucket at last: `keep` leaves it there with all"
        " that is in it, `empty` deletes both.",
        examples=["keep"],
    )
