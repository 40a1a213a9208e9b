"""Characters: a homomorphism in both arguments, conjugate under negation, orthogonal.

All else in the theory rests on these. They are checked case by case for each group.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import Scalar, added
from algebra.numbers.units import zeta
from proofs.claims.claim import Claim, Context, Evidence, Side, first_difference, up_to

SOURCE = "standard; conventions of this project"
MAX_ORDER = 64
MAX_AUTOMORPHISMS = 20
#: Candidates that are gone through for automorphisms, at most.
MAX_CANDIDATES = 10_000


def _group(context: Context) -> AbelianGroup:
    """Return the group as the subject makes it, which may have a fault."""
    return context.subject.group(str(context.over))


def _homomorphism(context: Context) -> Evidence:
    group = _group(context)
    n, every = group.exponent, np.arange(group.order)
    chi = group.character_exponents(every[:, None], every[None, :])
    k, m, x = (axis.ravel() for axis in np.meshgrid(every, every, every, indexing="ij"))
    sums = group.add(k, m)
    wrong = np.flatnonzero(
        ((chi[sums, x] - chi[k, x] - chi[m, x]) % n != 0)
        | ((chi[x, sums] - chi[x, k] - chi[x, m]) % n != 0)
    )
    counterexample = f"k={k[wrong[0]]}, m={m[wrong[0]]}, x={x[wrong[0]]}" if len(wrong) else ""
    return Evidence("exhaustive", f"all {len(k)} triples", counterexample)


def _conjugate(context: Context) -> Evidence:
    group = _group(context)
    n, every = group.exponent, np.arange(group.order)
    chi = group.character_exponents(every[:, None], every[None, :])
    negative = group.negate(every)
    wrong = np.argwhere((chi[negative] + chi) % n != 0)
    if not len(wrong):
        found = sorted([*group.conjugate_pairs(), *group.real_characters(), 0])
        names = [int(k) for k in every if k <= negative[k]]
        difference = first_difference([("one index of each {k,-k}", found, names)])
        return Evidence("exhaustive", f"all {group.order**2} values", difference)
    k, x = wrong[0].tolist()
    return Evidence("exhaustive", f"all {group.order**2} values", f"k={k}, x={x}")


def _orthogonal(context: Context) -> Evidence:
    group = _group(context)
    n, every = group.exponent, np.arange(group.order)
    roots = [zeta(n, e) for e in range(n)]

    def sides() -> Iterator[Side]:
        for k in range(group.order):
            counts = np.bincount(group.character_exponents(np.array(k), every), minlength=n)
            total = added(x * count for x, count in zip(roots, counts.tolist(), strict=True))
            yield f"k={k}", total, Scalar(0 if k else group.order)

    return Evidence("exhaustive", f"all {group.order} characters", first_difference(sides()))


def _dual(context: Context) -> Evidence:
    group = _group(context)
    every = np.arange(group.order)
    chi = group.character_exponents(every[:, None], every[None, :])
    count = 0
    for phi in islice(group.automorphisms(), MAX_AUTOMORPHISMS):
        count += 1
        moved = chi[phi.on_characters(every)]
        if not np.array_equal(moved, chi[:, phi.on_elements(every)]):
            return Evidence("exhaustive", "automorphisms", f"images {phi.images}")
    which = "all" if count < MAX_AUTOMORPHISMS else "the first"
    return Evidence("exhaustive", f"{which} {count} automorphisms, all values")


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "characters.homomorphism",
        "characters multiply as their indices and arguments add",
        r"\chi_{k+m}(x) = \chi_k(x)\chi_m(x),\ \chi_k(x+y) = \chi_k(x)\chi_k(y)",
        SOURCE,
        _homomorphism,
        applies=up_to(MAX_ORDER),
    ),
    Claim(
        "characters.conjugate",
        "the character at -k is the conjugate one, and pairs and real characters are all of them",
        r"\chi_{-k} = \overline{\chi_k}",
        SOURCE,
        _conjugate,
        applies=up_to(10**4),
    ),
    Claim(
        "characters.orthogonal",
        "a non-trivial character sums to zero over the group",
        r"\sum_x \chi_k(x) = d\,[k = 0]",
        SOURCE,
        _orthogonal,
        applies=up_to(1000),
    ),
    Claim(
        "characters.dual",
        "an automorphism acts on characters so that values are kept",
        r"\chi_{\phi^* k}(x) = \chi_k(\phi x)",
        SOURCE,
        _dual,
        applies=lambda group: group.order ** len(group.moduli) <= MAX_CANDIDATES,
    ),
)
