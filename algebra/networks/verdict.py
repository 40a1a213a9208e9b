"""Is the loss of a network over a table zero? Decided by residues; the exact loss, if it is not.

With ``X[x, y, g] = s (sum_j c_j[g] (a_j[x] + b_j[y])^2 - 2d [table[x, y] = g])``, s clearing all
denominators, it is zero if and only if ``X = 0``, or, for the projected target, ``X`` does not
depend on ``g``. ``X`` is bounded in all embeddings: the test of `algebra.criterion.zero_test`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm, prod
from typing import Any, final

import numpy as np

from algebra.criterion.dense import triple
from algebra.criterion.target import Target, as_target
from algebra.criterion.zero_test import (
    Plan,
    balanced,
    is_divisible,
    matmul,
    primes_above,
    reduced,
    residues,
)
from algebra.networks.table_network import TableNetwork
from algebra.numbers.arrays import Int64, Reals
from algebra.numbers.monomial import embedding_bound
from algebra.numbers.roots_of_unity import primitive_root_of_unity
from algebra.numbers.scalar import ZERO, Scalar, added, root

#: Entries of ``X`` that are held at once.
CHUNK = 1 << 22
#: Wrong outputs that are told exactly.
SHOWN = 5


@final
@dataclass(frozen=True, slots=True, eq=False)
class TableVerdict:
    """The outcome of `table_check`: how it was decided, in words, on how many conditions.

    ``wrong`` are up to ``SHOWN`` triples ``(x, y, g)`` at which the output is wrong; for the
    projected target, differs from that at ``g = 0`` by a wrong amount.
    """

    accepted: bool
    network: TableNetwork
    target: Target
    how: str
    wrong: tuple[tuple[int, int, int], ...]
    conditions: int

    @property
    def loss(self) -> Scalar:
        """The exact loss."""
        return ZERO if self.accepted else table_loss(self.network, target=self.target)

    def failures(self) -> list[str]:
        """Return the first wrong outputs, exactly, a line each."""
        lines = []
        for x, y, g in self.wrong:
            right = self.network.table[x, y]
            found = self.network.output(x, y, g)
            text, expected = f"f({x}, {y})[{g}]", int(g == right)
            if self.target == "projected":
                found = found - self.network.output(x, y, 0)
                text, expected = f"{text} - f({x}, {y})[0]", expected - int(right == 0)
            lines.append(f"{text} = {found!r}, expected {expected}")
        return lines

    def __repr__(self) -> str:
        return f"<TableVerdict on {self.network!r}: {'accepted' if self.accepted else 'refuted'}>"

    def __str__(self) -> str:
        z = self.network
        over = z.name or f"a table of {len(z.table)}"
        what = f"{z.family or 'network'}, {z.order} nodes, {over}, target {self.target}"
        if self.accepted:
            return f"{what}: loss = 0 exactly ({self.conditions} conditions, {self.how})"
        return "\n  ".join([f"{what}: not an optimizer; loss = {self.loss!r}", *self.failures()])


def table_check(network: TableNetwork, *, target: Target = "projected") -> TableVerdict:
    """Decide exactly whether a network has loss zero; docs/theory/finite-groups.md."""
    target = as_target(target)
    plan = _plan(network)
    wrong = np.empty((0, 3), dtype=np.int64)
    for p, first, x in _images(network, plan):
        if target == "projected":
            if first == 0:
                start = x[:1].copy()
            x = x - start
        places = np.argwhere(~is_divisible(x, p))
        if len(places):
            found = np.column_stack([places[:, 1:], places[:, :1] + first])
            wrong = np.unique(np.concatenate([wrong, found[:SHOWN]]), axis=0)[:SHOWN]
    some = tuple((x, y, g) for x, y, g in wrong.tolist())
    conditions = network.table.size * len(network.table)
    return TableVerdict(not some, network, target, plan.sentence(), some, conditions)


def table_loss(network: TableNetwork, *, target: Target = "projected") -> Scalar:
    """Return the exact loss: the mean over all pairs of ``|P (f(x, y) - e)|^2``.

    It is computed as a polynomial in ``x^n = 1`` at all n-th roots of unity modulo primes whose
    product exceeds its coefficients, and put together again.
    """
    as_target(target)
    d, (scale, _), plan = len(network.table), _scale(network), _plan(network, power=2)
    n = plan.field
    every = Plan(n, plan.bound, plan.primes, tuple(range(n)), False)
    sums: list[list[int]] = []
    values = iter(_images(network, every))
    steps = -(-d // _step(d))
    for p in plan.primes:
        at_roots = []
        for _ in range(n):
            squares: int = 0
            total: Any = 0
            for _ in range(steps):
                _, _, x = next(values)
                x = reduced(x, p)
                squares += int(reduced(x * x, p).sum(dtype=np.int64))
                total = reduced(total + x.sum(axis=0), p)
            squared = int(reduced(total * total, p).sum(dtype=np.int64))
            at_roots.append(scale**2 * (d * squares - (target == "projected") * squared) % p)
        back, inverse = pow(primitive_root_of_unity(n, p), -1, p), pow(n, -1, p)
        sums.append(
            [
                sum(v * pow(back, t * e, p) for t, v in enumerate(at_roots)) * inverse % p
                for e in range(n)
            ]
        )
    modulus, over = prod(plan.primes), d**3 * (2 * d * scale) ** 2
    lifts = [modulus // p * pow(modulus // p, -1, p) for p in plan.primes]
    terms = []
    for e, residue in enumerate(zip(*sums, strict=True)):
        x = sum(v * lift for v, lift in zip(residue, lifts, strict=True)) % modulus
        terms.append(root(e, n, Fraction(x - modulus * (2 * x > modulus), over)))
    return added(terms)


def _scale(network: TableNetwork) -> tuple[int, int]:
    """Return ``s``, which clears denominators, and a bound of ``|X|`` in every embedding."""
    used = [np.unique(m) for m in (network.a, network.b, network.c)]
    inputs = {int(i) for ids in used[:2] for i in ids}
    d = lcm(*(network.scalars[i].denominator for i in inputs))
    e = lcm(*(network.scalars[int(i)].denominator for i in used[2]))
    sizes = [embedding_bound(x) for x in network.scalars]
    rank = sorted(range(len(sizes)), key=lambda i: sizes[i])
    place: Int64 = np.argsort(rank)  # the larger the later: maxima of columns by rank
    largest = [
        [sizes[rank[i]] for i in place[m].max(axis=0, initial=0).tolist()]
        for m in (network.a, network.b, network.c)
    ]
    total = sum((c * (a + b) ** 2 for a, b, c in zip(*largest, strict=True)), start=Fraction(0))
    scale = d * d * e
    bound = scale * (total + 2 * len(network.table))
    return scale, -((-bound.numerator) // bound.denominator)


def _plan(network: TableNetwork, *, power: int = 1) -> Plan:
    """Return primes and roots that decide ``X``, or give ``d sum X^2`` and the like exactly."""
    d, q = len(network.table), network.order
    scale, bound = _scale(network)
    limit = 2 * bound if power == 1 else 4 * d**4 * bound**2
    n = lcm(*(x.field for x in network.scalars))
    roots = tuple(t for t in range(1, n // 2 + 1) if gcd(t, n) == 1) or (1,)
    primes = primes_above(n, limit, scale * d * n, max(q, d, 8))
    return Plan(n, limit, primes, roots, False)


def _step(d: int) -> int:
    return max(1, CHUNK // (d * d))


def _images(network: TableNetwork, plan: Plan) -> Iterator[tuple[int, int, Reals]]:
    """Yield ``(p, first, X[first:, x, y])`` for each image, outputs first, a piece at a time."""
    d, table = len(network.table), network.table
    step = _step(d)
    every = np.arange(d)
    x, y = np.meshgrid(every, every, indexing="ij")
    for p, residue in residues(network.scalars, plan):
        scalars = balanced(residue, p)
        a, b, c = (scalars[m] for m in (network.a, network.b, network.c))
        a2, b2 = (reduced(m * m, p) for m in (a, b))
        for first in range(0, d, step):
            some = c[first : first + step]
            both = reduced(triple(a, b, some, p), p) * 2
            both += reduced(matmul(some, a2.T, p), p)[:, :, None]
            both += reduced(matmul(some, b2.T, p), p)[:, None]
            mine = (table >= first) & (table < first + step)
            both[table[mine] - first, x[mine], y[mine]] -= 2 * d % p
            yield p, first, both
