"""The server of the page: on 127.0.0.1, for its own page alone; it reads no path of a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from cogo.page import compose, doubt, network, play, prover, runs, training

STATIC = Path(__file__).parent / "static"
MAX_BODY = 64 << 20
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard(BaseHTTPMiddleware):
    """Refuses requests for other hosts (DNS rebinding) and from other origins."""

    def __init__(self, app: Any, *, hosts: tuple[str, ...]) -> None:
        super().__init__(app)
        self.hosts = hosts

    async def dispatch(self, request: Request, call_next: Any) -> Response:
        """Pass a request on, or answer 403."""
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        site = request.headers.get("sec-fetch-site", "same-origin")
        own = host in self.hosts and origin in (None, f"http://{host}")
        if not own or (request.method != "GET" and site not in ("same-origin", "none")):
            return PlainTextResponse("this server answers its own page alone\n", 403)
        answer: Response = await call_next(request)
        answer.headers.update(HEADERS)
        return answer


def application(port: int) -> Starlette:
    """Return the page as an application for a server on a port of 127.0.0.1."""
    working, opened = runs.runs_kept(), network.networks_kept()
    of_json: dict[str, Callable[[Any], Any]] = {
        "source": lambda _: doubt.source(),
        "play": play.structure,
        "values": play.values,
        "tiles": lambda _: compose.listed(),
        "compose": compose.composed,
        "widths": lambda _: prover.catalogue(),
        "prove/start": partial(prover.start, working),
        "training/start": partial(training.start, working),
        "training/weights": partial(training.weights, working),
        "run/poll": partial(runs.poll, working),
        "run/cancel": partial(runs.cancel, working),
        "network/pair": partial(network.pair, opened),
        "network/certify": partial(network.certified, opened),
        "network/certificate": partial(network.download, opened),
        "download/certificate": partial(play.download, kind="certificate"),
        "download/latex": partial(play.download, kind="latex"),
        "download/weights": partial(play.download, kind="weights"),
    }
    of_file: dict[str, Callable[..., Any]] = {
        "network/open": partial(network.read, opened),
        "check": lambda data, _: doubt.checked(data),
        "lines": lambda data, _: doubt.lines(data),
        "tamper": lambda data, _: doubt.tampered_and_checked(data),
    }
    answers = {name: _answer(function, raw=False) for name, function in of_json.items()}
    answers |= {name: _answer(function, raw=True) for name, function in of_file.items()}
    routes = [Route(f"/api/{name}", answer, methods=["POST"]) for name, answer in answers.items()]
    files = Mount("/", StaticFiles(directory=STATIC, html=True))
    guard = Middleware(Guard, hosts=(f"127.0.0.1:{port}", f"localhost:{port}"))
    return Starlette(routes=[*routes, files], middleware=[guard])


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
