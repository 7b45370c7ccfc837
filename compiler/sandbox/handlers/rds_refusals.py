"""What RDS refuses about an instance when it looks at what stands around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.handlers.key_lookup import find_key, is_usable
from compiler.sandbox.handlers.rds_shape import family
from compiler.sandbox.handlers.replies import Backend, beneath, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compiler.sandbox.handler import Properties, Scope

_NOT_ON_REPLICA = (
    "CharacterSetName",
    "DBName",
    "MasterUserPassword",
    "MasterUsername",
    "StorageEncrypted",
)
"""Refused beside a source: the schema excludes all but DBName, whose text says not to set it.

Source: registry schema of `AWS::RDS::DBInstance`, 2026-10-20. AllocatedStorage may be given.
"""


def refuse_key(scope: Scope, given: str) -> Backend:
    """Return the key that *given* names in the stack's region, or refuse it."""
    key = find_key(scope, given)
    if not is_usable(key):
        refuse(
            "KMSKeyNotAccessibleFault",
            f"The specified KMS key [{given}] does not exist, is not enabled or you do not have "
            "permissions to access it.",
        )
    return key


def refuse_groups(scope: Scope, engine: str, version: str, properties: Properties) -> None:
    """Refuse subnet, parameter and security groups that do not exist here or do not fit."""
    rds = beneath("rds", scope.account, scope.region)
    subnet_group = properties.get("DBSubnetGroupName")
    if subnet_group is not None and str(subnet_group).lower() not in rds.subnet_groups:
        refuse("DBSubnetGroupNotFoundFault", f"DBSubnetGroup '{subnet_group}' not found.")
    _refuse_parameter_group(rds, engine, version, properties.get("DBParameterGroupName"))
    _refuse_security_groups(scope, subnet_group, properties.get("VPCSecurityGroups", ()))


def refuse_replica(scope: Scope, properties: Properties) -> Backend:
    """
    Refuse a replica that RDS would not seed.

    Returns:
        moto's instance of the source.

    Source: RDS user guide, "Working with DB instance read replicas" and "Creating a read replica
    in a different AWS Region", 2026-11-23.
    """
    excluded = [name for name in _NOT_ON_REPLICA if name in properties]
    if excluded:
        refuse(
            "InvalidParameterCombination",
            f"The following properties cannot be specified with SourceDBInstanceIdentifier: "
            f"{', '.join(excluded)}",
        )
    given = str(properties["SourceDBInstanceIdentifier"])
    source = _source(scope, given)
    if source.backup_retention_period == 0:
        refuse(
            "InvalidDBInstanceState",
            "Automated backups are not enabled for this database instance. To enable automated "
            "backups, use ModifyDBInstance to set the backup retention period to a non-zero value.",
        )
    if source.manage_master_user_password:
        refuse_managed_password(source.engine)
    if source.region != scope.region:
        if source.is_replica:
            refuse(
                "InvalidDBInstanceState",
                f"Cannot create a cross region read replica from the read replica {given}.",
            )
        _refuse_encryption(scope, source, properties)
    return source


def refuse_managed_password(engine: str) -> None:
    """Refuse a password in Secrets Manager's care beside a replica. Raises every time."""
    refuse(
        "InvalidParameterCombination",
        f"Creating read replicas for source instance with engine {engine} where "
        "ManageMasterUserPassword is enabled is not supported.",
    )


def _source(scope: Scope, given: str) -> Backend:
    region, name = scope.region, given
    if given.startswith("arn:"):
        region, name = given.split(":")[3], given.rsplit(":", 1)[-1]
    source = beneath("rds", scope.account, region).databases.get(name.lower())
    if source is None:
        refuse("DBInstanceNotFound", f"DBInstance {name} not found.")
    return source


def _refuse_encryption(scope: Scope, source: Backend, properties: Properties) -> None:
    given = properties.get("KmsKeyId")
    if source.storage_encrypted and given is None:
        refuse(
            "InvalidParameterCombination",
            "Cannot create a cross region unencrypted read replica from encrypted source. "
            "A KmsKeyId of the destination region must be specified.",
        )
    if not source.storage_encrypted and given is not None:
        refuse(
            "InvalidParameterCombination",
            "Cannot create an encrypted cross region read replica from unencrypted source.",
        )
    if given is not None:
        refuse_key(scope, given)


def _refuse_parameter_group(rds: Backend, engine: str, version: str, name: str | None) -> None:
    if name is None or name == f"default.{family(engine, version)}":
        return
    group = rds.db_parameter_groups.get(name.lower())
    if group is None:
        refuse("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}")
    wanted = family(engine, version)
    if group.family != wanted:
        refuse(
            "InvalidParameterCombination",
            f"The parameter group {name} with DBParameterGroupFamily {group.family} can't be used "
            f"for this instance. Use a parameter group with DBParameterGroupFamily {wanted}.",
        )


def _refuse_security_groups(
    scope: Scope, subnet_group: str | None, group_ids: Iterable[str]
) -> None:
    ec2 = beneath("ec2", scope.account, scope.region)
    held = beneath("rds", scope.account, scope.region).subnet_groups
    vpc_id = held[subnet_group.lower()].vpc_id if subnet_group else None
    for group_id in group_ids:
        group = ec2.get_security_group_from_id(group_id)
        if group is None:
            refuse(
                "InvalidParameterValue",
                f"Invalid security group , groupId= {group_id}, groupName=. "
                "The security group does not exist.",
            )
        if vpc_id is not None and group.vpc_id != vpc_id:
            refuse(
                "InvalidVPCNetworkStateFault",
                "The DB instance and EC2 security group are in different VPCs. The DB instance is "
                f"in {vpc_id} and the EC2 security group is in {group.vpc_id}",
            )
