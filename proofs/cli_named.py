"""``cogo certify --named``: what is reported of an optimizer made of named blocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from numeric.named import Carrier, Named
from numeric.named_blocks import NamedBlock


def summary(found: Named) -> dict[str, Any]:
    """Return what is reported, as plain data."""
    trained = found.recognition
    return {
        "group": str(trained.group),
        "kind": "named",
        "trained width": trained.width,
        "width": found.element.order,
        "relative distance": float(f"{found.distance:.6g}"),
        "tolerance in degrees": found.tolerance,
        "blocks": [x.as_json() for x in found.blocks],
        "carriers": {x.name: str(x.share) for x in found.carriers},
        "replaced": dict(found.replaced),
        "trained loss": float(f"{trained.measured.loss:.6g}"),
        "agreeing predictions": found.agreeing,
        "predictions": trained.group.order**2,
    }


def show(console: Console, file: Path, found: Named) -> None:
    """Print it."""
    trained = found.recognition
    console.print(
        f"[bold]{file}[/]: {trained.width} nodes over {trained.group}, "
        f"{trained.width - len(trained.dead)} of them live; loss {trained.measured.loss:.4g}"
    )
    console.print(
        f"optimizer of named blocks: relative distance {found.distance:.4%} after the best gauge; "
        f"angles within {found.tolerance:g} degrees of the fitted ones, moduli within "
        f"{np.expm1(np.radians(found.tolerance)):.2%}"
    )
    for block in found.blocks:
        console.print(_line(block), markup=False)
    for line in _carrying(found.carriers):
        console.print(line, markup=False)
    for label, why in found.replaced.items():
        console.print(f"frequency {label} replaced by a standard block: {why}", markup=False)
    if not found.replaced:
        console.print("no frequency had to be replaced")
    console.print(
        f"loss: trained {trained.measured.loss:.4g}, exact 0; predictions agree on "
        f"{found.agreeing} of {trained.group.order**2} pairs"
    )


def _line(block: NamedBlock) -> str:
    parts = [str(block)]
    turns = [(p, x) for p, x in zip("ab", block.turns, strict=True) if str(x) != "1"]
    if turns:
        parts.append(", ".join(f"{p} turned by {x}" for p, x in turns))
    least, most = min(block.moduli), max(block.moduli)
    moduli = f"modulus {least}" if least == most else f"moduli {least} to {most}"
    parts.append(moduli if block.ratio == 1 else f"{moduli}, a over b {block.ratio**2}")
    return "; ".join(parts)


def _carrying(carriers: tuple[Carrier, ...]) -> list[str]:
    """Return a line for each share, with those that have it."""
    by_share: dict[Any, list[str]] = {}
    for x in carriers:
        by_share.setdefault(x.share, []).append(x.name)
    return [
        f"{', '.join(names)}: {'carry' if len(names) > 1 else 'carries'} {share} "
        f"{'each ' * (len(names) > 1)}of what the other blocks leave over, T[0,0,k]"
        for share, names in by_share.items()
    ]
