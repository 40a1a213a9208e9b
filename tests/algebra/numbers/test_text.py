"""Scalars as text: what is printed parses back, what is not of the grammar is refused clearly."""

import cmath
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, strategies as st

from algebra import I, Scalar, param, parse, root, unit, zeta
from algebra.numbers.monomial import embedding_bound
from algebra.numbers.text import to_latex, to_text
from algebra.numbers.to_float import to_complex
from proofs.strategies import scalars
from proofs.strategies.scalars import PARAMETERS
from tests.refusal import refused

V = param("v")


@given(scalars)
def test_what_is_printed_parses_back(x):
    text = repr(x)
    assert parse(text) == x
    assert text.isascii()
    assert "\n" not in text
    assert to_text(x) == text


@pytest.mark.parametrize("n", [1, 2, 3, 4, 6, 7, 8, 12, 15, 30])
def test_roots_print_as_one_root_and_parse_back(n):
    for e in range(n):
        x = zeta(n, e)
        assert parse(repr(x)) == x
        assert repr(x).count("zeta") <= 1


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (Scalar(0), "0"),
        (Scalar(Fraction(-3, 4)), "-3/4"),
        (zeta(2), "-1"),
        (zeta(6), "-zeta(3)**2"),
        (zeta(7) ** 6, "zeta(7)**6"),
        (1 + zeta(4), "1 + i"),
        (-2 * zeta(5) ** 3 * V**-2, "-2*zeta(5)**3*v**-2"),
        (param("u") * V - Fraction(1, 2), "-1/2 + u*v"),
        ((1 + I) / 12, "1/12 + 1/12*i"),
        (root(1, 6, Fraction(1, 2), {"nu": -1}), "-1/2*zeta(3)**2*nu**-1"),
        (unit(Fraction(1, 2)) * V, "3/5*v + 4/5*i*v"),
    ],
)
def test_text_of_scalars(x, text):
    assert repr(x) == str(x) == text


READ = [
    ("0", Scalar(0)),
    (" - 1 / 2 ", Scalar(Fraction(-1, 2))),
    ("+3", Scalar(3)),
    ("2/3/4", Scalar(Fraction(1, 6))),
    ("1/2*zeta(12)**5*xi^-1 + (1+i)/4", zeta(12, 5) * param("xi") ** -1 / 2 + (1 + I) / 4),
    ("-zeta(4)**2", Scalar(1)),
    ("-(zeta(4))^2", Scalar(1)),
    ("2**3*4", Scalar(32)),
    ("2*3**2", Scalar(18)),
    ("1 - 2 - 3", Scalar(-4)),
    ("1 - 2 + 3", Scalar(2)),
    ("1-(2-3)", Scalar(2)),
    ("zeta(12, 7)", zeta(3) * zeta(4)),
    ("zeta(12,19)", zeta(12, 7)),
    ("i*I", Scalar(-1)),
    ("unit(1/2)", unit(Fraction(1, 2))),
    ("unit(-(1/2))", unit(Fraction(-1, 2))),
    ("unit(1 - 1)", Scalar(1)),
    ("unit(i*i)", unit(-1)),
    ("v**-2*v^2", Scalar(1)),
    ("((((v))))", V),
    ("(1+v)**2", 1 + 2 * V + V**2),
    ("1/zeta(5)", zeta(5, 4)),
    ("1/(1+i)", (1 - I) / 2),
    ("(1/2)**-3", Scalar(8)),
    ("zeta_2", param("zeta_2")),
    ("ii", param("ii")),
    ("(1+i)^100", (1 + I) ** 100),
    ("(1+i)**-100", (1 + I) ** -100),
    ("(1/2)**-4000", Scalar(2**4000)),
    ("v**1000000", V**10**6),
    ("zeta(3, 1000000)", zeta(3)),
    ("exp(pi*i/1000000)", zeta(2 * 10**6)),
    ("0*v", Scalar(0)),
    ("(77+36i)/85", (77 + 36 * I) / 85),
    ("77/85 + 36/85*i", (77 + 36 * I) / 85),
    ("zeta(8)^3", zeta(8, 3)),
    ("-i", -I),
    ("2v", 2 * V),
    ("2(1+i)(1-i)", Scalar(4)),
    ("3i^2", Scalar(-3)),
    ("2zeta(5) i", 2 * zeta(5) * I),
    ("exp(2*pi*i/8)", zeta(8)),
    ("exp(-3 pi i/4)", zeta(8, 5)),
    ("e^(i pi/4)", zeta(8)),
    ("e**(2 i*pi*(1/3 + 1/7))", zeta(21, 10)),
    ("exp(0)", Scalar(1)),
    ("e^2*e**-1", param("e")),
    ("exp", param("exp")),
]


