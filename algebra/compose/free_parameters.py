"""Free parameters at a solution: the dimension of the tangent space modulo symmetry.

The conditions are polynomials in the entries and their conjugates. In logarithmic coordinates,
entries and conjugates taken as independent, row ``r`` of the Jacobian at node ``j`` is the term
``t_j`` of ``r(z) = sum_j t_j`` times its degrees in ``a, a-, b, b-, c, c-``; with each potential
its conjugate is a row, so the complex rank of this matrix is the real rank of the conditions.

The rank is computed modulo primes that split in ``Q(zeta_n)``. That is a lower bound for the rank
over the field, and equal to it for all but finitely many primes; two are taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from algebra.compose.entry import Node
from algebra.groups.spectrum import PAIR, Frequency
from algebra.numbers.roots_of_unity import primitive_root_of_unity, split_prime
from algebra.numbers.scalar import Scalar
from algebra.semiring.potential import parse_potential


def free_parameters(
    nodes: Sequence[Node], kills: Sequence[str], *, n: int, spectrum: Frequency = PAIR
) -> int:
    """Return the dimension of ``{abc = 1, kills = 0}`` at a point, modulo symmetry.

    Symmetry: a real scaling of each node, and for a conjugate pair two translations. Moduli are
    free to vary. It is the dimension of the tangent space, which that of the set cannot exceed.
    """
    from math import lcm

    field = lcm(n, *(c.field for _, _, c in nodes))
    ranks = []
    prime = 1 << 30
    for _ in range(2):
        prime = split_prime(field, above=prime)
        while any(c.denominator % prime == 0 for _, _, c in nodes):
            prime = split_prime(field, above=prime)
        ranks.append(_rank(_jacobian(nodes, ["abc", *kills], n, field, prime, spectrum), prime))
    unknown = 6 if spectrum == PAIR else 3
    symmetry = len(nodes) + (2 if spectrum == PAIR else 0)
    return unknown * len(nodes) - max(ranks) - symmetry


def residue(x: Scalar, *, field: int, prime: int, root: int) -> int:
    """Return ``x`` modulo a prime over ``prime``, ``zeta_field -> root``."""
    total = 0
    for q, e, _ in x.terms():
        power = pow(root, e * (field // x.field), prime)
        total += q.numerator * pow(q.denominator, -1, prime) * power
    return total % prime


def _jacobian(
    nodes: Sequence[Node], names: Sequence[str], n: int, field: int, prime: int, spectrum: Frequency
) -> list[list[int]]:
    root, up = primitive_root_of_unity(field, prime), field // n

    def residues(i: int, j: int, c: Scalar) -> tuple[int, int, int]:
        a, b = (pow(root, e * up, prime) for e in (i, j))
        return a, b, residue(c, field=field, prime=prime, root=root)

    values = [(residues(i, j, c), residues(-i, -j, c.conjugate())) for i, j, c in nodes]
    columns = 6 if spectrum == PAIR else 3
    rows = []
    for name in names:
        r = parse_potential(name, spectrum=spectrum)
        for form in (r, r.conjugate()) if spectrum == PAIR else (r,):
            row = []
            for both in values:
                term, degree = 1, [0] * columns
                for p, k in form.indices:
                    at = "abc".index(p)
                    term = term * both[k][at] % prime
                    degree[3 * k + at] += 1
                row += [term * x % prime for x in degree]
            rows.append(row)
    return rows


def _rank(matrix: Sequence[Sequence[int]], prime: int) -> int:
    """Return the rank of a matrix of residues modulo a prime.

    By hand: without an optional library SymPy takes over 40 times as long.
    """
    rows, found = list(matrix), 0
    for column in range(len(rows[0])):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        found += 1
        inverse = pow(pivot[column], -1, prime)
        factors = [row[column] * inverse for row in rows]
        rows = [
            [(x - f * y) % prime for x, y in zip(row, pivot, strict=True)] if f else row
            for row, f in zip(rows, factors, strict=True)
        ]
    return found
