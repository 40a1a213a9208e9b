"""What composing does to satisfied conditions, and the polynomial construction."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from random import Random
from typing import Any

from algebra.blocks import paper as building_blocks
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.numbers.units import zeta
from algebra.semiring.element import Element
from algebra.semiring.potential import PAIR_SETS, Potential, parse_potential
from proofs.claims.claim import Claim, Compared, Context, Evidence, Side, claim
from proofs.subjects.subject import Subject

LEMMA = "[Tian24], composition of partial solutions"
POTENTIALS = tuple(sorted((r for rs in PAIR_SETS.values() for r in rs), key=str))
ABC = parse_potential("abc")
#: Generators of five fields, for each of which nine potentials may be targets.
SAMPLES = 24
Values = dict[Potential, Scalar]
#: For each lemma its statement, formula, operation, and whether a potential may have the values
#: ``x, y, z`` on two elements and on what they are composed to.
LEMMAS: tuple[tuple[str, str, str, str, Callable[[Scalar, Scalar, Scalar], object]], ...] = (
    (
        "zeros-of-products",
        "a product kills exactly what one of its factors kills",
        r"\Omega_0(z_1 z_2) = \Omega_0(z_1) \cup \Omega_0(z_2)",
        "multiply",
        lambda x, y, z: bool(z) == bool(x and y),
    ),
    (
        "zeros-of-sums",
        "a sum kills what both of its terms kill",
        r"\Omega_0(z_1 + z_2) \supseteq \Omega_0(z_1) \cap \Omega_0(z_2)",
        "add",
        lambda x, y, z: x or y or not z,
    ),
    (
        "ones-of-products",
        "a potential that is 1 on both factors is 1 on their product",
        r"\Omega_1(z_1 z_2) \supseteq \Omega_1(z_1) \cap \Omega_1(z_2)",
        "multiply",
        lambda x, y, z: x != ONE or y != ONE or z == ONE,
    ),
)


def values(s: Subject, z: Element) -> Values:
    """Return the values of the potentials that the loss is made of."""
    return {r: s.evaluate_expanded(r, z) for r in POTENTIALS}


def lemma_fails(
    may: Callable[[Scalar, Scalar, Scalar], object],
    x: tuple[Element, Values],
    y: tuple[Element, Values],
    of_z: Values,
) -> str:
    """Return the potentials of two elements for which a lemma is wrong, in words, or ""."""
    wrong = [f"{r} = {of_z[r]!r}" for r in POTENTIALS if not may(x[1][r], y[1][r], of_z[r])]
    return f"{x[0]!r} and {y[0]!r}: {', '.join(wrong)}" if wrong else ""


@lru_cache(maxsize=2)
def _pairs(s: Subject, operation: str) -> list[tuple[Any, Any, Values]]:
    """Return all pairs of blocks, also with ``abc = 1``, and values of what they compose to."""
    plain = [make() for name, make in s.blocks.items() if name != "real"]
    every = [(z, values(s, z)) for z in (*plain, *map(s.normalised, plain))]
    pairs = [(x, y) for i, x in enumerate(every) for y in every[i:]]
    return [(x, y, values(s, getattr(s, operation)(x[0], y[0]))) for x, y in pairs]


def _lemma(
    operation: str, may: Callable[[Scalar, Scalar, Scalar], object], context: Context
) -> Evidence:
    pairs = _pairs(context.subject, operation)
    wrong = next(filter(None, (lemma_fails(may, *pair) for pair in pairs)), "")
    return Evidence("exhaustive", f"all {len(pairs)} pairs of blocks, all parameter values", wrong)


def constructed(s: Subject, u: Element, kill: Sequence[str]) -> Iterator[Side]:
    """Yield what the polynomial construction from u does, and what it should."""
    built = s.construct(u, kill)
    # The construction speaks of potentials with c, and not conj(c), once.
    for r in (r for r in POTENTIALS if str(r) in kill or "c-" not in str(r)):
        name, along = str(r), s.evaluate(r, built.element)
        for z in (built.element, built.merged):
            found = s.evaluate_expanded(r, z)
            if name in kill:
                yield f"{name} of {z!r}, to be killed", found, ZERO
            if name == "abc":
                yield f"whether {z!r} leaves abc", bool(found), True
            if "c-" not in name:
                yield f"{name} of {z!r}, expanded", found, along
    yield f"order for {built.values}", built.element.order, 2 ** len(built.values)


@claim(
    "composition.polynomial",
    r"r(\rho(u)) = \prod_{s \in S} (r(u) - s) = 0 \text{ for } r \in R",
    "[Tian24, Theorem 4]",
    needs="laws.additive laws.multiplicative",
)
def polynomial(context: Context) -> Compared:
    """the polynomial in a generator over the values of potentials kills them and leaves abc"""
    random, tried = Random(context.seed), 0
    yield Evidence("sampled", f"{SAMPLES} random generators and targets, seed {context.seed}")
    names = [str(r) for r in POTENTIALS if r != ABC]
    while tried < SAMPLES:
        n = random.choice([3, 4, 6, 8, 12])
        entries = [zeta(n, random.randrange(n)) for _ in "abc"]
        u = building_blocks.node(*entries)
        kill = random.sample(names, random.randint(1, 5))
        chosen = [r for r in POTENTIALS if str(r) in kill]
        if any(r(u) == ABC(u) or r.conjugate()(u) == ABC(u) for r in chosen):
            continue
        tried += 1
        for what, found, right in constructed(context.subject, u, kill):
            yield f"u = {entries}, to kill {', '.join(kill)}: {what}", found, right


@claim("composition.syn", r"\mathrm{syn} = u^2 + u + 1", "[Tian24, Corollary 2]")
def syn(context: Context) -> Compared:
    """syn is the polynomial that the generator (w, w, w) and R_c, R_n demand"""
    s, w = context.subject, zeta(3)
    yield Evidence("proved", "exact values")
    kills = ["a-bc", "ab-c", "abc-", "aa-c", "bb-c"]
    yield "syn", s.construct(building_blocks.node(w, w, w), kills).merged, s.block("syn")


CLAIMS: tuple[Claim, ...] = (
    *(
        Claim(
            f"composition.{name}",
            statement,
            latex,
            LEMMA,
            partial(_lemma, operation, may),
            needs=("laws.additive" if operation == "add" else "laws.multiplicative",),
        )
        for name, statement, latex, operation, may in LEMMAS
    ),
    polynomial,
    syn,
)
