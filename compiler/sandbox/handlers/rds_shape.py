"""
How properties of `AWS::RDS::DBInstance` map on moto's instance, and what RDS takes for a value.

moto's ModifyDBInstance cannot put a value back to nothing, and tells nothing of Performance
Insights and more; so properties are set on moto's instance itself, from which DescribeDBInstances
is answered, and read back through that call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from moto.rds.utils import valid_preferred_maintenance_window

from compiler.sandbox.handlers.replies import JSON, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.handler import Properties


_MINORS: Mapping[str, Mapping[str, str]] = {
    "postgres": {
        "13": "13.20",
        "14": "14.17",
        "15": "15.12",
        "16": "16.8",
        "17": "17.4",
        "18": "18.1",
    },
    "mysql": {"8.0": "8.0.41", "8.4": "8.4.4"},
    "mariadb": {"10.6": "10.6.21", "10.11": "10.11.11", "11.4": "11.4.5", "11.8": "11.8.3"},
}
"""The minor version that stands for a major one alone. Source: RDS release notes, 2026-11-23."""

_DEFAULT_MAJOR = {"postgres": "17", "mysql": "8.4", "mariadb": "11.4"}
_CLASS = re.compile(r"db\.[a-z]+\d[a-z0-9]*(?:-[a-z0-9]+)?\.(?:micro|small|medium|large|\d*xlarge)")
_LOG_TYPES: Mapping[str, frozenset[str]] = {
    "postgres": frozenset({"postgresql", "upgrade", "iam-db-auth-error"}),
    "mysql": frozenset({"audit", "error", "general", "slowquery", "iam-db-auth-error"}),
    "mariadb": frozenset({"audit", "error", "general", "slowquery"}),
}
_SHORTEST_PASSWORD = 8
_SHORTEST_WINDOW = 30
_MOST_BACKUP_DAYS = 35
_DAY_MINUTES = 24 * 60
FAMILIES = frozenset({engine + major for engine, majors in _MINORS.items() for major in majors})
"""The parameter group families of the versions above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """
    One property of an instance.

    Attributes:
        held: The attribute of moto's instance.
        told: The member of DescribeDBInstances' answer.
        default: What RDS has where the template says nothing; `None` for nothing at all.
        number: Whether the value is a whole number.
        flag: Whether the value is true or false.
    """

    held: str
    told: str
    default: JSON = None
    number: bool = False
    flag: bool = False

    def value(self, given: JSON) -> JSON:
        """Return *given* with the type that RDS has it in."""
        if given is None:
            return None
        if self.number:
            return int(given)
        return truth(given) if self.flag else given


FIELDS: Mapping[str, Field] = {
    "DBInstanceClass": Field(held="db_instance_class", told="DBInstanceClass"),
    "Iops": Field(held="iops", told="Iops", number=True),
    "BackupRetentionPeriod": Field(
        held="backup_retention_period", told="BackupRetentionPeriod", default=1, number=True
    ),
    "PreferredBackupWindow": Field(held="preferred_backup_window", told="PreferredBackupWindow"),
    "PreferredMaintenanceWindow": Field(
        held="preferred_maintenance_window", told="PreferredMaintenanceWindow"
    ),
    "MultiAZ": Field(held="multi_az", told="MultiAZ", default=False, flag=True),
    "DeletionProtection": Field(
        held="deletion_protection", told="DeletionProtection", default=False, flag=True
    ),
    "EnableCloudwatchLogsExports": Field(
        held="enabled_cloudwatch_logs_exports", told="EnabledCloudwatchLogsExports"
    ),
    "CopyTagsToSnapshot": Field(
        held="copy_tags_to_snapshot", told="CopyTagsToSnapshot", default=False, flag=True
    ),
    "AutoMinorVersionUpgrade": Field(
        held="auto_minor_version_upgrade", told="AutoMinorVersionUpgrade", default=True, flag=True
    ),
    "CACertificateIdentifier": Field(
        held="ca_certificate_identifier",
        told="CACertificateIdentifier",
        default="rds-ca-rsa2048-g1",
    ),
    "PubliclyAccessible": Field(
        held="publicly_accessible", told="PubliclyAccessible", default=False, flag=True
    ),
    "EnableIAMDatabaseAuthentication": Field(
        held="enable_iam_database_authentication",
        told="IAMDatabaseAuthenticationEnabled",
        default=False,
        flag=True,
    ),
    "EnablePerformanceInsights": Field(
        held="performance_insights_enabled",
        told="PerformanceInsightsEnabled",
        default=False,
        flag=True,
    ),
    "PerformanceInsightsKMSKeyId": Field(
        held="performance_insights_kms_key_id", told="PerformanceInsightsKMSKeyId"
    ),
    "PerformanceInsightsRetentionPeriod": Field(
        held="performance_insights_retention_period",
        told="PerformanceInsightsRetentionPeriod",
        number=True,
    ),
    "MonitoringInterval": Field(
        held="monitoring_interval", told="MonitoringInterval", default=0, number=True
    ),
    "MonitoringRoleArn": Field(held="monitoring_role_arn", told="MonitoringRoleArn"),
    "NetworkType": Field(held="network_type", told="NetworkType", default="IPV4"),
    "DatabaseInsightsMode": Field(
        held="database_insights_mode", told="DatabaseInsightsMode", default="standard"
    ),
    "EngineLifecycleSupport": Field(
        held="engine_lifecycle_support",
        told="EngineLifecycleSupport",
        default="open-source-rds-extended-support",
    ),
    "LicenseModel": Field(held="license_model", told="LicenseModel"),
}
"""What can be set by itself; storage, version, port, groups and password have rules."""


