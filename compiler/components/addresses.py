"""
The symbol table: where each resource lives that another component refers to.

A component that makes one of these resources uses the address from here; a component that needs it
refers to it by the symbol from here. So no component imports another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from compiler.symbols import Address, StackKey, Symbol, logical
from spec import names

if TYPE_CHECKING:
    from compiler.kinds import Side
    from spec.model import Spec
    from spec.model.network import Tier
    from spec.names import Side as RegionSide

KeyPurpose = Literal["databases", "secrets", "buckets", "volumes", "logs", "alarms"]
"""What a region has KMS keys for; each only where it is used."""


def _at(side: Side, stack: str, logical_id: str) -> Address:
    return Address(stack=StackKey(side=side, name=stack), logical_id=logical_id)


# network: one stack per side


def vpc(side: RegionSide) -> Address:
    """`AWS::EC2::VPC`; Ref is its id."""
    return _at(side, "network", "Vpc")


def subnet(side: RegionSide, tier: Tier, zone: str) -> Address:
    """`AWS::EC2::Subnet` of *tier* in *zone* (a zone's full name); Ref is its id."""
    return _at(side, "network", logical(tier, "subnet", zone.rsplit("-", 1)[-1]))


def route_table(side: RegionSide, tier: Tier, zone: str | None) -> Address:
    """`AWS::EC2::RouteTable`; a private one per zone, one public and one database one (no zone)."""
    suffix = (zone.rsplit("-", 1)[-1],) if zone else ()
    return _at(side, "network", logical(tier, "route", "table", *suffix))


def public_internet_route(side: RegionSide) -> Address:
    """The default route of the public subnets: load balancers need it to exist first."""
    return _at(side, "network", "PublicInternetRoute")


def flow_log_group(side: RegionSide) -> Address:
    """`AWS::Logs::LogGroup` of the VPC's flow logs; its name is computable."""
    return _at(side, "network", "FlowLogGroup")


def public_name(word: str, kind: str) -> Address:
    """`AWS::Route53::RecordSet` of a name in the public zone; *kind* is its type, or its side."""
    return _at("global", "dns", logical(word, kind))


# peering, peering-routes


def peering() -> Address:
    """`AWS::EC2::VPCPeeringConnection`, in the source; Ref is its id."""
    return _at("source", "peering", "Peering")


# keys: one stack per side


def key(side: RegionSide, purpose: KeyPurpose) -> Address:
    """`AWS::KMS::Key`; attribute Arn."""
    return _at(side, "keys", logical(purpose, "key"))


def key_arn(side: RegionSide, purpose: KeyPurpose) -> Symbol:
    """The ARN of a side's key."""
    return Symbol(key(side, purpose), "Arn")


# secrets: one stack, at home in the target, replicated to the source


def secret(database: str) -> Address:
    """`AWS::SecretsManager::Secret` of a database, in the target; its name is computable."""
    return _at("target", "secrets", logical("secret", database))


# databases: `database-<key>-groups` (security, subnet, parameter group), `database-<key>` (alone)


def database_security_group(side: RegionSide, database: str) -> Address:
    """`AWS::EC2::SecurityGroup`; attribute GroupId."""
    return _at(side, f"database-{database}-groups", "SecurityGroup")


def database_subnet_group(side: RegionSide, database: str) -> Address:
    """`AWS::RDS::DBSubnetGroup`; Ref is its name."""
    return _at(side, f"database-{database}-groups", "SubnetGroup")


def database_parameter_group(side: RegionSide, database: str) -> Address:
    """`AWS::RDS::DBParameterGroup`; Ref is its name."""
    return _at(side, f"database-{database}-groups", "ParameterGroup")


def database(spec: Spec, side: RegionSide, database: str) -> Address:
    """
    `AWS::RDS::DBInstance`: in the target the replica, and what it becomes.

    Each generation has a stack of its own, so that a replica can be seeded beside an instance that
    is set aside.
    """
    return _at(side, f"database-{names.database_in(spec, side, database)}", "Database")


# logs: per side the bucket that load balancers and S3 write to; global, CloudFront's


def log_bucket(side: RegionSide) -> Address:
    """`AWS::S3::Bucket` for access logs of load balancers and of S3; SSE-S3; named `logs`."""
    return _at(side, "logs", "LogBucket")


def log_bucket_policy(side: RegionSide) -> Address:
    """Its `AWS::S3::BucketPolicy`: a load balancer's logging is refused before it stands."""
    return _at(side, "logs", "LogBucketPolicy")


def cdn_log_bucket() -> Address:
    """`AWS::S3::Bucket` with ACLs enabled, for CloudFront's standard logs; attribute DomainName."""
    return _at("global", "cdn-logs", "CdnLogBucket")


# buckets: `bucket-<key>` per side (bucket; where it replicates also the replication role)


def bucket(side: RegionSide, key: str) -> Address:
    """`AWS::S3::Bucket`; its name and ARN are computable; attribute RegionalDomainName."""
    return _at(side, f"bucket-{key}", "Bucket")


def replication_role(side: RegionSide, key: str) -> Address:
    """`AWS::IAM::Role` that replicates the bucket of *side*; name and ARN computable."""
    return _at(side, f"bucket-{key}", "ReplicationRole")


# load balancer: one stack per side


def load_balancer(side: RegionSide) -> Address:
    """`AWS::ElasticLoadBalancingV2::LoadBalancer`; DNSName, CanonicalHostedZoneID, ...FullName."""
    return _at(side, "load-balancer", "LoadBalancer")


def load_balancer_security_group(side: RegionSide) -> Address:
    """`AWS::EC2::SecurityGroup`; attribute GroupId."""
    return _at(side, "load-balancer", "SecurityGroup")


def listener(side: RegionSide) -> Address:
    """`AWS::ElasticLoadBalancingV2::Listener` that answers (HTTPS, or HTTP); Ref is its ARN."""
    return _at(side, "load-balancer", "Listener")


# services: `service-<key>` per side


def service_security_group(side: RegionSide, service: str) -> Address:
    """`AWS::EC2::SecurityGroup`; attribute GroupId."""
    return _at(side, f"service-{service}", "SecurityGroup")


def service_role(side: RegionSide, service: str) -> Address:
    """`AWS::IAM::Role` of the instances; name and ARN computable."""
    return _at(side, f"service-{service}", "Role")


def target_group(side: RegionSide, service: str) -> Address:
    """`AWS::ElasticLoadBalancingV2::TargetGroup`; Ref its ARN, TargetGroupFullName."""
    return _at(side, f"service-{service}", "TargetGroup")


def auto_scaling_group(side: RegionSide, service: str) -> Address:
    """`AWS::AutoScaling::AutoScalingGroup`; Ref is its name."""
    return _at(side, f"service-{service}", "AutoScalingGroup")


# global: cdn, dns, private-dns


def distribution() -> Address:
    """`AWS::CloudFront::Distribution`; Ref its id, DomainName."""
    return _at("global", "cdn", "Distribution")


def hosted_zone() -> Address:
    """`AWS::Route53::HostedZone`, where the spec names none that exists; Ref is its id."""
    return _at("global", "dns", "HostedZone")


# alarms: `alarms` per side (topic, its policy, and the alarms)


def topic(side: RegionSide) -> Address:
    """`AWS::SNS::Topic`; Ref is its ARN, which is computable."""
    return _at(side, "alarms", "Topic")


# network, between its own files


def internet_gateway(side: RegionSide) -> Address:
    """`AWS::EC2::InternetGateway`; Ref is its id."""
    return _at(side, "network", "InternetGateway")


def internet_gateway_attachment(side: RegionSide) -> Address:
    """`AWS::EC2::VPCGatewayAttachment`: addresses, NAT and the internet route wait for it."""
    return _at(side, "network", "InternetGatewayAttachment")


def secondary_cidr(side: RegionSide, cidr: str) -> Address:
    """`AWS::EC2::VPCCidrBlock` of a secondary range: the subnets in it wait for it."""
    return _at(side, "network", logical("secondary", "cidr", cidr_word(cidr)))


def cidr_word(cidr: str) -> str:
    """Return *cidr* as a word of a logical id: `10x2x0x0x16`. Different ranges stay different."""
    return cidr.replace(".", "x").replace("/", "x")


# private-dns


def private_zone() -> Address:
    """`AWS::Route53::HostedZone` in which both VPCs find the databases; Ref is its id."""
    return _at("global", "private-dns", "PrivateZone")


def private_record(database: str) -> Address:
    """`AWS::Route53::RecordSet` of a database's private name."""
    return _at("global", "private-dns", logical("record", database))


# access: `access` per side (bucket policies, database ingress, the 503 rule)


def bucket_policy(side: RegionSide, key: str) -> Address:
    """`AWS::S3::BucketPolicy`, the whole policy of a bucket."""
    return _at(side, "access", logical("bucket", "policy", key))


def access_parameter(side: RegionSide) -> Address:
    """`AWS::SSM::Parameter` that says whether the side is open; its name is computable."""
    return _at(side, "access", "Access")


# services, between their own files


def launch_template(side: RegionSide, service: str) -> Address:
    """`AWS::EC2::LaunchTemplate`; Ref is its id, attribute LatestVersionNumber."""
    return _at(side, f"service-{service}", "LaunchTemplate")


# cdn, between its own parts


def origin_access_control(bucket: str) -> Address:
    """`AWS::CloudFront::OriginAccessControl` of a bucket; attribute Id."""
    return _at("global", "cdn", logical("access", "control", bucket))


# phase: in the target, after everything else


def phase_parameter() -> Address:
    """`AWS::SSM::Parameter` that says which phase stands completely; its name is computable."""
    return _at("target", "phase", "Phase")
