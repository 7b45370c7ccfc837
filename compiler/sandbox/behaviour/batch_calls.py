"""The calls on jobs of S3 Batch Operations, which moto has none of."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.s3control import urls
from moto.s3control.responses import S3ControlResponse

from compiler.sandbox.behaviour.batch_jobs import create_job, find_job, set_status
from compiler.sandbox.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.behaviour.course import Course
    from compiler.sandbox.engine.world import Place

_PATHS = (
    r"{0}/v20180820/jobs$",
    r"{0}/v20180820/jobs/(?P<id>[^/]+)$",
    r"{0}/v20180820/jobs/(?P<id>[^/]+)/status$",
    "/v20180820/jobs",
    "/v20180820/jobs/<id>",
    "/v20180820/jobs/<id>/status",
)
_LISTED = (
    "JobId",
    "Description",
    "Priority",
    "Status",
    "CreationTime",
    "TerminationDate",
    "ProgressSummary",
)
_OURS = frozenset({"Due", "Token"})
_PAGE = 1000


@contextmanager
def with_batch_jobs(course: Course) -> Iterator[None]:
    """Answer the calls; begin before moto does, which reads its addresses when it starts."""

    def create(self: S3ControlResponse) -> ActionResult:
        return ActionResult({"JobId": create_job(course, _place(self), self.params)["JobId"]})

    def describe(self: S3ControlResponse) -> ActionResult:
        job = find_job(course, _place(self), str(self.params["JobId"]))
        told = {name: value for name, value in job.items() if _is_told(name, value)}
        return ActionResult({"Job": told})

    def list_(self: S3ControlResponse) -> ActionResult:
        return ActionResult(_page(course, _place(self), self.params))

    def update_status(self: S3ControlResponse) -> ActionResult:
        job = find_job(course, _place(self), str(self.params["JobId"]))
        wanted = str(self.params["RequestedJobStatus"])
        set_status(course, job, wanted, self.params.get("StatusUpdateReason"))
        names = ("JobId", "Status", "StatusUpdateReason")
        return ActionResult({name: job[name] for name in names if job.get(name)})

    added = [path for path in _PATHS if path not in urls.url_paths]
    with ExitStack() as stack:
        for name, answer in (
            ("create_job", create),
            ("describe_job", describe),
            ("list_jobs", list_),
            ("update_job_status", update_status),
        ):
            stack.enter_context(wrapped(S3ControlResponse, name, partial(_instead, answer)))
        paths: dict[str, Any] = urls.url_paths
        paths.update(dict.fromkeys(added, S3ControlResponse.dispatch))
        try:
            yield
        finally:
            for path in added:
                del paths[path]


def _instead(answer: Any, by_moto: Any) -> Any:  # noqa: ANN401 -- a method of a response
    """Return *answer* in the place of what moto has."""
    del by_moto
    return answer


def _page(course: Course, place: Place, given: Any) -> dict[str, Any]:  # noqa: ANN401 -- moto's parameters
    """Return one page of jobs, newest first."""
    wanted = given.get("JobStatuses") or ()
    found = [
        {name: value for name, value in job.items() if name in _LISTED and _is_told(name, value)}
        | {"Operation": next(iter(job["Operation"]))}
        for job in reversed(list(course.jobs.get(place, {}).values()))
        if not wanted or job["Status"] in wanted
    ]
    start = int(given.get("NextToken") or 0)
    size = int(given.get("MaxResults") or _PAGE)
    page: dict[str, Any] = {"Jobs": found[start : start + size]}
    if start + size < len(found):
        page["NextToken"] = str(start + size)
    return page


def _is_told(name: str, value: object) -> bool:
    return name not in _OURS and value is not None


def _place(response: S3ControlResponse) -> Place:
    return response.current_account, response.region
