"""What holds of a two-layer network by its definition, in fractions; no code of ours."""

from fractions import Fraction
from operator import mul

import numpy as np
from numpy.random import Generator

from numeric.weights.plain_network import TwoLayer

ACTIVATIONS = {
    "square": lambda s: s * s,
    "relu": lambda s: max(s, Fraction(0)),
    "abs": abs,
    "power:1": lambda s: s,
    "power:3": lambda s: s * s * s,
    "power:5": lambda s: s**5,
}


def fractions(x):
    return [[Fraction(float(n)) for n in row] for row in np.atleast_2d(x)]


def product(factors):
    result, *rest = map(fractions, factors)
    for y in rest:
        result = [[sum(map(mul, row, column)) for column in zip(*y, strict=True)] for row in result]
    return result


def outputs(network, x, y, scale):
    first, second, last = (product(f) for f in (network.first, network.second, network.last))
    bias = [Fraction(0)] * len(last) if network.bias is None else fractions(network.bias)[0]
    ends = len(last[0])
    shift = [0] * ends if network.output_bias is None else fractions(network.output_bias)[0]
    sigma = ACTIVATIONS[network.activation]
    hidden = [sigma(a + b + c) for a, b, c in zip(first[x], second[y], bias, strict=True)]
    return [
        scale * (sum(h * row[g] for h, row in zip(hidden, last, strict=True)) + shift[g])
        for g in range(ends)
    ]


def truth(network, table, *, scale=None):
    """Wrong pairs, ties, the least margin, the loss and the one-hot loss."""
    scale = Fraction(network.scale) if scale is None else scale
    wrong, ties, margins, loss, onehot = [], [], [], 0, 0
    for (x, y), right in np.ndenumerate(table):
        f = outputs(network, x, y, scale)
        margin = f[right] - max(v for g, v in enumerate(f) if g != right)
        wrong += [(x, y)] * (margin <= 0)
        ties += [(x, y)] * (margin == 0)
        margins.append(margin)
        errors = [v - (g == right) for g, v in enumerate(f)]
        mean = sum(errors) / len(errors)
        onehot += sum(e * e for e in errors)
        loss += sum((e - mean) ** 2 for e in errors)
    return tuple(wrong), tuple(ties), min(margins), loss / table.size, onehot / table.size


def agrees(found, network, table, *, scale=None):
    """Whether a verdict says what is true, bounds included."""
    wrong, ties, margin, loss, onehot = truth(network, table, scale=scale)
    assert found.pairs == table.size
    assert (found.wrong, found.ties) == (wrong, ties)
    for (low, high), value in ((found.margin, margin), (found.loss, loss), (found.onehot, onehot)):
        assert low <= value <= high
    return True


def random_network(rng: Generator, *, d=4, q=5, activation="square", kind="float64", size=1.0):
    """A network with everything that one can have, or not."""

    def draw(*shape):
        return (size * rng.normal(size=shape)).astype(kind)

    behind, shared = rng.integers(0, 2, 2)
    first = (draw(d, 3), draw(3, q)) if behind else (draw(d, q),)
    second = first if shared else (draw(d, 3), draw(3, q))
    last = (draw(q, 3), draw(3, d)) if rng.integers(0, 2) else (draw(q, d),)
    return TwoLayer(
        first,
        second,
        last,
        bias=draw(q) if rng.integers(0, 2) else None,
        output_bias=draw(d) if rng.integers(0, 2) else None,
        scale=float(rng.choice([1.0, -0.3, 1 / 14])),
        activation=activation,
    )
