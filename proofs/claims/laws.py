"""The semiring axioms and homomorphism laws [Tian24, Theorems 2 and 3], on symbolic entries.

For one to three nodes an operand; `_all_orders` checks what carries them to every order.
"""

import operator
from collections.abc import Callable, Iterable, Iterator
from functools import partial, reduce
from itertools import product

from algebra.groups.spectrum import PAIR
from algebra.numbers.scalar import ONE, ZERO, Scalar, added
from algebra.semiring.element import Element, one, zero
from algebra.semiring.made import element
from algebra.semiring.potential import Potential
from proofs.claims.claim import THIS, Claim, Context, Evidence, Side, first_difference
from proofs.subjects.generic import generic, multisets
from proofs.subjects.subject import Subject

#: Nodes of the operands: these in all combinations, and so many of each.
FEW, MANY = (1, 2), 3
#: Index multisets of potentials up to this size: those of the loss have three indices.
DEGREE = 3

Sides = Iterator[Side]
Law = Callable[..., Iterable[Side]]
Axiom = Callable[..., tuple[Element, Element]]


def _associative(name: str) -> Axiom:
    """Return the two sides; what is within is expanded, so that orders tell."""

    def sides(s: Subject, x: Element, y: Element, z: Element) -> tuple[Element, Element]:
        of = getattr(s, name)
        return of(of(x, y).expand(), z), of(x, of(y, z).expand())

    return sides


def _commutative(name: str) -> Axiom:
    return lambda s, x, y: (getattr(s, name)(x, y), getattr(s, name)(y, x))


def _distributive(s: Subject, x: Element, y: Element, z: Element) -> tuple[Element, Element]:
    return s.multiply(x, s.add(y, z).expand()), s.add(s.multiply(x, y), s.multiply(x, z))


#: The axioms: name, formula, operands, and the two sides.
AXIOMS: tuple[tuple[str, str, int, Axiom], ...] = (
    ("add-associative", "(x + y) + z = x + (y + z)", 3, _associative("add")),
    ("add-commutative", "x + y = y + x", 2, _commutative("add")),
    ("zero", "x + 0 = x", 1, lambda s, x: (s.add(x, zero(x.spectrum)), x)),
    ("multiply-associative", "(x y) z = x (y z)", 3, _associative("multiply")),
    ("multiply-commutative", "x y = y x", 2, _commutative("multiply")),
    ("one", "x 1 = x", 1, lambda s, x: (s.multiply(x, one(x.spectrum)), x)),
    ("annihilates", "x 0 = 0", 1, lambda s, x: (s.multiply(x, zero(x.spectrum)), zero(x.spectrum))),
    ("distributive", "x (y + z) = x y + x z", 3, _distributive),
)


def unital(s: Subject, potentials: Iterable[Potential]) -> Sides:
    """Yield what potentials are on 0 and on 1, and what they should be."""
    for r in potentials:
        yield f"r = {r}, r(0)", s.evaluate(r, zero(r.spectrum)), ZERO
        yield f"r = {r}, r(1)", s.evaluate(r, one(r.spectrum)), ONE


def _both_ways(
    name: str, of: Callable[[Scalar, Scalar], Scalar]
) -> Callable[[Subject, Iterable[Potential], Element, Element], Sides]:
    """Return what yields potentials of a composition, both ways, and what they should be."""

    def sides(s: Subject, potentials: Iterable[Potential], x: Element, y: Element) -> Sides:
        z = getattr(s, name)(x, y)
        for r in potentials:
            right = of(s.evaluate(r, x), s.evaluate(r, y))
            yield f"r = {r} on the nodes", s.evaluate_expanded(r, z), right
            yield f"r = {r} along the composition", s.evaluate(r, z), right

    return sides


def _all_orders(s: Subject, x: Element, y: Element) -> Sides:
    def nodes(z: Element) -> list[Element]:
        return [element(PAIR, [node]) for node in z.node_list()]

    yield "an element is the sum of its nodes", reduce(s.add, nodes(x)), x
    pairs = [s.multiply(u, v) for u in nodes(x) for v in nodes(y)]
    yield "a product is the sum of the products of nodes", s.multiply(x, y), reduce(s.add, pairs)
    for r in multisets(DEGREE):
        total = added(s.evaluate_expanded(r, u) for u in nodes(x))
        yield f"r = {r} is the sum over nodes", s.evaluate_expanded(r, x), total


def _axiom(law: Axiom) -> Law:
    return lambda s, *operands: [("nodes", *law(s, *operands))]


def _of_potentials(sides: Law) -> Law:
    """Return the sides for all potentials: beyond two nodes, for one of each conjugate pair."""

    def every(s: Subject, *operands: Element) -> Iterable[Side]:
        small = all(z.order < MANY for z in operands)
        chosen = [r for r in multisets(DEGREE) if small or r.indices <= r.conjugate().indices]
        return sides(s, chosen, *operands)

    return every


def _check(sides: Law, operands: int, scope: str, context: Context) -> Evidence:
    count = 0
    for sizes in dict.fromkeys([*product(FEW, repeat=operands), (MANY,) * operands]):
        elements = [generic(name, size) for name, size in zip("xyz", sizes, strict=False)]
        found = list(sides(context.subject, *elements))
        count += len(found)
        wrong = first_difference(found)
        if wrong:
            return Evidence("proved", scope, f"orders {sizes}: {wrong}")
    return Evidence("proved", scope, figures={"identities": count})


_NODES = f"all entries, one and two nodes in all combinations, and {MANY} of each"
_POTENTIALS = f"all potentials of up to {DEGREE} indices"
_EVERY = f"{_NODES}, {_POTENTIALS}"
_BOTH = f"{_EVERY}; with {MANY} nodes, one of each conjugate pair"
#: The homomorphism laws: name, formula, operands, sides for a potential, scope.
LAWS = (
    ("unital", "r(0) = 0, r(1) = 1", 0, unital, _POTENTIALS),
    ("additive", "r(x + y) = r(x) + r(y)", 2, _both_ways("add", operator.add), _BOTH),
    ("multiplicative", "r(x y) = r(x) r(y)", 2, _both_ways("multiply", operator.mul), _BOTH),
)


def _law(name: str, law: str, theorem: int, test: Callable[[Context], Evidence]) -> Claim:
    return Claim(f"laws.{name}", law, law, f"[Tian24, Theorem {theorem}]", test)


CLAIMS: tuple[Claim, ...] = (
    *(_law(name, law, 2, partial(_check, _axiom(of), n, _NODES)) for name, law, n, of in AXIOMS),
    *(
        _law(name, law, 3, partial(_check, _of_potentials(sides), n, scope))
        for name, law, n, sides, scope in LAWS
    ),
    Claim(
        "laws.all-orders",
        "sums, products and potentials act node by node, which carries the laws to all orders",
        r"x = \sum_i x_i,\ x y = \sum_{i,j} x_i y_j,\ r(x) = \sum_i r(x_i)",
        THIS,
        partial(_check, _all_orders, 2, _EVERY),
        needs=("laws.distributive", "laws.additive", "laws.multiplicative"),
    ),
)
