"""An exact network next to a trained one, whichever way it was found, and how far they are apart.

A node's function ``c (a(x) + b(y))^2`` is also that of ``(s a, s b, c / s^2)`` for any ``s``, and
of ``a + t, b - t``. Of all these `balanced` takes the one of least norm, and `distance` compares
nodes so written, each with the one it is assigned to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal, NamedTuple, final

import numpy as np

from algebra.networks.table_network import TableNetwork
from algebra.numbers.arrays import Reals
from algebra.semiring.element import Element
from numeric.recognition.over_a_table import TableRecognition
from numeric.recognition.report import Recognition, a_few
from numeric.weights.any_network import embed
from numeric.weights.embed import Weights

#: What is farther than this, relatively, has little to do with the network.
FAR = 0.5

Kind = Literal["family", "nearest", "named"]


class NoneNearError(ValueError):
    """Raised where no exact optimizer is near a network, with the reason."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Certified:
    """An exact network next to a trained one; that it is an optimizer is for a checker to decide.

    Args:
        kind: ``"nearest"``, of whatever entries; ``"named"``, of the recognised blocks; or
            ``"family"``, one that `algebra.optimizers.build` builds, and the network itself.
        element: the exact network; over a table if the group is not Abelian.
        columns: for each of its nodes the column in the trained weights that it stands for;
            columns from the trained width on are new.
        distance: `numeric.exact.certified.distance`, relative to the trained network.
        replaced: why, for each frequency whose trained nodes were given up.
        details: what is reported of this kind alone, as plain data.
        lines: the same in words.
        recognition: what was found in the trained network.
    """

    kind: Kind
    element: Element | TableNetwork
    columns: tuple[int, ...]
    distance: float
    replaced: Mapping[str, str]
    details: Mapping[str, Any]
    lines: tuple[str, ...]
    recognition: Recognition | TableRecognition = field(repr=False)

    def __repr__(self) -> str:
        made = self.lines[0] if self.kind == "family" else self.kind
        group, width = self.recognition.group, self.element.order
        return f"<Certified {made}: {width} nodes over {group}, distance {self.distance:.4%}>"

    def __str__(self) -> str:
        return "\n  ".join([repr(self), *self._lines()])

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{escape(x)}</li>" for x in self._lines())
        z = self.element
        shown = z._repr_html_() if isinstance(z, Element) else f"<p>{escape(repr(z))}</p>"
        return f"<p>{escape(repr(self))}</p><ul>{lines}</ul>{shown}"

    def _repr_latex_(self) -> str | None:
        return self.element._repr_latex_() if isinstance(self.element, Element) else None

    def _lines(self) -> list[str]:
        trained, refusal = self.recognition, self.refusal()
        answers = f"{self.agreeing} of {trained.group.order**2} pairs"
        first = f"the trained network, {trained.width} nodes, answers {answers} as it does"
        return [first, *self.lines[self.kind == "family" :], *([refusal] if refusal else [])]

    @property
    def agreeing(self) -> int:
        """The pairs on which the trained network predicts ``x + y``, as the exact one does."""
        return round(self.recognition.measured.accuracy * self.recognition.group.order**2)

    def refusal(self) -> str | None:
        """Return why it has too little to do with the network, and what would help, or None."""
        if not self.replaced or isinstance(self.recognition, TableRecognition):
            return far(self.distance, self.recognition)
        by_reason: dict[str, list[str]] = {}
        for label, why in self.replaced.items():
            by_reason.setdefault(why, []).append(label)
        reasons = "; ".join(f"{why}: {a_few(at)}" for why, at in by_reason.items())
        return (
            f"standard blocks would stand for {len(self.replaced)} of "
            f"{len(self.recognition.frequencies)} frequencies ({reasons}), and the whole is "
            f"{self.distance:.1%} away"
        )

    def as_json(self) -> dict[str, Any]:
        """Return what is reported, as plain data."""
        trained = self.recognition
        return {
            "group": str(trained.group),
            "kind": self.kind,
            "trained width": trained.width,
            "width": self.element.order,
            "relative distance": float(f"{self.distance:.6g}"),
            **self.details,
            "replaced": dict(self.replaced),
            "trained loss": float(f"{trained.measured.loss:.6g}"),
            "agreeing predictions": self.agreeing,
            "predictions": trained.group.order**2,
        }


