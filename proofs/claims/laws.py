"""The semiring axioms and the homomorphism laws, on independent symbolic entries.

[Tian24, Theorems 2 and 3]. The laws are checked for all orders up to three nodes an operand, and
`all_orders` checks what carries them to every order: elements are sums of their nodes, and both
operations and every potential act node by node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import product

from algebra.groups.spectrum import PAIR
from algebra.numbers.scalar import ONE, ZERO, added
from algebra.semiring.element import Element, one, zero
from algebra.semiring.made import element
from algebra.semiring.potential import Potential
from proofs.claims.claim import Claim, Context, Evidence, Side, first_difference
from proofs.subjects.generic import generic, multisets
from proofs.subjects.subject import Subject

#: Nodes of each operand, all combinations.
ORDERS = (1, 2, 3)
#: Index multisets of potentials up to this size: those of the loss have three indices.
DEGREE = 3

Sides = Callable[..., Iterable[Side]]


def _unital(s: Subject) -> Iterable[Side]:
    for r in multisets(DEGREE):
        yield f"r = {r}, r(0)", s.evaluate(r, zero(PAIR)), ZERO
        yield f"r = {r}, r(1)", s.evaluate(r, one(PAIR)), ONE


def _enough(*operands: Element) -> Iterator[Potential]:
    """Yield the potentials to check: beyond two nodes an operand, one of each conjugate pair."""
    small = all(z.order < ORDERS[-1] for z in operands)
    return (r for r in multisets(DEGREE) if small or r.indices <= r.conjugate().indices)


def _additive(s: Subject, x: Element, y: Element) -> Iterable[Side]:
    for r in _enough(x, y):
        right = s.evaluate(r, x) + s.evaluate(r, y)
        yield f"r = {r}", s.evaluate_expanded(r, s.add(x, y)), right
        yield f"r = {r} along the composition", s.evaluate(r, s.add(x, y)), right


def _multiplicative(s: Subject, x: Element, y: Element) -> Iterable[Side]:
    z = s.multiply(x, y)
    for r in _enough(x, y):
        right = s.evaluate(r, x) * s.evaluate(r, y)
        yield f"r = {r}", s.evaluate_expanded(r, z), right
        yield f"r = {r} along the composition", s.evaluate(r, z), right


def _all_orders(s: Subject, x: Element, y: Element) -> Iterable[Side]:
    def nodes(z: Element) -> list[Element]:
        return [element(PAIR, [node]) for node in z.node_list()]

    def summed(parts: Iterable[Element]) -> Element:
        result = zero(PAIR)
        for part in parts:
            result = s.add(result, part)
        return result

    yield "an element is the sum of its nodes", summed(nodes(x)), x
    pairs = [s.multiply(u, v) for u in nodes(x) for v in nodes(y)]
    yield "a product is the sum of the products of nodes", s.multiply(x, y), summed(pairs)
    for r in multisets(DEGREE):
        total = added(s.evaluate_expanded(r, u) for u in nodes(x))
        yield f"r = {r} is the sum over nodes", s.evaluate_expanded(r, x), total


def _check(sides: Sides, operands: int, scope: str, context: Context) -> Evidence:
    count = 0
    for sizes in product(ORDERS, repeat=operands):
        elements = [generic(name, size) for name, size in zip("xyz", sizes, strict=False)]
        found = list(sides(context.subject, *elements))
        count += len(found)
        wrong = first_difference(found)
        if wrong:
            return Evidence("proved", scope, f"orders {sizes}: {wrong}")
    return Evidence("proved", scope, figures={"identities": count})


_NODES = f"all entries, orders up to {ORDERS[-1]}"
_POTENTIALS = f"all potentials of up to {DEGREE} indices"
_BOTH = f"{_NODES}, {_POTENTIALS}"
#: The two sides of each axiom; sums and products within are expanded, so that orders tell.
AXIOMS: tuple[tuple[str, str, int, Callable[..., tuple[Element, Element]]], ...] = (
    (
        "add-associative",
        "(x + y) + z = x + (y + z)",
        3,
        lambda s, x, y, z: (s.add(s.add(x, y).expand(), z), s.add(x, s.add(y, z).expand())),
    ),
    ("add-commutative", "x + y = y + x", 2, lambda s, x, y: (s.add(x, y), s.add(y, x))),
    ("zero", "x + 0 = x", 1, lambda s, x: (s.add(x, zero(PAIR)), x)),
    (
        "multiply-associative",
        "(x y) z = x (y z)",
        3,
        lambda s, x, y, z: (
            s.multiply(s.multiply(x, y).expand(), z),
            s.multiply(x, s.multiply(y, z).expand()),
        ),
    ),
    ("multiply-commutative", "x y = y x", 2, lambda s, x, y: (s.multiply(x, y), s.multiply(y, x))),
    ("one", "x 1 = x", 1, lambda s, x: (s.multiply(x, one(PAIR)), x)),
    ("annihilates", "x 0 = 0", 1, lambda s, x: (s.multiply(x, zero(PAIR)), zero(PAIR))),
    (
        "distributive",
        "x (y + z) = x y + x z",
        3,
        lambda s, x, y, z: (
            s.multiply(x, s.add(y, z).expand()),
            s.add(s.multiply(x, y), s.multiply(x, z)),
        ),
    ),
)


def _axiom(law: Callable[..., tuple[Element, Element]]) -> Sides:
    return lambda *operands: [("nodes", *law(*operands))]


#: The homomorphism laws.
LAWS = (
    ("unital", "r(0) = 0, r(1) = 1", 0, _unital, _POTENTIALS),
    ("additive", "r(x + y) = r(x) + r(y)", 2, _additive, _BOTH),
    ("multiplicative", "r(x y) = r(x) r(y)", 2, _multiplicative, _BOTH),
)
CLAIMS: tuple[Claim, ...] = (
    *(
        Claim(
            f"laws.{name}",
            statement,
            statement,
            "[Tian24, Theorem 2]",
            partial(_check, _axiom(law), operands, _NODES),
        )
        for name, statement, operands, law in AXIOMS
    ),
    *(
        Claim(
            f"laws.{name}",
            statement,
            statement,
            "[Tian24, Theorem 3]",
            partial(_check, sides, operands, scope),
        )
        for name, statement, operands, sides, scope in LAWS
    ),
    Claim(
        "laws.all-orders",
        "sums, products and potentials act node by node, which carries the laws to all orders",
        r"x = \sum_i x_i,\ x y = \sum_{i,j} x_i y_j,\ r(x) = \sum_i r(x_i)",
        "this project",
        partial(_check, _all_orders, 2, _BOTH),
        needs=("laws.distributive", "laws.additive", "laws.multiplicative"),
    ),
)
