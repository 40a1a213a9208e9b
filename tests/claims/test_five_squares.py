"""Pairs whose doubles form a cycle: how many squares they can share.

docs/theory/proofs/narrow.md and Coq prove for any field: no five squares, with constants, span the
three functions ``P_i^2 + P_{i+1}``. Here the rank that the proof rests on is computed; and over
finite fields all squares are gone through, by another reduction: to the quadrics that annihilate
the functions and 1, and their values at the squares' points. It finds the three squares that serve
two functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from pathlib import Path

import pytest
from sympy import GF, QQ, Poly, symbols
from sympy.polys.matrices import DomainMatrix

from proofs.formal.proved import statement

Vector = tuple[int, ...]


def normalised(v: Sequence[int], p: int) -> Vector:
    """Return the multiple of a non-zero vector whose first non-zero entry is 1."""
    first = next(x for x in v if x % p)
    inverse = pow(first, -1, p)
    return tuple(x * inverse % p for x in v)


def points(n: int, p: int) -> Iterator[Vector]:
    """Yield the linear forms in ``P_1 .. P_n`` and 1, up to factors, that are not constant."""
    for v in product(range(p), repeat=n + 1):
        if any(v[:n]) and normalised(v, p) == v:
            yield v


def square(v: Sequence[int], p: int) -> list[int]:
    """Return the coefficients of the square of a linear form."""
    pairs = [(i, j) for i in range(len(v)) for j in range(i, len(v))]
    return [v[i] * v[j] * (1 if i == j else 2) % p for i, j in pairs]


def image(v: Sequence[int], p: int) -> Vector:
    """Return the values at a point of all quadrics that annihilate the forms and constants."""
    *x, w = v
    n = len(x)
    mixed = [x[i] * x[j] for i in range(n) for j in range(i)]
    return tuple(z % p for z in (*mixed, *(x[i] ** 2 - 2 * x[(i + 1) % n] * w for i in range(n))))


def rank(rows: Sequence[Sequence[int]], p: int) -> int:
    """Return the rank modulo a prime."""
    return int(
        DomainMatrix(
            [list(map(GF(p), row)) for row in rows], (len(rows), len(rows[0])), GF(p)
        ).rank()
    )


def wanted(n: int, p: int) -> list[list[int]]:
    """Return the coefficients of ``P_i^2 + P_{i+1}``, in the order of `square`."""
    one = [0] * n + [1]
    unit = [[int(i == j) for j in range(n + 1)] for i in range(n)]

    def polar(u: list[int], v: list[int]) -> list[int]:
        both = square([x + y for x, y in zip(u, v, strict=True)], p)
        half = pow(2, -1, p)
        return [
            (x - y - z) * half % p for x, y, z in zip(both, square(u, p), square(v, p), strict=True)
        ]

    return [
        [(x + y) % p for x, y in zip(square(u, p), polar(unit[(i + 1) % n], one), strict=True)]
        for i, u in enumerate(unit)
    ]


def largest(n: int, p: int) -> tuple[int, list[Vector]]:
    """Return the rank, constants included, of the squares of forms whose images span n - 1."""
    by_image: dict[Vector, list[Vector]] = {}
    for v in points(n, p):
        by_image.setdefault(normalised(image(v, p), p), []).append(v)
    one = square([0] * n + [1], p)
    best: tuple[int, list[Vector]] = (0, [])
    for generators in combinations(by_image, n - 1):
        spanned = {
            normalised(combined, p)
            for factors in product(range(p), repeat=n - 1)
            if any(
                combined := [
                    sum(f * x for f, x in zip(factors, entries, strict=True)) % p
                    for entries in zip(*generators, strict=True)
                ]
            )
        }
        forms = [v for y in spanned if y in by_image for v in by_image[y]]
        if len(forms) + 1 > best[0]:
            found = rank([one, *(square(v, p) for v in forms)], p)
            best = max(best, (found, forms))
    return best


@pytest.mark.parametrize("p", [3, 5])
def test_no_five_squares_serve_three_pairs_whose_doubles_form_a_cycle(p: int) -> None:
    assert largest(3, p)[0] < 6  # five squares, and 1


def test_three_squares_serve_two_pairs_that_are_each_others_doubles() -> None:
    p = 7
    found, forms = largest(2, p)
    assert found == 4  # three squares, and 1
    squares = [square(v, p) for v in (*forms, (0, 0, 1))]
    assert rank([*squares, *wanted(2, p)], p) == found


def test_the_images_say_which_squares_span_the_functions() -> None:
    """The reduction: the functions are spanned iff the rank falls by n + 1 under the map."""
    n, p = 2, 5
    one, functions = square([0] * n + [1], p), wanted(n, p)
    answers = set()
    for forms in combinations(points(n, p), 3):
        squares = [one, *(square(v, p) for v in forms)]
        s, r = rank(squares, p), rank([image(v, p) for v in forms], p)
        spanned = rank([*squares, *functions], p) == s
        assert spanned == (s - r == n + 1)
        answers.add(spanned)
    assert answers == {True, False}


def determinant(linear: Sequence[int]) -> Poly:
    """Return the determinant of ``M_i u_l = M_l u_i``, constants being unknowns.

    ``M_i`` is the matrix of ``P_i^2 + b_i P_{i+1}``, three of them, and ``u_i`` a vector for each.
    """
    constants = symbols("k1:4")
    ring = QQ[constants]
    m = [[[ring.zero] * 4 for _ in range(4)] for _ in range(3)]
    for i, b in enumerate(linear):
        m[i][i][i] = ring.one
        m[i][(i + 1) % 3][3] = m[i][3][(i + 1) % 3] = ring(QQ(b, 2))
        m[i][3][3] = ring.from_sympy(constants[i])
    rows = []
    for i, k in combinations(range(3), 2):
        for entry in range(4):
            row = {k: m[i][entry], i: [-x for x in m[k][entry]]}
            rows.append([x for block in range(3) for x in row.get(block, [ring.zero] * 4)])
    return Poly(ring.to_sympy(DomainMatrix(rows, (12, 12), ring).charpoly()[-1]), *constants)


def test_the_equations_of_the_proof_have_rank_twelve_whatever_the_constants() -> None:
    found = determinant((1, 1, 1))
    assert found.is_ground
    assert found != 0
    assert determinant((1, 1, 0)) == 0  # without one of the linear functions


def test_coq_says_as_many_squares() -> None:
    least = 12 // 2  # a square adds two to the rank
    for name, number in (("at_least_six_squares", r"\((\d+) <= q\)"), ("six_squares", r"'I_(\d+)")):
        assert re.findall(number, statement(f"five_squares.v:{name}")) == [str(least)]
    assert re.findall(r"'I_(\d+)", statement("five_squares.v:no_five_squares")) == [str(least - 1)]
    page = Path("docs/theory/proofs/narrow.md").read_text("utf-8")
    for name in ("no_five_squares", "at_least_six_squares", "six_squares"):
        assert f"`{name}`" in page, name
