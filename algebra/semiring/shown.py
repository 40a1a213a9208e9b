"""An element as a table: aligned text, HTML and LaTeX, the first rows of many."""

from __future__ import annotations

from collections.abc import Callable
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
    """Return a row for each node and frequency: node, ``k``, and ``a, b, c`` there.

    Entries at ``-k`` are the conjugates and are left out; so are all rows of a composed element
    that would have to be expanded to more than `EXPANDED` nodes.

    >>> from algebra import blocks
    >>> rows(blocks.nu())[1]
    ('1', 'k', 'nu', '-nu', '-nu**-2')
    """
    if z.order > EXPANDED:
        return []
    found = []
    for j, node in enumerate(z.nodes.entries()):
        for k in sorted({k for _, k in node}):
            cells = [cell(node[p, k]) if (p, k) in node else "" for p in ROWS]
            found.append((str(j), z.spectrum.label(k), *cells))
    return found


def as_text(z: Shown) -> str:
    """Return aligned columns.

    >>> from algebra import blocks
    >>> print(as_text(blocks.xi(1)))
    <Element xi(1) of order 2 over {k,-k}>
    node  k  a  b   c
       0  k  1  1   1
       1  k  1  -i  i
    """
    shown = rows(z)
    lines = [HEADINGS, *shown[:SHOWN]] if shown else []
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = [
        "  ".join(
            x.rjust(n) if i < 2 else x.ljust(n)
            for i, (x, n) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([repr(z), *text, *_more(shown)])


def as_html(z: Shown) -> str:
    """Return a table whose entries are formulas, for notebooks.

    >>> from algebra import blocks
    >>> "<td>$1$</td>" in as_html(blocks.xi(1))
    True
    """
    shown = rows(z, lambda x: f"${x.to_latex()}$")
    lines = [f"<tr>{''.join(f'<th>{x}</th>' for x in HEADINGS)}</tr>"]
    lines += [f"<tr>{''.join(f'<td>{escape(x)}</td>' for x in row)}</tr>" for row in shown[:SHOWN]]
    more = "".join(f"<p>{x}</p>" for x in _more(shown))
    return f"<p>{escape(repr(z))}</p><table>{''.join(lines)}</table>{more}"


def as_latex(z: Shown) -> str:
    r"""Return a display with an ``array``.

    >>> from algebra import blocks
    >>> as_latex(blocks.xi(1)).splitlines()[2]
    '0 & k & 1 & 1 & 1 \\\\'
    """
    lines = [rf"{' & '.join(row)} \\" for row in rows(z, Scalar.to_latex)[:SHOWN]]
    head = rf"\text{{node}} & {' & '.join(HEADINGS[1:])} \\ \hline"
    return "\n".join([r"$$\begin{array}{rrlll}", head, *lines, r"\end{array}$$"])


def _more(shown: list[tuple[str, ...]]) -> list[str]:
    return [f"... {len(shown) - SHOWN} more rows"] if len(shown) > SHOWN else []
