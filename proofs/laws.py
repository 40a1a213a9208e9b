"""The laws of the semiring and of its homomorphisms, proved on symbolic entries.

An entry ``u + v`` with two parameters of modulus one runs through the whole disc ``|z| <= 2``
as they vary. The laws are polynomial identities in entries and their conjugates, so an identity
of Laurent polynomials in the parameters, which is what is checked, holds on that open set and
hence for all complex entries. All nodes have independent entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import final

from algebra.element import Element, block, one, zero
from algebra.potential import Potential
from algebra.scalar import Scalar, param
from algebra.spectrum import PAIR


@final
@dataclass(frozen=True, slots=True)
class Law:
    """A law: its name, the statement, and a check on elements of the given orders.

    ``check(x, y, z)`` returns the two sides as a list of pairs, which must be equal.
    """

    name: str
    statement: str
    check: Callable[[Element, Element, Element], list[tuple[object, object]]]
    source: str = "[Tian24, Theorem 2]"


def generic(name: str, order: int) -> Element:
    """Return an element of one frequency whose entries are independent complex numbers.

    >>> generic("x", 2).order, len(generic("x", 2).parameters)
    (2, 12)
    """
    rows: list[list[Scalar]] = [
        [param(f"{name}{p}{j}") + param(f"{name}{p}{j}_") for j in range(order)] for p in "abc"
    ]
    return block(*rows)


def potentials(degree: int) -> Iterator[Potential]:
    """Yield all index multisets of one conjugate pair up to a degree, the empty one included."""
    indices = [(p, k) for p in "abc" for k in (0, 1)]
    for size in range(degree + 1):
        for chosen in combinations_with_replacement(indices, size):
            yield Potential(PAIR, chosen)


def _homomorphism(
    sides: Callable[[Potential, Element, Element], tuple[Scalar, Scalar]], degree: int
) -> Callable[[Element, Element, Element], list[tuple[object, object]]]:
    def check(x: Element, y: Element, z: Element) -> list[tuple[object, object]]:
        return [sides(r, x, y) for r in potentials(degree)]

    return check


ZERO, ONE = zero(PAIR), one(PAIR)

LAWS: tuple[Law, ...] = (
    Law(
        "addition is associative",
        "(x + y) + z = x + (y + z)",
        lambda x, y, z: [((x + y).expand() + z, x + (y + z).expand())],
    ),
    Law("addition is commutative", "x + y = y + x", lambda x, y, z: [(x + y, y + x)]),
    Law("zero is neutral", "x + 0 = x", lambda x, y, z: [(x + ZERO, x)]),
    Law(
        "multiplication is associative",
        "(x y) z = x (y z)",
        lambda x, y, z: [((x * y).expand() * z, x * (y * z).expand())],
    ),
    Law("multiplication is commutative", "x y = y x", lambda x, y, z: [(x * y, y * x)]),
    Law("one is neutral", "x 1 = x", lambda x, y, z: [(x * ONE, x)]),
    Law("zero annihilates", "x 0 = 0", lambda x, y, z: [(x * ZERO, ZERO)]),
    Law(
        "multiplication distributes",
        "x (y + z) = x y + x z",
        lambda x, y, z: [(x * (y + z).expand(), x * y + x * z)],
    ),
    Law(
        "potentials are unital",
        "r(0) = 0, r(1) = 1 for every potential r",
        lambda x, y, z: [
            pair for r in potentials(3) for pair in ((r(ZERO), Scalar(0)), (r(ONE), Scalar(1)))
        ],
        "[Tian24, Theorem 3]",
    ),
    Law(
        "potentials are additive",
        "r(x + y) = r(x) + r(y)",
        _homomorphism(lambda r, x, y: (r(x + y, expanded=True), r(x) + r(y)), 3),
        "[Tian24, Theorem 3]",
    ),
    Law(
        "potentials are multiplicative",
        "r(x y) = r(x) r(y)",
        _homomorphism(lambda r, x, y: (r(x * y, expanded=True), r(x) * r(y)), 3),
        "[Tian24, Theorem 3]",
    ),
)


@final
@dataclass(frozen=True, slots=True)
class LawOutcome:
    """What came of one law: whether it holds, over which orders, and the first counterexample."""

    law: Law
    holds: bool
    orders: str
    identities: int
    counterexample: str


def prove(law: Law, *, orders: tuple[int, ...] = (1, 2)) -> LawOutcome:
    """Check a law on generic elements of all combinations of the given orders.

    Sums and products act node by node, so orders above those checked bring nothing new: every
    law is an identity between sums over (tuples of) nodes of the same expression in one node of
    each operand, and one node of each is order (1, 1, 1).

    >>> prove(LAWS[1]).holds
    True
    """
    count, wrong = 0, ""
    for sizes in product(orders, repeat=3):
        x, y, z = (generic(name, size) for name, size in zip("xyz", sizes, strict=True))
        for left, right in law.check(x, y, z):
            count += 1
            if left != right and not wrong:
                wrong = f"orders {sizes}: {left!r} is not {right!r}"
    return LawOutcome(law, not wrong, f"orders {orders[0]}-{orders[-1]}", count, wrong)
