"""What every call on the API has in common: who asks, where, and how a refusal is rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from xml.sax.saxutils import escape

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores

from compiler.sandbox.api.constraints import refuse_malformed
from compiler.sandbox.engine.errors import ApiError, invalid, unsupported
from compiler.sandbox.engine.pace import progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.sandbox.engine.records import Stack
    from compiler.sandbox.engine.world import Place, World

_ERROR = """<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error>\
<Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
<RequestId>sandbox</RequestId></ErrorResponse>"""

_PAGE = 100
_EMPTY_LISTS = ("Capabilities", "ParameterOverrides", "Parameters", "Tags")

_IGNORED = frozenset(
    {
        "DeploymentConfig",
        "DeploymentMode",
        "ExecutionRoleTemplateBody",
        "ExecutionRoleTemplateUrl",
        "ImportExistingResources",
        "IncludeNestedStacks",
        "ResourceTypes",
        "RollbackConfiguration",
        "StackPolicyBody",
        "StackPolicyDuringUpdateBody",
        "StackPolicyDuringUpdateURL",
        "StackPolicyURL",
        "StackSetOutputBucket",
    }
)
"""Parameters with an effect in AWS that the sandbox does not have; giving one is refused."""

Answer = tuple[int, dict[str, Any], str]
"""Status, headers and body, as moto passes them on. Any: moto's own type."""


class Calls(BaseResponse):
    """
    One request.

    Attributes:
        world: What the calls work on; set on the class that `api.responses.bound_to` makes.
        operations: The methods that are calls of the API, by name.
    """

    world: ClassVar[World]
    operations: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        """Let moto read the parameters by botocore's model of the service."""
        super().__init__(service_name="cloudformation")
        self.automated_parameter_parsing = True

    @property
    def place(self) -> Place:
        """The caller's account and region."""
        return self.current_account, self.region

    @property
    def given(self) -> Mapping[str, Any]:
        """
        The call's parameters; a list that was given empty is there and empty.

        The query protocol writes an empty list as an empty value, and leaving a list out means
        something else: `Tags=[]` removes all tags.
        """
        found = {key: value for key, value in dict(self.params).items() if value is not None}
        for name in _EMPTY_LISTS:
            if name in self.querystring and name not in found:
                found[name] = []
        return found

    def call_action(self) -> Any:  # noqa: ANN401 -- moto's own signature
        """Answer one call; refusals become AWS's error document."""
        action = str(self._get_action())
        method = camelcase_to_underscores(action)
        try:
            if method not in self.operations:
                what = f"the operation {action}"
                raise unsupported(what)
            self._refuse_ignored()
            refuse_malformed(action, self.given)
            with self.world.lock:
                progress(self.world)
                result = getattr(self, method)()
        except ApiError as error:
            return self._refusal(error)
        status, headers, body = self.serialized(result)
        headers, body = self._enrich_response(headers, body)
        return status, headers, body

    def _refuse_ignored(self) -> None:
        given = {name for name in _IGNORED & self.given.keys() if self.given[name]}
        if given:
            what = f"the parameter {min(given)}"
            raise unsupported(what)

    def _refusal(self, error: ApiError) -> Answer:
        body = _ERROR.format(code=escape(error.code), message=escape(error.message))
        headers = {**self.response_headers, "Content-Type": "text/xml"}
        return error.status, headers, body

    def stack(self) -> Stack:
        """
        Return the stack that the call names.

        Raises:
            ApiError: `ValidationError`: it names none, or one that does not exist.
        """
        if "StackName" not in self.given:
            message = "StackName is missing"
            raise invalid(message)
        return self.world.find(self.place, str(self.given["StackName"]))

    def page(self, key: str, entries: Sequence[object]) -> ActionResult:
        """
        Return one page of *entries* under *key*.

        Raises:
            ApiError: `ValidationError`: the token is none of ours.
        """
        token = str(self.given.get("NextToken", "0"))
        if not token.isdigit():
            message = "The specified NextToken is invalid."
            raise invalid(message)
        size = int(self.given.get("MaxResults", _PAGE))
        start = int(token)
        view: dict[str, Any] = {key: list(entries[start : start + size])}
        if start + size < len(entries):
            view["NextToken"] = str(start + size)
        return ActionResult(view)
