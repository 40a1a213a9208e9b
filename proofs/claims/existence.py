"""The checkers of existence, on networks of known zeros, and of infeasible widths, on one node."""

from fractions import Fraction
from itertools import product
from math import isqrt
from typing import Any

from algebra.groups.group import AbelianGroup
from proofs.claims.checker import File, Spoil, at, drop, every, judged, put
from proofs.claims.claim import Compared, Context, claim, up_to

SCALE = 40
#: The network contracts within the first radius of its zero, but not within the second: a row of
#: ``4 r |Y|`` must be less than 1.
NEAR, FAR = Fraction(1, 5), Fraction(3, 10)


def _fixed(x: Fraction | int) -> int:
    return round(x * (1 << SCALE))


def by_functions(group: AbelianGroup, *, v: Fraction | int = 1) -> File:
    """Return the certificate of values of functions; v is fixed, u and w are free.

    One node ``(u [x = g] + v [y = h])^2`` for every pair ``g, h``, at the output ``g + h``, and a
    constant ``w^2`` taken off all outputs: exact for ``uv = d`` and ``w^2 = u^2 + v^2``.
    """
    d = group.order

    def at(x: int, coefficient: int, unknown: int) -> list[Any]:
        return [list(group.tuple(x)), [[coefficient, unknown]]]

    constant = {
        "a": [at(x, 1, 3) for x in range(d)],
        "b": [],
        "c": [at(x, -1, 0) for x in range(d)],
    }
    nodes = [
        {"a": [at(g, 1, 1)], "b": [at(h, 1, 2)], "c": [at(group.add(g, h), 1, 0)]}
        for g, h in product(range(d), repeat=2)
    ]
    u = Fraction(d, v)
    w = Fraction(isqrt(_fixed((u**2 + v**2) * 2**SCALE)), 2**SCALE)
    # The equations are (u + v)^2 - w^2 = 2d and u^2 + v^2 - w^2 = 0, in this order.
    inverse = [[Fraction(1), Fraction(-1)], [u / w, -(u + v) / w]]
    return {
        "format": "cogo-existence",
        "version": 1,
        "group": list(group.moduli),
        "basis": "functions",
        "target": "onehot",
        "scale": SCALE,
        "radius": _fixed(NEAR),
        "inverse_scale": SCALE,
        "nodes": [*nodes, constant],
        "values": [_fixed(x) for x in (u, v, w)],
        "free": [1, 3],
        "inverse": [[_fixed(x / (2 * v)) for x in row] for row in inverse],
    }


def _negate(row: list[Any], i: int) -> None:
    index, *forms = row[i]
    row[i] = [index, *([[-x, at] for x, at in form] for form in forms)]


def _rough(top: File) -> None:
    """Add to the first row of the inverse Y so that ``1 - Y J`` has 0.6 there, twice."""
    first, second = top["inverse"]
    rough = [x + 3 * (x + y) // 5 for x, y in zip(first, second, strict=True)]
    top.update(inverse=[rough, second], radius=_fixed(Fraction(1, 2**20)))


def _less(top: File) -> None:
    top.update(free=top["free"][:-1], inverse=[row[:-1] for row in top["inverse"][:-1]])


OTHER = {"onehot": "projected", "projected": "onehot"}
#: What is wrong.
SPOILT: dict[str, Spoil] = {
    "a radius at which nothing contracts": put("radius", value=_fixed(FAR)),
    "the other target": lambda top: top.update(target=OTHER[top["target"]]),
    "a centre elsewhere": lambda top: top.update(
        values=[x + 2 * top["radius"] for x in top["values"]]
    ),
    "a node missing": drop("nodes", 0),
    "another sign": at("nodes", 0, "c", 0, do=_negate),
    "one free unknown less": _less,
    "an inverse that is none": _rough,
}


@claim(
    "checker.existence",
    r"|YF(x)| + r\,(|1 - YJ(x)| + \sup |Y(J(z) - J(x))|) < r",
    "this project, docs/reference/certificates.md",
    applies=up_to(8, least=2),
)
def existence(context: Context) -> Compared:
    """the checker of existence certificates accepts networks with known zeros, and none spoilt"""
    group = context.over
    first = by_functions(group)
    # For the projected task 2 d - 2 u v = 0 is all that is left.
    half = [[_fixed(Fraction(-1, 2))]]
    projected = first | {"target": "projected", "free": [1], "inverse": half}
    files = every(first, {1: SPOILT}) + every(projected, {}, name="projected, ")
    return judged(context.subject.existence, files, "networks with values of functions")


def one_node(group: AbelianGroup, *, target: str = "onehot", constants: bool = True) -> File:
    """Return the certificate that no single node is right at two pairs ``(x, 0)``, of rank one.

    With ``A = c(g) a(g)^2``, ``B = c(h) a(h)^2``, ``C = c(h) a(g)^2``, ``D = c(g) a(h)^2``, b(0)
    being 0, ``AB = CD``; but wanted are ``A = B = 1`` and ``C = D = 0``, for the projected task
    where g and h are not 0, as they may not be without constant parts.
    """
    g, h = group.order - 1, group.order - 2

    def product(factor: int, out: int, x: int) -> list[list[Any]]:
        return [[factor, f"c0_{out}", f"a0_{x}", f"a0_{x}"]]

    # 1 = -(A - 1) B - (B - 1) + C D
    return {
        "format": "cogo-infeasible",
        "version": 1,
        "group": list(group.moduli),
        "width": 1,
        "target": target,
        "constants": constants,
        "route": "direct",
        "scale": 1,
        "cofactors": [
            [[g, g, 0], product(-1, h, h)],
            [[h, h, 0], [[-1]]],
            [[h, g, 0], product(1, g, h)],
        ],
    }


def _negated(cofactors: list[Any], i: int) -> None:
    label, terms = cofactors[i]
    cofactors[i] = [label, [[-x, *names] for x, *names in terms]]


FALSE: dict[str, Spoil] = {
    "twice the goal": put("scale", value=2),
    "two nodes": put("width", value=2),
    "an equation missing": drop("cofactors", 0),
    "a sign": at("cofactors", 0, do=_negated),
}


@claim(
    "checker.infeasible",
    r"1 = \sum_i f_i E_i",
    "this project, docs/reference/certificates.md",
    applies=up_to(8, least=2),
)
def infeasible(context: Context) -> Compared:
    """the checker of infeasible widths accepts that one node is too few, and no false identity"""
    files = every(one_node(context.over), {1: FALSE})
    for target, constants in product(OTHER, (True, False)) if context.over.order > 2 else ():
        name = f"{target}, constants {constants}, "
        files += every(one_node(context.over, target=target, constants=constants), {}, name=name)
    return judged(context.subject.infeasible, files, "one node")


CLAIMS = (existence, infeasible)
