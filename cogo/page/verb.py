"""``cogo page``: the page on 127.0.0.1, to build, break, compose and doubt by moving things."""

import socket
import threading
import webbrowser
from typing import Annotated

import typer

from algebra.groups.group import AbelianGroup
from algebra.machine.install import install
from cogo.cli.options import File, Force, Output, Texts, number, option
from cogo.cli.terminal import print_json, wrote

GROUPS = ("Z5", "Z7", "Z2xZ4")


def page(
    *,
    port: Annotated[int, number("of 127.0.0.1; 0 takes a free one", 0, (1 << 16) - 1)] = 0,
    browser: Annotated[bool, option("open the page in a browser")] = True,
    export: Annotated[
        File, option("write a copy for any web server, and serve nothing", metavar="DIR")
    ] = None,
    groups: Annotated[
        Texts, option("of the copy, up to order 16; may be repeated", "--for", metavar="GROUP")
    ] = None,
    force: Force = False,
    out: Output,
) -> None:
    """Show the interactive page: build, break, compose, recognise, train, and doubt.

    It is served on 127.0.0.1 to this machine alone, until Ctrl-C; it needs no internet. A copy
    that is written with --export answers what was asked beforehand, and says so.

    Example: [bold]cogo page[/]
    """
    try:
        import uvicorn

        from cogo.page.export import export as written
        from cogo.page.server import Server, application
    except ImportError as error:
        if (error.name or "").split(".")[0] not in ("uvicorn", "starlette", "anyio"):
            raise
        raise ValueError(f"the page needs Starlette and uvicorn: {install('page')}") from None
    if groups and export is None:
        raise ValueError("--for is about the copy that --export DIR writes; pass that as well")
    if export is not None:
        paths = list(written(export, [AbelianGroup(x) for x in groups or GROUPS], force=force))
        out.end(0, {"files": [str(path) for path in paths]}, wrote(*paths))
    # The protocol is named, for asyncio to send answers at once: else each waits 40 ms.
    tcp = socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    with socket.socket(*tcp) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
        except OSError as error:
            raise ValueError(
                f"port={port} cannot be used ({error.strerror}); pass another, or leave it out"
            ) from None
        listening.listen(128)  # a browser that comes early waits
        port = listening.getsockname()[1]
        address = f"http://127.0.0.1:{port}/"
        if out.as_json:
            print_json({"address": address})
        elif not out.quiet:
            typer.echo(f"the page is at {address} until Ctrl-C")
        config = uvicorn.Config(application(port), log_level="warning", lifespan="off")
        if browser:  # the socket listens, so a browser can wait
            threading.Timer(0.5, webbrowser.open, [address]).start()
        Server(config).run(sockets=[listening])