def far(distance: float, found: Recognition | TableRecognition) -> str | None:
    """Return why an exact network at this distance has too little to do with a trained one."""
    if distance <= FAR:
        return None
    return (
        f"the exact optimizer that was found is {distance:.1%} away from the network. Networks "
        f"near an exact optimizer have a loss near zero, and this one has "
        f"{found.measured.loss:.3g}: train it longer on the squared error"
    )


def certified(
    kind: Kind,
    element: Element | TableNetwork,
    trained: Weights,
    recognition: Recognition | TableRecognition,
    details: Mapping[str, Any],
    lines: tuple[str, ...],
    replaced: Mapping[str, str] | None = None,
) -> Certified:
    """Return an exact network with its distance from the trained one."""
    apart, columns = distance(floats(element, trained), trained)
    return Certified(kind, element, columns, apart, replaced or {}, details, lines, recognition)


def floats(element: Element | TableNetwork, like: Weights) -> Weights:
    """Return an exact network as weights over the group of others."""
    w = embed(element)
    return w if isinstance(w, Weights) else w.weights(like.group)


def balanced(w: Weights) -> Weights:
    """Return the same network with every node of least norm; nodes without effect become zero.

    ``|s a|^2 + |s b|^2 + |c / (2d s^2)|^2`` is least at ``s^6 = 2 |c / 2d|^2 / (|a|^2 + |b|^2)``.
    ``a`` and ``b`` have the same mean, and ``c`` has mean zero, as constants over the outputs are
    free.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> z = optimizers.nine_per_frequency(AbelianGroup("Z5"))
    >>> one, two = (balanced(embed(z, gauge=x)) for x in ("rational", "balanced"))
    >>> bool(np.allclose(one.w_c, two.w_c))
    True
    """
    a, b, c = plain(w)
    shift = (a.mean(axis=0) - b.mean(axis=0)) / 2
    a, b = a - shift, b + shift
    with np.errstate(all="ignore"):
        inputs, outputs = np.sqrt((a**2 + b**2).sum(axis=0)), np.sqrt((c**2).sum(axis=0))
        s = np.cbrt(np.sqrt(2) * outputs / inputs)
        alive = (inputs > 0) & (outputs > 0) & np.isfinite(s) & (s > 0)
        s = np.where(alive, s, 1.0)
        a, b, c = (np.where(alive, x, 0.0) for x in (s * a, s * b, 2 * w.group.order * c / s**2))
    return Weights(w.group, a, b, c)


class Distance(NamedTuple):
    """``|network - trained| / |trained|``, and which trained column each node is compared with."""

    relative: float
    columns: tuple[int, ...]


def distance(w: Weights, trained: Weights) -> Distance:
    """Return how far one network is from another of the same group.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> w = embed(optimizers.nine_per_frequency(AbelianGroup("Z3")))
    >>> turned = Weights(w.group, -2 * w.w_a[:, ::-1], -2 * w.w_b[:, ::-1], w.w_c[:, ::-1] / 4)
    >>> found = distance(w, turned)
    >>> found.relative < 1e-12, found.columns[:3]
    (True, (8, 7, 6))
    """
    from scipy.optimize import linear_sum_assignment

    ours, theirs = (plain(balanced(x)).reshape(3 * w.group.order, -1) for x in (w, trained))
    inputs, new = 2 * w.group.order, max(0, ours.shape[1] - theirs.shape[1])
    theirs = np.pad(theirs, ((0, 0), (0, new)))
    turned, fixed = ours[:inputs].T @ theirs[:inputs], ours[inputs:].T @ theirs[inputs:]
    alike = np.maximum(np.abs(turned) + fixed, 0)
    places = linear_sum_assignment(alike, maximize=True)[1]
    near, other = ours.copy(), theirs[:, places]
    near[:inputs] *= np.where(turned[np.arange(len(places)), places] < 0, -1, 1)
    # A node that is nothing like its column counts as a new one, and the column as left out.
    apart = np.minimum(((near - other) ** 2).sum(axis=0), (near**2 + other**2).sum(axis=0))
    rest = np.delete(theirs, places, axis=1)
    relative = np.sqrt((apart.sum() + (rest**2).sum()) / (theirs**2).sum())
    return Distance(float(relative), tuple(places.tolist()))


def plain(w: Weights) -> Reals:
    """Return ``a, b, c / 2d`` in float64, constants over the outputs left out; shape (3, d, q)."""
    a, b, c = (x.astype(np.float64) for x in (w.w_a, w.w_b, w.w_c))
    return np.stack([a, b, (c - c.mean(axis=0)) / (2 * w.group.order)])
