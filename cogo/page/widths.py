"""The panel Widths and claims: how few nodes suffice, how few do not, and what is claimed."""

from __future__ import annotations

from functools import cache
from typing import Any

from algebra.groups.group import isomorphism_types
from proofs.claims.registry import CLAIMS
from proofs.widths.known import KnownWidths

MAX_ORDER = 16


@cache
def catalogue() -> dict[str, Any]:
    """Return a row for each group of order 2 to 16 and task, and the claims of the theory.

    >>> next(row for row in catalogue()["widths"] if row["group"] == "Z5")["onehot"]
    {'family': 'few-plus-constant', 'width': 8, 'least': 8}
    """
    rows = []
    for order in range(2, MAX_ORDER + 1):
        for group in isomorphism_types(order):
            row: dict[str, Any] = {"group": str(group), "order": order}
            for target in ("onehot", "projected"):
                known = KnownWidths(group, target)
                assert known.narrowest is not None  # each Abelian group has families
                family, width = known.narrowest
                row[target] = {"family": family, "width": width, "least": known.least}
            rows.append(row)
    claims = [
        {"id": x.id, "statement": x.statement, "latex": x.latex, "source": x.source}
        for x in CLAIMS.values()
    ]
    return {"widths": rows, "claims": claims}
