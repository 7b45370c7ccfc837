"""The handler of `AWS::ElasticLoadBalancingV2::Listener`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.certificates import certificate_exists, certificate_region
from compiler.sandbox.handlers.load_balancing import (
    get_tags,
    plain_actions,
    put_tags,
    refuse_targets,
    relink,
)
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"
"""What an HTTPS listener gets where it names none."""


class ListenerHandler:
    """Listeners of application load balancers."""

    type_name = "AWS::ElasticLoadBalancingV2::Listener"
    supported = frozenset(
        {
            "Certificates",
            "DefaultActions",
            "LoadBalancerArn",
            "Port",
            "Protocol",
            "SslPolicy",
            "Tags",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Open a port on a load balancer."""
        _refuse(scope, properties, None)
        made = ask(
            scope.client("elbv2"),
            "create_listener",
            LoadBalancerArn=properties["LoadBalancerArn"],
            **_given(properties),
        )
        arn: str = made["Listeners"][0]["ListenerArn"]
        return self._settled(scope, arn, properties)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change port, protocol, certificate, policy and default action."""
        del old
        _refuse(scope, new, physical_id)
        ask(scope.client("elbv2"), "modify_listener", ListenerArn=physical_id, **_given(new))
        return self._settled(scope, physical_id, new)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Close the port."""
        del properties
        if _told(scope, physical_id) is not None:
            ask(scope.client("elbv2"), "delete_listener", ListenerArn=physical_id)
            relink(scope)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the listener."""
        told = _told(scope, physical_id)
        if told is None:
            return None
        secure = told["Protocol"] == "HTTPS"
        return {
            "LoadBalancerArn": told["LoadBalancerArn"],
            "Port": told["Port"],
            "Protocol": told["Protocol"],
            "DefaultActions": plain_actions(told["DefaultActions"]),
            **({"SslPolicy": told["SslPolicy"]} if secure else {}),
            **({"Certificates": told["Certificates"]} if secure else {}),
            "Tags": get_tags(scope, physical_id),
        }

    def _settled(self, scope: Scope, arn: str, properties: Properties) -> Created:
        if properties.get("Protocol") != "HTTPS":
            # moto keeps the certificate of a listener that stopped answering TLS.
            held = beneath("elbv2", scope.account, scope.region)
            listener = held.load_balancers[properties["LoadBalancerArn"]].listeners[arn]
            listener.certificate, listener.certificates = None, []
        relink(scope)
        put_tags(scope, arn, properties.get("Tags"))
        return Created(physical_id=arn, attributes={"ListenerArn": arn})


def _given(properties: Properties) -> dict[str, Any]:
    secure = properties.get("Protocol") == "HTTPS"
    return {
        "Port": properties.get("Port"),
        "Protocol": properties.get("Protocol"),
        "SslPolicy": properties.get("SslPolicy", _DEFAULT_POLICY) if secure else None,
        "Certificates": properties.get("Certificates") if secure else None,
        "DefaultActions": properties["DefaultActions"],
    }


def _refuse(scope: Scope, properties: Properties, own: str | None) -> None:
    arn = properties["LoadBalancerArn"]
    answer = ask_or_none(
        scope.client("elbv2"),
        "describe_listeners",
        "LoadBalancerNotFound",
        LoadBalancerArn=arn,
    )
    if answer is None:
        refuse("LoadBalancerNotFound", f"Load balancer '{arn}' not found")
    taken = {
        listener["Port"]: listener["ListenerArn"]
        for listener in answer["Listeners"]
        if listener["ListenerArn"] != own
    }
    if int(properties.get("Port", 0)) in taken:
        refuse("DuplicateListener", "A listener already exists on this port for this load balancer")
    certificates = properties.get("Certificates") or []
    if properties.get("Protocol") == "HTTPS":
        _refuse_certificates(scope, certificates)
    elif certificates:
        refuse(
            "InvalidLoadBalancerAction",
            "A certificate cannot be specified for HTTP listeners",
        )
    refuse_targets(scope, properties["DefaultActions"])


def _refuse_certificates(scope: Scope, certificates: list[Mapping[str, str]]) -> None:
    if not certificates:
        refuse("ValidationError", "A certificate must be specified for HTTPS listeners")
    if len(certificates) > 1:
        refuse(
            "TooManyCertificates", "You can specify only one certificate per listener at creation"
        )
    arn = certificates[0]["CertificateArn"]
    if ":acm:" not in arn:
        return
    if certificate_region(arn) != scope.region:
        refuse("ValidationError", f"Certificate ARN '{arn}' is not valid")
    if not certificate_exists(scope, arn):
        refuse("CertificateNotFound", f"Certificate '{arn}' not found")


def _told(scope: Scope, arn: str) -> dict[str, Any] | None:
    answer = ask_or_none(
        scope.client("elbv2"), "describe_listeners", "ListenerNotFound", ListenerArns=[arn]
    )
    return answer["Listeners"][0] if answer and answer["Listeners"] else None


HANDLERS: tuple[Handler, ...] = (ListenerHandler(),)
