"""
The shape of a spec: frozen pydantic models, one file per component.

The models say which keys there are, of which type, with which defaults. What relates several
values to each other, or to AWS, is a rule (`spec.rules`). Every field carries a description, an
example and, for a number, its unit; the language reference and the JSON Schema are generated from
them.
"""

from spec.model.alarms import Alarms
from spec.model.base import Model
from spec.model.bucket import Bucket, Replication
from spec.model.cdn import Cdn
from spec.model.certificates import Certificates
from spec.model.cutover import CommandGate, Cutover, HttpGate, SqlGate, UserGate
from spec.model.database import Database, DatabaseInTarget
from spec.model.dns import Dns
from spec.model.network import FlowLogs, Side, Subnets, Vpc
from spec.model.service import (
    HealthCheck,
    ImageByRegion,
    ImageFromParameter,
    Service,
    ServiceInTarget,
)
from spec.model.spec import Accounts, Keys, Spec

__all__ = [
    "Accounts",
    "Alarms",
    "Bucket",
    "Cdn",
    "Certificates",
    "CommandGate",
    "Cutover",
    "Database",
    "DatabaseInTarget",
    "Dns",
    "FlowLogs",
    "HealthCheck",
    "HttpGate",
    "ImageByRegion",
    "ImageFromParameter",
    "Keys",
    "Model",
    "Replication",
    "Service",
    "ServiceInTarget",
    "Side",
    "Spec",
    "SqlGate",
    "Subnets",
    "UserGate",
    "Vpc",
]
