"""The site of the documentation: built without a warning, read without a network."""

import os
import re
import subprocess
import sys
from importlib import import_module
from inspect import isclass, isfunction
from pathlib import Path

import pytest

pytest.importorskip("sphinx", reason="the site is built by Sphinx, of the extra `docs`")
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]
KATEX = ROOT / "cogo" / "page" / "web" / "node_modules" / "katex"
pytestmark = pytest.mark.skipif(
    not KATEX.is_dir(), reason="KaTeX is missing: npm ci in cogo/page/web"
)


def built(source: Path, to: Path) -> subprocess.CompletedProcess[str]:
    """Run Sphinx with the settings of docs/conf.py, warnings being errors."""
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q"]
    command += ["-c", str(ROOT / "docs"), str(source), str(to)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("site")
    done = built(ROOT / "docs", to)
    assert done.returncode == 0, done.stderr
    return to


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, BeautifulSoup]:
    """Every page that a person reads."""
    paths = (x for x in site.rglob("*.html") if not x.is_relative_to(site / "_static"))
    return {path: BeautifulSoup(path.read_bytes(), "html.parser") for path in paths}


def leads(path: Path, page: BeautifulSoup) -> set[Path]:
    """Return the files that a page leads to."""
    links = (str(x["href"]).partition("#")[0] for x in page.select("a[href]"))
    inside = (to for to in links if to and not re.match("[a-z]+:", to))
    return {Path(os.path.normpath(path.parent / to)) for to in inside}


def unread(page: BeautifulSoup) -> list[str]:
    """Dollars that are left in prose: a formula that a list or a heading has cut in two."""
    other = {"pre", "code", "script", "style", "title"}
    return [
        text
        for text in page.find_all(string=re.compile(r"\$"))
        if not any(x.name in other or {"math", "cell_output"} & {*x.get("class", ())}
                   for x in text.parents)
    ]  # fmt: skip


def test_every_formula_is_read_as_one(pages):
    assert {path: found for path, page in pages.items() if (found := unread(page))} == {}
    cut = "<p>with $n = (1</p><ul><li>i) <code>$</code>"
    assert unread(BeautifulSoup(cut, "html.parser")) == ["with $n = (1"]


def test_every_page_is_two_clicks_from_the_home_page(site, pages):
    home = site / "index.html"
    once = leads(home, pages[home])
    twice = once | {x for path in once & pages.keys() for x in leads(path, pages[path])}
    assert len(pages) > 40
    assert pages.keys() - twice - {home, site / "genindex.html", site / "py-modindex.html"} == {
        site / "search.html"  # where the field for searching leads
    }


@pytest.mark.parametrize("package", ["cogo", "algebra", "numeric", "proofs"])
def test_whatever_a_package_hands_on_has_an_entry(site, package):
    page = "".join(x.read_text(encoding="utf-8") for x in (site / "reference" / "api").iterdir())
    entries = {x.rpartition(".")[2] for x in re.findall(r'<dt class="sig[^>]* id="([\w.]+)"', page)}
    room = import_module(package)
    named = {x for x in dir(room) if isfunction(getattr(room, x)) or isclass(getattr(room, x))}
    assert len(named) > 3
    assert named - entries == set()


def test_what_is_printed_when_the_site_is_built_is_on_its_page(site):
    page = (site / "catalogue" / "widths.html").read_text(encoding="utf-8")
    for group in ("Z5", "Z2xZ2xZ2xZ2", "S3", "Q8xZ2"):
        assert f"<td><p>{group}</p></td>" in page
    assert page.count("few-plus-constant") > 24
    page = (site / "catalogue" / "finite-groups.html").read_text(encoding="utf-8")
    assert "<td><p>212 to 289</p></td>" in page
    page = (site / "catalogue" / "results" / "table2.html").read_text(encoding="utf-8")
    assert "<td><p>47.07 %</p></td>" in page


def test_nothing_on_any_page_is_fetched_from_elsewhere(pages):
    fetched = "script[src], img[src], iframe[src], link[href]:not([rel~=canonical])"
    for path, page in pages.items():
        places = [str(x.get("src") or x.get("href")) for x in page.select(fetched)]
        assert places
        assert [x for x in places if re.match("(https?:)?//", x)] == [], path


#: What may be wrong with a page, and what Sphinx says of it.
FAULTS = {
    "[a page](nowhere.md)": "cross-reference target not found: 'nowhere.md'",
    "[a section](index.md#nothing)": "local id not found in doc 'index': 'nothing'",
    "![a picture](nothing.png)": "image file not readable: nothing.png",
    "```{eval-rst}\n.. autofunction:: cogo.nothing\n```": "failed to import 'nothing'",
    "```{eval-rst}\n:py:exc:`NothingError`\n```": "reference target not found: NothingError",
    "```{printed}\npython -c 'print(nothing)'\n```": "'nothing' is not defined",
}


def test_each_fault_in_a_page_is_a_warning_and_ends_the_build(tmp_path):
    source = tmp_path / "docs"
    source.mkdir()
    pages = "\n".join(f"page{i}" for i in range(len(FAULTS)))
    (source / "index.md").write_text(f"# Pages\n\n```{{toctree}}\n{pages}\n```\n")
    for i, text in enumerate(FAULTS):
        (source / f"page{i}.md").write_text(f"# A page\n\n{text}\n")
    done = built(source, tmp_path / "site")
    assert done.returncode == 1
    assert len(re.findall("WARNING: |ERROR: ", done.stderr)) == len(FAULTS), done.stderr
    for complaint in FAULTS.values():
        assert complaint in done.stderr


def test_formulas_and_search_need_no_network(site, browser):
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.goto((site / "theory" / "function-tensor.html").as_uri())
    page.locator(".katex").first.wait_for()
    assert page.locator(".katex").count() > 20
    assert page.locator(".katex-error").count() == 0
    page.goto((site / "search.html").as_uri() + "?q=certificate")
    page.locator("#search-results li a[href*='reference/']").nth(2).wait_for()  # one by one
    context.close()
    assert [x for x in asked if not x.startswith("file:")] == []
