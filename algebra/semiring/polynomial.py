"""Partial solutions from polynomials in a generator [Tian24, Theorem 4].

For a one-node generator ``u`` and a set ``R`` of potentials to kill, let ``S`` be the distinct
values ``r(u)``. Then ``rho(u) = prod_{s in S} (u + s^)``, where ``s^`` is the one-node element
``(1, 1, -s)``, kills all of ``R``: ``r(rho(u)) = prod_s (r(u) - s) = 0``, since every ``r``
contains ``c`` once. Few distinct values mean low degree, which is why generators are roots of
unity.
"""

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
    """What `construct` returns.

    Attributes:
        element: ``prod_{s in S} (u + s^)``, ``abc`` not normalised, as a composition.
        merged: the same with nodes of equal ``a`` and ``b`` merged; every potential agrees.
        values: ``S``, in the order in which they were met.
    """

    element: Element
    merged: Element
    values: tuple[Scalar, ...]


def construct(u: Element, kill: Iterable[Potential | str]) -> Construction:
    """Return the polynomial in ``u`` that kills the given potentials.

    Args:
        u: a one-node element, usually of roots of unity, over `PAIR` or `REAL`.
        kill: potentials, or their names (``"a-bc"``); each must contain ``c`` once. One that
            contains the conjugate of ``c`` is replaced by its conjugate, which vanishes with it.

    Raises:
        ValueError: if ``u`` is not one node; if a potential does not contain ``c`` once; if some
            ``r(u) = r_abc(u)``: then killing ``r`` would kill ``abc`` too, which must become 1.

    Source: [Tian24, Theorem 4].
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
