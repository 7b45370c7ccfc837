"""
The errors that people meet in migrations, met in the sandbox: it refuses in AWS's words.

Each is brought about by a small template, or by what somebody did by hand beforehand; the reason
of the failed stack is translated to the same card as AWS's own sentence. What AWS does not say when
something is deployed is told beside the test.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from compiler.deploy.causes import translate
from compiler.sandbox.embedded import ACCOUNT, Sandbox, embedded
from tests.functional import known_errors as known
from tests.functional.known_errors import KNOWN_ERRORS, Known
from tests.functional.refusals import (
    GATEWAY,
    HERE,
    REFUSED,
    THERE,
    Resources,
    database,
    peering,
    ref,
    resource,
    vpc,
)
from tests.functional.standing import Standing, standing

if TYPE_CHECKING:
    from collections.abc import Iterator

# Runs again and again what others measure; tracing it takes longer than it does itself.
pytestmark = pytest.mark.no_cover

OTHER_ACCOUNT = "444455556666"


@pytest.fixture(name="box")
def _box() -> Iterator[Sandbox]:
    with embedded() as sandbox:
        yield sandbox


def deployed(box: Sandbox, resources: Resources) -> str:
    """Deploy *resources* as the stack `app`; return its id."""
    stack: str = box.client("cloudformation", HERE).create_stack(
        StackName="app",
        TemplateBody=json.dumps({"Resources": resources}),
        Capabilities=["CAPABILITY_IAM"],
    )["StackId"]
    return stack


def status(box: Sandbox, stack: str) -> str:
    (told,) = box.client("cloudformation", HERE).describe_stacks(StackName=stack)["Stacks"]
    found: str = told["StackStatus"]
    return found


def reasons(box: Sandbox, stack: str, of: str = "CREATE_FAILED") -> dict[str, str]:
    """Return the reasons of failure by logical id, without those of what was merely cancelled."""
    events = box.client("cloudformation", HERE).describe_stack_events(StackName=stack)
    return {
        event["LogicalResourceId"]: event["ResourceStatusReason"]
        for event in events["StackEvents"]
        if event["ResourceStatus"] == of
        and event["LogicalResourceId"] != "app"
        and "cancelled" not in event["ResourceStatusReason"]
    }


def resource_id(box: Sandbox, name: str) -> str:
    found = box.client("cloudformation", HERE).describe_stack_resource(
        StackName="app", LogicalResourceId=name
    )
    physical: str = found["StackResourceDetail"]["PhysicalResourceId"]
    return physical


@pytest.mark.parametrize("error", REFUSED, ids=lambda error: error.code)
def test_the_sandbox_refuses_in_words_that_are_translated_alike(box: Sandbox, error: Known) -> None:
    resources, failed, words = REFUSED[error]

    stack = deployed(box, resources)

    assert status(box, stack) == "ROLLBACK_COMPLETE"
    told = reasons(box, stack)
    assert list(told) == [failed]
    assert words in told[failed]
    assert translate(told[failed]).code == error.code


def test_a_stack_set_tells_the_same(box: Sandbox) -> None:
    resources, failed, words = REFUSED[known.OVERLAP]
    cloudformation = box.client("cloudformation", HERE)
    cloudformation.create_stack_set(
        StackSetName="app", TemplateBody=json.dumps({"Resources": resources})
    )

    cloudformation.create_stack_instances(StackSetName="app", Accounts=[ACCOUNT], Regions=[HERE])

    (instance,) = cloudformation.list_stack_instances(StackSetName="app")["Summaries"]
    assert instance["Status"] == "OUTDATED"
    assert f"ResourceLogicalId:{failed}" in instance["StatusReason"]
    assert words in instance["StatusReason"]
    assert translate(instance["StatusReason"]).code == known.OVERLAP.code


def test_a_region_that_does_not_exist_takes_no_stack_of_a_stack_set(box: Sandbox) -> None:
    cloudformation = box.client("cloudformation", HERE)
    body = json.dumps({"Resources": {"Vpc": vpc()}})
    cloudformation.create_stack_set(StackSetName="app", TemplateBody=body)

    cloudformation.create_stack_instances(
        StackSetName="app", Accounts=[ACCOUNT], Regions=["eu-centre-1"]
    )

    (instance,) = cloudformation.list_stack_instances(StackSetName="app")["Summaries"]
    assert translate(instance["StatusReason"]).code == known.REGION.code


def test_a_peering_with_another_account_stays_pending_without_a_role(box: Sandbox) -> None:
    theirs = box.client("ec2", THERE, OTHER_ACCOUNT).create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]
    peer = {"PeerVpcId": theirs["VpcId"], "PeerRegion": THERE, "PeerOwnerId": OTHER_ACCOUNT}

    stack = deployed(box, peering(**peer))

    told = reasons(box, stack)
    assert "is in pending-acceptance state" in told["Peering"]
    assert translate(told["Peering"]).code == known.PENDING.code


def test_no_route_leads_over_a_peering_that_nobody_accepted(box: Sandbox) -> None:
    """EC2 itself takes the route and lets it lead nowhere; here a wrong order shows at once."""
    ec2 = box.client("ec2", HERE)
    mine, theirs = (
        ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"] for cidr in ("10.0.0.0/16", "10.1.0.0/16")
    )
    asked = ec2.create_vpc_peering_connection(VpcId=mine, PeerVpcId=theirs)
    connection = asked["VpcPeeringConnection"]["VpcPeeringConnectionId"]

    stack = deployed(
        box,
        {
            "Table": resource("EC2::RouteTable", VpcId=mine),
            "Route": resource(
                "EC2::Route",
                RouteTableId=ref("Table"),
                DestinationCidrBlock="10.1.0.0/16",
                VpcPeeringConnectionId=connection,
            ),
        },
    )

    told = reasons(box, stack)
    assert "is in pending-acceptance state" in told["Route"]
    assert translate(told["Route"]).code == known.PENDING.code


def test_a_security_group_that_another_one_names_is_not_deleted(box: Sandbox) -> None:
    group = resource("EC2::SecurityGroup", GroupDescription="of the stack", VpcId=ref("Vpc"))
    stack = deployed(box, {"Vpc": vpc(), "Group": group})
    ec2 = box.client("ec2", HERE)
    by_hand = ec2.create_security_group(
        GroupName="by-hand", Description="by hand", VpcId=resource_id(box, "Vpc")
    )["GroupId"]
    pair = {"GroupId": resource_id(box, "Group")}
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [pair]}
    ec2.authorize_security_group_ingress(GroupId=by_hand, IpPermissions=[rule])

    box.client("cloudformation", HERE).delete_stack(StackName=stack)

    assert status(box, stack) == "DELETE_FAILED"
    told = reasons(box, stack, "DELETE_FAILED")["Group"]
    assert "has a dependent object (Code: DependencyViolation)" in told
    assert translate(told).code == known.DEPENDENT.code


def test_a_gateway_stays_attached_while_an_address_goes_through_it(box: Sandbox) -> None:
    stack = deployed(box, GATEWAY)
    ec2 = box.client("ec2", HERE)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.create_nat_gateway(SubnetId=resource_id(box, "Public"), AllocationId=address)

    box.client("cloudformation", HERE).delete_stack(StackName=stack)

    assert status(box, stack) == "DELETE_FAILED"
    told = reasons(box, stack, "DELETE_FAILED")["Attachment"]
    assert "has some mapped public address(es)" in told
    assert translate(told).code == known.GATEWAY_IN_USE.code


def test_a_gateway_that_somebody_attached_is_not_deleted(box: Sandbox) -> None:
    stack = deployed(box, {"Vpc": vpc(), "Gateway": resource("EC2::InternetGateway")})
    box.client("ec2", HERE).attach_internet_gateway(
        InternetGatewayId=resource_id(box, "Gateway"), VpcId=resource_id(box, "Vpc")
    )

    box.client("cloudformation", HERE).delete_stack(StackName=stack)

    told = reasons(box, stack, "DELETE_FAILED")["Gateway"]
    assert translate(told).code == known.GATEWAY_IN_USE.code


def test_a_key_that_waits_for_its_deletion_encrypts_nothing(box: Sandbox) -> None:
    kms = box.client("kms", HERE)
    key = kms.create_key()["KeyMetadata"]
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)

    stack = deployed(
        box, {"Secret": resource("SecretsManager::Secret", Name="web", KmsKeyId=key["Arn"])}
    )

    told = reasons(box, stack)["Secret"]
    assert "KMSInvalidStateException" in told
    assert translate(told).code == known.DYING_KEY.code


def test_a_key_of_one_region_decrypts_nothing_in_another(box: Sandbox) -> None:
    """No template decrypts: it is services that meet this, with what came from another region."""
    kms = box.client("kms", HERE)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    ciphertext = kms.encrypt(KeyId=key, Plaintext=b"catalog")["CiphertextBlob"]

    with pytest.raises(ClientError, match=known.LOST_KEY.said) as refused:
        box.client("kms", THERE).decrypt(CiphertextBlob=ciphertext)

    assert translate(str(refused.value)).code == known.LOST_KEY.code


def test_storage_may_be_named_on_a_replica_but_not_what_its_source_decides(box: Sandbox) -> None:
    """The sentence about allocatedStorage is Terraform's: the API of RDS takes it."""
    source = database(DBInstanceIdentifier="source", BackupRetentionPeriod=7)
    replica = {
        **resource(
            "RDS::DBInstance",
            DBInstanceClass="db.t3.medium",
            AllocatedStorage="20",
            SourceDBInstanceIdentifier="source",
        ),
        "DependsOn": "Source",
    }
    named = {**replica, "Properties": {**replica["Properties"], "MasterUsername": "master"}}

    stack = deployed(box, {"Source": source, "Replica": replica})
    assert status(box, stack) == "CREATE_COMPLETE"
    (told,) = box.client("rds", HERE).describe_db_instances(
        DBInstanceIdentifier=resource_id(box, "Replica")
    )["DBInstances"]
    assert (told["AllocatedStorage"], told["ReadReplicaSourceDBInstanceIdentifier"]) == (
        20,
        "source",
    )

    box.client("cloudformation", HERE).update_stack(
        StackName="app",
        TemplateBody=json.dumps(
            {"Resources": {"Source": source, "Replica": replica, "Named": named}}
        ),
    )
    assert status(box, stack) == "UPDATE_ROLLBACK_COMPLETE"
    refused = reasons(box, stack)["Named"]
    assert "cannot be specified with SourceDBInstanceIdentifier: MasterUsername" in refused
    assert translate(refused).code == known.STORAGE.code


