"""The parser of scalars: what is printed reads back, and so does what people write.

The grammar, with the usual precedence (a power binds to what stands right before it):

    sum     = ["+" | "-"] product {("+" | "-") product}
    product = power {["*" | "/"] power}             no sign: "36i", "2 pi i", "2(1+i)"
    power   = atom [("**" | "^") ["-"] integer]
    atom    = integer | "i" | "I" | "zeta(" n ["," e] ")" | "unit(" sum ")" | name | "(" sum ")"
            | ("exp" | "e^") "(" sum ")"            the sum a rational times pi times i

Text from strangers is data: there is no ``eval``, lengths and exponents are limited, and a parse
takes time polynomial in the length.
"""

import re
from fractions import Fraction
from typing import NoReturn, final

from algebra.numbers.scalar import Scalar
from algebra.numbers.units import param, unit, zeta

MAX_LENGTH = 100_000
MAX_DIGITS = 4_000
MAX_FIELD = 1_000_000
MAX_EXPONENT = 1_000_000
MAX_DEPTH = 50

_TOKEN = re.compile(r"\s*(?:(\d+)|([A-Za-z][A-Za-z0-9_]*)|(\*\*|[-+*/^(),]))")
_PI = (("pi", 1),)
#: What may follow a factor without a sign between them.
_SYMBOLS = ("i", "I", "pi", "zeta", "unit", "exp")
_DECIMAL = re.compile(r"\d*\.\d*(?:[eE][-+]?\d+)?|(?<![A-Za-z0-9_])\d+[eE][-+]?\d+")


def parse(text: str) -> Scalar:
    """Return the scalar that ``text`` denotes; ``parse(repr(x)) == x``.

    Raises:
        ValueError: if the text is not of the grammar above; says where and what was expected.

    >>> parse("1/2*zeta(12)**5*xi^-1 + (1+i)/4").field, parse("(3+4i)/5"), parse("exp(2 pi i/3)")
    (12, 3/5 + 4/5*i, zeta(3))
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"the text has {len(text)} characters; at most {MAX_LENGTH} are read")
    decimal = _DECIMAL.search(text)
    if decimal:
        raise ValueError(
            f"{decimal.group()!r} in {text!r} is a decimal, and decimals are not exact; "
            f"write a fraction such as 1/2"
        )
    parser = _Parser(text)
    value = parser.sum()
    if parser.peek():
        parser.fail("an operator")
    return value


@final
class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.depth = 0
        self.tokens: list[tuple[str, int]] = []
        position, end = 0, len(text.rstrip())
        while position < end:
            match = _TOKEN.match(text, position)
            if not match:
                raise ValueError(f"cannot read {text[position : position + 20]!r} in {text!r}")
            self.tokens.append((match.group().strip(), position))
            position = match.end()
        self.next = 0

    def peek(self, ahead: int = 0) -> str:
        at = self.next + ahead
        return self.tokens[at][0] if at < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        token = self.peek()
        if expected and token not in expected:
            self.fail(" or ".join(map(repr, expected)))
        self.next += 1
        return token

    def fail(self, expected: str) -> NoReturn:
        found = repr(self.peek()) if self.peek() else "the end"
        raise ValueError(f"expected {expected} but found {found} in {self.text!r}")

    def sum(self) -> Scalar:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ValueError(f"{self.text!r} is nested more than {MAX_DEPTH} deep")
        sign = self.take() if self.peek() in ("+", "-") else "+"
        value = self.product() if sign == "+" else -self.product()
        while self.peek() in ("+", "-"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        self.depth -= 1
        return value

    def product(self) -> Scalar:
        value, operator = self.power(), ""
        while self.peek() in ("*", "/") or self.follows():
            if operator == "/" and self.peek() not in ("*", "/"):
                self.fail("'*' (in 1/2i, say, i could be above or below)")
            operator = self.take() if self.peek() in ("*", "/") else ""
            factor = self.power()
            if operator == "/" and not factor:
                raise ValueError(f"division by zero in {self.text!r}")
            value = value / factor if operator == "/" else value * factor
        return value

    def follows(self) -> bool:
        """Whether a factor begins here that needs no sign before it."""
        token, before = self.peek(), self.tokens[self.next - 1][0]
        return (
            token in _SYMBOLS
            or (before.isdigit() and token[:1].isalpha())
            or (token == "(" and (before.isdigit() or before == ")"))
        )

    def power(self) -> Scalar:
        base = self.atom()
        if self.peek() not in ("**", "^"):
            return base
        self.take()
        sign = -1 if self.peek() == "-" and self.take() else 1
        exponent = sign * self.integer(MAX_EXPONENT)
        if base.as_monomial() is None and abs(exponent) > 100:
            raise ValueError(f"the power {exponent} of a sum in {self.text!r} is above 100")
        if not base and exponent < 0:
            raise ValueError(f"division by zero in {self.text!r}")
        rational = base.as_monomial()
        if rational and abs(rational[0]) != 1 and abs(exponent) > MAX_DIGITS:
            raise ValueError(f"the power {exponent} in {self.text!r} is above {MAX_DIGITS}")
        return base**exponent

    def integer(self, limit: int | None = None) -> int:
        token = self.peek()
        if not token.isdigit():
            self.fail("an integer")
        if len(token) > MAX_DIGITS:
            raise ValueError(f"an integer of {len(token)} digits; at most {MAX_DIGITS} are read")
        value = int(self.take())
        if limit is not None and value > limit:
            raise ValueError(f"{value} in {self.text[:60]!r} is above the limit {limit}")
        return value

    def atom(self) -> Scalar:
        token = self.peek()
        if token.isdigit():
            return Scalar(self.integer())
        if token == "(":
            return self.argument()
        if token == "zeta":
            self.take()
            self.take("(")
            n = self.integer(MAX_FIELD)
            e = self.integer(MAX_FIELD) if self.peek() == "," and self.take() else 1
            self.take(")")
            return zeta(n, e)
        if token == "unit":
            self.take()
            return unit(self.argument().to_fraction())
        if token == "exp" and self.peek(1) == "(":
            self.next += 1
            return self.exponential()
        if token == "e" and self.peek(1) in ("^", "**") and self.peek(2) == "(":
            self.next += 2
            return self.exponential()
        if token in ("i", "I"):
            self.take()
            return zeta(4)
        if token[:1].isalpha():
            return param(self.take())
        self.fail("a number, zeta(n), unit(t), a parameter or '('")

    def argument(self) -> Scalar:
        self.take("(")
        value = self.sum()
        self.take(")")
        return value

    def exponential(self) -> Scalar:
        """Return ``exp(q pi i)``; ``pi`` is read as a parameter, which has to go with ``q i``."""
        angle = self.argument()
        turns = (angle / zeta(4)).as_monomial() if angle else (Fraction(0), 0, _PI)
        if not turns or turns[1:] != (0, _PI) or turns[0].denominator > MAX_FIELD:
            raise ValueError(
                f"exp({angle!r}) in {self.text!r} is no root of unity; write exp(2*pi*i/8), a "
                f"rational times pi times i, with a denominator of at most {MAX_FIELD}"
            )
        return zeta(2 * turns[0].denominator, turns[0].numerator)
