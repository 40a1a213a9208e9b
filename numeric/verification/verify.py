"""What is proved of a trained network itself: the one call, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Unpack, final

import numpy as np

from algebra.groups.isotopy import Isotopy
from numeric.verification.verdict import Verdict, decimal, interval, verdict
from numeric.weights.given import Given, How, Reading, reading
from numeric.weights.performance import Progress
from numeric.weights.plain_network import WeightFileError

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

    in real numbers, nothing rounded. A pair is answered correctly if the right output is larger
    than every other one. The loss is the mean over all pairs of ``|P (f(x, y) - e)|^2``, ``e``
    being 1 at the right output and ``P`` removing the mean over outputs.

    Args:
        given: as `numeric.weights.given.reading` takes it.
        progress: called with what is done, how many ``x`` of how many are through.
        how: as there; if ``normalised``, the scale is exactly ``1 / 2d``.

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
    operation = read.multiplication or read.operation or plain
    d = network.inputs
    scale = Fraction(1, 2 * d) if network.scale == 1 / (2 * d) else Fraction(network.scale)
    rows, columns, outputs = operation.numbers or (every, every, every)
    table = np.array(outputs)[operation.table()]
    found = verdict(network, table, rows=rows, columns=columns, scale=scale, progress=progress)
    return Verified(read, operation, scale, found)
