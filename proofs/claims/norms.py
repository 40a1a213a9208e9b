"""Balanced norms as algebraic numbers, and the path of zero loss along which they fall."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from algebra.groups.spectrum import Spectrum
from algebra.semiring.element import Element, uniform
from algebra.semiring.made import total
from algebra.semiring.norm import balanced_norm
from proofs.claims.claim import Claim, Context, Evidence, Side, first_difference, up_to
from proofs.claims.symmetries import T_of
from proofs.subjects.subject import Subject

SECTION_7 = "[Tian24], on weight decay; exact figures: this project"
#: Rational points of sum t^3 = 1: Fermat leaves none with two terms, these have three and four.
TRIPLES = (
    tuple(Fraction(n, 6) for n in (3, 4, 5)),
    tuple(Fraction(n, 9) for n in (1, 6, 8)),
    tuple(Fraction(n, 13) for n in (1, 5, 7, 12)),
    (Fraction(1),),
)


#: The cube of a sixth of the balanced squared norm, for solutions of one frequency.
CUBES = {
    "nu(i) * xi": "4",
    "syn * nu": "6",
    "nu(i) * syn(alpha,beta)": "6",
    "three_c * syn": "9",
    "real": "1/4",
}


def _cube(s: Subject, name: str) -> Any:
    import sympy

    return sympy.expand((balanced_norm(s.normalised(s.block(name))) / 6) ** 3)


def _of_blocks(context: Context) -> Evidence:
    import sympy

    wrong = first_difference(
        (f"cube of a sixth of the norm of {name}", _cube(context.subject, name), sympy.Rational(q))
        for name, q in CUBES.items()
    )
    return Evidence("proved", "all parameter values, as algebraic numbers", wrong)


def _of_memorization(context: Context) -> Evidence:
    import sympy

    group, s = context.over, context.subject
    d = group.order
    value = balanced_norm(s.optimizer(group, "memorization", "projected"))
    expected = 3 * (d - 1) * sympy.cbrt(d**2)
    wrong = first_difference([("norm", sympy.simplify(value - expected), 0)])
    return Evidence("proved", "as an algebraic number", wrong)


def _per_pair(context: Context) -> Evidence:
    # Memorization has 6 d^(2/3) for each pair, of cube d^2 >= 9. Cube roots are increasing.
    four, six = (_cube(context.subject, name) for name in ("nu(i) * xi", "syn * nu"))
    wrong = "" if four < six < 9 else f"cubes of a sixth: {four}, {six} and, for d = 3, 9"
    return Evidence("proved", "per conjugate pair, for all d >= 3", wrong)


def carried_norm(d: int) -> Any:
    """Return the balanced squared norm of order46 over a group of odd order d, in closed form.

    The six carrier nodes have ``C = 2/36 + (d - 3)/72``, the order-4 pairs ``6 4^(1/3)`` each.

    >>> carried_norm(3)
    6*6**(1/3)
    """
    import sympy

    output = sympy.Rational(2, 36) + sympy.Rational(d - 3, 72)
    return 18 * sympy.cbrt(4 * output) + sympy.Rational(d - 3, 2) * 6 * sympy.cbrt(4)


def _whole(context: Context) -> Evidence:
    import sympy

    from algebra.groups.group import AbelianGroup

    s = context.subject

    def sides() -> Iterator[Side]:
        for d in (3, 5, 7, 9, 15):
            group = AbelianGroup(d)
            found = balanced_norm(s.optimizer(group, "order46", "projected"))
            yield f"norm of order46 for d = {d}", sympy.simplify(found - carried_norm(d)), 0
        # The difference is a cube root of d, so concave, plus a linear function of d: it is 0
        # at d = 3, positive at 7 and negative at 9, so it is negative from 9 on.
        for d, sign in ((5, 1), (7, 1), (9, -1)):
            rest = carried_norm(d) - sympy.Rational(d - 1, 2) * 6 * sympy.cbrt(6)
            yield f"sign of the difference for d = {d}", int(sympy.sign(rest.evalf(50))), sign

    scope = "all odd d, by concavity from d = 3, 7 and 9"
    return Evidence("proved", scope, first_difference(sides()), {"from d on": 9})


def falling(spectrum: Spectrum, triple: tuple[Fraction, ...]) -> Element:
    """Return the element ``y`` of one real triple ``(t, t, t)`` per node.

    >>> from algebra.groups.spectrum import PAIR
    >>> falling(PAIR, TRIPLES[0]).order
    3
    """
    return total(spectrum, [uniform(spectrum, a=t, b=t, c=t) for t in triple])


def _path(context: Context) -> Evidence:
    group, s = context.over, context.subject
    family = s.families(group)[0]
    z = s.optimizer(group, family, "projected")
    T = T_of(context, z)

    def sides() -> Iterator[Side]:
        for triple in TRIPLES:
            moved = s.multiply(z, falling(group, triple))
            yield f"t = {', '.join(map(str, triple))}", T_of(context, moved), T

    scope = f"{family}, all its parameters, {len(TRIPLES)} rational points of the path"
    return Evidence("exhaustive", scope, first_difference(sides()))


def slope_is_falling(norm: Any) -> str:
    """Return "" if a norm in ``x, y, m`` falls along the path as it should, or what is wrong.

    One node moves away from the ``m - 1`` others: ``x^3 + (m-1) y^3 = 1`` gives ``dy/dx``.
    """
    import sympy

    x, y, m = sympy.symbols("x y m", positive=True)
    slope = -sympy.diff(x**3, x) / sympy.diff((m - 1) * y**3, y)
    derivative = sympy.diff(norm, x) + sympy.diff(norm, y) * slope
    equal = m ** sympy.Rational(-1, 3)
    return first_difference(
        [
            ("d norm / dx", sympy.simplify(derivative - 2 * x * (y - x) / y), 0),
            ("start", sympy.simplify(norm.subs({x: equal, y: equal}) - sympy.cbrt(m)), 0),
            ("end", norm.subs({x: 1, y: 0}), 1),
        ]
    )


def _symbolic_path(context: Context) -> Evidence:
    import sympy

    x, y, m = sympy.symbols("x y m", positive=True)
    wrong = slope_is_falling(x**2 + (m - 1) * y**2)
    return Evidence("proved", "all m >= 2, symbolic in t: 2x(y-x)/y < 0 for x > y", wrong)


def _scaled_norm(context: Context) -> Evidence:
    import sympy

    s = context.subject
    z = s.normalised(s.block("nu(i) * xi"))

    def sides() -> Iterator[Side]:
        for triple in TRIPLES:
            squares = sum(t**2 for t in triple)
            expected = balanced_norm(z) * sympy.Rational(squares.numerator, squares.denominator)
            found = balanced_norm(s.multiply(z, falling(z.spectrum, triple)))
            yield f"t = {triple}", sympy.simplify(found - expected), 0

    return Evidence("exhaustive", f"{len(TRIPLES)} rational points", first_difference(sides()))


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "norms.blocks",
        "balanced squared norms: 6 q^(1/3) for a solution of order q = 4, 6, 9 on a pair",
        r"\min_s |z|^2 = 6 q^{1/3}",
        SECTION_7,
        _of_blocks,
        needs=("symmetries.scaling",),
    ),
    Claim(
        "norms.memorization",
        "the balanced squared norm of memorization is 3 (d-1) d^(2/3)",
        r"\min_s |z|^2 = 3(d-1)d^{2/3}",
        SECTION_7,
        _of_memorization,
        needs=("symmetries.scaling",),
        applies=up_to(12, least=2),
    ),
    Claim(
        "norms.ordering",
        "per pair, order 4 has a smaller norm than order 6, and that one than memorization",
        r"6 \cdot 4^{1/3} < 6 \cdot 6^{1/3} < 6 d^{2/3}",
        SECTION_7,
        _per_pair,
        needs=("norms.blocks", "norms.memorization"),
    ),
    Claim(
        "norms.carrier",
        "with its carrier, order46 has a smaller norm than order6 for odd d exactly from 9 on",
        r"18\left(\tfrac{d+1}{18}\right)^{1/3} + 3(d-3)4^{1/3} < 3(d-1)6^{1/3} \iff d \ge 9",
        "this project",
        _whole,
        needs=("norms.blocks",),
    ),
    Claim(
        "path.zero-loss",
        "times y, one real triple (t, t, t) a node with sum t^3 = 1, an optimizer stays one",
        r"r(z y) = r(z) \sum_i t_i^3 = r(z)",
        "[Tian24], zero-loss path",
        _path,
        needs=("laws.multiplicative", "criterion.tensor"),
        applies=up_to(12),
    ),
    Claim(
        "path.falling",
        "from equal t to a single one, the norm of y falls from m^(1/3) to 1",
        r"\tfrac{d}{dx}(x^2 + (m-1)y^2) = 2x(y-x)/y",
        "[Tian24], zero-loss path; derivative: this project",
        _symbolic_path,
    ),
    Claim(
        "path.norm",
        "the balanced norm of z y is that of z times the sum of t^2",
        r"\min_s |zy|^2 = \sum_i t_i^2 \min_s |z|^2",
        "this project",
        _scaled_norm,
        needs=("norms.blocks",),
    ),
)
