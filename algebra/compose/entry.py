"""One solution over n-th roots of unity: what every search of `cogo compose` returns."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

from algebra.groups.spectrum import PAIR, Frequency
from algebra.numbers.scalar import ONE, Scalar, added
from algebra.numbers.units import zeta
from algebra.semiring.element import Element
from algebra.semiring.made import block
from algebra.semiring.potential import PAIR_NAMES, REAL_NAMES, Potential, parse_potential

#: The sets of potentials of a conjugate pair that must vanish.
_SETS = {key: names for key, names in PAIR_NAMES.items() if key != "R_g"}
#: All nine of them, and the two of a real character.
NINE, REAL_TWO = sum(_SETS.values(), ()), REAL_NAMES["R_n"]
#: Names of sets, accepted by `potentials`.
NAMED = {"all": NINE, **_SETS, "order4": (*_SETS["R_c"], *_SETS["R_*"])}

#: One node: exponents of ``a`` and ``b``, and ``c``.
Node = tuple[int, int, Scalar]


def potentials(names: Iterable[str], *, spectrum: Frequency = PAIR) -> tuple[str, ...]:
    """Return the potentials that names, or names of sets, stand for, in the order of `NINE`."""
    every = NINE if spectrum == PAIR else REAL_TWO
    known = {_with_plain_c(parse_potential(x, spectrum=spectrum)): x for x in every}
    found: set[str] = set()
    for name in names:
        if name in NAMED:
            found.update(x for x in NAMED[name] if x in every)
            continue
        r = parse_potential(name, spectrum=spectrum)
        outputs = sum(p == "c" for p, _ in r.indices)
        if outputs != 1:
            raise ValueError(
                f"kill={name!r} contains c {outputs} times; every condition of the loss has it once"
            )
        if character(name, spectrum=spectrum) == character("abc", spectrum=spectrum):
            raise ValueError(
                f"kill={name!r} has the value of abc on every root of unity, and abc must be 1"
            )
        r = _with_plain_c(r)
        found.add(known.get(r, str(r)))
    order = {name: position for position, name in enumerate(every)}
    return tuple(sorted(found, key=lambda x: (order.get(x, len(order)), x)))


def _with_plain_c(r: Potential) -> Potential:
    return r if ("c", 0) in r.indices else r.conjugate()


def character(name: str, *, spectrum: Frequency = PAIR) -> tuple[int, int]:
    """Return ``(x, y)`` with ``r = sum_j c_j a_j^x b_j^y`` on inputs of modulus one."""
    r = _with_plain_c(parse_potential(name, spectrum=spectrum))
    degree = {"a": 0, "b": 0, "c": 0}
    for p, k in r.indices:
        degree[p] += -1 if k else 1
    if spectrum != PAIR:
        return degree["a"] % 2, degree["b"] % 2
    return degree["a"], degree["b"]


def inputs_mod_sign(i: int, j: int, n: int) -> tuple[int, int]:
    """Return the representative of ``(a, b) ~ (-a, -b)``, both being the same node."""
    i, j = i % n, j % n
    return (i - n // 2, (j - n // 2) % n) if n % 2 == 0 and i >= n // 2 else (i, j)


def merged(nodes: Iterable[Node], n: int) -> tuple[Node, ...]:
    """Merge nodes of equal inputs up to sign, drop those with ``c = 0``, sort."""
    total: dict[tuple[int, int], Scalar] = {}
    for i, j, c in nodes:
        at = inputs_mod_sign(i, j, n)
        total[at] = total[at] + c if at in total else c
    return tuple((i, j, c) for (i, j), c in sorted(total.items()) if c)


def value(nodes: Iterable[Node], at: tuple[int, int], n: int) -> Scalar:
    """Return ``sum_j c_j a_j^x b_j^y``."""
    return added(c * zeta(n, at[0] * i + at[1] * j) for i, j, c in nodes)


def symmetric(names: Iterable[str], *, spectrum: Frequency = PAIR) -> bool:
    """Whether the swap of ``a`` and ``b`` takes what vanishes to what vanishes."""
    characters = {character(name, spectrum=spectrum) for name in names}
    return {(y, x) for x, y in characters} == characters


def canonical(nodes: Sequence[Node], n: int, *, swap: bool = True) -> tuple[Node, ...]:
    """Return the least description among all that the symmetries reach, a node at ``a = b = 1``."""
    variants = [nodes, [(j, i, c) for i, j, c in nodes]] if swap else [nodes]
    variants += [[(-i, -j, c.conjugate()) for i, j, c in x] for x in variants]
    shaped = [(shape(x, at, n), x, at) for x in variants for at in x]
    least = min(found for found, _, _ in shaped)
    return min(
        (moved(x, at, n) for found, x, at in shaped if found == least),
        key=lambda nodes: [
            (i, j, c.field, c.denominator, [(e, q) for q, e, _ in c.terms()]) for i, j, c in nodes
        ],
    )


def shape(nodes: Iterable[Node], at: Node, n: int) -> list[tuple[int, int]]:
    """Return the inputs translated so that those of one node are ``a = b = 1``, sorted."""
    return sorted(inputs_mod_sign(i - at[0], j - at[1], n) for i, j, _ in nodes)


def moved(nodes: Iterable[Node], at: Node, n: int) -> tuple[Node, ...]:
    """Translate the inputs of one node to ``a = b = 1``."""
    turn = zeta(n, at[0] + at[1])
    return merged(((i - at[0], j - at[1], c * turn) for i, j, c in nodes), n)


@final
@dataclass(frozen=True)
class Discovery:
    """A solution that a search found, in canonical form, ``abc = 1``.

    ``kills`` names the potentials that vanish, proved exactly; ``family`` is one that it is a point
    of, ``known`` if of [Tian24]; ``free`` is its `algebra.compose.families.free_parameters`.
    """

    n: int
    nodes: tuple[Node, ...]
    kills: tuple[str, ...]
    factors: tuple[str, ...]
    search: str
    family: str = ""
    known: bool = False
    free: int = 0
    spectrum: Frequency = PAIR

    @property
    def order(self) -> int:
        """The number of nodes."""
        return len(self.nodes)

    @cached_property
    def element(self) -> Element:
        """The block, rational gauge."""
        rows = [
            [zeta(self.n, i) for i, _, _ in self.nodes],
            [zeta(self.n, j) for _, j, _ in self.nodes],
            [c for _, _, c in self.nodes],
        ]
        return block(*rows, spectrum=self.spectrum, name=" * ".join(self.factors))

    @property
    def moduli(self) -> tuple[tuple[Scalar, int], ...]:
        """The different ``|c|^2``, exact, each with its number of nodes."""
        count = Counter(c * c.conjugate() for _, _, c in self.nodes)
        return tuple(sorted(count.items(), key=lambda x: (-x[1], repr(x[0]))))

    @property
    def norm_text(self) -> str:
        """The balanced squared norm ``6 sum_j |c_j|^(2/3)`` exactly; on a real character 3."""
        factor = 6 if self.spectrum == PAIR else 3
        if len(self.moduli) == 1 and self.moduli[0][0] * self.order**2 == ONE:
            return f"{factor}*{self.order}^(1/3)"
        parts = [f"{m}*({x!r})^(1/3)" for x, m in self.moduli]
        return f"{factor}*({' + '.join(parts)})"

    def prove(self) -> bool:
        """Check with the general machinery that ``abc = 1`` and that exactly `kills` vanish."""
        z = self.element
        every = NINE if self.spectrum == PAIR else REAL_TWO
        vanish = [r for r in every if not parse_potential(r, spectrum=self.spectrum)(z)]
        more = [r for r in self.kills if r not in every]
        return (
            parse_potential("abc", spectrum=self.spectrum)(z) == ONE
            and vanish == [r for r in self.kills if r in every]
            and not any(parse_potential(r, spectrum=self.spectrum)(z) for r in more)
        )

    def as_dict(self) -> dict[str, Any]:
        """Return what a catalogue file holds."""
        return {
            "order": self.order,
            "roots": self.n,
            "kills": list(self.kills),
            "factors": list(self.factors),
            "search": self.search,
            "family": self.family,
            "known": self.known,
            "free": self.free,
            "norm": self.norm_text,
            "nodes": [[i, j, repr(c)] for i, j, c in self.nodes],
        }
