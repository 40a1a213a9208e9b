"""Is the loss of a network over a table zero? Decided by residues; the exact loss, if it is not.

With ``X[x, y, g] = s (sum_j c_j[g] (a_j[x] + b_j[y])^2 - 2d [table[x, y] = g])``, s clearing all
denominators, it is zero if and only if ``X = 0``, or, for the projected target, ``X`` does not
depend on ``g``. ``X`` is bounded in all embeddings: the test of `algebra.criterion.zero_test`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
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
from algebra.numbers.arrays import Reals
from algebra.numbers.monomial import embedding_bound
from algebra.numbers.roots_of_unity import primitive_root_of_unity
from algebra.numbers.scalar import ZERO, Scalar, added, root

#: Entries of ``X`` that are held at once.
CHUNK = 1 << 22
#: Wrong outputs that are told exactly.
SHOWN = 5
#: The first output of a piece, and ``X`` from there on.
Pieces = Iterator[tuple[int, Reals]]


@final
@dataclass(frozen=True, slots=True, eq=False)
class TableVerdict:
    """The outcome of `table_check`, or of `coefficient_check`.

    ``what`` was decided, and ``how``, in words; ``wrong`` are up to ``SHOWN`` places ``(x, y, g)``
    of wrong outputs, or of wrong entries of ``T``, and ``told`` says what is there, exactly.
    """

    accepted: bool
    what: str
    how: str
    wrong: tuple[tuple[int, int, int], ...]
    told: tuple[str, ...]
    measure: Callable[[], Scalar]

    @property
    def loss(self) -> Scalar:
        """The exact loss."""
        return ZERO if self.accepted else self.measure()

    def failures(self) -> list[str]:
        """Return what is wrong first, a line each."""
        return list(self.told)

    def __repr__(self) -> str:
        return f"<TableVerdict on {self.what}: {'accepted' if self.accepted else 'refuted'}>"

    def __str__(self) -> str:
        if self.accepted:
            return f"{self.what}: loss = 0 exactly ({self.how})"
        return "\n  ".join([f"{self.what}: not an optimizer; loss = {self.loss!r}", *self.told])


def table_check(network: TableNetwork, *, target: Target = "projected") -> TableVerdict:
    """Decide exactly whether a network has loss zero; docs/theory/finite-groups.md."""
    target, d = as_target(target), len(network.table)
    plan, _ = _plan(network)
    wrong = np.empty((0, 3), dtype=np.int64)
    for p, pieces in _images(network, plan):
        for first, x in pieces:
            if target == "projected":
                if first == 0:
                    start = x[:1].copy()
                x = x - start
            places = np.argwhere(~is_divisible(x, p))[:SHOWN]
            found = np.column_stack([places[:, 1:], places[:, :1] + first])
            wrong = np.unique(np.concatenate([wrong, found]), axis=0)[:SHOWN]
    over = network.name or f"a table of {d}"
    what = f"{network.family or 'network'}, {network.order} nodes, {over}, target {target}"
    some = tuple((x, y, g) for x, y, g in wrong.tolist())
    return TableVerdict(
        accepted=not some,
        what=what,
        how=f"{d**3} conditions, {plan.sentence()}",
        wrong=some,
        told=tuple(_told(network, target, *at) for at in some),
        measure=partial(table_loss, network, target=target),
    )


def _told(network: TableNetwork, target: Target, x: int, y: int, g: int) -> str:
    """Say what an output is, exactly; for the projected target what it has more than at 0."""
    right, found, text = network.table[x, y], network.output(x, y, g), f"f({x}, {y})[{g}]"
    expected = int(g == right)
    if target == "projected":
        found = found - network.output(x, y, 0)
        text, expected = f"{text} - f({x}, {y})[0]", expected - int(right == 0)
    return f"{text} = {found!r}, expected {expected}"


def table_loss(network: TableNetwork, *, target: Target = "projected") -> Scalar:
    """Return the exact loss: the mean over all pairs of ``|P (f(x, y) - e)|^2``.

    It is computed as a polynomial in ``x^n = 1`` at all n-th roots of unity modulo primes whose
    product exceeds its coefficients, and put together again.
    """
    as_target(target)
    d, (plan, scale) = len(network.table), _plan(network, power=2)
    n = plan.field
    at_roots: dict[int, list[int]] = {p: [] for p in plan.primes}
    for p, pieces in _images(network, replace(plan, roots=tuple(range(n)))):
        squares: int = 0
        total: Any = 0
        for _, piece in pieces:
            x = reduced(piece, p)
            squares += int(reduced(x * x, p).sum(dtype=np.int64))
            total = reduced(total + x.sum(axis=0), p)
        squared = int(reduced(total * total, p).sum(dtype=np.int64))
        loss = scale**2 * (d * squares - (target == "projected") * squared)
        at_roots[p].append(loss % p)
    sums = []
    for p, values in at_roots.items():
        back, inverse = pow(primitive_root_of_unity(n, p), -1, p), pow(n, -1, p)
        powers = [[v * pow(back, t * e, p) for t, v in enumerate(values)] for e in range(n)]
        sums.append([sum(x) * inverse % p for x in powers])
    modulus, over = prod(plan.primes), d**3 * (2 * d * scale) ** 2
    lifts = [modulus // p * pow(modulus // p, -1, p) for p in plan.primes]
    terms = []
    for e, residue in enumerate(zip(*sums, strict=True)):
        v = sum(r * lift for r, lift in zip(residue, lifts, strict=True)) % modulus
        terms.append(root(e, n, Fraction(v - modulus * (2 * v > modulus), over)))
    return added(terms)


def _plan(network: TableNetwork, *, power: int = 1) -> tuple[Plan, int]:
    """Return primes and roots that decide ``X``, or give ``d sum X^2`` and the like exactly; and s.

    They are above a bound of ``|X|`` in every embedding.
    """
    d, q, matrices = len(network.table), network.order, (network.a, network.b, network.c)
    used = (np.unique(m).tolist() for m in (matrices[:2], matrices[2]))
    inputs, outputs = (lcm(*(network.scalars[i].denominator for i in ids)) for ids in used)
    scale = inputs**2 * outputs
    sizes = np.array([embedding_bound(x) for x in network.scalars], dtype=object)
    a, b, c = (sizes[m].max(axis=0) for m in matrices)
    total = (c * (a + b) ** 2).sum()
    bound = -(-scale * (total + 2 * d) // 1)
    limit = 2 * bound if power == 1 else 4 * d**4 * bound**2
    n = lcm(*(x.field for x in network.scalars))
    roots = tuple(t for t in range(1, n // 2 + 1) if gcd(t, n) == 1) or (1,)
    primes = primes_above(n, limit, scale * d * n, max(q, d, 8))
    return Plan(n, limit, primes, roots), scale


def _images(network: TableNetwork, plan: Plan) -> Iterator[tuple[int, Pieces]]:
    """Yield ``X[g, x, y]`` modulo p for each image of a plan, a piece of the outputs at a time."""
    for p, residue in residues(network.scalars, plan):
        yield p, _pieces(network, balanced(residue, p), p)


def _pieces(network: TableNetwork, scalars: Reals, p: int) -> Pieces:
    d, table = len(network.table), network.table
    step = max(1, CHUNK // (d * d))
    a, b, c = (scalars[m] for m in (network.a, network.b, network.c))
    a2, b2 = (reduced(m * m, p) for m in (a, b))
    for first in range(0, d, step):
        some = c[first : first + step]
        both = reduced(triple(a, b, some, p), p) * 2
        both += reduced(matmul(some, a2.T, p), p)[:, :, None]
        both += reduced(matmul(some, b2.T, p), p)[:, None]
        mine = (table >= first) & (table < first + step)
        both[table[mine] - first, *np.nonzero(mine)] -= 2 * d % p
        yield first, both
