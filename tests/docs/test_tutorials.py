"""The notebooks run, and say today what they say on the page."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.command import environment

TUTORIALS = sorted(Path("docs/tutorials").resolve().glob("*.ipynb"))


def said(notebook):
    """Return what each cell of code printed and returned; what training decides is tagged."""
    return [
        [x.get("text") or x["data"]["text/plain"] for x in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code" and "varies" not in cell.metadata.get("tags", [])
    ]


def test_there_are_tutorials():
    assert TUTORIALS


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_says_what_is_on_its_page(path, tmp_path, monkeypatch):
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    written = nbformat.read(path, as_version=4)
    run = nbformat.read(path, as_version=4)
    folder = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(run, timeout=120, resources=folder, coalesce_streams=True).execute()
    assert said(run) == said(written)
