"""An element as a table: aligned text, HTML and LaTeX, the first rows of many."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Protocol

from algebra.groups.spectrum import Spectrum
from algebra.numbers.scalar import Scalar
from algebra.semiring.nodes import ROWS, Nodes

#: Rows that are shown, and nodes of an element that is not expanded to be shown.
SHOWN, EXPANDED = 40, 20_000
HEADINGS = ("node", "k", *ROWS)


class Shown(Protocol):
    """What is asked of an element to be shown."""

    spectrum: Spectrum
    order: int

    @property
    def nodes(self) -> Nodes:
        """Its nodes."""


def rows(z: Shown, cell: Callable[[Scalar], str] = repr) -> list[tuple[str, ...]]:
    """Return a row for each node and frequency; none of more than `EXPANDED` nodes."""
    if z.order > EXPANDED:
        return []
    found = []
    for j, node in enumerate(z.nodes.entries()):
        for k in sorted({k for _, k in node}):
            cells = [cell(node[p, k]) if (p, k) in node else "" for p in ROWS]
            found.append((str(j), z.spectrum.label(k), *cells))
    return found


def as_text(z: Shown) -> str:
    """Return aligned columns."""
    shown = rows(z)
    table = text_table([HEADINGS, *shown[:SHOWN]], right=2) if shown else []
    return "\n".join([repr(z), *table, *_more(shown)])


def as_html(z: Shown) -> str:
    """Return a table whose entries are formulas, for notebooks."""
    shown = rows(z, lambda x: f"${x.to_latex()}$")
    table = html_table([HEADINGS, *shown[:SHOWN]])
    return f"<p>{escape(repr(z))}</p>{table}{''.join(f'<p>{x}</p>' for x in _more(shown))}"


def as_latex(z: Shown) -> str:
    """Return a display with an ``array``."""
    head = (r"\text{node}", *HEADINGS[1:])
    return latex_table([head, *rows(z, Scalar.to_latex)[:SHOWN]], columns="rrlll")


def _more(shown: list[tuple[str, ...]]) -> list[str]:
    return [f"... {len(shown) - SHOWN} more rows"] if len(shown) > SHOWN else []


def text_table(lines: Sequence[Sequence[str]], *, right: int = 0) -> list[str]:
    """Return aligned lines, the first columns to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(
            x.rjust(n) if i < right else x.ljust(n)
            for i, (x, n) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def html_table(lines: Sequence[Sequence[str]]) -> str:
    """Return a table of HTML, the first line as its head; texts are escaped."""
    cells = [
        "".join(f"<{tag}>{escape(x)}</{tag}>" for x in line)
        for tag, line in zip(("th", *["td"] * len(lines)), lines, strict=False)
    ]
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def latex_table(lines: Sequence[Sequence[str]], *, columns: str) -> str:
    """Return a display with an ``array``, whose first line is its head."""
    head, *rest = (rf"{' & '.join(line)} \\" for line in lines)
    return "\n".join(
        [rf"$$\begin{{array}}{{{columns}}}", rf"{head} \hline", *rest, r"\end{array}$$"]
    )
