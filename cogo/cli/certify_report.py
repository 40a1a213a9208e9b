"""``cogo certify``: what is reported of every optimizer, whichever way it was found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from algebra.machine.read_file import printable
from numeric.named.optimizer import Named
from numeric.nearest.optimizer import Nearest

Found = Named | Nearest
#: What is farther than this, relatively, or has more than this share of its frequencies replaced,
#: has little to do with the network.
FAR, MOSTLY = 0.5, 0.5


def refusal(found: Found) -> str | None:
    """Return why an exact optimizer has too little to do with the network, and what would help."""
    count = len(found.recognition.frequencies)
    if found.distance <= FAR and len(found.replaced) <= MOSTLY * count:
        return None
    reason = f"the exact optimizer that was found is {found.distance:.1%} away from the network"
    if found.replaced:
        reasons = (f"frequency {label} ({why})" for label, why in found.replaced.items())
        reason += (
            f", with standard blocks in place of {len(found.replaced)} of {count} frequencies: "
            f"{', '.join(reasons)}"
        )
    if isinstance(found, Named):
        return f"{reason}. Without --named no composition needs a name"
    return (
        f"{reason}. Networks near an exact optimizer have a loss near zero, and this one has "
        f"{found.recognition.measured.loss:.3g}: train it longer on the squared error"
    )


def summary(found: Found, kind: str, particulars: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is reported, as plain data.

    Args:
        found: the optimizer.
        kind: ``"nearest"`` or ``"named"``.
        particulars: what is reported of this kind alone.
    """
    trained = found.recognition
    return {
        "group": str(trained.group),
        "kind": kind,
        "trained width": trained.width,
        "width": found.element.order,
        "relative distance": float(f"{found.distance:.6g}"),
        **particulars,
        "replaced": dict(found.replaced),
        "trained loss": float(f"{trained.measured.loss:.6g}"),
        "agreeing predictions": found.agreeing,
        "predictions": trained.group.order**2,
    }


def opening(console: Console, file: Path, found: Found) -> None:
    """Print what was trained."""
    trained = found.recognition
    console.print(
        f"[bold]{escape(printable(file))}[/]: {trained.width} nodes over {trained.group}, "
        f"{trained.width - len(trained.dead)} of them live; loss {trained.measured.loss:.4g}"
    )


def closing(console: Console, found: Found) -> None:
    """Print what was replaced, the losses, and how many predictions agree."""
    trained = found.recognition
    for label, why in found.replaced.items():
        console.print(f"frequency {label} replaced by a standard block: {why}", markup=False)
    if not found.replaced:
        console.print("no frequency had to be replaced")
    console.print(
        f"loss: trained {trained.measured.loss:.4g}, exact 0; predictions agree on "
        f"{found.agreeing} of {trained.group.order**2} pairs"
    )
