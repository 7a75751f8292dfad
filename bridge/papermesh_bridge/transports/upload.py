"""Uploads over HTTP: a form with a file, or the bytes of the file as the body.

The answer is always JSON; its HTTP status is that of what went wrong, by the tables here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from python_multipart.multipart import parse_options_header
from starlette.responses import Response

from papermesh_bridge.errors import STATUS_NAMES, CallerGone
from papermesh_bridge.handler import Caller, Upload, UploadAnswer
from papermesh_bridge.transports.body import STATUS_OF_REASON, Body, refusal_headers, unless_gone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from papermesh_bridge.handler import Uploader
    from papermesh_bridge.limits import Limits

UPLOADING: Final = "papermesh.uploading"
"""Set in the scope of a request whose call runs while its body comes in."""
HTTP_OF_STATUS: Final[Mapping[str, int]] = {
    "OK": 200,
    "CANCELLED": 499,
    "UNKNOWN": 500,
    "INVALID_ARGUMENT": 400,
    "DEADLINE_EXCEEDED": 504,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "PERMISSION_DENIED": 403,
    "RESOURCE_EXHAUSTED": 429,
    "FAILED_PRECONDITION": 400,
    "ABORTED": 409,
    "OUT_OF_RANGE": 400,
    "UNIMPLEMENTED": 501,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DATA_LOSS": 500,
    "UNAUTHENTICATED": 401,
}
"""The HTTP status of each gRPC status, as google.rpc.Code recommends it."""
HTTP_OF_REASON: Final[Mapping[str, int]] = {
    **STATUS_OF_REASON,
    "METHOD_NOT_FOUND": 404,
    "METADATA_TOO_LARGE": 431,
    "DOCUMENT_TOO_LARGE": 413,
    "DOCUMENT_FORMAT_UNSUPPORTED": 415,
}
"""The HTTP status of reasons that say more than their gRPC status."""


class UploadFace:
    """The HTTP face of the uploads to one path."""

    def __init__(self, uploader: Uploader, limits: Limits) -> None:
        self._uploader = uploader
        self._limits = limits

    async def post(self, request: Request) -> Response:
        """Answers one request."""
        request.scope[UPLOADING] = True
        body = Body(request, self._limits.max_upload_bytes, self._limits)
        try:
            caller = Caller(headers=request.headers.raw)
            answer = await unless_gone(self._uploader.upload(_upload(request, body), caller), body.gone())
            headers = {} if body.ended else refusal_headers(answer.reason)
            await body.discard()
        except CallerGone:
            return Response(status_code=400)  # nobody is there to read it
        return Response(answer.body, http_status(answer), headers, "application/json")


def http_status(answer: UploadAnswer) -> int:
    """Gives the HTTP status of an answer."""
    return HTTP_OF_REASON.get(answer.reason, HTTP_OF_STATUS[STATUS_NAMES[answer.status]])


def _upload(request: Request, body: Body) -> Upload:
    fields = dict(request.query_params)
    _, options = parse_options_header(request.headers.get("content-disposition"))
    named = options.get(b"filename", b"").decode("utf-8", "replace")
    filename = fields.pop("filename", "") or named
    return Upload(request.headers.get("content-type", ""), body, filename, fields)
