"""The server of the page: on 127.0.0.1, for its own page alone; it reads no path of a browser."""

import json
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from cogo.page import compose, doubt, network, play, prover, training
from numeric.work.signals import end_workers

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


class Server(uvicorn.Server):
    """Ends, when it is to end, the work that pages wait for."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        """End it, and do not begin more."""
        end_workers()
        super().handle_exit(sig, frame)


async def _guarded(request: Request, answered: Any, *, port: int) -> Response:
    """Refuse requests for other hosts (DNS rebinding) and from other origins."""
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    own = host in (f"127.0.0.1:{port}", f"localhost:{port}") and origin in (None, f"http://{host}")
    if not own or (request.method != "GET" and site not in ("same-origin", "none")):
        return PlainTextResponse("this server answers its own page alone\n", 403)
    answer: Response = await answered(request)
    answer.headers.update(HEADERS)
    return answer


def application(port: int) -> Starlette:
    """Return the page as an application for a server on a port of 127.0.0.1."""
    of_json: dict[str, Callable[[Any], Any]] = {
        "source": lambda _: doubt.source(),
        "play": play.structure,
        "values": play.values,
        "tiles": lambda _: compose.listed(),
        "compose": compose.composed,
        "widths": lambda _: prover.catalogue(),
        "prove": prover.start,
        "training": training.start,
        "download/certificate": partial(play.download, kind="certificate"),
        "download/latex": partial(play.download, kind="latex"),
        "download/weights": partial(play.download, kind="weights"),
    }
    of_file: dict[str, Callable[..., Any]] = {
        "network/open": network.read,
        "network/pair": network.pair,
        "network/certify": network.certified,
        "network/certificate": network.download,
        "check": lambda data, _: doubt.checked(data),
        "lines": lambda data, _: doubt.lines(data),
        "tamper": lambda data, _: doubt.tampered_and_checked(data),
    }
    answers = {name: _answer(function, raw=False) for name, function in of_json.items()}
    answers |= {name: _answer(function, raw=True) for name, function in of_file.items()}
    routes = [Route(f"/api/{name}", answer, methods=["POST"]) for name, answer in answers.items()]
    files = Mount("/", StaticFiles(directory=STATIC, html=True))
    guard = Middleware(BaseHTTPMiddleware, dispatch=partial(_guarded, port=port))
    return Starlette(routes=[*routes, files], middleware=[guard])


def _answer(function: Callable[..., Any], *, raw: bool) -> Callable[[Request], Any]:
    """Return what answers with a function of the JSON that is sent, or of a file and the query.

    A pair of a name and bytes is sent as a file, lines as they come, all else as JSON.
    """

    async def answer(request: Request) -> Response:
        try:
            data = await _body(request)
            given = (data, dict(request.query_params)) if raw else (json.loads(data or b"{}"),)
            found = await run_in_threadpool(function, *given)
        except (ValueError, RecursionError) as error:  # such as what is no JSON
            text = str(error)[:500] or type(error).__name__
            return JSONResponse({"error": text}, 422)
        if isinstance(found, AsyncIterator):
            return StreamingResponse(found, media_type="application/x-ndjson")
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
