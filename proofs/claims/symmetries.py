"""The symmetries of the loss, on nodes with independent entries: all weights, all at once."""

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from itertools import islice, product

from algebra.numbers.scalar import ONE
from algebra.semiring.element import Element
from algebra.semiring.symmetry import permuted
from proofs.claims.claim import Compared, Context, Evidence, Side, claim, up_to
from proofs.claims.criterion import T_of
from proofs.subjects.generic import generic
from proofs.subjects.recipe import Symmetry
from proofs.subjects.subject import Subject

SOURCE = "this project; the paper has the first"
MAX_AUTOMORPHISMS = 12
#: ``T(s a, s b, c / s^2) s^2`` is a polynomial of degree at most 4 in s, so 5 values decide it.
FACTORS = tuple(Fraction(x) for x in ("2", "3", "1/2", "-1", "-7/5"))


#: The same element is moved many times in a row.
_given = lru_cache(maxsize=1)(T_of)


def moved(s: Subject, z: Element, symmetry: Symmetry) -> Side:
    """Return the function tensor of an image, and what the symmetry's action makes of T."""
    act = symmetry.action(z.group)
    images = ((act(at), x) for at, x in _given(s, z).items())
    expected = {image: x if phase == ONE else phase * x for (image, phase), x in images}
    words = f"{symmetry.kind} by {symmetry.arguments}"
    return words, T_of(s, symmetry(z, s)), expected


@claim(
    "symmetries.permutation",
    r"T(z_{\pi}) = T(z)",
    SOURCE,
    needs="criterion.tensor",
    applies=up_to(5),
)
def permutation(context: Context) -> Compared:
    """permuting nodes keeps T"""
    s, z = context.subject, generic("z", 3, spectrum=context.over)
    yield Evidence("proved", "all weights of three nodes, two generators")
    for order in ([1, 2, 0], [0, 2, 1]):
        yield f"order {order}", T_of(s, permuted(z, order)), _given(s, z)


def _moves(context: Context, what: str, symmetries: Iterable[Symmetry]) -> Compared:
    yield Evidence("proved", f"all weights of a node{what}")
    z = generic("z", 1, spectrum=context.over)
    yield from (moved(context.subject, z, symmetry) for symmetry in symmetries)


@claim(
    "symmetries.scaling",
    r"T(sa, sb, c/s^2) = T(a, b, c)",
    SOURCE,
    needs="criterion.tensor",
    applies=up_to(7),
)
def scaling(context: Context) -> Compared:
    """scaling a node by (s, s, 1/s^2), s real, keeps T"""
    return _moves(context, ", all real s", (Symmetry("scaled", (x,)) for x in FACTORS))


@claim(
    "symmetries.swap",
    r"T_{k_1k_2k}(b, a, c) = T_{k_2k_1k}(a, b, c)",
    SOURCE,
    needs="criterion.tensor",
    applies=up_to(7),
)
def swap(context: Context) -> Compared:
    """exchanging a and b exchanges the first two indices of T"""
    return _moves(context, "", [Symmetry("swapped")])


@claim(
    "symmetries.translation",
    r"T'_{k_1k_2k} = \chi_{k_1}(s)\chi_{k_2}(t)\overline{\chi_k(s+t)}\,T_{k_1k_2k}",
    SOURCE,
    needs="criterion.tensor characters.homomorphism",
    applies=up_to(6),
)
def translation(context: Context) -> Compared:
    """moving the inputs multiplies T by phases that are 1 on the diagonal"""
    d = context.over.order
    shifts = (Symmetry("translated", x) for x in product(range(d), repeat=2))
    return _moves(context, f", all {d**2} shifts", shifts)


@claim(
    "symmetries.automorphism",
    r"T'_{\phi k_1,\phi k_2,\phi k} = T_{k_1k_2k}",
    SOURCE,
    needs="criterion.tensor characters.dual",
    applies=up_to(7),
)
def automorphism(context: Context) -> Compared:
    """relabelling characters by an automorphism moves T along"""
    found = [phi.images for phi in islice(context.over.automorphisms(), MAX_AUTOMORPHISMS)]
    which = "all" if len(found) < MAX_AUTOMORPHISMS else "the first"
    symmetries = (Symmetry("relabelled", x) for x in found)
    return _moves(context, f", {which} {len(found)} automorphisms", symmetries)


CLAIMS = (permutation, scaling, swap, translation, automorphism)
