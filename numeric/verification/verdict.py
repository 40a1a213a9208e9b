"""All pairs of a network decided: correct or wrong, the least margin, the loss; each proved.

The outputs are evaluated in float64 with a radius around each. A pair that this does not decide is
evaluated again in integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import final

import numpy as np

from algebra.numbers.arrays import Floats, Int64, Mask, Reals
from numeric.verification import balls
from numeric.verification.balls import Balls
from numeric.verification.integers import ExactNetwork
from numeric.weights.performance import Progress
from numeric.weights.two_layer import TwoLayer

#: Inputs of nodes, or outputs, that are computed at once.
CHUNK = 1 << 17
#: Outputs below it have squares, and sums of squares, that are finite.
MAX_OUTPUT = 2.0**500
Pair = tuple[int, int]


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds of a network on all pairs, for certain.

    Args:
        pairs: how many there are.
        wrong: those whose right output is not the only largest one, in order.
        ties: those of them whose right output is one of several largest ones.
        margin: bounds of the least margin, the right output less the largest other one.
        loss: bounds of the mean of ``|P (f(x, y) - e)|^2``, ``P`` removing the mean over outputs
            and ``e`` being 1 at the right output.
        onehot: bounds of the mean of ``|f(x, y) - e|^2``.
        in_integers: how many pairs had to be decided in integers.
    """

    pairs: int
    wrong: tuple[Pair, ...] = field(repr=False)
    ties: tuple[Pair, ...]
    margin: Bounds
    loss: Bounds
    onehot: Bounds
    in_integers: int


