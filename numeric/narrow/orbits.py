"""Orbits of nodes under symmetries, which permute the entries of nodes ``(a, b, c)``.

A node that some elements fix satisfies ``a(h x) = +-a(x)``, with one sign for each of these, since
a node and its negative are the same. Nodes that read certain frequencies only, or have
``b = +-a``, are of a *kind*; symmetries permute kinds, and what fixes a node fixes its kind.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np
from scipy.linalg import block_diag

from algebra.numbers.arrays import Reals
from numeric.narrow.problem import Problem, Task, spaces
from numeric.narrow.signed_symmetry import (
    SignedPermutation,
    SignedSymmetry,
    after,
    subgroups,
    up_to_conjugacy,
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
    every = subgroups(fixing)
    found = []
    for subgroup in up_to_conjugacy(every, fixing):
        cosets: list[SignedPermutation] = []
        covered: set[SignedPermutation] = set()
        for g in symmetry.elements:
            if g not in covered:
                cosets.append(g)
                covered.update(after(g, h) for h in subgroup)
        # Homomorphisms to the signs are given by what they take to 1: all, or half of it.
        halves = (half for half in every if 2 * len(half) == len(subgroup) and half < subgroup)
        for kernel in (subgroup, *halves):
            fixes = tuple((h, 1 if h in kernel else -1) for h in sorted(subgroup))
            basis = _basis(group, fixes, kind)
            if basis[: 2 * group.order].any():
                found.append(Orbit(tuple(cosets), fixes, kind, basis))
    return tuple(found)


def _basis(group: Task, fixes: Sequence[tuple[SignedPermutation, int]], kind: Kind | None) -> Reals:
    """Return a basis of the weights of a kind that elements leave alone, inputs up to sign.

    The orthogonal projections to what they leave alone, to the frequencies and to ``b = +-a``
    commute, since the elements fix the kind; so their product is the projection to what is common.
    """
    d = group.order
    inputs, outputs = np.zeros((2 * d, 2 * d)), np.zeros((d, d))
    for (there, images), sign in fixes:
        inputs[there, np.arange(2 * d)] += sign / len(fixes)
        outputs[images, np.arange(d)] += 1 / len(fixes)
    if kind is not None:
        found = spaces(group)
        kept = found.basis[:, np.isin(found.labels, kind.reads)]
        inputs = np.kron(np.eye(2), kept @ kept.T) @ inputs
        if kind.tie:
            inputs = np.kron([[0.5, kind.tie / 2], [kind.tie / 2, 0.5]], np.eye(d)) @ inputs
    return np.asarray(block_diag(_independent(inputs), _independent(outputs)))


def _independent(projector: Reals) -> Reals:
    """Return an orthogonal basis of the range, from the columns in order (Gram and Schmidt).

    The largest entry of each is 1 in modulus.
    """
    found = np.zeros((len(projector), 0))
    for column in projector.T:
        rest = column
        for _ in range(2):
            rest = rest - found @ (found.T @ rest)
        size = np.linalg.norm(rest)
        if size > DEPENDENT:
            found = np.column_stack([found, rest / size])
    return np.asarray(found / np.abs(found).max(axis=0, initial=0))


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
