"""The cheapest set of partial solutions that together kill everything, exactly."""

from __future__ import annotations

from collections.abc import Iterable


def cheapest_cover(
    kinds: Iterable[tuple[int, int]], *, full: int
) -> tuple[tuple[int, int], ...] | None:
    """Return the kinds ``(kills, order)`` of least product of orders that kill all bits of `full`.

    Over the sets of bits killed: for each the cheapest choice among the kinds seen so far. None if
    nothing kills everything.

    Cost: at most ``2^bits`` sets for each kind.
    """
    best: dict[int, tuple[int, tuple[tuple[int, int], ...]]] = {0: (1, ())}
    for kills, order in kinds:
        for killed, (cost, chosen) in list(best.items()):
            both = (killed | kills) & full
            if both not in best or cost * order < best[both][0]:
                best[both] = cost * order, (*chosen, (kills, order))
    return best[full][1] if full in best else None
