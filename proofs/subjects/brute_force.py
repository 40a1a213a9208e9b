"""The loss from its definition: the network is run on all pairs, exactly, and compared.

    f(x, y)[g] = (1/2d) sum_j w_c[g,j] (w_a[x,j] + w_b[y,j])^2

Nothing of the function tensor is used. ``O(d^3 q)`` exact operations: for small groups.
"""

from fractions import Fraction
from functools import lru_cache
from itertools import product

import numpy as np

from algebra.criterion.target import Target
from algebra.numbers.arrays import Int64, Reals
from algebra.numbers.scalar import ZERO, Scalar, added
from algebra.numbers.units import unit
from algebra.semiring.element import Element
from numeric.weights.embed import embed
from numeric.weights.plain_network import Weights

Table = list[list[Scalar]]
#: From this order on not every element is an input in floats.
MANY = 20


def real_weights(z: Element) -> tuple[Table, Table, Table]:
    """Return ``w_a[x][j], w_b[y][j], w_c[g][j]``, the Fourier sums over all characters."""
    group = z.group
    d = group.order
    negative = group.negate(np.arange(d)).tolist()
    tables: dict[str, Table] = {p: [[ZERO] * z.order for _ in range(d)] for p in "abc"}
    for j, node in enumerate(z.node_list()):
        for (p, k), x in node.items():
            for g in range(d):
                chi = group.character_value(k, g)
                term = x * (chi.conjugate() if p == "c" else chi)
                if negative[k] != k:
                    term = term + term.conjugate()
                tables[p][g][j] = tables[p][g][j] + term
    return tables["a"], tables["b"], tables["c"]


@lru_cache(maxsize=1)
def outputs(z: Element) -> dict[tuple[int, int, int], Scalar]:
    """Return ``f(x, y)[g]`` for all ``x, y, g``."""
    d = z.group.order
    w_a, w_b, w_c = real_weights(z)
    found = {}
    for x, y in product(range(d), repeat=2):
        hidden = [(s + t) ** 2 for s, t in zip(w_a[x], w_b[y], strict=True)]
        for g in range(d):
            terms = [w * h for w, h in zip(w_c[g], hidden, strict=True)]
            found[x, y, g] = added(terms) * Fraction(1, 2 * d)
    return found


def errors(z: Element, *, target: Target = "projected") -> dict[tuple[int, int], list[Scalar]]:
    """Return ``f(x, y) - e_{x+y}`` for all pairs, its mean over outputs removed if projected."""
    group = z.group
    d = group.order
    f = outputs(z)
    found = {}
    for x, y in product(range(d), repeat=2):
        answer = group.add(x, y)
        row = [f[x, y, g] - int(g == answer) for g in range(d)]
        mean = added(row) * Fraction(1, d) if target == "projected" else ZERO
        found[x, y] = [e - mean for e in row]
    return found


def losses(z: Element) -> dict[Target, Scalar]:
    """Return the mean over all pairs of the squared error, exactly.

    Of the projected one that is ``|e|^2`` less d times the square of the mean over outputs.
    """
    d = z.group.order
    rows = errors(z, target="onehot").values()
    squares = added(e * e for row in rows for e in row)
    means = added(added(row) ** 2 for row in rows) / d
    return {"projected": (squares - means) / d**2, "onehot": squares / d**2}


def with_values(z: Element) -> Element:
    """Set the parameters to unlike numbers of modulus one."""
    values = {name: unit(Fraction(1, i + 2)) for i, name in enumerate(z.parameters)}
    return z.substitute(values) if values else z


def float_loss(z: Element, *, target: Target = "projected") -> float:
    """Return the loss of weights in float64, which rounding keeps from 0; of some pairs if many."""
    d = z.group.order
    some = np.arange(0, d, 1 + d // MANY)
    error = float_errors(embed(with_values(z)), some)
    if target == "projected":
        error -= error.mean(axis=2, keepdims=True)
    return float(np.square(error).sum() / len(some) ** 2)


def float_errors(w: Weights, some: Int64 | slice = slice(None)) -> Reals:
    """Return ``f(x, y) - e_{x+y}`` in float64, for some inputs or all."""
    d = w.group.order
    x = np.arange(d)[some]
    squares = np.square(w.w_a[x, None] + w.w_b[x])
    error: Reals = squares @ w.w_c.T / (2 * d) - np.eye(d)[w.group.add(x[:, None], x)]
    return error
