"""Search (i), polynomials in a one-node generator, and search (ii), products of them.

Both are exhaustive: all generators, all sets of values, all irredundant products.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import combinations
from operator import or_
from typing import final

from algebra.compose.entry import Node, character, inputs_mod_sign, merged, moved, shape
from algebra.groups.spectrum import PAIR, Frequency
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.numbers.units import zeta


@final
@dataclass(frozen=True, slots=True)
class Partial:
    """A polynomial in a generator, ``abc = 1``; the m-th potential vanishes if bit m is set."""

    nodes: tuple[Node, ...]
    kills: int
    text: str


def exponents(n: int, spectrum: Frequency = PAIR) -> list[tuple[int, int]]:
    """Return the generators, as exponents of ``a`` and ``b``; on a real character, signs."""
    step = 1 if spectrum == PAIR else n // 2
    return [(i, j) for i in range(0, n, step) for j in range(0, n, step) if (i, j) != (0, 0)]


def polynomials(
    u: tuple[int, int], names: Sequence[str], *, n: int, largest: int, spectrum: Frequency = PAIR
) -> Iterator[Partial]:
    """Yield the polynomials in one generator that kill some of the potentials."""
    i, j = u
    values: dict[int, int] = {}
    for bit, name in enumerate(names):
        x, y = character(name, spectrum=spectrum)
        e = ((x - 1) * i + (y - 1) * j) % n
        if e:
            values[e] = values.get(e, 0) | 1 << bit
    period = next(m for m in range(1, n + 1) if inputs_mod_sign(m * i, m * j, n) == (0, 0))
    for size in range(1, len(values) + 1):
        for chosen in combinations(sorted(values), size):
            if period > largest and size >= largest + 2:
                continue
            coefficients, scale = _expanded(chosen, n)
            if period > size and sum(map(bool, coefficients)) > largest:
                continue
            raw = [
                (m * i, m * j, c * scale * zeta(n, -m * (i + j)))
                for m, c in enumerate(coefficients)
                if c
            ]
            nodes = _based(merged(raw, n), n)
            if 2 <= len(nodes) <= largest:
                mask = reduce(or_, (values[e] for e in chosen))
                yield Partial(nodes, mask, _text(coefficients, i, j, n))


@lru_cache(maxsize=1 << 16)
def _expanded(exponents: tuple[int, ...], n: int) -> tuple[list[Scalar], Scalar]:
    """Return the coefficients of ``prod (u - zeta_n^e)``, constant first, and 1 over their sum."""
    found = [ONE]
    for e in exponents:
        s = zeta(n, e)
        found = [x - s * y for x, y in zip([ZERO, *found], [*found, ZERO], strict=True)]
    return found, sum(found, ZERO).inverse()


def _based(nodes: tuple[Node, ...], n: int) -> tuple[Node, ...]:
    """Translate so that the description is the least of those with a node ``a = b = 1``."""
    return moved(nodes, min(nodes, key=lambda at: shape(nodes, at, n)), n) if nodes else nodes


def _text(coefficients: Sequence[Scalar], i: int, j: int, n: int) -> str:
    terms = []
    for m in range(len(coefficients) - 1, -1, -1):
        c = coefficients[m]
        if c:
            power = "" if m == 0 else "u" if m == 1 else f"u^{m}"
            scalar = "" if c == ONE and m else repr(c)
            if scalar and not c.as_monomial():
                scalar = f"({scalar})"
            terms.append(" ".join(x for x in (scalar, power) if x))
    generator = ", ".join(repr(zeta(n, e)) for e in (i, j, -i - j))
    return f"{' + '.join(terms)}, u = ({generator})"


def distinct(partials: Iterable[Partial]) -> list[Partial]:
    """Return one of all partial solutions that are equal up to a translation."""
    found: dict[tuple[Node, ...], Partial] = {}
    for p in partials:
        other = found.get(p.nodes)
        if other is None or p.kills | other.kills != other.kills:
            found[p.nodes] = Partial(p.nodes, p.kills | (other.kills if other else 0), p.text)
    return list(found.values())


def multiply(factors: Sequence[Sequence[Node]], n: int) -> tuple[Node, ...]:
    """Return the product, nodes of equal inputs merged."""
    nodes = merged(factors[0], n)
    for factor in factors[1:]:
        nodes = merged(((i + x, j + y, c * w) for i, j, c in nodes for x, y, w in factor), n)
    return nodes


def cover_shapes(
    kinds: Iterable[tuple[int, int]], *, full: int, largest: int
) -> list[tuple[tuple[int, int], ...]]:
    """Return the irredundant multisets of kinds ``(kills, order)`` that kill everything."""
    usable = sorted({(k, q) for k, q in kinds if k and k != full and q >= 2})
    found: list[tuple[tuple[int, int], ...]] = []

    def extend(start: int, chosen: tuple[tuple[int, int], ...], killed: int, order: int) -> None:
        if killed == full:
            if _irredundant([k for k, _ in chosen], full):
                found.append(chosen)
            return
        for position in range(start, len(usable)):
            k, q = usable[position]
            if order * q <= largest and k | killed != killed:
                extend(position + 1, (*chosen, (k, q)), killed | k, order * q)

    extend(0, (), 0, 1)
    return found


def _irredundant(kills: Sequence[int], full: int) -> bool:
    others = ((*kills[:i], *kills[i + 1 :]) for i in range(len(kills)))
    return all(reduce(or_, rest, 0) != full for rest in others)


def cheapest_cover(
    kinds: Iterable[tuple[int, int]], *, full: int
) -> tuple[tuple[int, int], ...] | None:
    """Return the kinds ``(kills, order)`` of least product of orders that kill it all, or None."""
    best: dict[int, tuple[int, tuple[tuple[int, int], ...]]] = {0: (1, ())}
    for kills, order in kinds:
        for killed, (cost, chosen) in list(best.items()):
            both = (killed | kills) & full
            if both not in best or cost * order < best[both][0]:
                best[both] = cost * order, (*chosen, (kills, order))
    return best[full][1] if full in best else None
