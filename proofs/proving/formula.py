"""Formulas as SVG, drawn by matplotlib's mathtext: no TeX, no font and no network to show them.

Glyphs are shared: every formula of a page refers to one list of outlines.
"""

from __future__ import annotations

import re
from typing import Any, final
from xml.etree.ElementTree import Element

from proofs.proving.markup import tag

#: A group in braces, or one character.
ARGUMENT = r"(?:\{([^{}]*)\}|([0-9A-Za-z]))"
#: What mathtext lacks, in its own words.
OTHER_NAMES = {
    r"\\textstyle(?![a-z])": "",
    r"\\iff(?![a-z])": r"\\Longleftrightarrow",
    r"\\ge(?![a-z])": r"\\geq",
    r"\\le(?![a-z])": r"\\leq",
    rf"\\t?frac\s*{ARGUMENT}\s*{ARGUMENT}": r"\\frac{\1\2}{\3\4}",
}
#: Font size in the units of the outlines, and units to one em of the page.
SIZE = 100


@final
class Formulas:
    """The formulas of a page, drawn one by one; ``glyphs`` is what all of them refer to."""

    def __init__(self) -> None:
        self._outlines: dict[str, tuple[str, str]] = {}

    def draw(self, latex: str) -> Element:
        r"""Return a formula as an SVG element, or as code if mathtext cannot draw it.

        >>> Formulas().draw(r"\ell = \tfrac12").tag, Formulas().draw(r"\unknown").tag
        ('svg', 'code')
        """
        from matplotlib.font_manager import FontProperties
        from matplotlib.textpath import TextToPath

        text = f"${plain(latex)}$"
        font = FontProperties(math_fontfamily="stix", size=SIZE)
        try:
            converter = TextToPath()
            # The parser remembers this formula, and so parses it once.
            width, height, depth = converter.mathtext_parser.parse(text, 72, font)[:3]
            glyphs, outlines, rules = converter.get_glyphs_mathtext(font, text)
        except ValueError:
            return tag("code", latex)
        parts = [tag("title", latex)]
        for name, x, y, scale in glyphs:
            known = self._outlines.setdefault(
                name, (f"g{len(self._outlines)}", _path(*outlines[name]))
            )
            place = f"translate({x:.0f},{y:.0f}) scale({scale:.3g})"
            parts.append(tag("use", href=f"#{known[0]}", transform=place))
        parts += [tag("path", d=_path(*rule)) for rule in rules]
        total = float(height)
        box = f"-5 {-total - 5:.0f} {float(width) + 10:.0f} {total + 10:.0f}"
        # Formulas have y upwards, pages downwards.
        upright = tag("g", *parts[1:], transform=f"translate(0,{-float(depth):.0f}) scale(1,-1)")
        style = f"width:{(float(width) + 10) / SIZE:.2f}em;height:{(total + 10) / SIZE:.2f}em"
        return tag("svg", parts[0], upright, class_="formula", role="img", viewBox=box, style=style)

    def glyphs(self) -> Element:
        """Return the outlines that the formulas drawn so far refer to."""
        paths = [tag("path", id=name, d=d) for name, d in self._outlines.values()]
        return tag("svg", tag("defs", *paths), class_="glyphs", aria_hidden="true")


def plain(latex: str) -> str:
    r"""Return a formula in the commands that mathtext knows.

    >>> plain(r"\tfrac1d \ge \tfrac{d-1}2")
    '\\frac{1}{d} \\geq \\frac{d-1}{2}'
    """
    for pattern, other in OTHER_NAMES.items():
        latex = re.sub(pattern, other, latex)
    return latex


def _path(vertices: Any, codes: Any) -> str:
    """Return an outline in SVG's letters; the codes are those of ``matplotlib.path.Path``."""
    letters = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}
    points = {1: 1, 2: 1, 3: 2, 4: 3, 79: 1}
    text, at, steps = [], 0, [int(code) for code in codes]
    while at < len(steps):
        code = steps[at]
        here = vertices[at : at + points[code]]
        numbers = " ".join(f"{x:.0f} {y:.0f}" for x, y in here)
        text.append(letters[code] + ("" if code == 79 else numbers))
        at += points[code]
    return "".join(text)
