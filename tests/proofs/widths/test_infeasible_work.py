"""What the checker of infeasible widths counts before it multiplies, and its polynomials."""

from __future__ import annotations

import json
from math import prod
from typing import Any

import pytest

from algebra import AbelianGroup
from proofs.certificates import infeasible_checker
from proofs.certificates.infeasible_checker import Statement, equations, goal, plus, square, times
from proofs.claims.existence import one_node
from tests.at_limit import at_limit

Pair = tuple[int, int]


def one_node_at(
    group: AbelianGroup, u: Pair, v: Pair, outputs: Pair, *, target: str, constants: bool
) -> dict[str, Any]:
    """Return the certificate that no single node is right at two pairs of inputs: it has rank one.

    With ``A = c(g) S(u)``, ``B = c(h) S(v)``, ``C = c(h) S(u)``, ``D = c(g) S(v)``, where ``S(u)``
    is the node's square at the pair of inputs ``u``, ``AB = CD``; but what is wanted of them are
    four numbers 0, 1 or -1 of determinant 1 or -1. So 1 is a combination of the four equations.

    The group has order 2 or more, 3 for the projected task; u is not 0, 0 unless nodes may have
    constant parts; the outputs g and h have targets of determinant 1 or -1 at u and v.
    """
    g, h = outputs

    def wanted(out: int, at: tuple[int, int]) -> int:
        total = group.add(at[0], at[1])
        return int(total == out) - int(target == "projected" and total == 0)

    def product(factor: int, out: int, at: tuple[int, int]) -> list[list[Any]]:
        """Return a multiple of ``c(out) (a(x) + b(y))^2``, b(0) being 0."""
        (x, y), c = at, f"c0_{out}"
        terms: list[list[Any]] = [[factor, c, f"a0_{x}", f"a0_{x}"]]
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
    known = one_node(group, target=target, constants=constants)
    return known | {"cofactors": [x for x in cofactors if x[1][0][0]]}


FILES = [
    one_node_at(AbelianGroup(name), (1, 2), (2, 0), (3, 2), target=target, constants=True)
    for name, target in (("Z5", "onehot"), ("Z7", "projected"))
]


def limited(limit, number, work, message):
    at_limit(infeasible_checker, limit, number, work, f"^{message}: {number} is more ")


@pytest.mark.parametrize("top", FILES, ids=lambda top: str(top["group"]))
def test_terms_and_products_of_a_file_are_those_of_the_formula(top):
    d = prod(top["group"])
    read = lambda: infeasible_checker.read(json.dumps(top).encode())  # noqa: E731
    limited("MAX_TERMS", 3 * d**3 * top["width"], read, "group: terms")
    work, so_far = 0, 0
    for (g, x, y), terms in top["cofactors"]:
        wanted = ((x + y) % d == g) - (top["target"] == "projected" and (x + y) % d == 0)
        of_equation = (3 if y else 1) + abs(wanted)
        work += sum(3 + len(term) - 1 for term in terms) * of_equation
        so_far += len(terms)
    at = len(top["cofactors"]) - 1
    limited("MAX_WORK", work, read, rf"cofactors\[{at}\]: products so far")
    degree = max(len(term) - 1 for _, terms in top["cofactors"] for term in terms)
    at_limit(infeasible_checker, "MAX_DEGREE", degree, read, f"{degree + 1} is more")


def test_without_constant_parts_a_square_has_more_terms():
    options = {"target": "onehot", "constants": False}
    top = one_node_at(AbelianGroup("Z5"), (1, 2), (2, 4), (3, 1), **options)
    read = lambda: infeasible_checker.read(json.dumps(top).encode())  # noqa: E731
    limited("MAX_TERMS", 2 * 6**2 * 5**3, read, "group: terms")


