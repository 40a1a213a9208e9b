"""Characters: a homomorphism in both arguments, conjugate under negation, orthogonal."""

from itertools import islice

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64
from algebra.numbers.scalar import Scalar, added
from algebra.numbers.units import zeta
from proofs.claims.claim import Compared, Context, Evidence, claim, up_to

SOURCE = "standard; conventions of this project"
MAX_AUTOMORPHISMS = 20
#: Candidates that are gone through for automorphisms, at most.
MAX_CANDIDATES = 10_000


def _characters(context: Context) -> tuple[AbelianGroup, Int64, Int64]:
    """Return the group as the subject makes it, its indices, and the exponents of characters."""
    group = context.subject.group(str(context.over))
    every = np.arange(group.order)
    return group, every, group.character_exponents(every[:, None], every[None, :])


@claim(
    "characters.homomorphism",
    r"\chi_{k+m}(x) = \chi_k(x)\chi_m(x),\ \chi_k(x+y) = \chi_k(x)\chi_k(y)",
    SOURCE,
    applies=up_to(64),
)
def homomorphism(context: Context) -> Compared:
    """characters multiply as their indices and arguments add"""
    group, every, chi = _characters(context)
    k, m = every[:, None, None], every[:, None]
    sums = group.add(k, m)
    yield Evidence("exhaustive", f"all {group.order**3} triples")
    for what, at in ("k, m, x", chi), ("x, y, k", chi.T):
        off = at[sums, every] - at[k, every] - at[m, every]
        yield what, np.argwhere(off % group.exponent != 0).tolist()[:1], []


@claim("characters.conjugate", r"\chi_{-k} = \overline{\chi_k}", SOURCE, applies=up_to(10**4))
def conjugate(context: Context) -> Compared:
    """the character at -k is the conjugate one, and pairs and real characters are all of them"""
    group, every, chi = _characters(context)
    negative = group.negate(every)
    yield Evidence("exhaustive", f"all {group.order**2} values")
    wrong = np.argwhere((chi[negative] + chi) % group.exponent != 0).tolist()
    yield "k, x", wrong[:1], []
    found = sorted([*group.conjugate_pairs(), *group.real_characters(), 0])
    yield "one index of each {k,-k}", found, every[every <= negative].tolist()


@claim("characters.orthogonal", r"\sum_x \chi_k(x) = d\,[k = 0]", SOURCE, applies=up_to(1000))
def orthogonal(context: Context) -> Compared:
    """a non-trivial character sums to zero over the group"""
    group, every, chi = _characters(context)
    n = group.exponent
    roots = [zeta(n, e) for e in range(n)]
    yield Evidence("exhaustive", f"all {group.order} characters")
    for k in every.tolist():
        counts = np.bincount(chi[k], minlength=n).tolist()
        total = added(x * count for x, count in zip(roots, counts, strict=True))
        yield f"k={k}", total, Scalar(0 if k else group.order)


@claim(
    "characters.dual",
    r"\chi_{\phi^* k}(x) = \chi_k(\phi x)",
    SOURCE,
    applies=lambda group: group.order ** len(group.moduli) <= MAX_CANDIDATES,
)
def dual(context: Context) -> Compared:
    """an automorphism acts on characters so that values are kept"""
    group, every, chi = _characters(context)
    found = list(islice(group.automorphisms(), MAX_AUTOMORPHISMS))
    which = "all" if len(found) < MAX_AUTOMORPHISMS else "the first"
    yield Evidence("exhaustive", f"{which} {len(found)} automorphisms, all values")
    for phi in found:
        moved, kept = chi[phi.on_characters(every)], chi[:, phi.on_elements(every)]
        yield f"images {phi.images}", np.argwhere(moved != kept).tolist()[:1], []


CLAIMS = (homomorphism, conjugate, orthogonal, dual)
