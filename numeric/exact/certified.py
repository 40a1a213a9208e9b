"""An exact network next to a trained one, whichever way it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar, final

from algebra.semiring.element import Element
from numeric.recognition.report import Recognition

#: What is farther than this, relatively, or has more than this share of its frequencies replaced,
#: has little to do with the network.
FAR, MOSTLY = 0.5, 0.5


class NoneNearError(ValueError):
    """Raised where no exact optimizer is near a network, with the reason."""


class Made(Protocol):
    """How an exact network was made: what is reported of one kind alone."""

    @property
    def kind(self) -> Literal["nearest", "named"]:
        """Its word."""

    def as_json(self) -> dict[str, Any]:
        """Return what is reported, as plain data."""

    def lines(self, distance: float, width: int) -> list[str]:
        """Return what is reported, in words."""


M_co = TypeVar("M_co", bound=Made, covariant=True)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Certified(Generic[M_co]):
    """An exact network next to a trained one; that it is an optimizer is for a checker to decide.

    Args:
        element: the exact network; its nodes in the order of ``columns``.
        columns: for each of its nodes the column in the trained weights that it stands for;
            columns from the trained width on are new.
        distance: ``|exact - trained| / |trained|``, of the plain network's weights, constants
            over the outputs left out.
        replaced: why, for each frequency whose trained nodes were given up.
        made: how it was made, `numeric.exact.nearest.optimizer.Rounded` or
            `numeric.exact.named.optimizer.Naming`.
        recognition: what was found in the trained network.
    """

    element: Element
    columns: tuple[int, ...]
    distance: float
    replaced: Mapping[str, str]
    made: M_co
    recognition: Recognition = field(repr=False)

    @property
    def kind(self) -> Literal["nearest", "named"]:
        """``"nearest"``, of whatever entries, or ``"named"``, of the recognised blocks."""
        return self.made.kind

    @property
    def agreeing(self) -> int:
        """The pairs on which the trained network predicts ``x + y``, as the exact one does."""
        return round(self.recognition.measured.accuracy * self.recognition.group.order**2)

    def too_far(self) -> str | None:
        """Return why it has too little to do with the network, and what would help, or None."""
        count = len(self.recognition.frequencies)
        if self.distance <= FAR and len(self.replaced) <= MOSTLY * count:
            return None
        reason = f"the exact optimizer that was found is {self.distance:.1%} away from the network"
        if self.replaced:
            reasons = (f"frequency {label} ({why})" for label, why in self.replaced.items())
            reason += (
                f", with standard blocks in place of {len(self.replaced)} of {count} frequencies: "
                f"{', '.join(reasons)}"
            )
        if self.kind == "named":
            return f"{reason}. Without --named no composition needs a name"
        return (
            f"{reason}. Networks near an exact optimizer have a loss near zero, and this one has "
            f"{self.recognition.measured.loss:.3g}: train it longer on the squared error"
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
            **self.made.as_json(),
            "replaced": dict(self.replaced),
            "trained loss": float(f"{trained.measured.loss:.6g}"),
            "agreeing predictions": self.agreeing,
            "predictions": trained.group.order**2,
        }

    def lines(self) -> list[str]:
        """Return what is reported, in words."""
        return [
            *self.made.lines(self.distance, self.element.order),
            *(
                f"frequency {label} replaced by a standard block: {why}"
                for label, why in self.replaced.items()
            ),
            *([] if self.replaced else ["no frequency had to be replaced"]),
            f"loss: trained {self.recognition.measured.loss:.4g}, exact 0; predictions agree on "
            f"{self.agreeing} of {self.recognition.group.order**2} pairs",
        ]
