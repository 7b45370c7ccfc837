"""
The verbs that change what is in AWS: deploy and destroy, from a compiled folder to a result.

Everything that touches the world comes in as an argument: AWS, the clock, the pool of threads, the
operator's consent, and who is told. Nothing is printed here.
"""

from __future__ import annotations

from compiler.deploy.deploying import DeployResult, Standing, deploy
from compiler.deploy.destroying import DestroyResult, destroy
from compiler.deploy.frame import PARALLEL

__all__ = ["PARALLEL", "DeployResult", "DestroyResult", "Standing", "deploy", "destroy"]
