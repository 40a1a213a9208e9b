"""``cogo certify --named``: what is reported of an optimizer made of named blocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from cogo.cli import certify_report
from numeric.named.blocks import NamedBlock
from numeric.named.optimizer import Carrier, Named


def summary(found: Named) -> dict[str, Any]:
    """Return what is reported, as plain data."""
    particulars = {
        "tolerance in degrees": found.tolerance,
        "blocks": [x.as_json() for x in found.blocks],
        "carriers": {x.name: str(x.share) for x in found.carriers},
    }
    return certify_report.summary(found, "named", particulars)


def show(console: Console, file: Path, found: Named) -> None:
    """Print it."""
    certify_report.opening(console, file, found)
    console.print(
        f"optimizer of named blocks: relative distance {found.distance:.4%} after the best gauge; "
        f"angles within {found.tolerance:g} degrees of the fitted ones, moduli within "
        f"{np.expm1(np.radians(found.tolerance)):.2%}"
    )
    for block in found.blocks:
        console.print(_line(block), markup=False)
    for line in _carrying(found.carriers):
        console.print(line, markup=False)
    certify_report.closing(console, found)


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
