"""Load balancers, target groups and what stands before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.listener_rules import ListenerRuleHandler
from compiler.sandbox.handlers.listeners import ListenerHandler
from compiler.sandbox.handlers.load_balancers import LoadBalancerHandler
from compiler.sandbox.handlers.s3_buckets import BucketHandler
from compiler.sandbox.handlers.s3_policies import BucketPolicyHandler
from compiler.sandbox.handlers.target_groups import TargetGroupHandler
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    pairs,
)

if TYPE_CHECKING:
    from compiler.sandbox.handler import Scope
    from tests.unit.sandbox.handlers_network import Network

BALANCERS = LoadBalancerHandler()

GROUPS = TargetGroupHandler()

LISTENERS = ListenerHandler()

RULES = ListenerRuleHandler()

CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/11111111-1111-1111-1111-111111111111"

NOT_FOUND = {
    "Type": "fixed-response",
    "FixedResponseConfig": {
        "StatusCode": "404",
        "ContentType": "text/plain",
        "MessageBody": "no",
    },
}

REDIRECT = {
    "Type": "redirect",
    "RedirectConfig": {
        "Protocol": "HTTPS",
        "Port": "443",
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
        "StatusCode": "HTTP_301",
    },
}


def balancer(net: Network, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {"Name": "web", "Subnets": [net.subnets[0], net.subnets[2]], **changed}


def group(net: Network, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {"Name": "web", "Port": 80, "Protocol": "HTTP", "VpcId": net.vpc, **changed}


def made_balancer(scope: Scope, net: Network) -> str:
    return BALANCERS.create(scope, balancer(net)).physical_id


def forward(*arns: str) -> dict[str, Any]:
    if len(arns) == 1:
        return {"Type": "forward", "TargetGroupArn": arns[0]}
    weighted = [{"TargetGroupArn": arn, "Weight": n} for n, arn in enumerate(arns)]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}}


def log_bucket(scope: Scope, name: str, principal: dict[str, str], **settings: Any) -> None:  # noqa: ANN401 -- JSON
    BucketHandler().create(scope, {"BucketName": name, **settings})
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/web/AWSLogs/{ACCOUNT}/*",
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    BucketPolicyHandler().create(scope, {"Bucket": name, "PolicyDocument": document})


def logs_to(bucket: str, prefix: str = "web") -> list[dict[str, str]]:
    return pairs(
        ("access_logs.s3.enabled", "true"),
        ("access_logs.s3.bucket", bucket),
        ("access_logs.s3.prefix", prefix),
    )


def kms() -> dict[str, Any]:
    by_key = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    return {"BucketEncryption": {"ServerSideEncryptionConfiguration": [by_key]}}


SHORT_REDIRECT = {
    "Type": "redirect",
    "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
}


def listening(scope: Scope, net: Network) -> str:
    return LISTENERS.create(
        scope,
        {
            "LoadBalancerArn": made_balancer(scope, net),
            "Port": 80,
            "Protocol": "HTTP",
            "DefaultActions": [NOT_FOUND],
        },
    ).physical_id


HOSTS = {"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example.com"]}}

PATHS = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a/*", "/b/*"]}}
