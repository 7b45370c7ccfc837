"""
From a cause to what to do about it, with the names of the place where it happened. Pure.

Two words in a command stand for what only the reader's side knows, see `filled`.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spec.codes.deploying import DEPLOYING
from spec.regions import REGIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FOLDER = "FOLDER"
"""Stands in a command for the compiled folder."""

HOME = "STACK_SET_REGION"
"""Stands in a command for the region in which the stack sets live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """
    What a refusal was about; what is not known is empty.

    Attributes:
        stack: Id of the stack.
        account: In which it stands.
        region: In which it stands.
        stack_set: Name of its stack set.
        stack_id: ARN of the stack.
        operation: Id of the operation on the stack set.
        type: Type of the resource.
        call: What was asked, `CreateStackSet`.
        resource: Logical id of the resource.
        is_inoperable: Whether the stack takes no update any more.
    """

    stack: str = ""
    account: str = ""
    region: str = ""
    stack_set: str = ""
    stack_id: str = ""
    operation: str = ""
    type: str = ""
    call: str = ""
    resource: str = ""
    is_inoperable: bool = False


UNSAID = About()
"""Nothing is known but the sentence."""

_FIXES = {card.code: card.fix for card in DEPLOYING}


def way_out(code: str, text: str, about: About) -> str:
    """
    Return what to do about the cause *code*.

    Args:
        code: Of the card.
        text: AWS's short word and sentence.
        about: What it was about.
    """
    say = _SAYS.get(code)
    return (say(text, about) if say and about != UNSAID else "") or _FIXES[code]


def next_command(code: str, text: str, about: About) -> str:
    """Return what to type next; the arguments are as for `way_out`. Empty where nothing fits."""
    if about == UNSAID:
        return ""
    command = _COMMANDS.get(code)
    return (command(text, about) if command else "") or _same_again(about)


def _same_again(about: About) -> str:
    """Return what goes on once the cause was corrected."""
    if about.is_inoperable:
        return _recover_command("", about)
    verb = "destroy" if about.call.startswith("Delete") else "deploy"
    return f"stackferry {verb} {FOLDER}"


def filled(command: str, *, folder: str, home: str) -> str:
    """
    Return *command* with the names that its maker did not know.

    Args:
        command: Of `next_command`.
        folder: The compiled folder as commands name it, `compiler.report.failures.named`.
        home: The region in which the stack sets live.
    """
    return command.replace(FOLDER, folder).replace(HOME, home)


def events_command(region: str, stack_id: str) -> str:
    """Return the command that shows the whole history of a stack."""
    return (
        f"aws cloudformation describe-stack-events --region {region} "
        f"--stack-name {shlex.quote(stack_id)}"
    )


def _region(text: str, about: About) -> str:
    """Return the region that AWS speaks of, else the one where the stack stands."""
    named = re.search(r"\b[a-z]{2}(?:-gov|-iso\w?)?-[a-z]+-\d\b", text)
    return named[0] if named else about.region


def _say_region(text: str, about: About) -> str:
    region = _region(text, about)
    known = REGIONS.get(region)
    if known is not None and not known.opt_in:
        return (
            f"{region} is enabled in every account, so the credentials themselves are not valid "
            "any more: log in again, and look at `aws sts get-caller-identity`."
        )
    return (
        f"Enable {region} in the account {about.account}: there, run "
        f"`aws account enable-region --region-name {region}` and wait until the command below says "
        "ENABLED, which may take hours. If it says ENABLED already, the credentials are of a kind "
        "that only works in older regions: set AWS_STS_REGIONAL_ENDPOINTS=regional and log in "
        "again, or run `aws iam set-security-token-service-preferences "
        "--global-endpoint-token-version v2Token` in that account."
    )


_SHOULD_HAVE = re.compile(r"Account (\d{12}) should have '([^']+)' role.*?Role '([^']+)'")


def _say_role(text: str, about: About) -> str:
    named = _SHOULD_HAVE.search(text)
    account, execution, administration = named.groups() if named else (about.account, "", "")
    if execution.startswith("stacksets-exec-"):
        # Service-managed: AWS makes these roles, so one is missing where AWS cannot or may not.
        return (
            f"AWS Organizations makes that role in the account {account}. See that the account is "
            "not suspended and is in the organizational unit that was named, and deactivate and "
            "activate trusted access for StackSets once more."
        )
    what = f'the role "{execution}"' if execution else "the StackSets roles"
    whom = f' and let it trust "{administration}"' if administration else ""
    return (
        f"Make {what} in the account {account}{whom}: `stackferry bootstrap` writes and deploys "
        "the roles with the permissions that this migration needs. An account that was suspended "
        "says the same."
    )


