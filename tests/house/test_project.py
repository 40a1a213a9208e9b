"""The project as people meet it: addresses, links of the package's page, hooks, and CI."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def setup():
    spec = importlib.util.spec_from_file_location("setup", ROOT / "setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_repository_is_what_the_citation_says(setup, monkeypatch, tmp_path):
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["cff-version"] == "1.2.0"
    monkeypatch.setattr(setup, "HERE", tmp_path)
    for line, address in (
        ('# repository-code: "https://..."', ""),
        ('repository-code: "https://host/us/cogo/"', "https://host/us/cogo"),
        ("repository-code: https://host/cogo", "https://host/cogo"),
    ):
        (tmp_path / "CITATION.cff").write_text(f"title: x\n{line}\n")
        assert setup.repository() == address


def test_links_of_the_page_are_absolute_in_the_package_and_are_there_in_a_clone(setup):
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    absolute = setup.absolute(page, "https://host/cogo")
    targets = re.findall(r"\]\(([^)\s]+)\)", absolute)
    assert targets
    assert all(x.startswith(("https://", "#")) for x in targets)
    assert "](https://host/cogo/raw/HEAD/docs/pictures/" in absolute
    for kind, path in re.findall(r"https://host/cogo/(raw|blob)/HEAD/([^)#\s]+)", absolute):
        assert (ROOT / path).exists(), path
        assert (kind == "raw") == path.endswith((".png", ".svg", ".gif"))


def test_hooks_and_ci_run_the_same_checks():
    script = (ROOT / ".ci" / "run").read_text()
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    for hook in hooks:
        assert f".venv/bin/{hook['entry'].split(' --')[0]}" in script
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())["jobs"]
    assert {"run": ".ci/run"} in [step for job in jobs.values() for step in job["steps"]]
    for path in (ROOT / ".github" / "ISSUE_TEMPLATE").iterdir():
        assert {"name", "description", "body"} <= set(yaml.safe_load(path.read_text()))
