"""What is said of missing packages: a command that installs them, where the code runs."""

import json
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import pytest

from algebra.machine import install as installing
from algebra.machine.install import install

CLONE = Path(__file__).resolve().parents[3]


def test_in_a_clone_the_clone_is_installed(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert install("page").endswith(f'install -e "{CLONE}[page]"')
    monkeypatch.chdir(CLONE)
    assert install("cluster", "sweep").endswith(' install -e ".[cluster,sweep]"')


@pytest.mark.parametrize(
    ("noted", "said"),
    [
        ({"url": "file:///a%20b/cogo", "dir_info": {}}, '"/a b/cogo[train]"'),
        ({"url": "file:///a", "dir_info": {"editable": True}}, '-e "/a[train]"'),
        ({"url": "file:///x-1-py3-none-any.whl"}, '"/x-1-py3-none-any.whl[train]"'),
        (
            {"url": "https://h/x.git", "vcs_info": {"vcs": "git"}},
            '"cogo-algebra[train] @ git+https://h/x.git"',
        ),
        ({"url": "https://h/x.whl"}, '"cogo-algebra[train] @ https://h/x.whl"'),
        (None, '"cogo-algebra[train]"'),
    ],
)
def test_elsewhere_it_is_what_pip_has_noted(monkeypatch, tmp_path, noted, said):
    def distribution(name):
        if noted is None:
            raise PackageNotFoundError(name)
        path = tmp_path / "direct_url.json"
        path.write_text(json.dumps(noted))
        return SimpleNamespace(files=[SimpleNamespace(name=path.name, locate=lambda: path)])

    monkeypatch.setattr(installing, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    monkeypatch.setattr(installing, "distribution", distribution)
    assert install("train").endswith(f" install {said}")


def test_pip_is_that_of_the_interpreter(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # else the interpreter may be named from here
    monkeypatch.setattr(installing, "which", lambda name: "/elsewhere/pip")
    assert install("fuzz").startswith(f"{sys.executable} -m pip install")
    monkeypatch.setattr(installing, "which", lambda name: str(Path(sys.executable).with_name(name)))
    assert install("fuzz").startswith("pip install")
