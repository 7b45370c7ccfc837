"""A spec built in Python: refused on its own for all that the command refuses."""

from __future__ import annotations

from typing import Self

from pydantic import ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from spec.findings import Finding, Span
from spec.loaded import is_error
from spec.model import Spec
from spec.rules import check
from spec.shape import with_tuples


class Migration(Spec):
    """
    A spec that obeys the rules.

    `Migration.model_validate(a_dict)` raises pydantic's `ValidationError` for everything that
    `stackferry validate` calls an error: one line for each, `type` its code, `loc` its path, and
    the way out in `ctx`. Lists are taken where a spec has a sequence.
    """

    @model_validator(mode="before")
    @classmethod
    def _lists_are_sequences(cls, values: object) -> object:
        # The models are strict, and a frozen model holds tuples; who writes Python writes lists.
        return with_tuples(values)

    @model_validator(mode="after")
    def _obeys_the_rules(self) -> Self:
        errors = [_line(finding) for finding in check(self) if is_error(finding)]
        if errors:
            raise ValidationError.from_exception_data(type(self).__name__, errors)
        return self


def _line(finding: Finding) -> InitErrorDetails:
    path = () if isinstance(finding.where, Span) else finding.where.path
    context = {
        "code": finding.code,
        "path": path,
        "detail": finding.detail,
        "way_out": finding.way_out,
    }
    kind = PydanticCustomError(finding.code, "{detail} {way_out}", context)
    return InitErrorDetails(type=kind, loc=path, input=None)
