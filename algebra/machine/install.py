"""What to type to install an optional part of this project, wherever it runs from."""

import json
import os
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from shutil import which
from urllib.parse import unquote, urlsplit

from algebra.machine.read_file import read_bytes

NAME = "cogo-algebra"


def install(*extras: str) -> str:
    """Return the command that installs extras of this project beside what runs.

    In a clone, or where one was installed from, that is the clone; else the place that pip has
    noted (PEP 610), or the name of the distribution. ``pip`` is that of this interpreter.

    >>> install("train")
    '...pip install ...[train]"'
    """
    pip = which("pip")
    beside = pip is not None and Path(pip).parent == Path(sys.executable).parent
    return f"{'pip' if beside else f'{_short(Path(sys.executable))} -m pip'} install " + _from(
        ",".join(extras)
    )


def _from(extras: str) -> str:
    clone = Path(__file__).resolve().parents[2]
    if (clone / "pyproject.toml").exists():
        return f'-e "{_short(clone)}[{extras}]"'
    try:
        files = [x for x in distribution(NAME).files or () if x.name == "direct_url.json"]
    except PackageNotFoundError:
        files = []
    noted = json.loads(read_bytes(str(files[0].locate()), limit=10**5)) if files else {}
    url = urlsplit(noted.get("url", ""))
    if url.scheme == "file":
        editable = "-e " if noted.get("dir_info", {}).get("editable") else ""
        return f'{editable}"{_short(Path(unquote(url.path)))}[{extras}]"'
    place = "{vcs}+".format_map(noted["vcs_info"]) if "vcs_info" in noted else ""
    at = f" @ {place}{noted['url']}" if url.scheme else ""
    return f'"{NAME}[{extras}]{at}"'


def _short(path: Path) -> str:
    """Return a path from here, if it is here."""
    here = Path.cwd() if os.path.isdir(".") else Path("/nowhere")
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
