"""Formulas in x and y, read without evaluating anything: a sum of products of their powers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import final

MAX_DIGITS = 9
FORMS = "write a sum such as 'x - 2y + 3', a product such as 'x*y mod 13' or 'x/y', or a table"
_TOKEN = re.compile(r"\s*([0-9]+|\*\*|\([0-9]+(?:\s*,\s*[0-9]+)+\)|[-+*/^()xy])\s*")


@final
@dataclass(frozen=True, slots=True)
class Monomial:
    """``number/under * x^powers[0] * y^powers[1]``, or a tuple of residues."""

    number: int
    under: int = 1
    powers: tuple[int, int] = (0, 0)
    residues: tuple[int, ...] = ()


def monomials(text: str) -> list[Monomial]:
    """Return the terms of a sum.

    Raises:
        ValueError: if the text is none, with what cannot be read.

    >>> monomials("x/y - 3")
    [Monomial(number=1, under=1, powers=(1, -1), residues=()), Monomial(number=-3, under=1, ...)]
    """
    return _Parser(text.lower()).sum()


def number_of(digits: str) -> int:
    """Return a number that is not too long to be meant."""
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"the number {digits[:12]}... is too long; at most {MAX_DIGITS} digits")
    return int(digits)


class _Parser:
    """Recursive descent: a sum of monomials, each a product of numbers and powers of x and y."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise ValueError(f"cannot read {text[at:].strip()!r:.40}; {FORMS}")
            self.tokens.append(match[1])
            at = match.end()

    def next(self, *expected: str) -> str | None:
        """Take the next token if it is one of these."""
        if self.tokens and self.tokens[0] in expected:
            return self.tokens.pop(0)
        return None

    def sum(self) -> list[Monomial]:
        """Read all of it."""
        sign, terms = self.next("-", "+"), []
        while True:
            term = self.product()
            terms.append(replace(term, number=-term.number) if sign == "-" else term)
            if not self.tokens:
                return terms
            sign = self.next("-", "+")
            if sign is None:
                raise ValueError(f"cannot read {''.join(self.tokens)!r:.40}; {FORMS}")

    def product(self) -> Monomial:
        """Read factors, with ``*`` or ``/`` or nothing between them."""
        result, divided = self.factor(), False
        while True:
            divided = self.next("/") is not None
            if not divided and self.next("*") is None and not self._begins():
                return result
            inside = divided and self.next("(") is not None
            other = self.product() if inside else self.factor()
            if inside and self.next(")") is None:
                raise ValueError(f"a bracket is not closed; {FORMS}")
            if result.residues or other.residues:
                raise ValueError(f"a tuple is a constant, not a factor; {FORMS}")
            a, b = (other.under, other.number) if divided else (other.number, other.under)
            sign = -1 if divided else 1
            x, y = (p + sign * q for p, q in zip(result.powers, other.powers, strict=True))
            result = Monomial(result.number * a, result.under * b, (x, y))

    def _begins(self) -> bool:
        return bool(self.tokens) and (self.tokens[0] in "xy" or self.tokens[0].isdigit())

    def factor(self) -> Monomial:
        """Read a number, a tuple, x or y, and a power."""
        if not self.tokens:
            raise ValueError(f"it ends too early; {FORMS}")
        token = self.tokens.pop(0)
        if token.startswith("(") and "," in token:
            return Monomial(1, residues=tuple(number_of(x.strip()) for x in token[1:-1].split(",")))
        if token.isdigit():
            return Monomial(number_of(token))
        if token not in "xy":
            raise ValueError(f"cannot read {''.join([token, *self.tokens])!r:.40}; {FORMS}")
        power = 1
        if self.next("^", "**"):
            sign = -1 if self.next("-") else 1
            if not self.tokens or not self.tokens[0].isdigit():
                raise ValueError(f"a power is a number; {FORMS}")
            power = sign * number_of(self.tokens.pop(0))
        return Monomial(1, powers=(power, 0) if token == "x" else (0, power))
