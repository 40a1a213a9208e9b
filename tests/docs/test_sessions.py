"""What a page shows of a shell is run, and compared."""

from __future__ import annotations

import doctest
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

PATH = Path(__file__).parents[2] / "docs" / "conftest.py"
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
    spec = spec_from_file_location("pages", PATH)
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
