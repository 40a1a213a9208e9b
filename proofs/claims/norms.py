"""Balanced norms as algebraic numbers, and the path of zero loss along which they fall."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from algebra.groups.group import AbelianGroup
from algebra.semiring.symmetry import balanced_norm
from proofs.claims.claim import Compared, Context, Evidence, Side, claim, up_to
from proofs.claims.criterion import T_of
from proofs.subjects.recipe import falling
from proofs.subjects.subject import Subject

SECTION_7 = "[Tian24], on weight decay; exact figures: this project"
#: Rational points of sum t^3 = 1: Fermat leaves none with two terms, these have three and four.
TRIPLES = (
    tuple(Fraction(n, 6) for n in (3, 4, 5)),
    tuple(Fraction(n, 9) for n in (1, 6, 8)),
    tuple(Fraction(n, 13) for n in (1, 5, 7, 12)),
    (Fraction(1),),
)
#: Orders of the groups at which a closed form is compared.
ORDERS = (3, 5, 7, 9, 15)
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


@claim("norms.blocks", r"\min_s |z|^2 = 6 q^{1/3}", SECTION_7, needs="symmetries.scaling")
def of_blocks(context: Context) -> Compared:
    """balanced squared norms: 6 q^(1/3) for a solution of order q = 4, 6, 9 on a pair"""
    import sympy

    yield Evidence("proved", "all parameter values, as algebraic numbers")
    for name, q in CUBES.items():
        cube = _cube(context.subject, name)
        yield f"cube of a sixth of the norm of {name}", cube, sympy.Rational(q)


@claim(
    "norms.memorization",
    r"\min_s |z|^2 = 3(d-1)d^{2/3}",
    SECTION_7,
    needs="symmetries.scaling",
    applies=up_to(12, least=2),
)
def of_memorization(context: Context) -> Compared:
    """the balanced squared norm of memorization is 3 (d-1) d^(2/3)"""
    import sympy

    d = context.over.order
    found = balanced_norm(context.subject.optimizer(context.over, "memorization", "projected"))
    yield Evidence("proved", "as an algebraic number")
    yield "norm", found, 3 * (d - 1) * sympy.cbrt(d**2)


@claim(
    "norms.ordering",
    r"6 \cdot 4^{1/3} < 6 \cdot 6^{1/3} < 6 d^{2/3}",
    SECTION_7,
    needs="norms.blocks norms.memorization",
)
def ordering(context: Context) -> Compared:
    """per pair, order 4 has a smaller norm than order 6, and that one than memorization"""
    # Memorization has 6 d^(2/3) for each pair, of cube d^2 >= 9. Cube roots are increasing.
    four, six = (_cube(context.subject, name) for name in ("nu(i) * xi", "syn * nu"))
    yield Evidence("proved", "per conjugate pair, for all d >= 3")
    cubes = [four, six, 9]
    yield "cubes of a sixth, increasing, memorization's for d = 3", cubes, sorted({*cubes})


def carried_norm(d: int) -> Any:
    """Return the balanced squared norm of four-plus-six for a group of odd order d.

    The six carrier nodes have ``C = 2/36 + (d - 3)/72``, the order-4 pairs ``6 4^(1/3)`` each.
    """
    import sympy

    output = sympy.Rational(2, 36) + sympy.Rational(d - 3, 72)
    return 18 * sympy.cbrt(4 * output) + sympy.Rational(d - 3, 2) * 6 * sympy.cbrt(4)


@claim(
    "norms.carrier",
    r"18\left(\tfrac{d+1}{18}\right)^{1/3} + 3(d-3)4^{1/3} < 3(d-1)6^{1/3} \iff d \ge 9",
    needs="norms.blocks",
)
def carrier(context: Context) -> Compared:
    """for odd d four-plus-six has a smaller norm than six-per-frequency exactly from 9 on"""
    import sympy

    scope = f"the closed form at d = {', '.join(map(str, ORDERS))}; where it is less than that of "
    scope += "six-per-frequency, for all odd d, from its signs at 5, 7 and 9, being concave"
    yield Evidence("proved", scope, figures={"from d on": 9})
    for d in ORDERS:
        z = context.subject.optimizer(AbelianGroup(d), "four-plus-six", "projected")
        yield f"norm of four-plus-six for d = {d}", balanced_norm(z), carried_norm(d)
    # The difference is a cube root of d, so concave, plus a linear function of d: it is 0
    # at d = 3, positive at 7 and negative at 9, so it is negative from 9 on.
    for d, less in ((5, False), (7, False), (9, True)):
        rest = carried_norm(d) - sympy.Rational(d - 1, 2) * 6 * sympy.cbrt(6)
        yield f"whether the difference is negative for d = {d}", rest.is_negative, less


@claim(
    "path.zero-loss",
    r"r(z y) = r(z) \sum_i t_i^3 = r(z)",
    "[Tian24], zero-loss path",
    needs="laws.multiplicative criterion.tensor",
    applies=up_to(12),
)
def zero_loss_path(context: Context) -> Compared:
    """times y, one real triple (t, t, t) a node with sum t^3 = 1, an optimizer stays one"""
    group, s = context.over, context.subject
    family = s.families(group)[0]
    z = s.optimizer(group, family, "projected")
    scope = f"{family}, all its parameters, {len(TRIPLES)} rational points of the path"
    yield Evidence("exhaustive", scope)
    for triple in TRIPLES:
        found = T_of(s, s.multiply(z, falling(group, triple)))
        yield f"t = {', '.join(map(str, triple))}", found, T_of(s, z)


def slopes(norm: Callable[..., Any]) -> Iterator[Side]:
    """Yield what a norm of ``x, y, m`` does along the path, and what it should.

    One node moves away from the ``m - 1`` others: ``x^3 + (m-1) y^3 = 1`` gives ``dy/dx``.
    """
    import sympy

    x, y, m = sympy.symbols("x y m", positive=True)
    slope = -sympy.diff(x**3, x) / sympy.diff((m - 1) * y**3, y)
    derivative = sympy.diff(norm(x, y, m), x) + sympy.diff(norm(x, y, m), y) * slope
    equal = m ** sympy.Rational(-1, 3)
    yield "d norm / dx", sympy.cancel(derivative - 2 * x * (y - x) / y), 0
    yield "start", sympy.expand(norm(equal, equal, m) - sympy.cbrt(m)), 0
    yield "end", norm(1, 0, m), 1


@claim(
    "path.falling",
    r"\tfrac{d}{dx}(x^2 + (m-1)y^2) = 2x(y-x)/y",
    "[Tian24], zero-loss path; derivative: this project",
)
def falls(context: Context) -> Compared:
    """from equal t to a single one, the norm of y falls from m^(1/3) to 1"""
    yield Evidence("proved", "all m >= 2, symbolic in t: 2x(y-x)/y < 0 for x > y")
    yield from slopes(lambda x, y, m: x**2 + (m - 1) * y**2)


@claim("path.norm", r"\min_s |zy|^2 = \sum_i t_i^2 \min_s |z|^2", needs="norms.blocks")
def norm(context: Context) -> Compared:
    """the balanced norm of z y is that of z times the sum of t^2"""
    import sympy

    s = context.subject
    z = s.normalised(s.block("nu(i) * xi"))
    yield Evidence("exhaustive", f"nu(i) * xi, {len(TRIPLES)} rational points of the path")
    for triple in TRIPLES:
        squares = sum(t**2 for t in triple)
        expected = balanced_norm(z) * sympy.Rational(squares.numerator, squares.denominator)
        found = balanced_norm(s.multiply(z, falling(z.spectrum, triple)))
        yield f"t = {triple}", found, expected


CLAIMS = (of_blocks, of_memorization, ordering, carrier, zero_loss_path, falls, norm)
