"""The panel Widths and claims: what is known of widths, and claims, checked in a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from algebra.groups.group import AbelianGroup, isomorphism_types
from cogo.page.asked import fields
from cogo.page.runs import Kept, Run
from proofs.claims.registry import CLAIMS
from proofs.proving.prove import count, prove
from proofs.widths.known import KnownWidths

#: Above this order a proof of all claims takes minutes.
MAX_ORDER = 16


def start(runs: Kept[Run], data: Any) -> dict[str, Any]:
    """Start checking all claims for a group, of order 2 to 16."""
    (name,) = fields(data, group="Z5")
    group = AbelianGroup(name)
    if not 1 < group.order <= MAX_ORDER:
        raise ValueError(f"{group} has order {group.order}; the page proves for 2 to {MAX_ORDER}")
    total = count([*CLAIMS.values()], [group])
    return {"run": runs.add(Run(proved, str(group))), "total": total}


def proved(send: Callable[[Any], None], group: str) -> None:
    """Send what a row of the panel shows, claim by claim."""
    for row in outcomes(AbelianGroup(group)):
        send(row)


def outcomes(group: AbelianGroup) -> Iterator[dict[str, Any]]:
    """Check all claims for a group, and yield what a row of the panel shows."""
    for x in prove([*CLAIMS.values()], [group]):
        yield {
            "claim": x.claim,
            "word": x.word,
            "how": x.how,
            "counterexample": x.evidence.counterexample,
            "seconds": round(x.seconds, 4),
        }


@cache
def catalogue() -> dict[str, Any]:
    """Return a row for each group of order 2 to 16 and task, and the claims of the theory.

    >>> next(row for row in catalogue()["widths"] if row["group"] == "Z5")["onehot"]
    {'family': 'few-plus-constant', 'width': 8, 'least': 8}
    """
    rows = []
    for group in (group for order in range(2, MAX_ORDER + 1) for group in isomorphism_types(order)):
        row: dict[str, Any] = {"group": str(group), "order": group.order}
        for target in ("onehot", "projected"):
            known = KnownWidths(group, target)
            assert known.narrowest is not None  # each Abelian group has families
            family, width = known.narrowest
            row[target] = {"family": family, "width": width, "least": known.least}
        rows.append(row)
    keys = ("id", "statement", "latex", "source")
    claims = [{key: getattr(claim, key) for key in keys} for claim in CLAIMS.values()]
    return {"widths": rows, "claims": claims}
