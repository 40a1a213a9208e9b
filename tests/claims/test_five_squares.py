"""Pairs whose doubles form a cycle: how many squares they can share, over finite fields.

docs/theory/proofs/narrow.md proves for any field: no five squares, with constants, span the three
functions ``P_i^2 + P_{i+1}``. The reduction there to points and a quadratic map is tried here as
well: it finds the three squares that serve two functions, and they do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import pytest
from sympy import GF
from sympy.polys.matrices import DomainMatrix

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
