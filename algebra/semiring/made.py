"""Elements made of nodes, blocks and parts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import PAIR, Frequency, Spectrum
from algebra.numbers.scalar import Exact, Scalar, to_scalar
from algebra.semiring.element import Element, Leaf, Sum, index_of, zero
from algebra.semiring.nodes import from_entries

#: What may be copied from an error.
ELEMENT = 'element(AbelianGroup("Z7"), [{("a", 1): 1, ("b", 1): 1, ("c", 1): 1}])'
BLOCK = "block([1, 1], [1, -1], [1, -1])"
P = ParamSpec("P")


def _or_show(call: str) -> Callable[[Callable[P, Element]], Callable[P, Element]]:
    """Let a function say, when it is given too many or too few arguments, how it is called."""

    def decorate(function: Callable[P, Element]) -> Callable[P, Element]:
        signature = inspect.signature(function)

        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> Element:
            try:
                signature.bind(*args, **kwargs)
            except TypeError as error:
                raise TypeError(f"{function.__name__}: {error}; such as {call}") from None
            return function(*args, **kwargs)

        return checked

    return decorate


@_or_show(ELEMENT)
def element(
    spectrum: Spectrum,
    nodes: Iterable[Mapping[tuple[str, Any], Exact]],
    *,
    name: str | None = None,
) -> Element:
    """Return an element from its nodes: mappings ``(row letter, frequency) -> exact entry``.

    Entries at ``-k`` follow by conjugation and may be left out. A TypeError for one not exact.

    >>> from algebra import AbelianGroup, zeta
    >>> z = element(AbelianGroup("Z5"), [{("a", 1): 1, ("b", 1): zeta(4), ("c", 1): 2}])
    >>> z.entry("b", 4, 0) == -zeta(4)
    True
    """
    if not isinstance(spectrum, AbelianGroup | Frequency | Spectrum):  # the protocol is slow
        raise ValueError(f"spectrum={_short(spectrum)} is no group; such as {ELEMENT}")
    if isinstance(nodes, str | Mapping | np.ndarray) or not isinstance(nodes, Iterable):
        raise ValueError(f"nodes={_short(nodes)} is no list of nodes; such as {ELEMENT}")
    table = [_node(spectrum, j, node) for j, node in enumerate(nodes)]
    return Element(spectrum, Leaf(from_entries(spectrum, table)), name=name)


def _node(spectrum: Spectrum, j: int, node: Any) -> dict[tuple[str, int], Scalar]:
    if not isinstance(node, Mapping):
        raise ValueError(f"node {j} is {_short(node)}, and no mapping; such as {ELEMENT}")
    found = {}
    for at, x in node.items():
        if not (isinstance(at, tuple) and len(at) == 2 and isinstance(at[0], str)):
            raise ValueError(f"node {j} has the key {at!r}; keys are (row, k), such as {ELEMENT}")
        try:
            found[at[0], index_of(spectrum, at[1])] = to_scalar(x)
        except TypeError as error:
            raise TypeError(f"node {j}, {at[0]}[{at[1]}]: {error}") from None
    return found


@_or_show(BLOCK)
def block(
    a: Sequence[Exact],
    b: Sequence[Exact],
    c: Sequence[Exact],
    *,
    spectrum: Frequency = PAIR,
    name: str | None = None,
) -> Element:
    """Return a block over one abstract frequency from its rows; columns are nodes.

    >>> block([1, 1], [1, -1], [1, -1]).order
    2
    """
    for row, given in zip("abc", (a, b, c), strict=True):
        if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
            raise ValueError(f"{row}={_short(given)} is no row of entries; such as {BLOCK}")
    if not len(a) == len(b) == len(c):
        raise ValueError(
            f"rows of length {len(a)}, {len(b)} and {len(c)}; give one entry a "
            f"node, such as {BLOCK}"
        )
    if not isinstance(spectrum, Frequency):
        raise ValueError(
            f"spectrum={_short(spectrum)}: a block has one frequency, PAIR or REAL; place it on a "
            f"group, such as {BLOCK}.at(AbelianGroup('Z7'), 1, 2)"
        )
    return element(
        spectrum,
        [{("a", 0): x, ("b", 0): y, ("c", 0): w} for x, y, w in zip(a, b, c, strict=True)],
        name=name,
    )


def _short(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"array of shape {value.shape}"
    text = " ".join(repr(value).split())
    return text if len(text) < 60 else f"{text[:56]} ..."


def total(spectrum: Spectrum, parts: Iterable[Element]) -> Element:
    """Return the sum of many elements, in one operation.

    >>> total(PAIR, []) == zero(PAIR)
    True
    """
    flat = tuple(parts)
    return flat[0] if len(flat) == 1 else Element(spectrum, Sum(flat)) if flat else zero(spectrum)
