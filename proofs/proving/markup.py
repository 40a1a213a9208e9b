"""Elements of a page, from names, texts and attributes; whatever is text is escaped as it is
written, by the standard library.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

#: What XML cannot contain, not even escaped.
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tag(name: str, /, *children: Element | str, **attributes: str) -> Element:
    """Return an element; ``class_`` is written ``class``, ``aria_label`` is ``aria-label``.

    >>> from xml.etree.ElementTree import tostring
    >>> tostring(tag("p", "1 < 2", tag("b", "so"), "!", class_="note"), encoding="unicode")
    '<p class="note">1 &lt; 2<b>so</b>!</p>'
    """
    element = Element(
        name, {key.rstrip("_").replace("_", "-"): legal(text) for key, text in attributes.items()}
    )
    last: Element | None = None
    for child in children:
        if isinstance(child, Element):
            element.append(child)
            last = child
        elif last is None:
            element.text = (element.text or "") + legal(child)
        else:
            last.tail = (last.tail or "") + legal(child)
    return element


def legal(text: str) -> str:
    """Return text with what XML cannot contain replaced.

    >>> legal("a\\x00b") == "a\\ufffdb"
    True
    """
    return ILLEGAL.sub("\ufffd", text)


def html(root: Element) -> bytes:
    """Return a page.

    >>> html(tag("html", tag("br")))
    b'<!DOCTYPE html>\\n<html><br></html>\\n'
    """
    text = ElementTree.tostring(root, encoding="unicode", method="html")
    return f"<!DOCTYPE html>\n{text}\n".encode()


def xml(root: Element) -> bytes:
    """Return an XML file, indented.

    >>> xml(tag("a", tag("b"))).decode().splitlines()
    ["<?xml version='1.0' encoding='utf-8'?>", '<a>', ' <b />', '</a>']
    """
    ElementTree.indent(root, " ")
    data: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"
