"""The loss and the accuracy of a network on all pairs, as the plain network computes them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

import numpy as np

from algebra.groups.isotopy import Table
from algebra.numbers.arrays import Int64, Reals
from numeric.weights.plain_network import CHUNK, TwoLayer, Weights

#: A loss below this share of that of outputs of zero is near zero.
NEAR = 0.05
#: Outputs to be multiplied by less are worse than zero. Weight decay makes them smaller, but to no
#: less than a quarter: ``(1 - u^3)^2 + m u^2`` has no minimum where ``0 < u^3 < 1/4``.
LARGE, SMALL = 0.5, 4
#: Called with what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, float, float], None]


@final
@dataclass(frozen=True, slots=True)
class Performance:
    """Measured in float64 on all ``d^2`` pairs: the mean of ``|P (f(x, y) - e_{x+y})|^2``, ``P``
    removing the mean over outputs; the share of pairs whose largest output is at ``x + y``; the
    means of ``(P f(x, y))[x+y]`` and of ``|P f(x, y)|^2``; the index of the largest output, shape
    (d, d).
    """

    loss: float
    accuracy: float
    right: float
    power: float
    answers: Table = field(repr=False, compare=False)

    @property
    def scale(self) -> float:
        """The number by which all outputs are to be multiplied for the least loss."""
        return self.right / self.power if self.power > 0 else 1.0

    @property
    def zero(self) -> float:
        """The loss of the network whose outputs are all zero, ``1 - 1/d``."""
        return 1 - 1 / len(self.answers)

    def loss_at(self, scale: float) -> float:
        """Return the loss of the network with all outputs multiplied by a number."""
        return float(np.maximum(self.zero - 2 * scale * self.right + scale**2 * self.power, 0.0))

    def wrong_scale(self, *, normalised: bool = False) -> str | None:
        """Return how outputs that are largest at the right place differ from one-hot, or None: if
        the loss is least when they are multiplied by 1/2 to 4, and half of that of zero at most.
        Large outputs that were asked to be multiplied by 1/2d have that scale by chance, unless
        little is left.
        """
        d, s, near = len(self.answers), self.scale, NEAR * self.zero
        left, halved = self.loss_at(s), self.loss_at(1 / (2 * d))
        if LARGE < s < SMALL and left <= (near if normalised else self.zero / 2):
            return None
        text = f"{self.accuracy:.1%} of all pairs are answered correctly, and yet the loss is "
        text += f"{self.loss:.3g}"
        size = f"the outputs are too {'small' if s > 1 else 'large'}: {text}"
        if halved <= near:
            return (
                f"{size}; times 1/2d they leave {_measured(halved)}: if this network multiplies "
                f"its output by 1/2d, pass --normalised (normalised=True)"
            )
        if left <= near:
            other = ", or leave out --normalised" if abs(s / (2 * d) - 1) < NEAR else ""
            return (
                f"{size}; times {s:.3g} they leave {_measured(left)}: multiply the output layer "
                f"by {s:.6g}{other}"
            )
        return (
            f"the outputs are no one-hot vectors at any scale: {text}; times {s:.3g}, the best "
            f"scale, they leave {left:.3g}. So it is after training on logits by cross-entropy, "
            f"where the scale is free, or with another activation than squares"
            f"{', or early in training' * normalised}"
        )


def performance(
    w: Weights, *, table: Int64 | None = None, progress: Progress | None = None
) -> Performance:
    """Return loss and accuracy on all pairs, in ``O(d^3 q)``, of ``x + y`` or the answers in a
    table; ``w_c`` is without the factor ``1/2d``, and nodes without weight are left out.
    """
    d = w.group.order
    table = w.group.products if table is None else table
    live = (w.w_a.any(axis=0) | w.w_b.any(axis=0)) & w.w_c.any(axis=0)
    a, b, c = (x[:, live].astype(np.float64) for x in (w.w_a, w.w_b, w.w_c))
    c = (c - c.mean(axis=0)).T / (2 * d)
    step = max(1, CHUNK // max(d * max(d, a.shape[1]), 1))
    loss, at_sum, power = 0.0, 0.0, 0.0
    answers: Table = np.empty((d, d), dtype=np.min_scalar_type(d))
    for first in range(0, d, step):
        if progress is not None:
            progress("evaluating all pairs", first, d)
        x = slice(first, first + step)
        f: Reals = np.square(a[x, None] + b) @ c
        wanted = table[x, :, None]
        answers[x] = f.argmax(axis=2)
        there = np.take_along_axis(f, wanted, axis=2)
        at_sum += float(there.sum())
        power += float(np.square(f).sum())
        np.put_along_axis(f, wanted, there - 1, axis=2)
        f += 1 / d
        loss += float(np.square(f).sum())
    accuracy = float((answers == table).mean())
    return Performance(loss / d**2, accuracy, at_sum / d**2, power / d**2, answers)


def _measured(loss: float) -> str:
    """Return a loss that is a difference of numbers about 1, with no digits of rounding."""
    return f"{loss:.3g}" if loss > 1e-12 else "less than 1e-12"


#: What is tried beside squares, and how it is called in a sentence.
OTHERS = {"relu": "ReLU", "abs": "|.|"}
#: From this accuracy on another activation is worth a line.
HIGH = 0.9
#: Above this number of products nothing is evaluated again.
LARGEST = 10**10


def accuracies(w: Weights) -> dict[str, float]:
    """Return the accuracy on all pairs with other activations; nothing for large networks."""
    d, q = w.w_a.shape
    layers = (w.w_a,), (w.w_b,), (w.w_c.T,)
    return {
        x: float((TwoLayer(*layers, activation=x).table() == w.group.products).mean())
        for x in OTHERS
        if d**3 * q <= LARGEST
    }


def said(square: float, others: dict[str, float]) -> str | None:
    """Return a sentence on activations that answer most pairs too, or None."""
    high = [f"{x:.2%} with {OTHERS[name]}" for name, x in others.items() if x >= HIGH]
    if not high:
        return None
    return (
        f"{square:.2%} of all pairs are answered correctly as squares, {', '.join(high)} "
        f"(measured); a file does not tell the activation: pass --activation if it is not squares"
    )