_SERVICE_CODES = {
    "AutoScaling": "autoscaling",
    "CertificateManager": "acm",
    "CloudFormation": "cloudformation",
    "CloudFront": "cloudfront",
    "CloudWatch": "monitoring",
    "EC2": "ec2",
    "ElasticLoadBalancingV2": "elasticloadbalancing",
    "IAM": "iam",
    "KMS": "kms",
    "Logs": "logs",
    "RDS": "rds",
    "Route53": "route53",
    "S3": "s3",
    "SNS": "sns",
    "SSM": "ssm",
    "SecretsManager": "secretsmanager",
}
"""What Service Quotas calls a service (`aws service-quotas list-services`, read 2026-11-24)."""

_OF_VPC = (
    r"VPC|Subnet|InternetGateway|NatGateway|RouteTable|Route|SecurityGroup\w*|NetworkAcl\w*"
    r"|VPCEndpoint|VPCPeeringConnection|NetworkInterface|FlowLog"
)
"""EC2's resources whose quotas are those of the service `vpc`."""

_GLOBAL = frozenset({"cloudfront", "iam", "route53"})
"""Services whose quotas are kept in us-east-1 alone (Service Quotas guide, read 2026-11-24)."""


def _quota_service(about: About) -> tuple[str, str]:
    """Return the service code and the region of the quota that *about* may have used up."""
    if about.type:
        _, service, resource = (*about.type.split("::"), "", "")[:3]
        code = _SERVICE_CODES.get(service, "")
        if code == "ec2" and re.fullmatch(_OF_VPC, resource):
            code = "vpc"
    else:
        code = "cloudformation"
    return code, "us-east-1" if code in _GLOBAL else about.region


def _say_quota(_: str, about: About) -> str:
    code, region = _quota_service(about)
    service = f'the service "{code}"' if code else "the service"
    return (
        f"Ask for more in Service Quotas ({service}, region {region}, account {about.account}), or "
        "delete there what is not used; then deploy again. The command below lists the quotas; "
        "`aws service-quotas request-service-quota-increase` asks."
    )


_ACTION = re.compile(r"not authorized to perform: (?P<action>[\w-]+:\w+)")
_CALLER = re.compile(
    r"arn:(?P<partition>[\w-]+):(?:sts::(?P<account>\d+):assumed-role/(?P<assumed>[\w+=,.@-]+)/"
    r"|iam::(?P<owner>\d+):(?P<principal>(?:role|user)/[\w+=,.@/-]+))"
)


def _say_permission(text: str, _: About) -> str:
    action, caller = _ACTION.search(text), _CALLER.search(text)
    if action is None:
        return ""
    who = "the role or user that asked"
    if caller is not None:
        role, account = caller["assumed"], caller["account"] or caller["owner"]
        who = (
            f'the role "{role}" of the account {account}'
            if role
            else f"the {caller['principal'].replace('/', ' ', 1)} of the account {account}"
        )
    if "service control policy" in text:
        return (
            f"A service control policy of the organization denies {action['action']} to {who}: "
            "whoever runs the organization must allow it there, for both regions."
        )
    if "explicit deny" in text:
        return (
            f"A policy denies {action['action']} to {who} explicitly: take that statement out, "
            "or except this role from it. An allowing statement does not help."
        )
    return f"Allow {action['action']} to {who}, and deploy again."


_BUSY_WITH = re.compile(r"operation ([\w-]+) is at work")


def _say_other_operation(text: str, about: About) -> str:
    busy = _BUSY_WITH.search(text)
    which = f'the operation "{busy[1]}"' if busy else "the operation"
    return (
        f"Wait until {which} on the stack set {about.stack_set} has ended, then deploy again; the "
        "command below shows how far it is. Whoever started it may stop it with `aws "
        f"cloudformation stop-stack-set-operation --region {HOME} "
        f"--stack-set-name {about.stack_set} --operation-id {busy[1] if busy else 'ID'}`."
    )


def _say_name_taken(_: str, about: About) -> str:
    return (
        "If an earlier deletion kept it on purpose, take it over, or see how to rename or remove "
        f"it: the command below shows the choices for {about.stack}. If it is somebody else's, "
        "choose another name or environment."
    )


_PROTECTED = re.compile(r"does not allow \[(?P<action>[\w:*]+)\]")


