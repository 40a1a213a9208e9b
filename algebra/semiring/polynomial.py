"""Partial solutions from polynomials in a generator [Tian24, Theorem 4]."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from algebra.numbers.scalar import Scalar
from algebra.semiring.element import Element, one, uniform
from algebra.semiring.potential import Potential, parse_potential


@final
@dataclass(frozen=True, slots=True)
class Construction:
    """The ``element``, ``abc`` not normalised; with nodes of equal a and b merged; and ``S``."""

    element: Element
    merged: Element
    values: tuple[Scalar, ...]


def construct(u: Element, kill: Iterable[Potential | str]) -> Construction:
    """Return ``prod_{s in S} (u + (1, 1, -s))`` for ``S`` the distinct ``r(u)``, which kills all r.

    One that contains the conjugate of ``c`` is replaced by its own. Source: [Tian24, Theorem 4].
    """
    if u.order != 1:
        raise ValueError(f"u={u!r} has {u.order} nodes; a generator has one")
    goal = parse_potential("abc", spectrum=u.spectrum)(u)
    values: dict[Scalar, None] = {}
    for item in kill:
        r = parse_potential(item, spectrum=u.spectrum) if isinstance(item, str) else item
        outputs = [k for p, k in r.indices if p == "c"]
        if len(outputs) != 1:
            raise ValueError(
                f"potential {r} contains c {len(outputs)} times; the construction needs it once"
            )
        value = (r.conjugate() if outputs[0] == 1 else r)(u)
        if value == goal:
            raise ValueError(
                f"{r}(u) = abc(u) = {goal!r}: no polynomial in u kills {r} and leaves abc; "
                f"take another generator, or another block for {r}"
            )
        values[value] = None
    result = one(u.spectrum)
    for s in values:
        result = result * (u + uniform(u.spectrum, c=-s))
    return Construction(result, result.merged(), tuple(values))
