"""An exact network next to a trained one, whichever way it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Generic, Literal, Protocol, TypeVar, final

from algebra.semiring.element import Element
from numeric.exact.distance import distance
from numeric.recognition.report import Recognition, a_few
from numeric.weights.embed import Weights, embed

#: What is farther than this, relatively, has little to do with the network.
FAR = 0.5

Kind = Literal["family", "nearest", "named"]


class NoneNearError(ValueError):
    """Raised where no exact optimizer is near a network, with the reason."""


class Made(Protocol):
    """How an exact network was made: what is reported of one kind alone."""

    @property
    def kind(self) -> Kind:
        """Its word."""

    def as_json(self) -> dict[str, Any]:
        """Return what is reported, as plain data."""

    def lines(self) -> list[str]:
        """Return what is reported, in words."""


M = TypeVar("M", bound=Made)
M_co = TypeVar("M_co", bound=Made, covariant=True)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Certified(Generic[M_co]):
    """An exact network next to a trained one; that it is an optimizer is for a checker to decide.

    Args:
        element: the exact network.
        columns: for each of its nodes the column in the trained weights that it stands for;
            columns from the trained width on are new.
        distance: `numeric.exact.distance.distance`, relative to the trained network.
        replaced: why, for each frequency whose trained nodes were given up.
        made: how it was made, `numeric.exact.nearest.optimizer.Rounded`,
            `numeric.exact.named.optimizer.Naming` or `numeric.exact.family.Built`.
        recognition: what was found in the trained network.
    """

    element: Element
    columns: tuple[int, ...]
    distance: float
    replaced: Mapping[str, str]
    made: M_co
    recognition: Recognition = field(repr=False)

    def __repr__(self) -> str:
        made = f"{self.made}" if self.kind == "family" else self.kind
        group, width = self.recognition.group, self.element.order
        return f"<Certified {made}: {width} nodes over {group}, distance {self.distance:.4%}>"

    def __str__(self) -> str:
        return "\n  ".join([repr(self), *self._lines()])

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{escape(x)}</li>" for x in self._lines())
        return f"<p>{escape(repr(self))}</p><ul>{lines}</ul>{self.element._repr_html_()}"

    def _repr_latex_(self) -> str:
        return self.element._repr_latex_()

    def _lines(self) -> list[str]:
        trained = self.recognition
        answers = f"{self.agreeing} of {trained.group.order**2} pairs"
        first = f"the trained network, {trained.width} nodes, answers {answers} as it does"
        return [first, *self.made.lines(), *([self.refusal() or ""] if self.refusal() else [])]

    @property
    def kind(self) -> Kind:
        """``"nearest"``, of whatever entries, ``"named"``, of the recognised blocks; ``"family"``.

        A ``family`` is one that `algebra.optimizers.build` builds, and is the network itself.
        """
        return self.made.kind

    @property
    def agreeing(self) -> int:
        """The pairs on which the trained network predicts ``x + y``, as the exact one does."""
        return round(self.recognition.measured.accuracy * self.recognition.group.order**2)

    def refusal(self) -> str | None:
        """Return why it has too little to do with the network, and what would help, or None."""
        if self.replaced:
            by_reason: dict[str, list[str]] = {}
            for label, why in self.replaced.items():
                by_reason.setdefault(why, []).append(label)
            reasons = "; ".join(f"{why}: {a_few(at)}" for why, at in by_reason.items())
            return (
                f"standard blocks would stand for {len(self.replaced)} of "
                f"{len(self.recognition.frequencies)} frequencies ({reasons}), and the whole is "
                f"{self.distance:.1%} away"
            )
        return far(self.distance, self.recognition)

    def as_json(self) -> dict[str, Any]:
        """Return what is reported, as plain data."""
        trained = self.recognition
        return {
            "group": str(trained.group),
            "kind": self.kind,
            "trained width": trained.width,
            "width": self.element.order,
            "relative distance": float(f"{self.distance:.6g}"),
            **self.made.as_json(),
            "replaced": dict(self.replaced),
            "trained loss": float(f"{trained.measured.loss:.6g}"),
            "agreeing predictions": self.agreeing,
            "predictions": trained.group.order**2,
        }


def far(distance: float, found: Recognition) -> str | None:
    """Return why an exact network at this distance has too little to do with a trained one."""
    if distance <= FAR:
        return None
    return (
        f"the exact optimizer that was found is {distance:.1%} away from the network. Networks "
        f"near an exact optimizer have a loss near zero, and this one has "
        f"{found.measured.loss:.3g}: train it longer on the squared error"
    )


def certified(
    element: Element,
    made: M,
    *,
    trained: Weights,
    recognition: Recognition,
    replaced: Mapping[str, str] | None = None,
) -> Certified[M]:
    """Return an exact network with its distance from the trained one."""
    apart = distance(embed(element), trained)
    return Certified(element, apart.columns, apart.relative, replaced or {}, made, recognition)
