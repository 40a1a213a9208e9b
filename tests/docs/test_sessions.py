"""What a page shows of a shell is run, and compared; so are the cells of notebooks."""

import doctest
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.command import environment

DOCS = Path(__file__).parents[2] / "docs"
TUTORIALS = sorted((DOCS / "tutorials").glob("*.ipynb"))
PAGE = """
```console
$ cogo build Z7 --param xi=0.5 -q
error: xi=0.5: '0.5' in '0.5' is a decimal, and decimals are not exact; write a fraction such as 1/2
exit code 2
$ cogo claims "norms.ord*" --json
[...norms.ordering...]
```
"""


def failures(page: str) -> list[int]:
    """Return the lines, from 0, of the commands that printed something else."""
    spec = spec_from_file_location("pages", DOCS / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    plain = doctest.DocTestParser
    pages = module_from_spec(spec)
    try:
        spec.loader.exec_module(pages)
        test = pages.PageParser().get_doctest(page, {"shell": pages.shell}, "page", None, 0)
    finally:
        doctest.DocTestParser = plain  # type: ignore[misc]
    found: list[int] = []

    class Runner(doctest.DocTestRunner):
        def report_failure(self, out, test, example, got):
            found.append(example.lineno)

        report_unexpected_exception = report_failure

    Runner(optionflags=doctest.ELLIPSIS).run(test)
    return found


def test_a_session_is_run_and_a_wrong_line_in_it_is_found():
    assert failures(PAGE) == []
    assert failures(PAGE.replace("exit code 2", "exit code 1")) == [2]
    assert failures(PAGE.replace("[...norms.ordering...]", "[]")) == [5]
    assert failures(PAGE.replace("$ cogo claims", "$ ls")) == [5]


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