@pytest.mark.parametrize(("constants", "squares"), [(True, 3), (False, 2 * 8**2)])
def test_the_route_of_squares_has_terms_for_each_pair(constants, squares):
    top = {
        "format": "cogo-infeasible", "version": 1, "group": [7], "width": 6, "target": "projected",
        "constants": constants, "route": "squares", "values": [1, 2, 3, 4, 5, 6, 7], "power": 1,
        "scale": 1, "cofactors": [[[], [[1]]]],
    }  # fmt: skip
    read = lambda: infeasible_checker.read(json.dumps(top).encode())  # noqa: E731
    limited("MAX_TERMS", squares * 7**2, read, "group: terms")


def of_squares(**changed):
    told = {"group": (3,), "width": 3, "target": "onehot", "constants": True, "route": "squares"}
    return Statement(**(told | {"values": [1, 2, 3], "power": 2} | changed))


def test_the_goal_is_a_power_of_the_functional_of_squares():
    f = {("a0", "a0"): 6}
    f |= {("a0", "b1"): 4, ("b1", "b1"): 2, ("a0", "b2"): 6, ("b2", "b2"): 3}
    assert goal(of_squares(power=1)) == f
    assert goal(of_squares()) == times(f, f)
    assert goal(of_squares(power=3)) == times(f, times(f, f))
    assert goal(of_squares(route="direct")) == {(): 1}
    limited("MAX_GOAL", 5**2, lambda: goal(of_squares()), "power: products")
    limited("MAX_GOAL", 5**3, lambda: goal(of_squares(power=3)), "power: products")


def test_squares_are_of_sums_and_without_constant_parts_entries_add_up_to_nothing():
    assert square("", 2, 0, plain=0) == {("a2", "a2"): 1}
    assert square("0_", 2, 1, plain=0) == {
        ("a0_2", "a0_2"): 1, ("a0_2", "b0_1"): 2, ("b0_1", "b0_1"): 1
    }  # fmt: skip
    # sum_x (a(x) + b(x)) = 0 with b(0) = 0
    minus = {(name,): -1 for name in ("a1", "a2", "b1", "b2")}
    assert square("", 0, 0, plain=3) == times(minus, minus)
    assert square("", 0, 1, plain=3) == times(
        {m: x for m, x in minus.items() if m != ("b1",)},
        {m: x for m, x in minus.items() if m != ("b1",)},
    )
    assert square("", 1, 0, plain=3) == {("a1", "a1"): 1}


def test_terms_that_cancel_are_left_out_and_monomials_are_sorted():
    x, y = {("x",): 1}, {("y",): 1}
    both, less = plus((1, x), (1, y)), plus((1, x), (-1, y))
    assert times(both, less) == {("x", "x"): 1, ("y", "y"): -1}
    assert times(y, x) == {("x", "y"): 1}
    assert plus((2, both), (-2, both)) == {}
    assert plus((3, both), (-2, less)) == {("x",): 1, ("y",): 5}


@pytest.mark.parametrize("target", ["onehot", "projected"])
@pytest.mark.parametrize("group", [(3,), (2, 2)])
def test_equations_say_that_squares_depend_on_the_sum_or_outputs_are_right(group, target):
    d = prod(group)
    add = AbelianGroup(list(group)).add
    made = equations(of_squares(group=group, target=target, values=[0] * d))
    expected = {
        (int(add(x, y)), x): plus(
            (1, square("", x, y, plain=0)), (-1, square("", 0, int(add(x, y)), plain=0))
        )
        for x in range(1, d)
        for y in range(d)
    }
    if target == "projected":
        expected[()] = plus(*((1, square("", 0, g, plain=0)) for g in range(d)))
    assert made == expected
    made = equations(of_squares(group=group, target=target, route="direct", width=2))
    first = int(target == "projected")
    assert set(made) == {(g, x, y) for g in range(first, d) for x in range(d) for y in range(d)}
    for (g, x, y), f in made.items():
        wanted = (add(x, y) == g) - (target == "projected" and add(x, y) == 0)
        nodes = [times({(f"c{j}_{g}",): 1}, square(f"{j}_", x, y, plain=0)) for j in range(2)]
        assert f == plus((-int(wanted), {(): 1}), (1, nodes[0]), (1, nodes[1]))
