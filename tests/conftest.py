"""Settings of the whole suite: where the sources are, and how Hypothesis searches.

In CI examples are derandomised, so that a red build is about the change and not about luck; at
home they are drawn anew. There is no deadline: exact arithmetic has no typical time.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

#: Tests share `tests.algebra.reference`; the checkout comes before what is installed.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

_COMMON = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("home", _COMMON)
settings.register_profile("ci", _COMMON, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "home")


#: The longest test, minutes of one worker: begun first, so that no other waits for it at the end.
LONGEST = "test_every_theorem_compiles_and_is_closed"


def pytest_configure(config: pytest.Config) -> None:
    """Have workers take modules in the order of collection, and not those of most tests first."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest test first."""
    items.sort(key=lambda item: item.name != LONGEST)


@pytest.fixture
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For commands that write where they are run."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def as_in_a_terminal() -> Iterator[None]:
    """What is started takes Ctrl-C and a hang-up, which work in the background may ignore."""
    before = {x: signal.signal(x, signal.SIG_DFL) for x in (signal.SIGINT, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def cogo(capsys: pytest.CaptureFixture[str], in_an_empty_folder: None) -> Callable[..., Any]:
    """Run ``cogo`` in an empty folder, and see it end as is expected: `tests.command.ended`."""
    from tests import command

    return partial(command.ended, command.cogo, capsys)


@pytest.fixture
def experiments(capsys: pytest.CaptureFixture[str], in_an_empty_folder: None) -> Callable[..., Any]:
    """The same of ``python -m experiments``."""
    from tests import command

    return partial(command.ended, command.experiments, capsys)


#: Without these Chromium asks its maker's servers for things.
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium; one, since its loop goes on in this thread."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium on the PATH")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield found
        found.close()
