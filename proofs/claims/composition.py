"""What composing does to satisfied conditions, and the polynomial construction."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Literal

from algebra.blocks import paper as building_blocks
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.numbers.units import zeta
from algebra.semiring.element import Element
from algebra.semiring.potential import PAIR_SETS, Potential, parse_potential
from proofs.claims.claim import Claim, Context, Evidence, first_difference
from proofs.subjects.subject import Subject

LEMMA = "[Tian24], composition of partial solutions"
POTENTIALS = tuple(sorted((r for rs in PAIR_SETS.values() for r in rs), key=str))
ABC = parse_potential("abc")
SAMPLES = 60
Omega = frozenset[Potential]


def _blocks(s: Subject) -> list[Element]:
    """Return all blocks of a conjugate pair, as they are and with ``abc = 1``."""
    plain = [make() for name, make in s.blocks.items() if name != "real"]
    return [*plain, *(s.normalised(z) for z in plain)]


def _omega(s: Subject, z: Element, value: Scalar) -> Omega:
    return frozenset(r for r in POTENTIALS if s.evaluate_expanded(r, z) == value)


def _lemma(
    value: Scalar,
    operation: Literal["add", "multiply"],
    expected: Callable[[Omega, Omega], Omega],
    exactly: bool,
    context: Context,
) -> Evidence:
    """Compare the potentials with a value on ``operation(x, y)`` with what those of x, y give."""
    s = context.subject
    every = [(z, _omega(s, z, value)) for z in _blocks(s)]
    pairs = [(x, y) for i, x in enumerate(every) for y in every[i:]]
    scope = f"all {len(pairs)} pairs of blocks, all parameter values"
    for (x, of_x), (y, of_y) in pairs:
        found, wanted = _omega(s, getattr(s, operation)(x, y), value), expected(of_x, of_y)
        wrong = found ^ wanted if exactly else wanted - found
        if wrong:
            names = ", ".join(sorted(map(str, wrong)))
            return Evidence("exhaustive", scope, f"{x!r} and {y!r}: {names}")
    return Evidence("exhaustive", scope)


def _polynomial(context: Context) -> Evidence:
    s, random = context.subject, Random(context.seed)
    scope = f"{SAMPLES} random generators and targets, seed {context.seed}"
    tried = 0
    while tried < SAMPLES:
        n = random.choice([3, 4, 6, 8, 12])
        a, b, c = (zeta(n, random.randrange(n)) for _ in range(3))
        u = building_blocks.node(a, b, c)
        names = random.sample([str(r) for r in POTENTIALS if str(r) != "abc"], random.randint(1, 5))
        killable = [r for r in POTENTIALS if str(r) in names]
        if any(r(u) == ABC(u) or r.conjugate()(u) == ABC(u) for r in killable):
            continue
        tried += 1
        found = s.construct(u, names)
        for z in (found.element, found.merged):
            alive = [str(r) for r in killable if s.evaluate_expanded(r, z)]
            if alive or not s.evaluate_expanded(ABC, z):
                what = f"leaves {', '.join(alive)}" if alive else "kills abc"
                wrong = f"u = ({a!r}, {b!r}, {c!r}), to kill {', '.join(names)}: {what}"
                return Evidence("sampled", scope, wrong)
        if found.element.order != 2 ** len(found.values):
            return Evidence("sampled", scope, f"order {found.element.order} of {found.values}")
    return Evidence("sampled", scope)


def _rediscovery(context: Context) -> Evidence:
    s = context.subject
    w = zeta(3)
    kills = ["a-bc", "ab-c", "abc-", "aa-c", "bb-c"]
    found = s.construct(building_blocks.node(w, w, w), kills).merged
    difference = first_difference([("syn", found, s.block("syn"))])
    return Evidence("proved", "exact values", difference)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "composition.zeros-of-products",
        "a product kills exactly what one of its factors kills",
        r"\Omega_0(z_1 z_2) = \Omega_0(z_1) \cup \Omega_0(z_2)",
        LEMMA,
        partial(_lemma, ZERO, "multiply", operator.or_, True),
        needs=("laws.multiplicative",),
    ),
    Claim(
        "composition.zeros-of-sums",
        "a sum kills what both of its terms kill",
        r"\Omega_0(z_1 + z_2) \supseteq \Omega_0(z_1) \cap \Omega_0(z_2)",
        LEMMA,
        partial(_lemma, ZERO, "add", operator.and_, False),
        needs=("laws.additive",),
    ),
    Claim(
        "composition.ones-of-products",
        "a potential that is 1 on both factors is 1 on their product",
        r"\Omega_1(z_1 z_2) \supseteq \Omega_1(z_1) \cap \Omega_1(z_2)",
        LEMMA,
        partial(_lemma, ONE, "multiply", operator.and_, False),
        needs=("laws.multiplicative",),
    ),
    Claim(
        "composition.polynomial",
        "the polynomial in a generator over the values of potentials kills them and leaves abc",
        r"r(\rho(u)) = \prod_{s \in S} (r(u) - s) = 0 \text{ for } r \in R",
        "[Tian24, Theorem 4]",
        _polynomial,
        needs=("laws.additive", "laws.multiplicative"),
    ),
    Claim(
        "composition.syn",
        "syn is the polynomial that the generator (w, w, w) and R_c, R_n demand",
        r"\mathrm{syn} = u^2 + u + 1",
        "[Tian24, Corollary 2]",
        _rediscovery,
    ),
)
