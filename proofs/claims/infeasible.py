"""The checker of infeasible widths, on one node over every group: its outputs have rank one.

With ``A = c(g) S(u)``, ``B = c(h) S(v)``, ``C = c(h) S(u)``, ``D = c(g) S(v)``, where ``S(u)`` is
the node's square at the pair of inputs ``u``, ``AB = CD``; but what is wanted of them are four
numbers 0, 1 or -1 of determinant 1 or -1. So 1 is a combination of the four equations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from algebra.groups.group import AbelianGroup
from proofs.claims.claim import Context, Evidence, claim, up_to
from proofs.claims.spoilt import File, Table, at, coded, drop, every, judged, put

Pair = tuple[int, int]
Terms = list[list[Any]]


def one_node(
    group: AbelianGroup, u: Pair, v: Pair, outputs: Pair, *, target: str, constants: bool
) -> File:
    """Return the certificate that no single node is right at two pairs of inputs.

    The group has order 2 or more, 3 for the projected task; u is not 0, 0 unless nodes may have
    constant parts; the outputs g and h have targets of determinant 1 or -1 at u and v.
    """
    g, h = outputs

    def wanted(out: int, at: Pair) -> int:
        total = group.add(at[0], at[1])
        return int(total == out) - int(target == "projected" and total == 0)

    def product(factor: int, out: int, at: Pair) -> Terms:
        """Return a multiple of ``c(out) (a(x) + b(y))^2``, b(0) being 0."""
        (x, y), c = at, f"c0_{out}"
        terms: Terms = [[factor, c, f"a0_{x}", f"a0_{x}"]]
        if y:
            terms += [[2 * factor, c, f"a0_{x}", f"b0_{y}"], [factor, c, f"b0_{y}", f"b0_{y}"]]
        return terms

    # AB - CD = 0 with A = E(g,u) + wanted(g,u), ..., where E are the equations.
    sign = wanted(g, u) * wanted(h, v) - wanted(h, u) * wanted(g, v)
    cofactors: list[list[Any]] = [
        [[g, *u], product(-sign, h, v)],
        [[h, *v], [[-sign * wanted(g, u)]]],
        [[h, *u], product(sign, g, v)],
        [[g, *v], [[sign * wanted(h, u)]]],
    ]
    return {
        "format": "cogo-infeasible",
        "version": 1,
        "group": list(group.moduli),
        "width": 1,
        "target": target,
        "constants": constants,
        "route": "direct",
        "scale": 1,
        "cofactors": [x for x in cofactors if x[1][0][0]],
    }


def certificates(group: AbelianGroup) -> Iterator[File]:
    """Yield four, for the last element x: the inputs at the first pair are x, -x or 0."""
    d = group.order
    x = d - 1
    minus = group.negate(x)
    for target, constants, u in (
        ("onehot", True, (x, x)),
        ("onehot", False, (minus, x)),
        ("projected", True, (0, x)),
        ("projected", False, (x, minus)),
    ):
        if target == "projected" and d == 2:  # all that is wanted is 1 or -1
            continue
        total = group.add(u[0], u[1])
        h = next(w for w in range(1, d) if w != total and (w, 0) != u)
        g = total if total or target == "onehot" else next(w for w in range(1, d) if w != h)
        yield one_node(group, u, (h, 0), (g, h), target=target, constants=constants)


def _negate(cofactors: list[Any], i: int) -> None:
    label, terms = cofactors[i]
    cofactors[i] = [label, [[-x, *names] for x, *names in terms]]


SPOILT: Table = coded(
    1,
    {
        "twice the goal": put("scale", value=2),
        "two nodes": put("width", value=2),
        "an equation missing": drop("cofactors", 0),
        "a sign": at("cofactors", 0, do=_negate),
    },
)


@claim(
    "checker.infeasible",
    r"1 = \sum_i f_i E_i",
    "this project, docs/reference/certificates.md",
    applies=up_to(8, least=2),
)
def checked(context: Context) -> Evidence:
    """the checker of infeasible widths accepts that one node is too few, and no false identity"""
    first, *right = certificates(context.over)
    files = [*every(first, SPOILT), *(file for top in right for file in every(top, {}))]
    return judged(context.subject.infeasible, files, "one node")


CLAIMS = (checked,)
