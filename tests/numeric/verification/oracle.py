"""What holds of a two-layer network by its definition, in fractions; no code of ours."""

from fractions import Fraction
from functools import reduce

import numpy as np
from numpy.random import Generator

from numeric.weights.plain_network import TwoLayer

ACTIVATIONS = {
    "square": lambda s: s * s,
    "relu": lambda s: np.maximum(s, 0),
    "abs": abs,
    "power:1": lambda s: s,
    "power:3": lambda s: s * s * s,
    "power:5": lambda s: s**5,
}
fractions = np.vectorize(lambda n: Fraction(float(n)), otypes=[object])


def outputs(network, scale):
    """The outputs of all pairs, shape (rows, columns, outputs)."""
    sides = network.first, network.second, network.last
    first, second, last = (reduce(np.matmul, map(fractions, x)) for x in sides)
    bias, shift = (0 if b is None else fractions(b) for b in (network.bias, network.output_bias))
    hidden = ACTIVATIONS[network.activation](first[:, None] + second + bias)
    return scale * (hidden @ last + shift)


def truth(network, table, *, scale=None):
    """Wrong pairs, ties, the least margin, the loss and the one-hot loss."""
    f = outputs(network, Fraction(network.scale) if scale is None else scale)
    wrong, ties, margins, loss, onehot = [], [], [], 0, 0
    for (x, y), right in np.ndenumerate(table):
        margin = f[x, y, right] - np.delete(f[x, y], right).max()
        wrong += [(x, y)] * (margin <= 0)
        ties += [(x, y)] * (margin == 0)
        margins.append(margin)
        errors = f[x, y].copy()
        errors[right] -= 1
        onehot += (errors**2).sum()
        loss += ((errors - errors.sum() / len(errors)) ** 2).sum()
    return tuple(wrong), tuple(ties), min(margins), loss / table.size, onehot / table.size


def agrees(found, network, table, *, scale=None):
    """A verdict says what is true, bounds included."""
    wrong, ties, margin, loss, onehot = truth(network, table, scale=scale)
    assert found.pairs == table.size
    assert (found.wrong, found.ties) == (wrong, ties)
    for (low, high), value in ((found.margin, margin), (found.loss, loss), (found.onehot, onehot)):
        assert low <= value <= high


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
