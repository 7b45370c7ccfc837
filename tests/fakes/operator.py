"""An operator who deploys the small migration, and agrees to every plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from compiler.deploy.deploying import DeployResult, deploy
from compiler.deploy.destroying import DestroyResult, destroy
from compiler.deploy.outcome import Done
from compiler.deploy.prepare import Prepared, prepare
from compiler.deploy.status import Question, Status, status
from compiler.deploy.targets import EVERYTHING, OWN_ACCOUNTS, Scope, Targets
from compiler.deploy.wish import ANYTHING, Wish
from tests.fakes.aws import FakeAws
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.migration import migration
from tests.fakes.taker import new_taker

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

    def deploy(  # noqa: PLR0913 -- one for each thing that a test may ask for
        self,
        changed: dict[str, str] | None = None,
        *,
        region: str | None = None,
        image: str = "/al2023",
        refresh_images: bool = False,
        targets: Targets = OWN_ACCOUNTS,
        parallel: int = 8,
    ) -> DeployResult:
        return self.deploy_this(
            migration(changed, image=image),
            scope=Scope(region=region),
            refresh_images=refresh_images,
            targets=targets,
            parallel=parallel,
        )

    def deploy_this(
        self,
        compiled: Compiled,
        *,
        scope: Scope = EVERYTHING,
        refresh_images: bool = False,
        targets: Targets = OWN_ACCOUNTS,
        parallel: int = 8,
    ) -> DeployResult:
        return self._deploy(
            compiled,
            Wish(scope=scope, targets=targets, refresh_images=refresh_images),
            parallel=parallel,
        )

    def wish(self, wish: Wish, changed: dict[str, str] | None = None) -> DeployResult:
        """Deploy what was wished for."""
        return self._deploy(migration(changed), wish)

    def _deploy(self, compiled: Compiled, wish: Wish, *, parallel: int = 8) -> DeployResult:
        return deploy(
            compiled,
            aws=self.aws,
            clock=self.clock,
            listener=self.heard,
            taker=new_taker(),
            confirm=self.agree,
            wish=wish,
            parallel=parallel,
            pool=CallingPool(),
        )

    def plan(self, wish: Wish = ANYTHING, changed: dict[str, str] | None = None) -> Prepared:
        """Ask for a plan only."""
        return prepare(migration(changed), wish, aws=self.aws, pool=CallingPool())

    def status(
        self,
        changed: dict[str, str] | None = None,
        *,
        drift: bool = False,
        values: bool = False,
    ) -> Status:
        """Ask how it stands; AWS tells."""
        told = status(
            self.aws,
            migration(changed).manifest,
            CallingPool(),
            self.clock,
            Question(drift=drift, values=values),
        )
        assert isinstance(told, Status)
        return told

    def destroy(self, *, unprotect: bool = False) -> DestroyResult:
        return destroy(
            migration(),
            aws=self.aws,
            clock=self.clock,
            listener=self.heard,
            taker=new_taker(),
            confirm=lambda _: True,
            unprotect=unprotect,
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
