"""The errors that people meet in migrations from region to region, and what each is called here."""

from __future__ import annotations

from typing import NamedTuple


class Known(NamedTuple):
    """
    An error.

    Attributes:
        said: AWS's words, or Terraform's for AWS.
        code: The card that translates it.
    """

    said: str
    code: str


REGION = Known("The region 'eu-centre-1' is not supported for this operation", "SF531")
OVERLAP = Known("VPC CIDR blocks overlap", "SF532")
PENDING = Known("VpcPeeringConnection is in pending-acceptance state", "SF533")
ONE_ZONE = Known("DB subnet group must have subnets in at least 2 availability zones", "SF534")
STORAGE = Known("Cannot specify both replicateSourceDb and allocatedStorage", "SF535")
FOREIGN_KEY = Known("KMSKeyNotAccessibleFault", "SF536")
VERSIONING = Known("Versioning must be 'Enabled' on the source bucket", "SF537")
ROLE = Known(
    "Replication configuration cannot be applied. The role does not have permission", "SF538"
)
DESTINATION = Known("Invalid replication destination bucket arn", "SF539")
DEPENDENT = Known("DependencyViolation: Security group sg-1 has a dependent object", "SF540")
NO_GATEWAY = Known("Route table rtb-1 does not have an internet gateway attached", "SF541")
GATEWAY_IN_USE = Known("Cannot delete internet gateway while in use", "SF542")
DYING_KEY = Known("KMSInvalidStateException: The key is not available for use", "SF543")
LOST_KEY = Known("The ciphertext refers to a customer master key that does not exist", "SF544")
UNHEALTHY = Known("TargetNotInService", "SF545")
HEALTH_PATH = Known("Health check path must be valid", "SF546")
ACCESS_IDENTITY = Known("InvalidOriginAccessIdentity", "SF547")
CERTIFICATE = Known("InvalidViewerCertificate", "SF548")
NOT_FOUND = Known("InvalidParameter.NotFound: The specified resource does not exist", "SF549")
TAKEN = Known("Resource already exists", "SF550")

KNOWN_ERRORS = (
    REGION,
    OVERLAP,
    PENDING,
    ONE_ZONE,
    STORAGE,
    FOREIGN_KEY,
    VERSIONING,
    ROLE,
    DESTINATION,
    DEPENDENT,
    NO_GATEWAY,
    GATEWAY_IN_USE,
    DYING_KEY,
    LOST_KEY,
    UNHEALTHY,
    HEALTH_PATH,
    ACCESS_IDENTITY,
    CERTIFICATE,
    NOT_FOUND,
    TAKEN,
)
"""All twenty."""
