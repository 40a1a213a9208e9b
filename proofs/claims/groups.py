"""Finite groups that are not Abelian: the closed form, its widths, signs, and laws."""

from __future__ import annotations

from collections.abc import Iterator

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group_names import factors_of, product_of
from algebra.networks.coefficients import Coefficients, coefficient_check, to_coefficients
from algebra.networks.table_network import TableNetwork
from algebra.networks.verdict import table_check
from algebra.representations.irreducibles import irreducibles, trivial
from algebra.semiring.potential import Potential
from proofs.claims.claim import Claim, Compared, Context, Evidence, claim
from proofs.subjects.generic import generic

#: All orders up to 12, and S4; ``W(G)`` and the width of the narrowest network known.
WIDTHS = {"S3": (10, 10), "D4": (12, 12), "Q8": (20, 12), "D5": (18, 18), "A4": (32, 31)}
WIDTHS |= {"D6": (20, 20), "Dic3": (30, 29), "S4": (64, 64)}


def _group(name: str) -> FiniteGroup:
    return product_of(factors_of(name))


def _exact(z: TableNetwork) -> Iterator[tuple[str, object, object]]:
    """Yield whether a network is exact, over its table and in matrix coefficients."""
    group = _group(z.name)
    yield f"{z!r}: over the table", table_check(z, target="onehot").accepted, True
    w = to_coefficients(z, group)
    yield f"{z!r}: in coefficients", coefficient_check(w, target="onehot").accepted, True


@claim("groups.closed-form", r"W(G) = 1 + \sum_{\rho \ne 1} N_\rho^3 / e_\rho")
def closed_form(context: Context) -> Compared:
    """the closed form of a group is exact, and as wide as its representations say"""
    yield Evidence("proved", f"one-hot, by two routes, for {', '.join(WIDTHS)}")
    for name, (width, _) in WIDTHS.items():
        z = context.subject.finite(name, "representation")
        found = [rho for rho in irreducibles(_group(name)) if not trivial(rho)]
        yield f"W({name})", 1 + sum(rho.dimension * rho.functions for rho in found), width
        yield f"nodes for {name}", z.order, width
        yield from _exact(z)


@claim("groups.short", r"q(Q_8) = 12, \quad q(A_4) = 31")
def narrow(context: Context) -> Compared:
    """eight products of signs, and short blocks of the Abelian quotient, make narrower networks"""
    yield Evidence("proved", f"one-hot, by two routes, for {', '.join(WIDTHS)}")
    for name, (_, width) in WIDTHS.items():
        z = context.subject.finite(name, "short")
        yield f"nodes for {name}", z.order, width
        yield from _exact(z)


@claim("groups.laws", "r(x + y) = r(x) + r(y), r(x y) = r(x) r(y)")
def laws(context: Context) -> Compared:
    """potentials in matrix coefficients are homomorphisms of the semiring"""
    s, group = context.subject, _group("S3")
    over = Coefficients(group)
    x, y = (generic(name, 1, spectrum=over) for name in "xy")
    yield Evidence("proved", "S3, all entries of two nodes, all potentials of up to two indices")
    places = [(p, k) for p in "abc" for k in range(over.order)]
    pairs = [(u, v) for i, u in enumerate(places) for v in places[i:]]
    for indices in [(), *((u,) for u in places), *pairs]:
        r = Potential(over, indices)
        at_x, at_y = s.evaluate(r, x), s.evaluate(r, y)
        yield f"{r} of a sum", s.evaluate_expanded(r, s.add(x, y)), at_x + at_y
        yield f"{r} of a product", s.evaluate_expanded(r, s.multiply(x, y)), at_x * at_y


CLAIMS: tuple[Claim, ...] = (closed_form, narrow, laws)
