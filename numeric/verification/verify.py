"""What is proved of a trained network itself: its pairs, correct or wrong, the least margin, the
loss, in float64 with a bound of the error, or in integers where that does not decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import Any, Unpack, final

import numpy as np

from algebra.groups.isotopy import Isotopy
from algebra.numbers.arrays import Floats, Int64, Mask, Reals
from numeric.verification.bounds import TINY, Bounded, BoundedNetwork, ExactNetwork, gamma
from numeric.weights.given import Given, How, Reading, reading
from numeric.weights.performance import Progress
from numeric.weights.plain_network import TwoLayer, WeightFileError

#: Inputs of nodes, or outputs, that are computed at once.
CHUNK = 1 << 17
#: Outputs below it have squares, and sums of squares, that are finite.
MAX_OUTPUT = 2.0**500
Pair = tuple[int, int]


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds of a network on all pairs, for certain: those whose right output is not the only
    largest one, and of them those where it is one of several; bounds of the least margin, of the
    mean of ``|P (f(x, y) - e)|^2``, ``P`` removing the mean over outputs, and of that without
    ``P``.
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
    """Return what holds of a network, of two outputs or more, whose right ones are in a table, its
    rows and columns for these inputs; ``scale`` is in place of that of the network.
    """
    scale = Fraction(network.scale) if scale is None else scale
    bounded, exact = BoundedNetwork(network, scale), ExactNetwork(network, scale)
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
            f, radius = bounded.outputs(x, y)
            low, high, decided = _margins((f, radius), wanted)
            if decided.any():
                losses += _losses((f[decided], radius[decided]), wanted[decided])
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


def _margins(outputs: Bounded, wanted: Int64) -> tuple[Reals, Reals, Mask]:
    """Return bounds of the margins of pairs, and which of them these decide."""
    at, (f, radius) = (np.arange(len(wanted)), wanted), outputs
    low, high = f - radius, f + radius
    small = np.maximum(-low, high).max(axis=1) < MAX_OUTPUT
    least, most = low[at], high[at]
    low[at] = high[at] = -np.inf
    least, most = least - high.max(axis=1), most - low.max(axis=1)
    return least, most, small & ((least > 0) | (most < 0))


def _losses(outputs: Bounded, wanted: Int64) -> Floats:
    """Return lower and upper bounds of the sum of the projected losses, and of the one-hot ones."""
    f, radius = outputs
    slack = gamma(sum(f.shape))
    error = f.copy()
    error[np.arange(len(wanted)), wanted] -= 1
    radius = radius + slack * np.abs(error)
    mean, off = (x.sum(axis=1, keepdims=True) / x.shape[1] for x in (error, radius))
    projected = _squares(error - mean, radius + off, slack)
    return np.array([projected, _squares(error, radius, slack)], dtype=object)


def _squares(x: Reals, radius: Reals, slack: float) -> tuple[Fraction, Fraction]:
    """Return bounds of the sum of the squares of numbers within a radius of others.

    The rows are summed first, then the column of sums.
    """
    size, radius = np.abs(x), radius * (1 + slack)
    least, most = (
        Fraction(float(np.square(side).sum(axis=1).sum()))
        for side in (np.maximum(size - radius, 0), size + radius)
    )
    tiny, part = Fraction(TINY) * x.size, Fraction(slack)
    return max(least * (1 - part) - tiny, Fraction(0)), most * (1 + part) + tiny


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
    """Return the nearest number of so many digits that is not above ``x``, or not below."""
    rounding = ROUND_CEILING if up else ROUND_FLOOR
    context = Context(prec=digits, rounding=rounding, Emin=MIN_EMIN, Emax=MAX_EMAX)
    near = context.divide(Decimal(x.numerator), Decimal(x.denominator)).normalize(context)
    place = near.adjusted()
    if -4 <= place < digits:
        return f"{near:f}"
    return f"{near.scaleb(-place, context):f}e{place:+03d}"


def interval(x: Bounds) -> list[str]:
    """Return two numbers that ``x`` lies between."""
    return [decimal(x[0], up=False), decimal(x[1], up=True)]


#: Wrong pairs that are printed.
SHOWN = 20


@final
@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Verified:
    """What holds of a network as it is stored, for certain; floats and all: how it was read, what
    its answers are compared with, what it multiplies its outputs by, and the verdict.
    """

    reading: Reading
    operation: Isotopy
    scale: Fraction
    verdict: Verdict

    def __repr__(self) -> str:
        return f"<Verified: {'; '.join(self.lines())}>"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    @property
    def correct(self) -> bool:
        """Whether all pairs are answered correctly."""
        return not self.verdict.wrong

    def lines(self) -> list[str]:
        """Return what is proved, in sentences; the numbers in them are rounded to stay true."""
        found = self.verdict
        right = found.pairs - len(found.wrong)
        answers = f"answers {right} of {found.pairs} pairs of {self.operation.name} correctly"
        low, high = interval(found.loss)
        lines = [f"loss in [{low}, {high}] (proved)"]
        if self.correct:
            margin = decimal(found.margin[0], up=False)
            return [f"{answers}, least margin {margin} (proved)", *lines]
        shown = " ".join(f"({x}, {y})" for x, y in found.wrong[:SHOWN])
        more = f" and {len(found.wrong) - SHOWN} more" if len(found.wrong) > SHOWN else ""
        ties = f"; {len(found.ties)} of them are ties" if found.ties else ""
        return [f"{answers} (proved)", f"wrong pairs: {shown}{more}{ties}", *lines]

    def as_json(self) -> dict[str, Any]:
        """Return plain data; bounds are decimal numbers as text, rounded to stay true."""
        found = self.verdict
        return {
            "operation": self.operation.as_json(),
            "activation": self.reading.network.activation,
            "scale": str(self.scale),
            "pairs": found.pairs,
            "right": found.pairs - len(found.wrong),
            "wrong": [list(pair) for pair in found.wrong],
            "ties": [list(pair) for pair in found.ties],
            "margin": interval(found.margin),
            "loss": interval(found.loss),
            "onehot": interval(found.onehot),
            "in_integers": found.in_integers,
            "notes": list(self.reading.notes),
        }


def verify(
    given: Given,
    *,
    progress: Progress | None = None,
    **how: Unpack[How],
) -> Verified:
    """Return what is proved of a trained network: right answers, least margin, loss.

    Floats are integers times powers of two, so the weights are an exact network, whose outputs are

        f(x, y)[g] = s * (sum_j L[j, g] * sigma(F[x, j] + G[y, j] + bias[j]) + output_bias[g])

    in real numbers. A pair is right if the right output is larger than every other one. The loss is
    the mean of ``|P (f(x, y) - e)|^2``, ``e`` being 1 at the right output and ``P`` removing the
    mean over outputs.

    Args:
        given, how: as `numeric.weights.given.reading` takes them; if ``normalised``, the scale is
            exactly ``1 / 2d``.

    Raises:
        WeightFileError: as `reading`; and if there is one output only.

    Source: theory of the project, and docs/theory/verify.md for the bounds.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> found = verify(embed(optimizers.nine_per_frequency(AbelianGroup("Z7"))))
    >>> found.lines()[0]
    'answers 49 of 49 pairs of x + y over Z7 correctly, least margin 0.99999 (proved)'
    """
    read = reading(given, **how)
    return verified(read, progress=progress)


def verified(read: Reading, *, progress: Progress | None = None) -> Verified:
    """Return what is proved of a network that has been read."""
    network = read.network
    if network.outputs < 2:
        raise WeightFileError("the network has one output, which is always the largest")
    every = tuple(range(read.weights.group.order))
    group = read.weights.group
    plain = Isotopy(group, every, every, every, f"x + y over {group}")
    operation = read.operation or plain
    d = network.inputs
    scale = Fraction(1, 2 * d) if network.scale == 1 / (2 * d) else Fraction(network.scale)
    rows, columns, outputs = operation.numbers or (every, every, every)
    table = np.array(outputs)[operation.table()]
    found = verdict(network, table, rows=rows, columns=columns, scale=scale, progress=progress)
    return Verified(read, operation, scale, found)