@pytest.fixture(name="there", scope="module")
def _there() -> Iterator[Standing]:
    with standing("hello-trial") as migration:
        yield migration


def test_every_instance_stands_behind_the_load_balancer_at_the_port_of_its_service(
    there: Standing,
) -> None:
    """TargetNotInService is a state at run time: nothing boots here, so nothing fails to answer."""
    manifest = there.compiled.manifest
    for region in (manifest.source_region, manifest.target_region):
        elb = there.sandbox.client("elbv2", region)
        (group,) = elb.describe_target_groups()["TargetGroups"]
        (running,) = there.sandbox.client("autoscaling", region).describe_auto_scaling_groups()[
            "AutoScalingGroups"
        ]
        health = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])
        targets = {
            (each["Target"]["Id"], each["Target"]["Port"])
            for each in health["TargetHealthDescriptions"]
        }
        assert running["TargetGroupARNs"] == [group["TargetGroupArn"]]
        assert targets == {(each["InstanceId"], group["Port"]) for each in running["Instances"]}
        assert targets


def test_each_known_error_is_met_here() -> None:
    elsewhere = {
        known.PENDING,
        known.STORAGE,
        known.DEPENDENT,
        known.GATEWAY_IN_USE,
        known.DYING_KEY,
        known.LOST_KEY,
        known.UNHEALTHY,
    }

    assert REFUSED.keys() | elsewhere == set(KNOWN_ERRORS)
