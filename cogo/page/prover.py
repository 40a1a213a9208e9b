"""The panel Widths and claims: what is known of widths, and claims, checked in a process."""

from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import Any

from algebra.groups.group import AbelianGroup, isomorphism_types
from cogo.page.exchange import fields, lines
from proofs.claims.registry import CLAIMS
from proofs.proving.prove import count, prove
from proofs.widths.known import KnownWidths

#: Above this order a proof of all claims takes minutes.
MAX_ORDER = 16


def start(data: Any) -> AsyncIterator[str]:
    """Check all claims for a group, of order 2 to 16: how many there are, then a line for each."""
    (name,) = fields(data, group="Z5")
    group = AbelianGroup(name)
    if not 1 < group.order <= MAX_ORDER:
        raise ValueError(f"{group} has order {group.order}; the page proves for 2 to {MAX_ORDER}")
    return lines(proved, str(group))


def proved(send: Callable[[Any], None], name: str) -> None:
    """Send the number of claims, and what a row of the panel shows, claim by claim."""
    of = [*CLAIMS.values()], [AbelianGroup(name)]
    send({"total": count(*of)})
    for x in prove(*of):
        row = {name: getattr(x, name) for name in ("claim", "word", "how")}
        row["counterexample"] = x.evidence.counterexample
        send({**row, "seconds": round(x.seconds, 4)})


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
