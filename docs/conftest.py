"""Pages are run in a folder with three networks, so that they may write files under plain names.

What stands between ```console and ``` is a session of a shell: lines that begin with ``$`` are run,
in this process, and what they print is compared like the output of a Python example.
"""

from __future__ import annotations

import contextlib
import doctest
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: What stands for the reader's own file on pages, and where it comes from.
NETWORKS = {
    "network.npz": ROOT / "tests" / "networks" / "files" / "difference.npz",
    "trained.npz": ROOT / "tests" / "data" / "trained_d23.npz",
    "dense.pt": ROOT / "tests" / "data" / "dense_sgd_z13.pt",
}


def shell(line: str) -> None:
    """Run a line of a shell; print what the command prints, and its exit code if that is not 0."""
    words = shlex.split(line)
    if words[0] == "cogo":
        from cogo.cli.main import main

        words = words[1:]
    else:
        from experiments.__main__ import main

        assert words[:3] == ["python", "-m", "experiments"], line
        words = words[3:]
    with contextlib.redirect_stderr(sys.stdout):
        try:
            main(words)
        except SystemExit as stop:
            if stop.code:
                print("exit code", stop.code)


def as_python(text: str) -> str:
    """Write the sessions of a page as calls of `shell`, line by line."""

    def session(found: re.Match[str]) -> str:
        lines = [f">>> shell({x[2:]!r})" if x[:2] == "$ " else x for x in found[1].split("\n")]
        return "\n".join(["", *lines])

    return re.sub(r"^```console\n(.*?)^```$", session, text, flags=re.MULTILINE | re.DOTALL)


class PageParser(doctest.DocTestParser):
    """Reads sessions of a shell too."""

    def get_examples(self, string: str, name: str = "<string>") -> list[doctest.Example]:
        """Return the examples of a docstring, or of a page."""
        return super().get_examples(as_python(string), name)


doctest.DocTestParser = PageParser  # type: ignore[misc]


@pytest.fixture(autouse=True)
def _in_a_folder_with_networks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, doctest_namespace: dict[str, object]
) -> None:
    for name, path in NETWORKS.items():
        shutil.copy(path, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    doctest_namespace["shell"] = shell
