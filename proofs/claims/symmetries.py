"""The symmetries of the loss, on one node with independent entries: all weights, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, product

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import Scalar
from algebra.semiring.element import Element
from algebra.semiring.symmetry import permuted
from proofs.claims.claim import Claim, Context, Evidence, Side, first_difference, up_to
from proofs.claims.criterion import Triple, with_conjugates
from proofs.subjects.generic import generic

SOURCE = "this project; the paper has the first"
MAX_AUTOMORPHISMS = 12
Table = dict[Triple, Scalar]


def T_of(context: Context, z: Element) -> Table:
    """Return the function tensor at all triples, by the route that expands nothing twice."""
    return with_conjugates(z.group, dict(context.subject.tensor(z, "sparse")))


def _permutation(context: Context) -> Evidence:
    z = generic("z", 3, spectrum=context.over)
    sides = [
        (f"order {order}", T_of(context, permuted(z, order)), T_of(context, z))
        for order in ([1, 2, 0], [0, 2, 1])
    ]
    return Evidence("proved", "all weights of three nodes, two generators", first_difference(sides))


def _scaling(context: Context) -> Evidence:
    s, z = context.subject, generic("z", 1, spectrum=context.over)
    T = T_of(context, z)
    # T(s a, s b, c / s^2) s^2 is a polynomial of degree at most 4 in s, so 9 values decide it.
    values = [Fraction(x) for x in ("1", "2", "3", "5", "1/2", "-1", "-2", "-1/3", "-7/5")]
    sides = ((f"s = {v}", T_of(context, s.scaled_nodes(z, [v])), T) for v in values)
    return Evidence("proved", "all weights of a node, all real s", first_difference(sides))


def _swap(context: Context) -> Evidence:
    s, z = context.subject, generic("z", 1, spectrum=context.over)
    expected = {(k2, k1, k): x for (k1, k2, k), x in T_of(context, z).items()}
    wrong = first_difference([("a and b exchanged", T_of(context, s.swapped(z)), expected)])
    return Evidence("proved", "all weights of a node", wrong)


def _translation(context: Context) -> Evidence:
    s, group = context.subject, context.over
    z = generic("z", 1, spectrum=group)
    T = T_of(context, z)

    def sides() -> Iterator[Side]:
        for x, y in product(range(group.order), repeat=2):
            expected = {at: v * _phase(group, at, x, y) for at, v in T.items()}
            yield f"s={x}, t={y}", T_of(context, s.translated(z, x, y)), expected

    d = group.order
    return Evidence(
        "proved", f"all weights of a node, all {d * d} shifts", first_difference(sides())
    )


def _phase(group: AbelianGroup, at: Triple, x: int, y: int) -> Scalar:
    k1, k2, k = at
    total = group.add(x, y)
    values = (group.character_value(k1, x), group.character_value(k2, y))
    return values[0] * values[1] * group.character_value(k, total).conjugate()


def _automorphism(context: Context) -> Evidence:
    s, group = context.subject, context.over
    z = generic("z", 1, spectrum=group)
    T = T_of(context, z)
    count = 0

    def sides() -> Iterator[Side]:
        nonlocal count
        for phi in islice(group.automorphisms(), MAX_AUTOMORPHISMS):
            count += 1
            image = phi.on_characters(np.arange(group.order)).tolist()
            moved = {tuple(image[k] for k in at): x for at, x in T.items()}
            yield f"images {phi.images}", T_of(context, s.relabelled(z, phi)), moved

    wrong = first_difference(sides())
    which = "all" if count < MAX_AUTOMORPHISMS else "the first"
    return Evidence("proved", f"all weights of a node, {which} {count} automorphisms", wrong)


CLAIMS: tuple[Claim, ...] = tuple(
    Claim(f"symmetries.{name}", statement, latex, SOURCE, check, needs, up_to(order))
    for name, statement, latex, check, needs, order in (
        (
            "permutation",
            "permuting nodes keeps T",
            r"T(z_{\pi}) = T(z)",
            _permutation,
            ("criterion.tensor",),
            5,
        ),
        (
            "scaling",
            "scaling a node by (s, s, 1/s^2), s real, keeps T",
            r"T(sa, sb, c/s^2) = T(a, b, c)",
            _scaling,
            ("criterion.tensor",),
            7,
        ),
        (
            "swap",
            "exchanging a and b exchanges the first two indices of T",
            r"T_{k_1k_2k}(b, a, c) = T_{k_2k_1k}(a, b, c)",
            _swap,
            ("criterion.tensor",),
            7,
        ),
        (
            "translation",
            "moving the inputs multiplies T by phases that are 1 on the diagonal",
            r"T'_{k_1k_2k} = \chi_{k_1}(s)\chi_{k_2}(t)\overline{\chi_k(s+t)}\,T_{k_1k_2k}",
            _translation,
            ("criterion.tensor", "characters.homomorphism"),
            6,
        ),
        (
            "automorphism",
            "relabelling characters by an automorphism moves T along",
            r"T'_{\phi k_1,\phi k_2,\phi k} = T_{k_1k_2k}",
            _automorphism,
            ("criterion.tensor", "characters.dual"),
            7,
        ),
    )
)
