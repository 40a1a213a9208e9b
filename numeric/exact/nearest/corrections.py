"""Small nodes that make a rounded network exact.

Rounding the entries of a float network of zero loss to dyadic numbers leaves residuals ``T -
target`` of the size of the rounding. Each residual is the ``c`` of a node with fixed tiny inputs:

    a = h or ih at m, b = h or ih at n      cancels T[+-m, +-n, k] (four nodes for all k)
    a = h at 0 and h or ih at m, b = 0      cancels T[+-m, 0, k]    (two nodes; b likewise)
    a = h or h(1+i) at m, b = 0             cancels T[+-2m, 0, k]   (two nodes; b likewise)
    a = h at 0, b = 0                       cancels T[0, 0, k]      (one node)

in this order, since each kind disturbs only later ones: the second is for ``m`` that are not twice
a frequency, and disturbs ``2m``. All arithmetic here is of integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64
from numeric.exact.nearest.gaussian import Gaussian

#: Inputs of correcting nodes are 2^-SMALL, where nothing else is said.
SMALL = 15
ZERO = Gaussian(Fraction(0), Fraction(0))
#: ``(k1, k2)``, then the output ``k``.
Residuals = dict[tuple[int, int], dict[int, Gaussian]]
Entries = dict[tuple[str, int], Gaussian]


@final
@dataclass(slots=True)
class Ledger:
    """``T - target`` of the nodes added so far, kept exactly, and those nodes.

    Args:
        group: the group.
        residuals: what is left, by ``(k1, k2)`` and output.
        nodes: the entries of the nodes added, at one of ``k, -k``.
        small: inputs of correcting nodes are ``2^-small``.
    """

    group: AbelianGroup
    residuals: Residuals = field(default_factory=dict)
    nodes: list[Entries] = field(default_factory=list)
    small: int = SMALL

    def expect(self, outputs: Iterable[int]) -> None:
        """Subtract the target: ``T[k,k,k] = 1`` for these outputs."""
        for k in outputs:
            self.put(k, k, k, Gaussian(Fraction(-1), Fraction(0)))

    def put(self, k1: int, k2: int, k: int, x: Gaussian) -> None:
        """Add to the residual of ``T[k1,k2,k]``."""
        row = self.residuals.setdefault((k1, k2), {})
        row[k] = row.get(k, ZERO) + x

    def add(self, node: Entries) -> None:
        """Add a node, and what it adds to ``T``."""
        self.nodes.append(node)
        a, b = self._both(node, "a"), self._both(node, "b")
        pairs: dict[tuple[int, int], Gaussian] = {}

        def collect(k1: int, k2: int, x: Gaussian) -> None:
            pairs[k1, k2] = pairs.get((k1, k2), ZERO) + x

        half = Fraction(1, 2)
        for k1, x in a.items():
            for k2, y in b.items():
                collect(k1, k2, x * y)
        for row, left in ((a, True), (b, False)):
            for k1, x in row.items():
                for k2, y in row.items():
                    at = self.group.add(k1, k2)
                    collect(*((at, 0) if left else (0, at)), half * x * y)
        for (p, k), c in node.items():
            if p == "c":
                for (k1, k2), x in pairs.items():
                    if x:
                        self.put(k1, k2, k, x * c)

    def add_dense(self, nodes: Sequence[Entries]) -> None:
        """Add nodes, as `add` does, all at once: faster where most entries are non-zero.

        Entries are put over common denominators; of ``q`` nodes that is about ``q d^3`` products
        of integers.
        """
        self.nodes += nodes
        d, q = self.group.order, len(nodes)
        scale = {
            p: lcm(
                *(
                    y.denominator
                    for x in nodes
                    for at, z in x.items()
                    if at[0] == p
                    for y in (z.re, z.im)
                )
            )
            for p in "abc"
        }
        z = {p: np.zeros((2, d, q), dtype=object) for p in "abc"}
        for j, node in enumerate(nodes):
            for p in "abc":
                for k, x in self._both(node, p).items():
                    z[p][:, k, j] = [int(y * scale[p]) for y in (x.re, x.im)]
        outputs = [int(k) for k in self.group.representatives]
        c = z["c"][:, outputs]
        every = np.arange(d)

        def keep(k1: Int64, k2: Int64, x: Any, whole: int) -> None:
            """Put ``sum_j x[m, j] c_k[j] / whole`` at ``k1[m], k2[m], k``."""
            re, im = (x[0].dot(c[0].T) - x[1].dot(c[1].T), x[0].dot(c[1].T) + x[1].dot(c[0].T))
            for m, (at, and_at) in enumerate(zip(k1.tolist(), k2.tolist(), strict=True)):
                for i, k in enumerate(outputs):
                    if re[m, i] or im[m, i]:
                        value = Gaussian(Fraction(re[m, i], whole), Fraction(im[m, i], whole))
                        self.put(at, and_at, k, value)

        zero = np.zeros_like(every)
        for k1 in range(d):
            product = _products(z["a"][:, k1], z["b"])
            keep(zero + k1, every, product, scale["a"] * scale["b"] * scale["c"])
        for p in "ab":
            square = np.zeros((2, d, q), dtype=object)
            for k1 in range(d):
                square[:, self.group.add(np.array(k1), every)] += _products(z[p][:, k1], z[p])
            places = (every, zero) if p == "a" else (zero, every)
            keep(*places, square, 2 * scale[p] ** 2 * scale["c"])

    def _both(self, node: Mapping[tuple[str, int], Gaussian], p: str) -> dict[int, Gaussian]:
        """Return the entries of a row, conjugates included."""
        found: dict[int, Gaussian] = {}
        for (row, k), x in node.items():
            if row == p:
                found[k] = x
                found.setdefault(self._minus(k), x.conjugate())
        return found

    def _minus(self, k: int) -> int:
        return self.group.negate(k)

    def settle(self, *, constant: int | None = None) -> int:
        """Add correcting nodes until nothing is left; return how many were added.

        Args:
            constant: the node that cancels ``T[0,0,k]`` has ``a_0 = 2^-constant``; by default
                ``small``.
        """
        constant = self.small if constant is None else constant
        before = len(self.nodes)
        products = {(self._smaller(k1), self._smaller(k2)) for k1, k2 in self._left() if k1 and k2}
        for m, n in sorted(products):
            self._settle_products(m, n)
        for settle in (self._settle_linear, self._settle_squares):
            for row in ("a", "b"):
                places = {k1 if row == "a" else k2 for k1, k2 in self._left() if not (k1 and k2)}
                for at in sorted({self._smaller(x) for x in places if x}):
                    settle(row, at)
        if (0, 0) in self._left():
            scale = Fraction(-2 * 4**constant)
            node: Entries = {("a", 0): Gaussian(Fraction(1, 2**constant), Fraction(0))}
            for k, x in self.residuals[0, 0].items():
                if x:
                    node["c", k] = scale * x
            self.add(node)
        assert not self._left()
        return len(self.nodes) - before

    def _left(self) -> set[tuple[int, int]]:
        return {at for at, row in self.residuals.items() if any(row.values())}

    def _at(self, k1: int, k2: int, k: int) -> Gaussian:
        return self.residuals.get((k1, k2), {}).get(k, ZERO)

    def _outputs(self, *places: tuple[int, int]) -> list[int]:
        return sorted({k for at in places for k in self.residuals.get(at, {})})

    def _smaller(self, k: int) -> int:
        return min(k, self._minus(k))

    def _settle_products(self, m: int, n: int) -> None:
        """Cancel ``T[+-m,+-n,k]`` by the nodes with ``a`` in ``{h, ih}`` at m, ``b`` likewise at n.

        With real characters ``h`` is the only choice, and so many nodes fewer.
        """
        scale, half = Fraction(-(4**self.small)), Fraction(1, 2)
        choices = [self._coordinates(m), self._coordinates(n)]
        size = len(choices[0]) * len(choices[1])
        nodes: list[Entries] = [{("a", m): x, ("b", n): y} for x in choices[0] for y in choices[1]]
        places = [(x, y) for x in (m, self._minus(m)) for y in (n, self._minus(n))]
        for k in self._outputs(*places):
            pp, pm, mp, mm = (self._at(*at, k) for at in places)
            if size == 1:
                parts = [pp]
            elif len(choices[0]) == 1:  # places repeat: T at n, then at -n
                parts = [half * (pp + pm), half * (pp - pm).over_i()]
            elif len(choices[1]) == 1:
                parts = [half * (pp + mp), half * (pp - mp).over_i()]
            else:
                both, gap = (pp - mm).over_i(), (pm - mp).over_i()
                whole = (pp + pm + mp + mm, both - gap, both + gap, pm + mp - pp - mm)
                parts = [half * half * x for x in whole]
            for node, x in zip(nodes, parts, strict=True):
                node["c", k] = scale * x
        for node in nodes:
            self._add_live(node)

    def _coordinates(self, m: int) -> list[Gaussian]:
        h = Fraction(1, 2**self.small)
        real = Gaussian(h, Fraction(0))
        return [real] if self._minus(m) == m else [real, Gaussian(Fraction(0), h)]

    def _settle_linear(self, row: str, at: int) -> None:
        """Cancel ``T[+-at,0,k]``, or ``T[0,+-at,k]``, where ``at`` is not twice a frequency.

        The nodes ``(h + u)^2`` and ``(h + v)^2`` with ``u, v`` at that frequency have linear terms.
        """
        if self._half(at) is not None:
            return
        other = self._minus(at)
        places = [(at, 0), (other, 0)] if row == "a" else [(0, at), (0, other)]
        scale, half = Fraction(-(4**self.small)), Fraction(1, 2)
        one = Gaussian(Fraction(1, 2**self.small), Fraction(0))
        nodes: list[Entries] = [{("a", 0): one, (row, at): x} for x in self._coordinates(at)]
        for k in self._outputs(*places):
            x, y = (self._at(*place, k) for place in places)
            parts = [x] if at == other else [half * (x + y), half * (x - y).over_i()]
            for node, part in zip(nodes, parts, strict=True):
                node["c", k] = scale * part
        for node in nodes:
            self._add_live(node)

    def _settle_squares(self, row: str, at: int) -> None:
        """Cancel ``T[+-at,0,k]``, or ``T[0,+-at,k]``, by nodes that read half of ``at``."""
        other = self._minus(at)
        m = self._half(at)
        assert m is not None
        places = [(at, 0), (other, 0)] if row == "a" else [(0, at), (0, other)]
        one, h = Fraction(4**self.small), Fraction(1, 2**self.small)
        plain: Entries = {(row, m): Gaussian(h, Fraction(0))}
        turned: Entries = {(row, m): Gaussian(h, h)}
        for k in self._outputs(*places):
            x, y = (self._at(*place, k) for place in places)
            if at == other:
                plain["c", k] = -one * x
                continue
            plain["c", k] = -one * (x + y)
            turned["c", k] = -one / 2 * (x - y).over_i()
        self._add_live(plain)
        self._add_live(turned)

    def _half(self, at: int) -> int | None:
        """Return a frequency with this double, if there is one."""
        every = np.arange(self.group.order)
        halves = every[self.group.multiply(2, every) == at]
        return int(halves[0]) if len(halves) else None

    def _add_live(self, node: Entries) -> None:
        live = {at: x for at, x in node.items() if at[0] != "c" or x}
        if any(p == "c" for p, _ in live):
            self.add(live)


def _products(x: Any, y: Any) -> Any:
    """Return the products of complex integers, real and imaginary parts along the first axis."""
    return np.stack([x[0] * y[0] - x[1] * y[1], x[0] * y[1] + x[1] * y[0]])
