"""The server of the page: on 127.0.0.1, for its own page alone; it reads no path of a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from algebra.machine.read_file import read_bytes
from cogo.page import compose, doubt, play, widths
from cogo.page.asked import AskedError
from cogo.page.network import Networks
from cogo.page.training import Training

STATIC = Path(__file__).parent / "static"
#: What is served as files: their kinds.
FILES = {
    "index.html": "text/html; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "app.css": "text/css; charset=utf-8",
    "runs.json": "application/json",
}
MAX_BODY = 64 << 20
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Refuses requests for other hosts (DNS rebinding) and from other origins."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str]) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 403."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        host = request.headers.get("host", "")
        origin = request.headers.get("origin")
        site = request.headers.get("sec-fetch-site", "same-origin")
        own = host in self.hosts and origin in (None, f"http://{host}")
        if not own or (request.method != "GET" and site not in ("same-origin", "none")):
            await PlainTextResponse("this server answers its own page alone\n", 403)(
                scope, receive, send
            )
            return

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                added = [(k.lower().encode(), v.encode()) for k, v in HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self.app(scope, receive, with_headers)


def application(port: int, training: Training) -> Guard:
    """Return the page as an application for a server on a port of 127.0.0.1."""

    async def weights(_: Request) -> Response:
        if not training.weights.exists():
            return _refused(AskedError("there is no finished run; train one first"))
        return _sent("trained.npz", read_bytes(training.weights, limit=MAX_BODY))

    networks = Networks()

    async def opened(request: Request) -> Response:
        query = request.query_params
        asked = {**query, "normalised": query.get("normalised") == "true"}
        try:
            data = await _body(request)
            return JSONResponse(await run_in_threadpool(networks.open, data, asked))
        except ValueError as error:
            return _refused(error)

    routes = [
        Route("/", _file("index.html")),
        *(Route(f"/{name}", _file(name)) for name in FILES),
        Route("/api/source", _answer(lambda _: doubt.source()), methods=["POST"]),
        Route("/api/play", _answer(play.structure), methods=["POST"]),
        Route("/api/values", _answer(play.values), methods=["POST"]),
        Route("/api/tiles", _answer(lambda _: compose.listed()), methods=["POST"]),
        Route("/api/compose", _answer(compose.composed), methods=["POST"]),
        Route("/api/widths", _answer(lambda _: widths.catalogue()), methods=["POST"]),
        Route("/api/training/start", _answer(training.start), methods=["POST"]),
        Route("/api/training/poll", _answer(training.poll), methods=["POST"]),
        Route("/api/training/cancel", _answer(training.cancel), methods=["POST"]),
        Route("/api/training/weights", weights, methods=["POST"]),
        Route("/api/network/open", opened, methods=["POST"]),
        Route("/api/network/pair", _answer(networks.pair), methods=["POST"]),
        Route("/api/network/certify", _answer(networks.certify), methods=["POST"]),
        Route("/api/network/certificate", _file_of(networks.download), methods=["POST"]),
        *(
            Route(f"/api/download/{x}", _file_of(partial(play.download, kind=x)), methods=["POST"])
            for x in ("certificate", "latex", "weights")
        ),
        Route("/api/check", _of_file(doubt.checked), methods=["POST"]),
        Route("/api/lines", _of_file(doubt.lines), methods=["POST"]),
        Route("/api/tamper", _of_file(_tampered), methods=["POST"]),
    ]
    hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
    return Guard(Starlette(routes=routes), hosts=hosts)


def _file(name: str) -> Callable[[Request], Any]:
    async def serve(_: Request) -> Response:
        return FileResponse(STATIC / name, media_type=FILES[name])

    return serve


def _answer(function: Callable[[Any], Any]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        try:
            data = json.loads(await _body(request) or b"{}")
            return JSONResponse(await run_in_threadpool(function, data))
        except (ValueError, RecursionError) as error:  # AskedError, and what is no JSON
            return _refused(error)

    return answer


async def _body(request: Request) -> bytes:
    """Return what was sent, as long as it is not too much."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            raise AskedError(f"more than {MAX_BODY >> 20} MiB")
        parts.append(part)
    return b"".join(parts)


def _refused(error: Exception) -> Response:
    return JSONResponse({"error": str(error)[:500] or type(error).__name__}, 422)


def _file_of(function: Callable[[Any], tuple[str, bytes]]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        try:
            data = json.loads(await _body(request))
            return _sent(*await run_in_threadpool(function, data))
        except (ValueError, RecursionError) as error:
            return _refused(error)

    return answer


def _sent(name: str, content: bytes) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-File-Name": name}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _of_file(function: Callable[[bytes], Any]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await run_in_threadpool(function, await _body(request)))
        except ValueError as error:
            return _refused(error)

    return answer


def _tampered(data: bytes) -> dict[str, Any]:
    """Return what was changed in a file, and what the checker says then, line by line."""
    changed = doubt.tampered(data)
    if changed is None:
        raise AskedError("there is no number among its nodes that could be changed")
    content, where = changed
    return {**where, **doubt.checked(content), **doubt.lines(content)}
