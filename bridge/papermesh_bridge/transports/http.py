"""JSON-RPC over HTTP, as an ASGI application.

HTTP's own faults get HTTP's own answers; everything else is 200, or 204 where nothing is owed.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from papermesh_bridge.errors import BodyRefused, CallerGone
from papermesh_bridge.handler import Caller
from papermesh_bridge.transports.body import STATUS_OF_REASON, Body, refusal_headers, unless_gone
from papermesh_bridge.transports.coding import GzipAnswers
from papermesh_bridge.transports.upload import UploadFace
from papermesh_bridge.transports.websocket import WebSocketFace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.datastructures import Headers
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from papermesh_bridge.handler import Handler, MetricsPage, Uploader
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.transports.hosts import HostRule
    from papermesh_bridge.transports.peer import Connections

_CORS_HEADERS: Final = ("Authorization", "Content-Encoding", "Grpc-Timeout", "Traceparent", "Tracestate")
JSON_TYPES: Final = frozenset({"application/json", "application/json-rpc", "application/jsonrequest"})


def build_app(
    endpoints: Mapping[str, Handler],
    limits: Limits,
    hosts: HostRule,
    websockets: Connections,
    *,
    uploads: Mapping[str, Uploader] = MappingProxyType({}),
    metrics: MetricsPage | None = None,
) -> ASGIApp:
    """Makes the application. The endpoint named "" is at /rpc and /health, others at /NAME/rpc and /NAME/health.

    A WebSocket can be opened at the same /rpc. Uploads are at the paths that name them; the metrics, if any, are at
    /metrics.
    """
    routes: list[Route | WebSocketRoute] = []
    for name, handler in endpoints.items():
        prefix = f"/{name}" if name else ""
        face = _Face(handler, limits)
        routes.append(Route(f"{prefix}/rpc", face.rpc, methods=["POST"]))
        routes.append(WebSocketRoute(f"{prefix}/rpc", WebSocketFace(handler, limits, websockets)))
        routes.append(Route(f"{prefix}/health", face.health, methods=["GET"]))
    if metrics is not None:
        routes.append(Route("/metrics", _metrics_face(metrics), methods=["GET"]))
    routes += [Route(path, UploadFace(uploader, limits).post, methods=["POST"]) for path, uploader in uploads.items()]
    app: ASGIApp = GzipAnswers(Starlette(routes=routes, exception_handlers={HTTPException: _refused}), limits)
    if hosts.origins:
        app = CORSMiddleware(app, hosts.origins, allow_methods=("GET", "POST"), allow_headers=_CORS_HEADERS)
    return _HostCheck(app, hosts)


def _metrics_face(metrics: MetricsPage) -> Callable[[Request], Awaitable[Response]]:
    async def face(request: Request) -> Response:
        page = await metrics.page(request.headers.get("accept", ""))
        # As a header, because starlette would add a charset of its own to a text type.
        return Response(page.body, headers={"Content-Type": page.media_type})

    return face


class _Face:
    """The HTTP face of one endpoint."""

    def __init__(self, handler: Handler, limits: Limits) -> None:
        self._handler = handler
        self._limits = limits

    async def rpc(self, request: Request) -> Response:
        _check_type(request.headers)
        try:
            caller = Caller(headers=request.headers.raw)
            work = self._handler.answer(await _body(request, self._limits), caller)
            answer = await unless_gone(work, _gone(request))
        except CallerGone:
            return Response(status_code=400)  # nobody is there to read it
        if answer is None:
            return Response(status_code=204)
        return Response(answer, media_type="application/json")

    async def health(self, _: Request) -> Response:
        report = await self._handler.health()
        return JSONResponse(report.document, status_code=200 if report.healthy else 503)


async def _body(request: Request, limits: Limits) -> bytes:
    body = Body(request, limits.max_message_bytes, limits)
    try:
        return await body.whole()
    except BodyRefused as fault:
        await body.discard()
        raise HTTPException(STATUS_OF_REASON[fault.reason], fault.message, refusal_headers(fault.reason)) from None


class _HostCheck:
    """Refuses calls by a host name that is not ours, and from pages that are not."""

    def __init__(self, app: ASGIApp, rule: HostRule) -> None:
        self._app = app
        self._rule = rule

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._judged(scope) if scope["type"] in ("http", "websocket") else self._app
        await app(scope, receive, send)

    def _judged(self, scope: Scope) -> ASGIApp:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"] or [""]
        for host in hosts:
            if not self._rule.allows(host):
                told = f"the host {host[:128]!r} is not served here; allowed_hosts in the configuration names more"
                return _plain(421, told)
        if len(hosts) > 1:
            return _plain(400, "the request has several Host headers; send one")
        origin = dict(scope["headers"]).get(b"origin")
        if origin is not None and not self._rule.allows_origin(origin.decode("latin-1")):
            return _plain(403, "pages of this origin may not call here")
        return self._app


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _check_type(headers: Headers) -> None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and kind not in JSON_TYPES:
        raise HTTPException(415, f"the content type {kind[:64]!r} is not taken; send application/json")


def _plain(status: int, text: str) -> Response:
    return Response(f"{text}\n", status_code=status, media_type="text/plain")


async def _refused(request: Request, fault: Exception) -> Response:
    if not isinstance(fault, HTTPException):
        raise fault
    headers = fault.headers or {}
    path = request.url.path[:128]
    told = fault.detail
    if fault.status_code == 404:
        told = f"there is nothing at {path!r}; JSON-RPC is posted to /rpc, and /health says how the servers are"
    elif fault.status_code == 405:
        told = f"{request.method} is not taken at {path!r}; it takes {headers.get('Allow', 'another method')}"
    response = _plain(fault.status_code, told)
    response.headers.update(headers)
    return response
