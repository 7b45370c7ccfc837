"""One alarm, as all of ours are: it tells its side's topic when it rings and when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troposphere import cloudwatch

from compiler.components.addresses import topic
from compiler.components.tags import tag_list, tag_origins
from compiler.symbols import Address, Resource, Symbol, logical
from spec import names

if TYPE_CHECKING:
    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Spec
    from spec.names import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """
    What an alarm watches.

    Attributes:
        spec: The migration.
        phase: The state that is compiled.
        side: Where it stands.
        path: Its spec path, whose last part is its key.
        first: What must exist before an alarm on it.
    """

    spec: Spec
    phase: Phase
    side: Side
    path: Path
    first: tuple[Address, ...] = ()

    def alarm(
        self,
        *words: str,
        threshold: Path | None = None,
        **settings: Any,  # noqa: ANN401 - properties of AWS::CloudWatch::Alarm
    ) -> Resource:
        """
        Return an alarm that tells the side's topic when it rings and when it is over.

        Args:
            words: What it is about; with the key, its name.
            threshold: Spec path of its threshold, if the spec says it.
            settings: Its other properties.
        """
        address = topic(self.side)
        key = str(self.path[-1])
        origins = tag_origins(self.spec, self.phase)
        if threshold is not None:
            origins["Properties.Threshold"] = threshold
        return Resource(
            stack=address.stack,
            body=cloudwatch.Alarm(
                logical(*words, key),
                AlarmName="-".join((names.prefix(self.spec), key, *words)),
                AlarmActions=[Symbol(address)],
                OKActions=[Symbol(address)],
                Tags=tag_list(self.spec, self.phase),
                **settings,
            ),
            component=self.path,
            origins=origins,
            after=self.first,
            part=key,
        )


def dimensions(**values: str | Symbol) -> list[cloudwatch.MetricDimension]:
    """Return the dimensions of a metric, by name."""
    return [cloudwatch.MetricDimension(Name=name, Value=value) for name, value in values.items()]
