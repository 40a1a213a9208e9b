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

from cogo.page import compose, doubt, play, prover, training
from cogo.page.network import Networks
from cogo.page.runs import Runs

STATIC = Path(__file__).parent / "static"
#: What is served as files: their kinds.
FILES = {
    "index.html": "text/html; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "app.css": "text/css; charset=utf-8",
    "runs.json": "application/json",
    "example.npz": "application/octet-stream",
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


def application(port: int, runs: Runs) -> Guard:
    """Return the page as an application for a server on a port of 127.0.0.1."""
    networks = Networks()
    of_json: dict[str, Callable[[Any], Any]] = {
        "source": lambda _: doubt.source(),
        "play": play.structure,
        "values": play.values,
        "tiles": lambda _: compose.listed(),
        "compose": compose.composed,
        "widths": lambda _: prover.catalogue(),
        "prove/start": partial(prover.start, runs),
        "training/start": partial(training.start, runs),
        "training/weights": partial(training.weights, runs),
        "run/poll": runs.poll,
        "run/cancel": runs.cancel,
        "network/pair": networks.pair,
        "network/certify": networks.certify,
        "network/certificate": networks.download,
        **{
            f"download/{x}": partial(play.download, kind=x)
            for x in ("certificate", "latex", "weights")
        },
    }
    of_file: dict[str, Callable[..., Any]] = {
        "network/open": networks.open,
        "check": lambda data, _: doubt.checked(data),
        "lines": lambda data, _: doubt.lines(data),
        "tamper": lambda data, _: _tampered(data),
    }
    routes = [Route("/", _file("index.html")), *(Route(f"/{x}", _file(x)) for x in FILES)]
    for asked, raw in ((of_json, False), (of_file, True)):
        for name, function in asked.items():
            routes.append(Route(f"/api/{name}", _answer(function, raw=raw), methods=["POST"]))
    hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
    return Guard(Starlette(routes=routes), hosts=hosts)


def _file(name: str) -> Callable[[Request], Any]:
    async def serve(_: Request) -> Response:
        return FileResponse(STATIC / name, media_type=FILES[name])

    return serve


def _answer(function: Callable[..., Any], *, raw: bool) -> Callable[[Request], Any]:
    """Return what answers with a function of the JSON that is sent, or of a file and the query.

    A pair of a name and bytes is sent as a file, all else as JSON.
    """

    async def answer(request: Request) -> Response:
        try:
            data = await _body(request)
            given = (data, dict(request.query_params)) if raw else (json.loads(data or b"{}"),)
            found = await run_in_threadpool(function, *given)
        except (ValueError, RecursionError) as error:  # such as what is no JSON
            text = str(error)[:500] or type(error).__name__
            return JSONResponse({"error": text}, 422)
        if not isinstance(found, tuple):
            return JSONResponse(found)
        name, content = found
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-File-Name": name}
        return Response(content, media_type="application/octet-stream", headers=headers)

    return answer


async def _body(request: Request) -> bytes:
    """Return what was sent, as long as it is not too much."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            raise ValueError(f"more than {MAX_BODY >> 20} MiB")
        parts.append(part)
    return b"".join(parts)


def _tampered(data: bytes) -> dict[str, Any]:
    """Return what was changed in a file, and what the checker says then, line by line."""
    changed = doubt.tampered(data)
    if changed is None:
        raise ValueError("there is no number among its nodes that could be changed")
    content, where = changed
    return {**where, **doubt.checked(content), **doubt.lines(content)}
