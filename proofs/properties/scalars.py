"""Exact scalars are a ring with conjugation, and read back what they print."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from algebra.numbers.parse import parse
from algebra.numbers.scalar import ONE, ZERO, Scalar
from proofs.claims.claim import first_difference
from proofs.properties.property import Property
from proofs.strategies.scalars import scalars
from proofs.subjects.subject import Subject

Triple = tuple[Scalar, Scalar, Scalar]


def _ring(subject: Subject, value: Triple) -> str:
    x, y, z = value
    pairs: list[tuple[str, Any, Any]] = [
        ("(x + y) + z = x + (y + z)", (x + y) + z, x + (y + z)),
        ("x + y = y + x", x + y, y + x),
        ("x + 0 = x", x + ZERO, x),
        ("x - x = 0", x - x, ZERO),
        ("(x y) z = x (y z)", (x * y) * z, x * (y * z)),
        ("x y = y x", x * y, y * x),
        ("x 1 = x", x * ONE, x),
        ("x (y + z) = x y + x z", x * (y + z), x * y + x * z),
    ]
    if x and (not x.parameters or x.as_monomial()):
        pairs.append(("x / x = 1", x / x, ONE))
    return first_difference(pairs)


def _text(subject: Subject, x: Scalar) -> str:
    return first_difference(
        [("parse(repr(x)) = x", parse(repr(x)), x), ("equal hashes", hash(parse(repr(x))), hash(x))]
    )


def _conjugates(subject: Subject, value: Triple) -> str:
    x, y, _ = value
    bar = Scalar.conjugate
    return first_difference(
        [
            ("the conjugate of the conjugate", bar(bar(x)), x),
            ("conj(x + y) = conj(x) + conj(y)", bar(x + y), bar(x) + bar(y)),
            ("conj(x y) = conj(x) conj(y)", bar(x * y), bar(x) * bar(y)),
            ("x conj(x) is real", bar(x * bar(x)), x * bar(x)),
        ]
    )


_LAWS = ("laws.*",)
_TRIPLES = st.tuples(scalars, scalars, scalars)

PROPERTIES = (
    Property(
        "scalars.ring", "scalars are a commutative ring", _LAWS, lambda among: _TRIPLES, _ring
    ),
    Property(
        "scalars.text", "scalars read back what they print", _LAWS, lambda among: scalars, _text
    ),
    Property(
        "scalars.conjugates",
        "conjugation is an automorphism of order two",
        _LAWS,
        lambda among: _TRIPLES,
        _conjugates,
    ),
)
