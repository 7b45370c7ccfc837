"""AWS's sentences and what they are translated to."""

from __future__ import annotations

import pytest

from compiler.deploy.causes import UNKNOWN, translate
from spec.codes.deploying import DEPLOYING

SAID = {
    "Unable to locate credentials": "SF520",
    "ExpiredToken: The security token included in the request is expired": "SF521",
    "The security token included in the request is invalid.": "SF522",
    "AWS was not able to validate the provided access credentials": "SF522",
    "RegionDisabledException: STS is not activated in this region for account:1": "SF522",
    "SSO session associated with this profile has expired": "SF521",
    "This account is suspended. To remove this instance from the stack set, run "
    "DeleteStackInstances with the RetainStacks parameter.": "SF518",
    "You must enable organizations access to operate a service managed stack set": "SF517",
    "You must be the management account or delegated admin account of an organization before "
    "operating a SERVICE_MANAGED stack set": "SF517",
    "You must be the master or delegated admin account of an organization before operating a "
    "SERVICE_MANAGED stack set": "SF517",
    "ValidationError: Account used is not a delegated administrator": "SF517",
    "AccessDeniedException: You don't have permissions to access this resource.": "SF517",
    "Account 1 should have 'AWSControlTowerExecution' role with trust relationship to Role "
    "'service-role/AWSControlTowerStackSetRole'.": "SF523",
    "User: arn:aws:sts::1:assumed-role/AWSCloudFormationStackSetExecutionRole/x is not authorized "
    "to perform: rds:CreateDBInstance": "SF529",
    "Another Operation on StackSet arn:aws:cloudformation:x:1:stackset/s:2 is in progress": (
        "SF553"
    ),
    "Stack:arn:aws:cloudformation:eu-west-1:1:stack/s/2 is in UPDATE_IN_PROGRESS state and can not "
    "be updated.": "SF553",
    "Stack:arn:aws:cloudformation:eu-west-1:1:stack/s/2 is in ROLLBACK_COMPLETE state and can not "
    "be updated.": "SF556",
    "1 validation error detected: Value '{' at 'templateBody' failed to satisfy constraint: Member "
    "must have length less than or equal to 51200": "SF504",
    "Template may not exceed 1000000 bytes in size.": "SF504",
    "Stack [s] cannot be deleted while TerminationProtection is enabled": "SF555",
    "Action denied by stack policy: Statement [#1] does not allow [Update:Replace] for resource "
    "[LogicalResourceId/Database];": "SF555",
    "Validation failure detected. See the operation's FAILED event for details.": "SF554",
    "Properties validation failed for resource Database with message: [#/Port: expected type: "
    "Integer, found: String]": "SF554",
    "NAME_CONFLICT_VALIDATION: Resource of type 'AWS::S3::Bucket' with identifier 'x' exists": (
        "SF550"
    ),
    "You can't create this secret because a secret with this name is already scheduled for "
    "deletion.": "SF550",
    "EntityAlreadyExists: Role with name x already exists.": "SF519",
    "Role with name x already exists. (Service: Iam, Error Code: EntityAlreadyExists)": "SF550",
    "Account 111122223333 should have 'AWSCloudFormationStackSetExecutionRole' role with trust "
    "relationship to Role 'AWSCloudFormationStackSetAdministrationRole'.": "SF523",
    "User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole on resource: y": (
        "SF523"
    ),
    "The maximum number of VPCs has been reached. (Code: VpcLimitExceeded)": "SF524",
    "Rate exceeded": "SF525",
    "The image id '[ami-12345678]' does not exist (Code: InvalidAMIID.NotFound)": "SF526",
    "Cannot find version 16.99 for postgres": "SF527",
    "InsufficientDBInstanceCapacity: db.r5.large is not available in us-east-1a": "SF528",
    "User: arn:aws:iam::1:user/x is not authorized to perform: rds:CreateDBInstance": "SF529",
    "The region 'us-east-1' is not supported for this operation": "SF531",
    "VPC CIDR blocks overlap": "SF532",
    "VpcPeeringConnection is in pending-acceptance state": "SF533",
    "DB subnet group must have subnets in at least 2 availability zones": "SF534",
    "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ "
    "coverage: us-east-1a. Add subnets to cover at least 2 AZs.": "SF534",
    "Cannot specify both replicateSourceDb and allocatedStorage": "SF535",
    "KMSKeyNotAccessibleFault": "SF536",
    "Versioning must be 'Enabled' on the source bucket": "SF537",
    "Destination bucket must have versioning enabled.": "SF537",
    "Replication configuration cannot be applied. The role does not have permission": "SF538",
    "Invalid replication destination bucket arn": "SF539",
    "Invalid destination bucket arn (Code: InvalidArgument)": "SF539",
    "The following properties cannot be specified with SourceDBInstanceIdentifier: DBName": "SF535",
    "DependencyViolation: Security group sg-1 has a dependent object": "SF540",
    "Route table rtb-1 does not have an internet gateway attached": "SF541",
    "Cannot delete internet gateway while in use": "SF542",
    "The subnet 'subnet-1' has dependencies and cannot be deleted.": "SF540",
    "The internetGateway 'igw-1' has dependencies and cannot be deleted.": "SF542",
    "KMSInvalidStateException: The key is not available for use": "SF543",
    "Check that the KMS key is available, enabled (Code: EncryptionFailure)": "SF543",
    "Key 'arn:aws:kms:us-east-1:1:key/2' does not exist (Code: NotFoundException)": "SF544",
    "The ciphertext refers to a customer master key that does not exist": "SF544",
    "TargetNotInService": "SF545",
    "Health check path must be valid": "SF546",
    "InvalidOriginAccessIdentity": "SF547",
    "InvalidViewerCertificate": "SF548",
    "Certificate 'arn:aws:acm:eu-west-1:1:certificate/2' not found (Code: CertificateNotFound)": (
        "SF548"
    ),
    "InvalidParameter.NotFound: The specified resource does not exist": "SF549",
    "VpcID vpc-1 does not exist. (Code: InvalidVpcID.NotFound)": "SF549",
    "Role nobody not found (Code: NoSuchEntity)": "SF549",
    "Resource already exists": "SF550",
    "streaming-media already exists in stack arn:aws:cloudformation:…": "SF550",
    "Cannot delete protected DB Instance, please disable deletion protection and try again.": (
        "SF551"
    ),
    "The bucket you tried to delete is not empty": "SF552",
    "something that nobody has met so far": UNKNOWN,
}


@pytest.mark.parametrize("said", SAID)
def test_what_people_met_in_migrations_is_translated(said: str) -> None:
    assert translate(said).code == SAID[said]


def test_awss_short_word_is_looked_at_as_well() -> None:
    assert translate("Denied.", code="AccessDeniedException").code == "SF529"


def test_each_card_is_found_by_what_aws_says() -> None:
    said = {card.code: translate(card.aws_says).code for card in DEPLOYING if card.aws_says}

    assert said == {code: code for code in said}


def test_a_way_out_is_the_cards() -> None:
    ways_out = {card.code: card.fix for card in DEPLOYING}

    assert {translate(said).way_out for said in SAID} <= set(ways_out.values())
    assert all(ways_out.values())