@np.errstate(all="ignore")  # what overflows is not decided by floats
def verdict(
    network: TwoLayer,
    table: Int64,
    *,
    rows: Sequence[int] | None = None,
    columns: Sequence[int] | None = None,
    scale: Fraction | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Return what holds of a network, of two outputs or more, whose right ones are in a table.

    Rows and columns of the table are for these inputs, by default for all; ``scale`` is in place of
    that of the network.

    >>> one = np.eye(2)
    >>> network = TwoLayer((one,), (one,), (np.array([[0.0, 1.0], [0.5, 0.0]]),), activation="relu")
    >>> found = verdict(network, np.array([[1, 0], [1, 0]]))
    >>> found.wrong, found.ties, interval(found.margin), found.in_integers
    (((0, 1),), (), ['-0.50001', '-0.49999'], 0)
    """
    scale = Fraction(network.scale) if scale is None else scale
    bounded, exact = _BoundedNetwork(network, scale), ExactNetwork(network, scale)
    lows: list[Fraction] = []
    highs: list[Fraction] = []
    losses = np.zeros((2, 2), dtype=object)
    wrong: list[Pair] = []
    ties: list[Pair] = []
    in_integers = 0
    step = max(1, CHUNK // max(network.width, network.outputs))
    xs = range(len(table)) if rows is None else rows
    ys = np.arange(table.shape[1]) if columns is None else np.array(columns)
    for i, x in enumerate(xs):
        if progress is not None:
            progress("evaluating all pairs", i, len(table))
        for start in range(0, len(ys), step):
            y = ys[start : start + step]
            wanted = table[i, start : start + step]
            outputs = bounded.outputs(x, y)
            low, high, decided = _margins(outputs, wanted)
            if decided.any():
                losses += _losses(outputs[decided], wanted[decided])
                lows.append(Fraction(low[decided].min()))
                highs.append(Fraction(high[decided].min()))
                wrong += [(x, j) for j in y[decided & (high < 0)].tolist()]
            for j, right in zip(y[~decided].tolist(), wanted[~decided].tolist(), strict=True):
                margin, loss = _exactly(exact, x, j, right)
                losses += np.array(loss)[:, None]
                lows.append(margin)
                highs.append(margin)
                wrong += [(x, j)] * (margin <= 0)
                ties += [(x, j)] * (margin == 0)
                in_integers += 1
    loss, onehot = losses / table.size
    return Verdict(
        table.size,
        tuple(sorted(wrong)),
        tuple(sorted(ties)),
        (min(lows), min(highs)),
        (loss[0], loss[1]),
        (onehot[0], onehot[1]),
        in_integers,
    )


class _BoundedNetwork:
    """A network whose outputs are bounded, its factors multiplied."""

    def __init__(self, network: TwoLayer, scale: Fraction) -> None:
        self.first, self.second, self.last = (
            reduce(balls.matrix_product, map(balls.exactly, factors))
            for factors in (network.first, network.second, network.last)
        )
        if network.bias is not None:
            self.first = balls.plus(self.first, balls.exactly(network.bias))
        self.activation = network.activation
        self.scale = None if scale == 1 else balls.rational(scale)
        bias = network.output_bias
        self.bias = None if bias is None else balls.exactly(bias)

    def outputs(self, x: int, y: Int64) -> Balls:
        """Return the outputs of pairs, one row each."""
        hidden = balls.plus(self.first[x : x + 1], self.second[y])
        out = balls.matrix_product(_activated(hidden, self.activation), self.last)
        if self.bias is not None:
            out = balls.plus(out, self.bias)
        return out if self.scale is None else balls.times(out, self.scale)


def _activated(s: Balls, activation: str) -> Balls:
    """Return the activation; |.| and ReLU round nothing and bring no two numbers farther apart."""
    match activation:
        case "relu":
            return Balls(np.maximum(s.middle, 0), s.radius)
        case "abs":
            return Balls(np.abs(s.middle), s.radius)
        case _:
            degree = 2 if activation == "square" else int(activation.removeprefix("power:"))
            return balls.power(s, degree)


def _margins(outputs: Balls, wanted: Int64) -> tuple[Reals, Reals, Mask]:
    """Return bounds of the margins of pairs, and which of them these decide."""
    at = np.arange(len(wanted)), wanted
    low, high = balls.ends(outputs)
    least, most = low[at], high[at]
    small = np.maximum(-low, high).max(axis=1) < MAX_OUTPUT
    low[at] = high[at] = -np.inf
    least = np.nextafter(least - high.max(axis=1), -np.inf)
    most = np.nextafter(most - low.max(axis=1), np.inf)
    return least, most, small & ((least > 0) | (most < 0))


def _losses(outputs: Balls, wanted: Int64) -> Floats:
    """Return lower and upper bounds of the sum of the projected losses, and of the one-hot ones."""
    target = np.zeros(outputs.middle.shape)
    target[np.arange(len(wanted)), wanted] = -1
    onehot = balls.plus(outputs, Balls(target, None))
    mean = balls.mean(onehot)
    projected = balls.plus(onehot, Balls(-mean.middle, mean.radius))
    return np.array([balls.squares(projected), balls.squares(onehot)], dtype=object)


def _exactly(
    network: ExactNetwork, x: int, y: int, wanted: int
) -> tuple[Fraction, tuple[Fraction, Fraction]]:
    """Return the margin of a pair, its projected loss and its one-hot loss."""
    outputs, unit = network.outputs(x, y)
    others = outputs[:wanted] + outputs[wanted + 1 :]
    margin = (outputs[wanted] - max(others)) * unit
    errors = [n * unit.numerator for n in outputs]
    errors[wanted] -= unit.denominator
    power, total, square = sum(e * e for e in errors), sum(errors), unit.denominator**2
    projected = Fraction(power * len(errors) - total**2, square * len(errors))
    return margin, (projected, Fraction(power, square))


#: Digits that are printed of a bound.
DIGITS = 5
Bounds = tuple[Fraction, Fraction]


def decimal(x: Fraction, *, up: bool, digits: int = DIGITS) -> str:
    """Return the nearest number of so many digits that is not above ``x``, or not below.

    >>> third = Fraction(1, 3)
    >>> decimal(third, up=False), decimal(third, up=True), decimal(-third / 10**7, up=True)
    ('0.33333', '0.33334', '-3.3333e-08')
    """
    if not x:
        return "0"
    size = abs(x)
    bits = size.numerator.bit_length() - size.denominator.bit_length()
    place = bits * 30103 // 100000 - 1
    while size >= Fraction(10) ** (place + 1):
        place += 1
    unit = Fraction(10) ** (place - digits + 1)
    units = -(-size // unit) if up == (x > 0) else size // unit
    if units == 10**digits:
        units, place = units // 10, place + 1
    sign, text = "-" if x < 0 else "", str(units).rstrip("0")
    if -4 <= place < 0:
        return f"{sign}0.{'0' * (-place - 1)}{text}"
    whole, exponent = (place + 1, "") if 0 <= place < digits else (1, f"e{place:+03d}")
    return f"{sign}{text[:whole]:0<{whole}}.{text[whole:]}".removesuffix(".") + exponent


def interval(x: Bounds) -> list[str]:
    """Return two numbers that ``x`` lies between.

    >>> interval((Fraction(1, 7), Fraction(1, 7)))
    ['0.14285', '0.14286']
    """
    return [decimal(x[0], up=False), decimal(x[1], up=True)]
