"""What only the services themselves know: databases, images, prefix lists, roles."""

from __future__ import annotations

from typing import Any

from compiler.deploy.aws.errors import translated
from compiler.deploy.port import AwsError


def is_protected(client: Any, database: str) -> bool:  # noqa: ANN401 -- boto3 makes clients at run time
    """Tell, by a client of RDS, whether a database instance refuses to be deleted."""
    try:
        with translated("DescribeDBInstances"):
            found = client.describe_db_instances(DBInstanceIdentifier=database)
    except AwsError as error:
        if error.code.startswith("DBInstanceNotFound"):
            return False
        raise
    return any(one.get("DeletionProtection", False) for one in found["DBInstances"])


def image(client: Any, name: str) -> str:  # noqa: ANN401 -- boto3 makes clients at run time
    """Return, by a client of Systems Manager, the image id that a public parameter holds."""
    with translated("GetParameter"):
        found = client.get_parameter(Name=name)
    return str(found["Parameter"]["Value"])


def prefix_list(client: Any, name: str) -> str:  # noqa: ANN401 -- boto3 makes clients at run time
    """
    Return, by a client of EC2, the id of an AWS-managed prefix list.

    Raises:
        AwsError: The region has none of that name, or AWS refused to tell.
    """
    with translated("DescribeManagedPrefixLists"):
        found = client.describe_managed_prefix_lists(
            Filters=[{"Name": "prefix-list-name", "Values": [name]}]
        )["PrefixLists"]
    if not found:
        raise AwsError(
            code="PrefixListNotFound",
            reason="there is none of that name",
            call="DescribeManagedPrefixLists",
        )
    return str(found[0]["PrefixListId"])


def has_role(client: Any, name: str) -> bool:  # noqa: ANN401 -- boto3 makes clients at run time
    """Tell, by a client of IAM, whether its account has a role called *name*."""
    try:
        with translated("GetRole"):
            client.get_role(RoleName=name)
    except AwsError as error:
        if error.code == "NoSuchEntity":
            return False
        raise
    return True