def _say_protected(text: str, about: About) -> str:
    if "policy" not in text:
        return (
            "Somebody turned termination protection on for that stack on purpose. If it may go, "
            "turn it off with `aws cloudformation update-termination-protection "
            f"--no-enable-termination-protection --region {about.region} --stack-name "
            f"{about.stack_id or 'STACK'}` in the account {about.account}, and run this again."
        )
    denied = _PROTECTED.search(text)
    what = f"{denied['action']} " if denied else "this "
    return (
        f"Somebody protects the resource from {what}by a stack policy in the account "
        f"{about.account}. If the change is meant, change the policy with `aws cloudformation "
        "set-stack-policy`, and deploy again."
    )


def _role_command(_text: str, _about: About) -> str:
    return f"stackferry bootstrap {FOLDER}"


def _recover_command(_: str, about: About) -> str:
    return f"stackferry recover {FOLDER} --stack {about.stack}" if about.stack else ""


def _region_command(text: str, about: About) -> str:
    region = _region(text, about)
    if region in REGIONS and not REGIONS[region].opt_in:
        return "aws sts get-caller-identity"
    return f"aws account get-region-opt-status --region-name {region}"


def _quota_command(_: str, about: About) -> str:
    code, region = _quota_service(about)
    if not code:
        return f"aws service-quotas list-services --region {region}"
    return f"aws service-quotas list-service-quotas --service-code {code} --region {region}"


def _permission_command(text: str, _: About) -> str:
    encoded = re.search(r"Encoded authorization failure message: ([\w-]+)", text)
    if encoded:
        return f"aws sts decode-authorization-message --encoded-message {encoded[1]}"
    action, caller = _ACTION.search(text), _CALLER.search(text)
    if action is None or caller is None:
        return ""
    account = caller["account"] or caller["owner"]
    principal = f"role/{caller['assumed']}" if caller["assumed"] else caller["principal"]
    return (
        "aws iam simulate-principal-policy --policy-source-arn "
        f"arn:{caller['partition']}:iam::{account}:{principal} --action-names {action['action']}"
    )


def _other_operation_command(text: str, about: About) -> str:
    busy = _BUSY_WITH.search(text)
    if busy:
        return (
            f"aws cloudformation describe-stack-set-operation --region {HOME} "
            f"--stack-set-name {about.stack_set} --operation-id {busy[1]}"
        )
    return (
        f"aws cloudformation list-stack-set-operations --region {HOME} "
        f"--stack-set-name {about.stack_set}"
    )


def _validation_command(_: str, about: About) -> str:
    if not about.stack_id:
        return ""
    return (
        f"aws cloudformation describe-events --region {about.region} "
        f"--stack-name {shlex.quote(about.stack_id)} --filters FailedEvents=true"
    )


def _destroy_command(_text: str, _about: About) -> str:
    return f"stackferry destroy {FOLDER} --unprotect"


def _empty_command(_: str, about: About) -> str:
    return f"stackferry destroy {FOLDER} --empty {about.resource}" if about.resource else ""


def _engine_command(_: str, about: About) -> str:
    return (
        "aws rds describe-db-engine-versions --query 'DBEngineVersions[].[Engine,EngineVersion]' "
        f"--output text --region {about.region}"
    )


def _interfaces_command(_: str, about: About) -> str:
    return (
        "aws ec2 describe-network-interfaces --query 'NetworkInterfaces[].[NetworkInterfaceId,"
        f"Description,Groups[].GroupId]' --output text --region {about.region}"
    )


_SAYS: Mapping[str, Callable[[str, About], str]] = {
    "SF522": _say_region,
    "SF523": _say_role,
    "SF524": _say_quota,
    "SF529": _say_permission,
    "SF550": _say_name_taken,
    "SF553": _say_other_operation,
    "SF555": _say_protected,
}
"""Causes whose way out names what the sentence or the place names; the others have their card's."""

_COMMANDS: Mapping[str, Callable[[str, About], str]] = {
    "SF517": lambda *_: (
        "aws organizations list-aws-service-access-for-organization "
        "--query 'EnabledServicePrincipals[].ServicePrincipal'"
    ),
    "SF518": _recover_command,
    "SF520": lambda *_: "aws sts get-caller-identity",
    "SF521": lambda *_: "aws sso login",
    "SF522": _region_command,
    "SF523": _role_command,
    "SF524": _quota_command,
    "SF527": _engine_command,
    "SF529": _permission_command,
    "SF540": _interfaces_command,
    "SF550": _recover_command,
    "SF551": _destroy_command,
    "SF552": _empty_command,
    "SF553": _other_operation_command,
    "SF554": _validation_command,
    "SF556": _recover_command,
}
"""What helps most to type next. For any other cause that is the deploy, once it was corrected."""