def truth(value: JSON) -> bool:
    """Read a flag, which a template may carry as text."""
    return str(value).lower() == "true"


def full_version(engine: str, version: str | None) -> str:
    """
    Return the version that RDS would run.

    Args:
        engine: For example `postgres`.
        version: As the template has it; a major version stands for its newest minor one.

    Raises:
        Refused: For a version that the engine does not have, by its shape or its major part.
    """
    majors = _MINORS[engine]
    wanted = str(version or _DEFAULT_MAJOR[engine])
    if wanted in majors:
        return majors[wanted]
    parts = 1 if engine == "postgres" else 2
    major = ".".join(wanted.split(".")[:parts])
    if major not in majors or not re.fullmatch(r"\d+(\.\d+)+(-[a-z0-9.-]+)?", wanted):
        refuse("InvalidParameterCombination", f"Cannot find version {wanted} for {engine}")
    return wanted


def family(engine: str, version: str) -> str:
    """Return the parameter group family of a full version: `postgres16`, `mysql8.0`."""
    parts = 1 if engine == "postgres" else 2
    return engine + ".".join(version.split(".")[:parts])


def refuse_values(engine: str, properties: Properties) -> None:
    """
    Refuse an instance class, password, log type or combination that RDS refuses by looking at it.

    Raises:
        Refused: With RDS's code and sentence.
    """
    code = "InvalidParameterValue"
    size = properties.get("DBInstanceClass")
    if size is not None and not _CLASS.fullmatch(str(size)):
        refuse(code, f"Invalid DB Instance class: {size}")
    _refuse_password(properties.get("MasterUserPassword"))
    for name in properties.get("EnableCloudwatchLogsExports", ()):
        if name not in _LOG_TYPES[engine]:
            refuse(
                "InvalidParameterCombination",
                f"You cannot use the log types '{name}' with engine version {engine}. "
                "For more information, see the documentation.",
            )
    days = properties.get("BackupRetentionPeriod")
    if days is not None and not 0 <= int(days) <= _MOST_BACKUP_DAYS:
        refuse(
            code,
            f"Invalid backup retention period: {days}. Retention period must be between 0 and 35",
        )
    _refuse_windows(properties)
    _refuse_monitoring(properties)


def _refuse_windows(properties: Properties) -> None:
    backup = properties.get("PreferredBackupWindow")
    if backup is not None:
        found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", str(backup))
        if found is None:
            refuse("InvalidParameterValue", f"Invalid backup window format: {backup}")
        start, end = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
        if (end - start) % _DAY_MINUTES < _SHORTEST_WINDOW:
            refuse("InvalidParameterValue", "The backup window must be at least 30 minutes.")
    maintenance = properties.get("PreferredMaintenanceWindow")
    if maintenance is not None:
        said = valid_preferred_maintenance_window(str(maintenance).lower(), backup)
        if said is not None:
            refuse("InvalidParameterValue", said)


def _refuse_password(password: JSON | None) -> None:
    if password is None:
        return
    code = "InvalidParameterValue"
    if len(str(password)) < _SHORTEST_PASSWORD:
        refuse(
            code,
            "The parameter MasterUserPassword is not a valid password because it is shorter than "
            "8 characters.",
        )
    if set(str(password)) & set('/@" '):
        refuse(
            code,
            "The parameter MasterUserPassword is not a valid password. Only printable ASCII "
            "characters besides '/', '@', '\"', ' ' may be used.",
        )


def _refuse_monitoring(properties: Properties) -> None:
    code = "InvalidParameterCombination"
    interval = int(properties.get("MonitoringInterval", 0))
    if interval and "MonitoringRoleArn" not in properties:
        refuse(
            code,
            "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other "
            "than 0.",
        )
    if "MonitoringRoleArn" in properties and not interval:
        refuse(
            code,
            "You must specify a MonitoringInterval value other than 0 when you specify a "
            "MonitoringRoleARN value.",
        )
