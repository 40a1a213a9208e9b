"""Each term of the glossary has a picture, which its script draws, and nothing else is drawn."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from benchmarks import glossary_pictures

DOCS = Path(__file__).parents[2] / "docs"


def pictures(term: str) -> list[str]:
    return re.findall(r"!\[[^]]+\]\(pictures/glossary/([\w-]+)\.svg\)", term)


def test_each_term_has_a_picture_and_each_picture_a_term():
    terms = (DOCS / "glossary.md").read_text(encoding="utf-8").split("\n## ")[1:]
    assert [term.partition("\n")[0] for term in terms if not pictures(term)] == []
    shown = [name for term in terms for name in pictures(term)]
    assert sorted(shown) == sorted(x.stem for x in (DOCS / "pictures" / "glossary").glob("*"))


def test_the_pictures_are_what_the_script_draws(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["glossary_pictures.py", "--docs", str(tmp_path)])
    glossary_pictures.main()
    drawn = {x.stem for x in (tmp_path / "pictures" / "glossary").iterdir()}
    assert drawn == {x.stem for x in (DOCS / "pictures" / "glossary").iterdir()}
