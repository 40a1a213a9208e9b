"""``cogo certify``: what is reported of every optimizer, whichever way it was found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from algebra.read_file import printable
from numeric.named import Named
from numeric.nearest import Nearest

Found = Named | Nearest


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
