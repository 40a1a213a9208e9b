"""A template filled in; every text is escaped, and formulas are MathML, which browsers draw."""

from __future__ import annotations

import html
import re
from importlib.util import find_spec
from typing import Any
from xml.etree import ElementTree

from algebra.machine.install import install

#: What neither HTML nor XML can contain, not even escaped.
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NoTemplatesError(ValueError):
    """Raised if what a report is written with is not installed."""


def require_templates() -> None:
    """Refuse a report before any work if what writes it is missing."""
    missing = [name for name in ("jinja2", "latex2mathml") if find_spec(name) is None]
    if missing:
        raise NoTemplatesError(f"a report needs {' and '.join(missing)}: {install('report')}")


def rendered(template: str, /, **values: Any) -> bytes:
    """Return a template of this folder with its values filled in."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("proofs.proving", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    text = environment.get_template(template).render(**values)
    return (ILLEGAL.sub("\ufffd", text) + "\n").encode()


def mathml(latex: str) -> str:
    r"""Return a formula as markup that a template takes as it is.

    >>> str(mathml(r"1 < \chi")).partition("<mrow>")[2]
    '<mn>1</mn><mo>&lt;</mo><mi>χ</mi></mrow></math>'
    """
    from latex2mathml.converter import convert_to_element
    from markupsafe import Markup

    # Its own text of an element is not escaped.
    root = convert_to_element(latex)
    for element in root.iter():
        element.text = re.sub(r"\\([_%&#$])", r"\1", html.unescape(element.text or ""))
    return Markup(ElementTree.tostring(root, encoding="unicode", method="html"))
