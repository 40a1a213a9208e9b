"""Links between pages, and pages and pictures that are named, are there; as GitHub reads them."""

import os
import re
import sys
from pathlib import Path

import pytest

from benchmarks import glossary_pictures

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted({*DOCS.rglob("*.md"), *ROOT.glob("*.md")})
SOURCES = sorted(
    path
    for folder in ("algebra", "numeric", "proofs", "cogo", "experiments", "benchmarks", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if path != Path(__file__) and "node_modules" not in path.parts
)


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", head).strip().lower() for head in heads)
    return {re.sub(r"[^\w\- ]", "", head).replace(" ", "-") for head in plain}


def broken(text: str, folder: Path) -> list[str]:
    """Return the links of a page that lead nowhere."""
    found = []
    for to in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        path, _, anchor = to.partition("#")
        target = Path(os.path.normpath(folder / path)) if path else None
        if re.match(r"[a-z]+:", to):
            continue
        if target and not target.exists():
            found.append(to)
        elif anchor and (target is None or target.suffix == ".md"):
            there = target.read_text(encoding="utf-8") if target else text
            found += [to] * (anchor not in anchors(there))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda x: str(x.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page):
    assert broken(page.read_text(encoding="utf-8"), page.parent) == []


def test_a_link_that_leads_nowhere_is_noticed():
    text = "# A b\n[x](nothing.md) [y](index.md#nothing) [z](#a-b) [u](#b) [v](https://example.org)"
    assert broken(text, DOCS) == ["nothing.md", "index.md#nothing", "#b"]


def named(text: str) -> set[str]:
    return set(re.findall(r"\bdocs/[\w/-]+\.md\b", text))


def test_every_page_that_a_source_names_is_there():
    names = {x for path in SOURCES for x in named(path.read_text(encoding="utf-8"))}
    assert len(names) > 10
    assert [x for x in names if not (ROOT / x).is_file()] == []
    assert named("see docs/theory/nothing.md, which") == {"docs/theory/nothing.md"}


def glossary_terms() -> dict[str, list[str]]:
    """Each term of the glossary, with the names of its pictures."""
    terms = (DOCS / "glossary.md").read_text(encoding="utf-8").split("\n## ")[1:]
    picture = re.compile(r"!\[[^]]+\]\(pictures/glossary/([\w-]+)\.svg\)")
    return {term.partition("\n")[0]: picture.findall(term) for term in terms}


def test_each_term_has_a_picture_and_each_picture_a_term(tmp_path, monkeypatch):
    terms = glossary_terms()
    assert [term for term, pictures in terms.items() if not pictures] == []
    there = sorted(x.stem for x in (DOCS / "pictures" / "glossary").iterdir())
    assert sorted(x for pictures in terms.values() for x in pictures) == there
    monkeypatch.setattr(sys, "argv", ["glossary_pictures.py", "--docs", str(tmp_path)])
    glossary_pictures.main()
    assert sorted(x.stem for x in (tmp_path / "pictures" / "glossary").iterdir()) == there
