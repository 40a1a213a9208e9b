"""Exact scalars are a ring with conjugation, and read back what they print."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from algebra.numbers.parse import parse
from algebra.numbers.scalar import ONE, ZERO, Scalar
from proofs.claims.claim import first_difference
from proofs.properties.property import holds
from proofs.strategies.scalars import scalars
from proofs.subjects.subject import Subject

Triple = tuple[Scalar, Scalar, Scalar]
_TRIPLES = st.tuples(scalars, scalars, scalars)


@holds("scalars.ring", "laws.*", lambda among: _TRIPLES)
def ring(subject: Subject, value: Triple) -> str:
    """scalars are a commutative ring"""
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


@holds("scalars.text", "laws.*", lambda among: scalars)
def text(subject: Subject, x: Scalar) -> str:
    """scalars read back what they print"""
    return first_difference(
        [("parse(repr(x)) = x", parse(repr(x)), x), ("equal hashes", hash(parse(repr(x))), hash(x))]
    )


@holds("scalars.conjugates", "laws.*", lambda among: _TRIPLES)
def conjugates(subject: Subject, value: Triple) -> str:
    """conjugation is an automorphism of order two"""
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


PROPERTIES = (ring, text, conjugates)
