"""The CloudFront distribution in front of it all."""

from typing import Literal

from pydantic import Field

from spec.model.base import Model


class Cdn(Model):
    """One CloudFront distribution; its home is us-east-1, or the partition's equivalent."""

    default: str = Field(
        description="Service or bucket that answers what no path names.", examples=["web"]
    )
    paths: dict[str, str] = Field(
        default={},
        description="Service or bucket by path pattern, most specific first.",
        examples=[{"/static/*": "media"}],
    )
    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = Field(
        default="PriceClass_All",
        description="Which of CloudFront's locations serve.",
        examples=["PriceClass_100"],
    )