@pytest.mark.parametrize(("text", "x"), READ)
def test_reading(text, x):
    assert parse(text) == x


REFUSED = [
    ("", "expected a number, zeta(n), unit(t), a parameter or '(' but found the end in ''"),
    ("1+", "expected a number, zeta(n), unit(t), a parameter or '(' but found the end in '1+'"),
    ("1**", "expected an integer but found the end in '1**'"),
    ("(1", "expected ')' but found the end in '(1'"),
    ("1)", "expected an operator but found ')' in '1)'"),
    ("2 3", "expected an operator but found '3' in '2 3'"),
    ("1e5", "'1e5' in '1e5' is a decimal, and decimals are not exact; "
            "write a fraction such as 1/2"),
    ("2*-3", "expected a number, zeta(n), unit(t), a parameter or '(' but found '-' in '2*-3'"),
    ("zeta", "expected '(' but found the end in 'zeta'"),
    ("zeta 3", "expected '(' but found '3' in 'zeta 3'"),
    ("zeta(x)", "expected an integer but found 'x' in 'zeta(x)'"),
    ("zeta(3", "expected ')' but found the end in 'zeta(3'"),
    ("zeta(3,-1)", "expected an integer but found '-' in 'zeta(3,-1)'"),
    ("zeta(0)", "n=0 is not the order of a root of unity; pass an integer n >= 1"),
    ("zeta(1000001)", "1000001 in 'zeta(1000001)' is above the limit 1000000"),
    ("zeta(3,1000001)", "1000001 in 'zeta(3,1000001)' is above the limit 1000000"),
    ("unit(zeta(3))", "zeta(3) is not rational"),
    ("unit(v)", "v is not rational"),
    ("1/2i", "expected '*' (in 1/2i, say, i could be above or below) but found 'i' in '1/2i'"),
    ("sqrt(2)", "expected an operator but found '(' in 'sqrt(2)'"),
    ("v w", "expected an operator but found 'w' in 'v w'"),
    *((text, f"{printed} in {text!r} is no root of unity; write exp(2*pi*i/8), a rational times "
             f"pi times i, with a denominator of at most 1000000")
      for text, printed in [("exp(i)", "exp(i)"), ("exp(2 pi)", "exp(2*pi)"),
                            ("e^(pi i + 1)", "exp(1 + i*pi)"),
                            ("exp(pi i/1000001)", "exp(1/1000001*i*pi)")]),
    ("unit 3", "expected '(' but found '3' in 'unit 3'"),
    ("v**w", "expected an integer but found 'w' in 'v**w'"),
    ("v**(2)", "expected an integer but found '(' in 'v**(2)'"),
    ("v**1000001", "1000001 in 'v**1000001' is above the limit 1000000"),
    ("(1+v)**101", "the power 101 of a sum in '(1+v)**101' is above 100"),
    ("(1+i)**-101", "the power -101 of a sum in '(1+i)**-101' is above 100"),
    ("2**4001", "the power 4001 in '2**4001' is above 4000"),
    ("(1/2)**-4001", "the power -4001 in '(1/2)**-4001' is above 4000"),
    ("1/0", "division by zero in '1/0'"),
    ("1/(v-v)", "division by zero in '1/(v-v)'"),
    ("0**-1", "division by zero in '0**-1'"),
    ("1/(1+v)", "1/(1 + v) is not a Laurent polynomial; substitute numbers for v first"),
    ("0.5", "'0.5' in '0.5' is a decimal, and decimals are not exact; "
            "write a fraction such as 1/2"),
    ("v + .5", "'.5' in 'v + .5' is a decimal, and decimals are not exact; "
               "write a fraction such as 1/2"),
    ("1.", "'1.' in '1.' is a decimal, and decimals are not exact; write a fraction such as 1/2"),
    ("a.b", "'.' in 'a.b' is a decimal, and decimals are not exact; write a fraction such as 1/2"),
    ("v; import os", "cannot read '; import os' in 'v; import os'"),
    ("_v", "cannot read '_v' in '_v'"),
    ("ξ", "cannot read 'ξ' in 'ξ'"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_refused_with_what_was_expected(text, message):
    with refused(ValueError, message):
        parse(text)


def test_lengths_digits_and_depth_are_limited():
    assert parse(" " * 99_999 + "1") == 1
    with pytest.raises(ValueError, match=r"^the text has 100001 characters; at most 100000 are"):
        parse(" " * 100_000 + "1")
    assert parse("9" * 4000) == 10**4000 - 1
    with refused(ValueError, "an integer of 4001 digits; at most 4000 are read"):
        parse("9" * 4001)
    assert parse("(" * 49 + "v" + ")" * 49) == V
    with pytest.raises(ValueError, match=r"is nested more than 50 deep$"):
        parse("(" * 50 + "v" + ")" * 50)
    assert parse("+".join(["(v)"] * 60)) == 60 * V  # beside each other is not nested
    with pytest.raises(ValueError, match=r"is nested more than 50 deep$"):
        parse("(v)+" * 60 + "(" * 50 + "v" + ")" * 50)
    with refused(ValueError, f"cannot read ' {'$' * 19}' in '1 {'$' * 30}'"):
        parse("1 " + "$" * 30)
    assert parse("zeta(1000000)**1000000") == 1
    assert parse("2**4000") == 2**4000


@given(st.text(alphabet="0123 ()+-*/^,viIzetaun", max_size=10))
def test_any_text_is_read_or_refused_with_a_value_error(text):
    try:
        x = parse(text)
    except ValueError:
        return
    assert parse(repr(x)) == x


@given(scalars, scalars)
def test_reading_is_compositional(x, y):
    assert parse(f"({x!r}) + ({y!r})") == x + y
    assert parse(f"({x!r}) * ({y!r})") == x * y
    assert parse(f"({x!r}) - ({y!r})") == x - y


@given(scalars)
def test_the_sympy_expression_has_the_same_value(x):
    values = {name: cmath.exp(1j * n) for n, name in enumerate(PARAMETERS, 1)}
    at = {sympy.Symbol(name): sympy.exp(sympy.I * n) for n, name in enumerate(PARAMETERS, 1)}
    expression = x.to_sympy()
    found = complex(sympy.N(expression.subs(at), 30))
    assert abs(found - to_complex(x, values)) <= 1e-9 * (1 + float(embedding_bound(x)))
    assert {s.name for s in expression.free_symbols} <= set(x.parameters)
    assert not expression.has(sympy.Float)


@pytest.mark.parametrize(
    ("x", "latex"),
    [
        (Scalar(0), "0"),
        (Scalar(-1), "-1"),
        (Scalar(Fraction(-1, 2)), r"-\frac{1}{2}"),
        (I, "i"),
        (-I * V, "-iv"),
        (zeta(3) ** 2, r"\zeta_{3}^{2}"),
        (1 - zeta(3) * 2, r"1 - 2\zeta_{3}"),
        (param("xi_3") ** -1, r"\xi_{3}^{-1}"),
        ((1 + I) / 2 * param("nu") ** -2, r"\frac{1}{2}\nu^{-2} + \frac{1}{2}i\nu^{-2}"),
        (param("speed"), r"\mathrm{speed}"),
        (param("alpha_1_0"), r"\alpha_{1,0}"),
        (param("x_12"), "x_{12}"),
    ],
)
def test_latex_of_scalars(x, latex):
    assert to_latex(x) == x.to_latex() == latex
    assert x._repr_latex_() == f"${latex}$"
