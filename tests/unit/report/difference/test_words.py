"""What the change of a resource means, in words: one resource at a time, made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.prove.differing import differences
from compiler.report.difference.text import difference_text
from compiler.report.difference.told import Group, told
from tests.fakes.migration import SOURCE, TARGET
from tests.unit.prove.states import state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.prove import State


def body(type_: str, policy: str = "Delete", **properties: Any) -> Mapping[str, Any]:  # noqa: ANN401 -- JSON
    return {"Type": type_, "DeletionPolicy": policy, "Properties": properties}


def at(stack: str, **resources: Mapping[str, Any]) -> State:
    """A state in which *stack* has *resources*; it has one more, so that it stays."""
    stay = body("AWS::IAM::Role", Path="/")
    return state({stack: {**resources, "Stay": stay}})


def groups(before: State, after: State) -> tuple[Group, ...]:
    return told(differences(before, after), ())


def lines(stack: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """What is told of the resource `It` of *stack*, without the component and the side."""
    had, has = ({} if one is None else {"It": one} for one in (before, after))
    (group,) = groups(at(stack, **had), at(stack, **has))
    return "\n".join(line.text for line in group.lines)


RDS = "AWS::RDS::DBInstance"
ASG = "AWS::AutoScaling::AutoScalingGroup"
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
INGRESS = "AWS::EC2::SecurityGroupIngress"
RECORD = "AWS::Route53::RecordSet"
BUCKET = "AWS::S3::Bucket"
POLICY = "AWS::S3::BucketPolicy"
REFUSAL = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]


@pytest.mark.parametrize(
    ("resource", "came", "went"),
    [
        (
            body(
                RDS, DBInstanceIdentifier="orders", SourceDBInstanceIdentifier="arn:aws:rds:x:db:o"
            ),
            "a replica is seeded, which follows o",
            "the replica goes; it can be seeded anew",
        ),
        (
            body(RDS, "Snapshot", DBInstanceIdentifier="orders"),
            "the database is made",
            "orders is deleted; a final snapshot of it is left",
        ),
        (
            body(ASG, MinSize="1", MaxSize="4", DesiredCapacity="2"),
            "2 to 4 instances run",
            "no instance runs any more",
        ),
        (
            body(RULE, Actions=REFUSAL),
            "answers 503 to everybody",
            "answers 503 no longer: lets everybody in",
        ),
        (body(RULE, Actions=[{"Type": "forward"}]), "also a listener rule", "also a listener rule"),
        (
            body(INGRESS, CidrIp="10.0.0.0/16", FromPort=80, ToPort=81),
            "lets 10.0.0.0/16 in on port 80 to 81",
            "no longer lets 10.0.0.0/16 in on port 80 to 81",
        ),
        (
            body(INGRESS, GroupId="sg-1", SourceSecurityGroupName="x", FromPort=1, ToPort=1),
            "lets others in on port 1",
            "no longer lets others in on port 1",
        ),
        (
            body(RECORD, Name="a.example.com", ResourceRecords=["1.2.3.4"], Weight=0),
            "a.example.com leads to 1.2.3.4, with weight 0",
            "a.example.com leads to 1.2.3.4 no longer",
        ),
        (
            body(RECORD, Name="a.example.com", AliasTarget={"DNSName": "lb.aws"}),
            "a.example.com leads to lb.aws",
            "a.example.com leads to lb.aws no longer",
        ),
        (
            body("AWS::CloudWatch::Alarm", AlarmName="lag"),
            "alarm lag is set",
            "alarm lag goes",
        ),
        (
            body("AWS::CloudWatch::Alarm"),
            "alarm It is set",
            "alarm It goes",
        ),
        (
            body(BUCKET, "Retain", BucketName="media"),
            "media is made",
            "media goes out of its stack, and stays",
        ),
        (
            body(BUCKET, BucketName="media"),
            "media is made",
            "media is deleted with all that it holds",
        ),
        (body("AWS::SSM::Parameter", Name="/a"), "also an SSM parameter", "also an SSM parameter"),
        (body("AWS::EC2::EIP"), "also an elastic IP address", "also an elastic IP address"),
        (body("AWS::SQS::Queue"), "also an AWS::SQS::Queue", "also an AWS::SQS::Queue"),
    ],
)
def test_what_comes_and_goes_is_told(resource: Mapping[str, Any], came: str, went: str) -> None:
    stack = f"{TARGET}/service-web"

    assert lines(stack, None, resource) == came
    assert lines(stack, resource, None) == went


def statement(sid: str, action: str = "s3:*") -> dict[str, str]:
    return {"Sid": sid, "Action": action}


def policy(*statements: Mapping[str, str]) -> Mapping[str, Any]:
    return body(POLICY, PolicyDocument={"Statement": list(statements)})


TO_MEDIA = {"Role": "r", "Rules": [{"Id": "all", "Destination": {"Bucket": "arn:aws:s3:::media"}}]}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            body(RDS, SourceDBInstanceIdentifier="arn", DBInstanceIdentifier="o"),
            body(RDS, DBInstanceIdentifier="o"),
            "stops following its source: it is promoted",
        ),
        (
            body(RDS, DBInstanceClass="db.t3.small", BackupRetentionPeriod=1),
            body(RDS, DBInstanceClass="db.t3.large", BackupRetentionPeriod=7),
            "keeps backups for 7 days instead of 1\nruns on db.t3.large instead of db.t3.small",
        ),
        (
            body(RDS, DeletionProtection=False),
            body(RDS, DeletionProtection=True, PreferredBackupWindow="03:00-04:00"),
            "refuses to be deleted\nis backed up at 03:00-04:00",
        ),
        (
            body(RDS, DeletionProtection=True),
            body(RDS, DeletionProtection=False),
            "may be deleted: its protection is off",
        ),
        (body(RDS), body(RDS, DBInstanceClass="x"), "DBInstanceClass: none -> x"),
        (
            body(ASG, MinSize="1", MaxSize="2", DesiredCapacity="1"),
            body(ASG, MinSize="2", MaxSize="4", DesiredCapacity="3"),
            (
                "wants 3 running instead of 1\nhas at most 4 running instead of 2\n"
                "has at least 2 running instead of 1"
            ),
        ),
        (
            body(BUCKET, BucketName="m"),
            body(BUCKET, BucketName="m", ReplicationConfiguration=TO_MEDIA),
            "replicates to media",
        ),
        (
            body(BUCKET, BucketName="m", ReplicationConfiguration=TO_MEDIA),
            body(BUCKET, BucketName="m"),
            "replicates no longer",
        ),
        (
            body(BUCKET, BucketName="m", ReplicationConfiguration=TO_MEDIA),
            body(BUCKET, BucketName="m", ReplicationConfiguration={**TO_MEDIA, "Role": "s"}),
            "ReplicationConfiguration.Role: r -> s",
        ),
        (policy(), policy(statement("ClosedToWriters")), "nobody but replication may write"),
        (policy(statement("ClosedToWriters")), policy(), "may be written"),
        (policy(), policy(statement("Read")), 'its policy says "Read", too'),
        (policy(statement("Read")), policy(), 'its policy says "Read" no longer'),
        (
            policy(statement("Read")),
            policy(statement("Read", "s3:Get*")),
            'its policy says "Read" with other words',
        ),
        (
            body("AWS::KMS::Key", KeyPolicy={"Statement": []}, Description="a"),
            body("AWS::KMS::Key", KeyPolicy={"Statement": [statement("Use")]}, Description="b"),
            'Description: a -> b\nthe policy of It says "Use", too',
        ),
        (
            body(RECORD, Name="a.example.com", SetIdentifier="us-east-1", Weight=100),
            body(RECORD, Name="a.example.com", SetIdentifier="us-east-1", Weight=0),
            "a.example.com leads to us-east-1 with weight 0 instead of 100",
        ),
        (
            body(RECORD, Name="a.example.com", ResourceRecords=["1.2.3.4"], TTL="60"),
            body(RECORD, Name="a.example.com", ResourceRecords=["4.3.2.1"], TTL="5"),
            "a.example.com leads to 4.3.2.1\nTTL: 60 -> 5",
        ),
        (
            body(
                "AWS::CloudFront::Distribution",
                DistributionConfig={
                    "Origins": [{"Id": "media", "DomainName": "a"}],
                    "Enabled": True,
                },
            ),
            body(
                "AWS::CloudFront::Distribution",
                DistributionConfig={
                    "Origins": [{"Id": "media", "DomainName": "b"}],
                    "Enabled": 1.5,
                },
            ),
            "DistributionConfig.Enabled: true -> 1.5\nreads media from b, not from a",
        ),
        (
            body("AWS::SecretsManager::Secret", ReplicaRegions=[{"Region": "eu-west-1"}]),
            body("AWS::SecretsManager::Secret"),
            "its password is known in eu-west-1 no longer",
        ),
        (
            body("AWS::SecretsManager::Secret"),
            body("AWS::SecretsManager::Secret", ReplicaRegions=[{"Region": "eu-west-1"}]),
            'ReplicaRegions: none -> [{"Region": "eu-west-1"}]',
        ),
        (
            body("AWS::Route53::HostedZone", VPCs=[{"VPCRegion": "a"}, {"VPCRegion": "b"}]),
            body("AWS::Route53::HostedZone", VPCs=[{"VPCRegion": "b"}]),
            "is answered in b only",
        ),
        (
            body("AWS::Route53::HostedZone", VPCs=[{"VPCRegion": "b"}], Name="x"),
            body("AWS::Route53::HostedZone", VPCs=[{"VPCRegion": "b"}], Name="y"),
            "Name: x -> y",
        ),
        (
            body("AWS::SSM::Parameter", Name="/shop/prod/phase", Value="warm"),
            body("AWS::SSM::Parameter", Name="/shop/prod/phase", Value="fence"),
            "/shop/prod/phase says fence",
        ),
        (
            body("AWS::EC2::EIP", Domain="x" * 80),
            body("AWS::EC2::EIP", Domain="vpc"),
            f"Domain: {'x' * 57}... -> vpc",
        ),
    ],
)
def test_what_changes_is_told(
    before: Mapping[str, Any], after: Mapping[str, Any], words: str
) -> None:
    assert lines(f"{TARGET}/service-web", before, after) == words


def test_what_only_aws_knows_is_told_by_whose_it_is() -> None:
    stack = f"{TARGET}/service-web"

    def made(value: object) -> State:
        return at(stack, It=body("AWS::EC2::EIP", Domain=value), Vpc=body("AWS::EC2::VPC"))

    def told_of(before: object, after: object) -> list[str]:
        (group,) = groups(made(before), made(after))
        return [line.text for line in group.lines]

    assert told_of({"Ref": "Vpc"}, {"Fn::GetAtt": ["Vpc", "CidrBlock"]}) == [
        f"Domain: {stack}:Vpc -> {stack}:Vpc.CidrBlock"
    ]
    assert told_of({"Ref": "Nowhere"}, {"Fn::Join": ["", [1, 2]]}) == [
        'Domain: Nowhere -> {"Fn::Join": ["", [1, 2]]}'
    ]


def test_what_differs_in_the_phase_of_its_tag_only_is_not_told() -> None:
    def tagged(phase: str) -> State:
        listed = body(BUCKET, Tags=[{"Key": "MigrationPhase", "Value": phase}])
        mapped = body("AWS::SSM::Parameter", Tags={"MigrationPhase": phase})
        return at(f"{TARGET}/bucket-media", Bucket=listed, Parameter=mapped)

    assert groups(tagged("warm"), tagged("fence")) == ()
    assert difference_text("shop", (("from warm to fence", "reversible"),), ()) == (
        "shop (reversible)\n\nNothing changes but the phase's name in tags.\n"
    )


def test_who_may_come_in_is_told_of_what_is_come_into() -> None:
    group = body("AWS::EC2::SecurityGroup")
    rule = body(
        INGRESS,
        GroupId={"Fn::GetAtt": ["Group", "GroupId"]},
        SourceSecurityGroupId={"Fn::GetAtt": ["Group", "GroupId"]},
        FromPort=5432,
        ToPort=5432,
    )
    stack = f"{SOURCE}/database-orders-groups"

    (told_of,) = groups(at(stack, Group=group), at(stack, Group=group, Rule=rule))

    assert told_of.component == "database orders"
    assert [line.text for line in told_of.lines] == ["lets database orders in on port 5432"]


@pytest.mark.parametrize(
    ("stack", "type_", "component"),
    [
        ("access", RULE, "load balancer"),
        ("access", "AWS::SSM::Parameter", "access"),
        ("dns", RECORD, "public names"),
        ("private-dns", RECORD, "private names"),
        ("peering-routes", "AWS::EC2::Route", "peering"),
        ("cdn-logs", BUCKET, "cdn"),
        ("service-web", ASG, "service web"),
        ("database-orders-groups", "AWS::EC2::SecurityGroup", "database orders"),
        ("their-own", BUCKET, "their-own"),
    ],
)
def test_a_resource_is_told_under_its_component(stack: str, type_: str, component: str) -> None:
    place = f"{SOURCE}/{stack}"
    (group,) = groups(at(place), at(place, It=body(type_, Actions=REFUSAL)))

    assert group.component == component


def test_what_holds_data_is_told_first_and_kinds_are_counted() -> None:
    def made(count: int) -> State:
        rules = {f"Rule{n}": body("AWS::EC2::SecurityGroupEgress") for n in range(count)}
        return state(
            {
                f"{SOURCE}/network": {f"Vpc{n}": body("AWS::EC2::VPC") for n in range(count)},
                f"{SOURCE}/service-web": {**rules, "Topic": body("AWS::SNS::TopicPolicy")},
                f"{SOURCE}/bucket-media": {f"It{n}": body(BUCKET) for n in range(count)},
            }
        )

    text = difference_text(
        "shop", (("from warm to fence", "reversible"),), groups(made(0), made(2))
    )

    assert text == (
        "shop (reversible)\n"
        "\n"
        "bucket media\n"
        "  + source: the bucket It0 is made\n"
        "  + source: the bucket It1 is made\n"
        "\n"
        "service web\n"
        "  + source: also 2 egress rules\n"
        "\n"
        "network\n"
        "  + source: also 2 VPCs\n"
        "\n"
        "Resources: 6 created, 0 changed, 0 removed.\n"
    )
