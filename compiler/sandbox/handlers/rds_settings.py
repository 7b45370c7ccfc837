"""Sets the properties of an RDS instance on moto's object of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.handlers.rds_refusals import refuse_key
from compiler.sandbox.handlers.rds_shape import FIELDS, truth
from compiler.sandbox.handlers.rds_storage import set_storage
from compiler.sandbox.handlers.replies import JSON, Backend, beneath, refuse

if TYPE_CHECKING:
    from compiler.sandbox.handler import Properties, Scope


def settle(scope: Scope, held: Backend, properties: Properties) -> None:
    """
    Set everything on moto's instance that a template can change, and defaults for the rest.

    Raises:
        Refused: For storage, zones or keys that RDS would not take.
    """
    set_storage(held, properties)
    for name, field in FIELDS.items():
        value = field.value(properties.get(name))
        if value is not None:
            setattr(held, field.held, value)
        elif not _keeps_own(name, held):
            setattr(held, field.held, _default(name, field.default))
    held.kept_version = properties.get("EngineVersion")
    if "Port" in properties:
        held.port = int(properties["Port"])
    group = properties.get("DBParameterGroupName")
    held.db_parameter_group_name = None if group is None else str(group).lower()
    subnet_group = properties.get("DBSubnetGroupName")
    if subnet_group is not None:
        held.db_subnet_group_name = str(subnet_group).lower()
    held.vpc_security_group_ids = list(
        properties.get("VPCSecurityGroups") or _default_groups(scope, held)
    )
    held.availability_zone = _zone(scope, held, properties.get("AvailabilityZone"))
    _set_performance_insights(scope, held, properties)
    _set_managed_password(held, properties)


def _set_performance_insights(
    scope: Scope,
    held: Backend,
    properties: Properties,
) -> None:
    key = properties.get("PerformanceInsightsKMSKeyId")
    if key is not None:
        refuse_key(scope, key)
    days = held.performance_insights_retention_period
    if held.performance_insights_enabled:
        # 7 days are free, and what RDS keeps where nothing is said.
        held.performance_insights_retention_period = days or 7


def _set_managed_password(held: Backend, properties: Properties) -> None:
    managed = truth(properties.get("ManageMasterUserPassword", False))
    if managed != bool(held.manage_master_user_password):
        held.update(manage_master_user_password=managed)


def _keeps_own(name: str, held: Backend) -> bool:
    """Tell whether the instance keeps what it has where the template says nothing."""
    if name == "BackupRetentionPeriod":
        # A replica starts without backups, and a promoted one keeps what it had.
        return bool(held.is_replica)
    return name in {
        "DBInstanceClass",
        "PreferredBackupWindow",
        "PreferredMaintenanceWindow",
        "LicenseModel",
    }


def _default(name: str, default: JSON) -> JSON:
    return [] if name == "EnableCloudwatchLogsExports" else default


def _default_groups(scope: Scope, held: Backend) -> list[str]:
    """Return the default security group of the instance's VPC, which an update puts back."""
    ec2 = beneath("ec2", scope.account, scope.region)
    group = getattr(held, "db_subnet_group", None)
    vpc_id = group.vpc_id if group is not None else ec2.default_vpc.id
    return [ec2.get_default_security_group(vpc_id).id]


def _zone(scope: Scope, held: Backend, given: str | None) -> str:
    group = getattr(held, "db_subnet_group", None)
    zones = sorted(
        {subnet["SubnetAvailabilityZone"]["Name"] for subnet in group.subnets} if group else ()
    )
    if given is not None:
        if group is not None and given not in zones:
            refuse(
                "InvalidVPCNetworkStateFault",
                f"Availability zone {given} is not covered by the DB subnet group {group.name}.",
            )
        return given
    if zones:
        return str(held.availability_zone) if held.availability_zone in zones else zones[0]
    return str(held.availability_zone) if _in_region(held, scope) else f"{scope.region}a"


def _in_region(held: Backend, scope: Scope) -> bool:
    return str(held.availability_zone).startswith(scope.region)
