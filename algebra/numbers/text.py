"""Scalars as text, as LaTeX and as SymPy expressions."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from algebra.numbers.monomial import Monomial, Polynomial


def _join(parts: list[tuple[Fraction, str]], number: Callable[[Fraction], str], dot: str) -> str:
    """Join signed terms ``q * symbol`` as ``a + b - c``."""
    if not parts:
        return "0"
    text = ""
    for q, symbol in parts:
        sign = ("-" if q < 0 else "") if not text else (" - " if q < 0 else " + ")
        size = abs(q)
        body = symbol if symbol and size == 1 else number(size) + (dot + symbol if symbol else "")
        text += sign + body
    return text


def _parts(x: Polynomial, name: Callable[[int, int, Monomial], str]) -> list[tuple[Fraction, str]]:
    """Return signed terms, a rational times one root of unity kept as one term."""
    parts = []
    for m, part in x.coefficients().items():
        single = part.as_monomial()
        terms = [single] if single else list(part.terms())
        parts += [(q, name(e, part.field, m)) for q, e, _ in terms]
    return parts


def to_text(x: Polynomial) -> str:
    """Return the one-line ASCII form that `parse` reads back."""

    def name(e: int, n: int, m: Monomial) -> str:
        unit = "i" if n == 4 else f"zeta({n})" + (f"**{e}" if e != 1 else "")
        factors = [unit] if e else []
        factors += [v + (f"**{k}" if k != 1 else "") for v, k in m]
        return "*".join(factors)

    return _join(_parts(x, name), str, "*")


_GREEK_LETTERS = (
    "alpha beta gamma delta epsilon eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega"
)
_GREEK = frozenset(_GREEK_LETTERS.split())


def parameter_latex(name: str) -> str:
    r"""Return the LaTeX of a parameter name, ``xi_3`` as ``\xi_{3}``."""
    head, *tail = name.split("_")
    head = f"\\{head}" if head in _GREEK else head if len(head) == 1 else rf"\mathrm{{{head}}}"
    return head + (f"_{{{','.join(tail)}}}" if tail else "")


def text_latex(text: str) -> str:
    r"""Return words that may stand in a formula, ``three_c`` as ``\text{three\_c}``."""
    escaped = re.sub("([_%&#$])", r"\\\1", text)
    return rf"\text{{{escaped}}}"


def to_latex(x: Polynomial) -> str:
    r"""Return LaTeX."""

    def name(e: int, n: int, m: Monomial) -> str:
        symbol = "i" if n == 4 and e == 1 else f"\\zeta_{{{n}}}" + (f"^{{{e}}}" if e != 1 else "")
        powers = [parameter_latex(v) + (f"^{{{k}}}" if k != 1 else "") for v, k in m]
        return (symbol if e else "") + "".join(powers)

    def number(q: Fraction) -> str:
        return str(q) if q.denominator == 1 else rf"\frac{{{q.numerator}}}{{{q.denominator}}}"

    return _join(_parts(x, name), number, "")


def to_sympy(x: Polynomial) -> Any:
    """Return the SymPy expression; parameters become ``Symbol(name)``."""
    import sympy

    total = sympy.Integer(0)
    for q, e, m in x.terms():
        term = sympy.Rational(q.numerator, q.denominator)
        term *= sympy.exp(2 * sympy.pi * sympy.I * sympy.Rational(e, x.field))
        for name, k in m:
            term *= sympy.Symbol(name) ** k
        total += term
    return total
