"""An operator who deploys the small migration, and agrees to every plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from compiler.deploy.outcome import Done
from compiler.deploy.prepare import Wish
from compiler.deploy.run import DeployResult, deploy
from compiler.deploy.targets import Scope
from tests.fakes.aws import FakeAws
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.migration import migration

if TYPE_CHECKING:
    from compiler.deploy.folder import Compiled
    from compiler.deploy.plan import Plan


class Operator:
    """The operator's side of a deploy."""

    def __init__(self, *, via: Literal["stacksets", "stacks"] = "stacksets") -> None:
        self.clock = SimulatedClock()
        self.aws = FakeAws(self.clock, via=via)
        self.heard = Heard()
        self.shown: list[Plan] = []

    def agree(self, plan: Plan) -> bool:
        self.shown.append(plan)
        return True

    def deploy(
        self,
        changed: dict[str, str] | None = None,
        *,
        region: str | None = None,
        image: str = "/al2023",
        refresh_images: bool = False,
        parallel: int = 8,
    ) -> DeployResult:
        return self.deploy_this(
            migration(changed, image=image),
            region=region,
            refresh_images=refresh_images,
            parallel=parallel,
        )

    def deploy_this(
        self,
        compiled: Compiled,
        *,
        region: str | None = None,
        refresh_images: bool = False,
        parallel: int = 8,
    ) -> DeployResult:
        return deploy(
            compiled,
            aws=self.aws,
            clock=self.clock,
            listener=self.heard,
            confirm=self.agree,
            wish=Wish(scope=Scope(region=region), refresh_images=refresh_images),
            parallel=parallel,
            pool=CallingPool(),
        )

    def actions(self) -> dict[str, str]:
        return {step.stack.id: step.action for step in self.shown[-1].steps}

    def parameters(self, id_: str) -> dict[str, str]:
        region, name = id_.split("/")
        return dict(self.aws.stack_sets[f"shop-prod-{region}-{name}"].definition.parameters)


def ends(result: DeployResult) -> dict[str, str]:
    """How each stack ended, in a word."""
    assert result.outcome is not None
    return {
        id_: end.what if isinstance(end, Done) else type(end).__name__
        for id_, end in result.outcome.ends.items()
    }
