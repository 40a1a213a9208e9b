"""Orbits of nodes under symmetries, which permute the entries of nodes ``(a, b, c)``.

A node that some elements fix satisfies ``a(h x) = +-a(x)``, with one sign for each of these, since
a node and its negative are the same. Nodes that read certain frequencies only, or have
``b = +-a``, are of a *kind*; symmetries permute kinds, and what fixes a node fixes its kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np

from algebra.numbers.arrays import Reals
from numeric.narrow.problem import Problem, Task, spaces
from numeric.narrow.signed_symmetry import (
    SignedPermutation,
    SignedSymmetry,
    after,
    signs_of,
    subgroups,
)

#: What is left of a column of a projector, below which it depends on those before it.
DEPENDENT = 1e-8


@final
@dataclass(frozen=True, slots=True)
class Kind:
    """The frequencies or representations that a and b of a node may have, by number, sorted; and
    how b is tied to a.
    """

    reads: tuple[int, ...]
    tie: int = 0

    def __str__(self) -> str:
        return ",".join(map(str, self.reads)) + ("", "+", "-")[self.tie]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Orbit:
    """A type of orbit of nodes: an element for each, those that fix the representative with their
    signs, its kind, and its entries a, b, c by its unknowns, each for inputs or for outputs.
    """

    cosets: tuple[SignedPermutation, ...]
    fixes: tuple[tuple[SignedPermutation, int], ...]
    kind: Kind | None
    basis: Reals

    @property
    def unknowns(self) -> int:
        """How many there are."""
        return int(self.basis.shape[1])


@lru_cache(maxsize=64)
def orbit_types(symmetry: SignedSymmetry, *, kind: Kind | None = None) -> tuple[Orbit, ...]:
    """Return the types of orbits of nodes, of one kind and those that it is taken to.

    One for each subgroup, up to conjugacy, of the elements that fix the kind, and each way to give
    it signs.
    """
    group = symmetry.group
    fixing = [g for g in symmetry.elements if kind is None or moved(group, g, kind) == kind]
    found = []
    for subgroup in subgroups(fixing):
        cosets: list[SignedPermutation] = []
        covered: set[SignedPermutation] = set()
        for g in symmetry.elements:
            if g not in covered:
                cosets.append(g)
                covered.update(after(g, h) for h in subgroup)
        for signs in signs_of(subgroup):
            basis = _orbit_sums(signs, group.order)
            if kind is not None:
                basis = _restricted(group, basis, kind)
            if basis[: 2 * group.order].any():
                found.append(Orbit(tuple(cosets), tuple(sorted(signs.items())), kind, basis))
    return tuple(found)


def _orbit_sums(signs: dict[SignedPermutation, int], d: int) -> Reals:
    """Return the weights that elements leave alone, inputs up to sign: one column for each orbit.

    Columns have disjoint supports and entries 1 and -1.
    """
    done: set[int] = set()
    columns = []
    for i in range(3 * d):
        if i in done:
            continue
        images = {
            (h[0][i], sign) if i < 2 * d else (2 * d + h[1][i - 2 * d], 1)
            for h, sign in signs.items()
        }
        places = [place for place, _ in images]
        done.update(places)
        if len(set(places)) == len(places):  # else with both signs: the entries are 0
            column = np.zeros(3 * d)
            column[places] = [sign for _, sign in images]
            columns.append(column)
    return np.stack(columns, axis=1)


def _restricted(group: Task, basis: Reals, kind: Kind) -> Reals:
    """Return a basis of those weights in the span of the columns that are of a kind.

    The orthogonal projections to the span, to the frequencies and to ``b = +-a`` commute, since the
    elements that give the span fix the kind; so their product is the projection to what is common.
    """
    d = group.order
    outputs = basis[: 2 * d].any(axis=0) == 0
    unit = basis[: 2 * d, ~outputs]
    unit = unit / np.linalg.norm(unit, axis=0)
    found = spaces(group)
    kept = found.basis[:, np.isin(found.labels, kind.reads)]
    reads = kept @ kept.T
    both = np.kron(np.eye(2), reads)
    if kind.tie:
        both = both @ np.kron(np.array([[1, kind.tie], [kind.tie, 1]]) / 2, np.eye(d))
    inputs = _independent(both @ unit @ unit.T)
    whole = np.zeros((3 * d, inputs.shape[1] + outputs.sum()))
    whole[: 2 * d, : inputs.shape[1]] = inputs
    whole[:, inputs.shape[1] :] = basis[:, outputs]
    return whole


def _independent(projector: Reals) -> Reals:
    """Return an orthonormal basis of the range, from the columns in order (Gram and Schmidt)."""
    found = np.zeros((len(projector), 0))
    for column in projector.T:
        rest = column
        for _ in range(2):
            rest = rest - found @ (found.T @ rest)
        size = np.linalg.norm(rest)
        if size > DEPENDENT:
            found = np.column_stack([found, rest / size])
    return found


def kinds(problem: Problem) -> list[Kind | None]:
    """Return the kind of each node; None for all if nodes may be anything."""
    if problem.support is None and problem.ties is None and problem.constants:
        return [None] * problem.width
    everywhere = sorted(set(problem.frequencies.tolist()))
    support = problem.support or [everywhere] * problem.width
    ties = problem.ties or [0] * problem.width
    return [Kind(tuple(sorted(set(x))), tie) for x, tie in zip(support, ties, strict=True)]


@lru_cache(maxsize=1024)
def moved(group: Task, g: SignedPermutation, kind: Kind) -> Kind | None:
    """Return the kind that an element takes a kind to; None if ``b = +-a`` does not stay."""
    found, d = spaces(group), group.order
    kept = found.basis[:, np.isin(found.labels, kind.reads)]
    first, second = (kept[np.argsort(np.array(part) % d)] for part in (g[0][:d], g[0][d:]))
    there = np.abs(found.basis.T @ first).max(axis=1, initial=0) > DEPENDENT
    reads = tuple(sorted(set(found.labels[there].tolist())))
    for sign in (1, -1) if kind.tie else ():
        if np.allclose(first, sign * second):
            return Kind(reads, sign * kind.tie)
    return None if kind.tie else Kind(reads)


def classes(problem: Problem, symmetry: SignedSymmetry) -> list[tuple[Kind | None, int]]:
    """Return a kind of each orbit of kinds, and how many nodes are of a kind in it."""
    every = kinds(problem)
    count = Counter(every)
    found: list[tuple[Kind | None, int]] = []
    seen: set[Kind | None] = set()
    for node, kind in enumerate(every, 1):
        if kind in seen:
            continue
        orbit: list[Kind | None] = [None]
        if kind is not None:
            orbit = list(_orbit_of(problem.group, symmetry, kind, node))
        for image in orbit:
            if count[image] != count[kind]:
                raise ValueError(_uneven(symmetry, node, orbit, count, image))
        seen.update(orbit)
        found.append((kind, sum(count[x] for x in orbit)))
    return found


def _orbit_of(group: Task, symmetry: SignedSymmetry, kind: Kind, node: int) -> dict[Kind, None]:
    images: dict[Kind, None] = {kind: None}
    for g in symmetry.elements:
        image = moved(group, g, kind)
        if image is None:
            sign = "+" if kind.tie > 0 else "-"
            raise ValueError(
                f"support: symmetry={symmetry.text!r} turns a and b of node {node}, '{kind}', by "
                f"different angles, so that b = {sign[sign == '+' :]}a does not stay; leave its "
                f"'{sign}' out, or translate both alike"
            )
        images[image] = None
    return images


def _uneven(
    symmetry: SignedSymmetry,
    node: int,
    orbit: Sequence[Kind | None],
    count: Counter[Kind | None],
    image: Kind | None,
) -> str:
    """Say that the nodes of a kind and of its image are not equally many, and what would be."""
    kind = orbit[0]
    every = [x for x in orbit if x is not None]
    ties = {x.tie for x in every}
    stays = Kind(tuple(sorted({k for x in every for k in x.reads})), min(ties) * (len(ties) == 1))
    return (
        f"support: symmetry={symmetry.text!r} takes node {node}, '{kind}', to '{image}', and "
        f"{count[kind]} of the nodes are '{kind}' but {count[image]} are '{image}'; pass as many "
        f"of each of {', '.join(repr(str(x)) for x in every)}, or '{stays}', which stays"
    )
