"""A page that is served while tests look at it."""

import socket
import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of a page, served by a thread."""
    import uvicorn

    from cogo.page.server import application

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        config = uvicorn.Config(application(port), log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        listening.listen(128)  # so that no test comes before it
        thread.start()
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(timeout=10)
