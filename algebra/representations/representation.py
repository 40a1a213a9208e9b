"""One irreducible real representation: matrices over the reals, complex numbers or quaternions.

A representation of real dimension ``N`` whose commutant ``E`` has dimension ``e`` (1 real, 2
complex, 4 quaternions) is ``n x n`` matrices over ``E``, ``N = n e``. An entry is its ``e`` real
components; over the reals it stands for the block of left multiplication by it, whose first column
these are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.numbers.arrays import Exacts
from algebra.numbers.scalar import ONE, ZERO, Scalar

KINDS = {1: "real", 2: "complex", 4: "quaternionic"}
#: ``e_s e_t`` is the unit number ``[s][t][0]`` with the sign ``[s][t][1]``.
_UNITS = (
    ((0, 1), (1, 1), (2, 1), (3, 1)),
    ((1, 1), (0, -1), (3, 1), (2, -1)),
    ((2, 1), (3, -1), (0, -1), (1, 1)),
    ((3, 1), (2, 1), (1, -1), (0, -1)),
)


class RepresentationError(ValueError):
    """Raised for matrices that are no irreducible representation; the message says why."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Representation:
    """A real representation with ``rho(x) D rho(x)^T = D``, irreducible once it was checked.

    Args:
        name: such as ``"[3,1]"``.
        values: scalars, shape (d, n, n, e): for each element the matrix over ``E``.
        form: the diagonal of ``D``, n real numbers, each meant for e rows.
    """

    name: str
    values: Exacts
    form: tuple[Scalar, ...]

    @property
    def kind(self) -> int:
        """The dimension ``e`` of the commutant: 1 real, 2 complex, 4 quaternionic type."""
        return int(self.values.shape[3])

    @property
    def dimension(self) -> int:
        """The real dimension ``N``."""
        return int(self.values.shape[1]) * self.kind

    @property
    def functions(self) -> int:
        """How many different functions its entries are: ``N^2 / e``."""
        return self.dimension * int(self.values.shape[1])

    def __repr__(self) -> str:
        return f"<Representation {self.name}, dimension {self.dimension}, {KINDS[self.kind]} type>"

    def matrices(self) -> Exacts:
        """Return the real matrices, shape (d, N, N)."""
        return real_blocks(self.values)

    def diagonal(self) -> tuple[Scalar, ...]:
        """Return the diagonal of ``D`` over the reals, ``N`` numbers."""
        return tuple(x for x in self.form for _ in range(self.kind))

    def character(self) -> tuple[Scalar, ...]:
        """Return the trace of each element's real matrix."""
        n = self.values.shape[1]
        return tuple(
            sum((x[i, i, 0] for i in range(n)), start=ZERO) * self.kind for x in self.values
        )

    def galois(self, t: int) -> Representation:
        """Return the conjugate over Q: ``zeta -> zeta^t`` in all entries."""
        moved = np.vectorize(lambda x: x.galois(t), otypes=[object])
        return Representation(self.name, moved(self.values), tuple(x.galois(t) for x in self.form))


def real_blocks(values: Exacts) -> Exacts:
    """Return the blocks of left multiplication."""
    *head, n, m, e = values.shape
    blocks = np.full((*head, n, e, m, e), ZERO, dtype=object)
    for s in range(e):
        for t in range(e):
            row, sign = _UNITS[s][t]
            blocks[..., row, :, t] = values[..., s] * sign
    return blocks.reshape(*head, n * e, m * e)


def by_words(
    group: FiniteGroup, generators: Sequence[int], columns: Sequence[Exacts], *, kind: int
) -> Exacts:
    """Return the matrices over ``E`` from the real ones of generators, each with its n columns."""
    n = columns[0].shape[1]
    values = np.full((group.order, n, n, kind), ZERO, dtype=object)
    values[group.identity, range(n), range(n), 0] = ONE
    for x, y, i in group.words_in(generators):
        known = real_blocks(values[y]) @ columns[i]
        values[x] = known.reshape(n, kind, n).transpose(0, 2, 1)
    return values


def require_irreducible(group: FiniteGroup, rho: Representation) -> None:
    """Refuse what is no irreducible real representation with this form; all of it exactly.

    ``rho(x s) = rho(x) rho(s)`` for all elements x and generators s; ``rho(s) D rho(s)^T = D``;
    real entries; and the character has norm ``e``, the commutant being ``E`` then.
    """
    m = rho.matrices()
    if any(x != x.conjugate() for x in {*rho.values.ravel().tolist(), *rho.form}):
        raise RepresentationError(f"{rho.name}: an entry is not real")
    if len(rho.form) * rho.kind != rho.dimension or ZERO in rho.form:
        raise RepresentationError(f"{rho.name}: its form is not diagonal without zeros")
    form = np.array(rho.diagonal(), dtype=object)
    for s in group.generators:
        kept = (m[s] * form) @ m[s].T
        if any(x != (form[i] if i == j else ZERO) for (i, j), x in np.ndenumerate(kept)):
            raise RepresentationError(f"{rho.name}: element {s} does not keep the form")
        first = slice(None), slice(None, None, rho.kind)  # columns: each tells those of its block
        wrong = (m[group.products[:, s]][:, *first] != m @ m[s][first]).any(axis=(1, 2))
        if wrong.any():
            x = int(np.flatnonzero(wrong)[0])
            raise RepresentationError(f"{rho.name}: no homomorphism: rho({x} * {s}) differs")
    character = rho.character()
    norm = sum((x * x for x in character), start=ZERO) / group.order
    if norm != rho.kind:
        raise RepresentationError(
            f"{rho.name}: its character has norm {norm!r}, and {rho.kind} is that of an "
            f"irreducible one of {KINDS[rho.kind]} type"
        )


def require_complete(group: FiniteGroup, found: Sequence[Representation]) -> None:
    """Refuse a list that is not all irreducible representations, each once; each is checked."""
    for rho in found:
        require_irreducible(group, rho)
    characters = {rho.character() for rho in found}
    total = sum(rho.functions for rho in found)
    if len(characters) < len(found) or total != group.order:
        raise RepresentationError(
            f"{len(found)} representations with {len(characters)} characters have {total} "
            f"functions, and the group has {group.order} elements"
        )
