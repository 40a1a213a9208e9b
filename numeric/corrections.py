"""Small nodes that make a rounded network exact.

Rounding the entries of a float network of zero loss to dyadic numbers leaves residuals ``T -
target`` of the size of the rounding. Each residual is the ``c`` of a node with fixed tiny inputs:

    a = h or ih at m, b = h or ih at m      cancels T[+-m, +-m, k] (four nodes for all k)
    a = h or h(1+i) at m, b = 0             cancels T[+-2m, 0, k]   (two nodes; b likewise)
    a = h at 0, b = 0                       cancels T[0, 0, k]      (one node)

in this order, since each kind disturbs only later ones. All arithmetic here is of integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import final

import numpy as np

from algebra.group import AbelianGroup
from numeric.exact_order4 import Rational

#: Inputs of correcting nodes are 2^-SMALL.
SMALL = 15
#: A number of the Gaussian rationals as written in certificates.
ZERO: Rational = (Fraction(0), Fraction(0))
#: ``(k1, k2)``, then the output ``k``.
Residuals = dict[tuple[int, int], dict[int, Rational]]
Entries = dict[tuple[str, int], Rational]


class CorrectionError(ValueError):
    """Raised where residuals have no correcting node of these kinds."""


@final
@dataclass(slots=True)
class Ledger:
    """``T - target`` of the nodes added so far, kept exactly, and those nodes.

    Args:
        group: the group.
        residuals: what is left, by ``(k1, k2)`` and output.
        nodes: the entries of the nodes added, at one of ``k, -k``.
    """

    group: AbelianGroup
    residuals: Residuals = field(default_factory=dict)
    nodes: list[Entries] = field(default_factory=list)

    def expect(self, outputs: Iterable[int]) -> None:
        """Subtract the target: ``T[k,k,k] = 1`` for these outputs."""
        for k in outputs:
            self.put(k, k, k, (Fraction(-1), Fraction(0)))

    def put(self, k1: int, k2: int, k: int, x: Rational) -> None:
        """Add to the residual of ``T[k1,k2,k]``."""
        row = self.residuals.setdefault((k1, k2), {})
        old = row.get(k, ZERO)
        row[k] = old[0] + x[0], old[1] + x[1]

    def add(self, node: Entries) -> None:
        """Add a node, and what it adds to ``T``."""
        self.nodes.append(node)
        a, b = self._both(node, "a"), self._both(node, "b")
        pairs: dict[tuple[int, int], Rational] = {}

        def collect(k1: int, k2: int, x: Rational, scale: Fraction) -> None:
            old = pairs.get((k1, k2), ZERO)
            pairs[k1, k2] = old[0] + scale * x[0], old[1] + scale * x[1]

        one, half = Fraction(1), Fraction(1, 2)
        for k1, x in a.items():
            for k2, y in b.items():
                collect(k1, k2, times(x, y), one)
        for row, left in ((a, True), (b, False)):
            for k1, x in row.items():
                for k2, y in row.items():
                    at = int(self.group.add(np.array(k1), np.array(k2)))
                    collect(*((at, 0) if left else (0, at)), times(x, y), half)
        for (p, k), c in node.items():
            if p == "c":
                for (k1, k2), x in pairs.items():
                    if x != ZERO:
                        self.put(k1, k2, k, times(x, c))

    def _both(self, node: Mapping[tuple[str, int], Rational], p: str) -> dict[int, Rational]:
        """Return the entries of a row, conjugates included."""
        found: dict[int, Rational] = {}
        for (row, k), x in node.items():
            if row == p:
                found[k] = x
                found.setdefault(self._minus(k), (x[0], -x[1]))
        return found

    def _minus(self, k: int) -> int:
        return int(self.group.negate(np.array(k)))

    def settle(self, *, constant: int = SMALL) -> int:
        """Add correcting nodes until nothing is left; return how many were added.

        Args:
            constant: the node that cancels ``T[0,0,k]`` has ``a_0 = 2^-constant``.

        Raises:
            CorrectionError: for a residual at ``(k1, k2)`` with ``k2`` neither 0 nor ``+-k1``,
                or at ``(k1, 0)`` with ``k1`` not twice a frequency.
        """
        before = len(self.nodes)
        for m in sorted({min(k1, self._minus(k1)) for k1, k2 in self._left() if k1 and k2}):
            self._settle_products(m)
        for row in ("a", "b"):
            places = {k1 if row == "a" else k2 for k1, k2 in self._left() if not (k1 and k2)}
            for at in sorted({min(x, self._minus(x)) for x in places if x}):
                self._settle_squares(row, at)
        if (0, 0) in self._left():
            scale = Fraction(-2 * 4**constant)
            node: Entries = {("a", 0): (Fraction(1, 2**constant), Fraction(0))}
            for k, x in self.residuals[0, 0].items():
                if x != ZERO:
                    node["c", k] = scale * x[0], scale * x[1]
            self.add(node)
        if self._left():
            k1, k2 = sorted(self._left())[0]
            raise CorrectionError(
                f"T[{self.group.label(k1)},{self.group.label(k2)},k] cannot be corrected: nodes "
                f"that read several frequencies are not certified"
            )
        return len(self.nodes) - before

    def _left(self) -> set[tuple[int, int]]:
        return {at for at, row in self.residuals.items() if any(x != ZERO for x in row.values())}

    def _at(self, k1: int, k2: int, k: int) -> Rational:
        return self.residuals.get((k1, k2), {}).get(k, ZERO)

    def _outputs(self, *places: tuple[int, int]) -> list[int]:
        return sorted({k for at in places for k in self.residuals.get(at, {})})

    def _settle_products(self, m: int) -> None:
        """Cancel ``T[+-m,+-m,k]`` by the nodes with ``a, b`` in ``{h, ih}``."""
        n = self._minus(m)
        one, i = (Fraction(1, 2**SMALL), Fraction(0)), (Fraction(0), Fraction(1, 2**SMALL))
        if n == m:
            node: Entries = {("a", m): one, ("b", m): one}
            for k in self._outputs((m, m)):
                x = self._at(m, m, k)
                node["c", k] = _scaled(x, Fraction(-(4**SMALL)))
            self._add_live(node)
            return
        quarter = Fraction(-(4**SMALL), 4)
        nodes: list[Entries] = [
            {("a", m): x, ("b", m): y} for x, y in ((one, one), (i, i), (one, i), (i, one))
        ]
        for k in self._outputs((m, m), (m, n), (n, m), (n, n)):
            pp, pm, mp, mm = (self._at(*at, k) for at in ((m, m), (m, n), (n, m), (n, n)))
            s11 = _sum(pp, pm, mp, mm)
            s22 = _sum(_scaled(pp, -1), pm, mp, _scaled(mm, -1))
            # s12 + s21 = (pp - mm)/2i, s21 - s12 = (pm - mp)/2i, times four below.
            both, gap = _turned(_sum(pp, _scaled(mm, -1))), _turned(_sum(pm, _scaled(mp, -1)))
            s12, s21 = _sum(both, _scaled(gap, -1)), _sum(both, gap)
            for node, s in zip(nodes, (s11, s22, s12, s21), strict=True):
                node["c", k] = _scaled(s, quarter)
        for node in nodes:
            self._add_live(node)

    def _settle_squares(self, row: str, at: int) -> None:
        """Cancel ``T[+-at,0,k]``, or ``T[0,+-at,k]``, by nodes that read half of ``at``."""
        other = self._minus(at)
        m = self._half(at)
        places = [(at, 0), (other, 0)] if row == "a" else [(0, at), (0, other)]
        one, h = Fraction(4**SMALL), Fraction(1, 2**SMALL)
        plain: Entries = {(row, m): (h, Fraction(0))}
        turned: Entries = {(row, m): (h, h)}
        for k in self._outputs(*places):
            x, y = (self._at(*place, k) for place in places)
            if at == other:
                plain["c", k] = _scaled(x, -one)
                continue
            plain["c", k] = _scaled(_sum(x, y), -one)
            turned["c", k] = _scaled(_turned(_sum(x, _scaled(y, -1))), -one / 2)
        self._add_live(plain)
        self._add_live(turned)

    def _half(self, at: int) -> int:
        every = np.arange(self.group.order)
        halves = every[self.group.multiply(2, every) == at]
        if not len(halves):
            raise CorrectionError(
                f"T[{self.group.label(at)},0,k] cannot be corrected: "
                f"{self.group.label(at)} is not twice a frequency of {self.group}"
            )
        return int(halves[0])

    def _add_live(self, node: Entries) -> None:
        live = {at: x for at, x in node.items() if at[0] != "c" or x != ZERO}
        if any(p == "c" for p, _ in live):
            self.add(live)


def times(x: Rational, y: Rational) -> Rational:
    """Return the product of Gaussian rationals."""
    return x[0] * y[0] - x[1] * y[1], x[0] * y[1] + x[1] * y[0]


def _scaled(x: Rational, s: Fraction | int) -> Rational:
    return x[0] * s, x[1] * s


def _sum(*xs: Rational) -> Rational:
    return sum((x[0] for x in xs), Fraction(0)), sum((x[1] for x in xs), Fraction(0))


def _turned(x: Rational) -> Rational:
    """Return ``x / i``."""
    return x[1], -x[0]
