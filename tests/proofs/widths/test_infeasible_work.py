"""What the checker of infeasible widths counts before it multiplies, and its polynomials."""

import json
import random
from fractions import Fraction
from functools import partial
from itertools import product
from math import prod

import numpy as np
import pytest

from algebra import AbelianGroup
from proofs.certificates import infeasible_checker
from proofs.certificates.infeasible_checker import Statement, equations, goal, plus, times
from proofs.claims.existence import one_node
from tests.at_limit import at_limit

both_tasks = pytest.mark.parametrize("target", ["onehot", "projected"])
both_kinds = pytest.mark.parametrize("constants", [True, False])


def read(top):
    return partial(infeasible_checker.read, json.dumps(top).encode())


def limited(limit, number, work, message):
    at_limit(infeasible_checker, limit, number, work, f"^{message}: {number} is more ")


def sums(G):
    """The table of the group, an array of integers."""
    return G.add(*np.indices((G.order, G.order)))


@both_tasks
@pytest.mark.parametrize("name", ["Z5", "Z2xZ2"])
def test_terms_and_products_of_a_file_are_those_of_the_formula(name, target):
    """Of one with the same two terms at each equation of two nodes."""
    table = sums(AbelianGroup(name))
    d, projected = len(table), target == "projected"
    labels = list(product(range(projected, d), range(d), range(d)))
    terms = [[1, "c0_1"], [2, "a0_1", "a1_1"]]
    work = 0
    for g, x, y in labels:
        wanted = (table[x, y] == g) or (projected and table[x, y] == 0)
        work += (3 + 1 + 3 + 2) * (2 * (3 if y else 1) + wanted)
    top = one_node(AbelianGroup(name), target=target)
    top |= {"width": 2, "cofactors": [[label, terms] for label in labels]}
    at = rf"cofactors\[{len(labels) - 1}\]: products so far"
    limited("MAX_WORK", int(work), read(top), at)
    at_limit(infeasible_checker, "MAX_DEGREE", 2, read(top), "3 is more")


SQUARES = {"route": "squares", "width": 4, "values": [1, 2, 3, 4, 5], "power": 1}
SQUARES |= {"cofactors": [[[], [[1]]]]}


@pytest.mark.parametrize(
    ("changed", "constants", "terms"),
    [
        ({"width": 2}, True, 3 * 5**3 * 2),
        ({"width": 2}, False, 2 * 6**2 * 5**3 * 2),
        (SQUARES, True, 3 * 5**2),
        (SQUARES, False, 2 * 6**2 * 5**2),
    ],
)
def test_the_terms_of_all_equations_are_counted(changed, constants, terms):
    top = one_node(AbelianGroup("Z5"), target="projected", constants=constants) | changed
    limited("MAX_TERMS", terms, read(top), "group: terms")


def value(f, point):
    return sum(x * prod(point[name] for name in monomial) for monomial, x in f.items())


@both_tasks
@both_kinds
@pytest.mark.parametrize("name", ["Z3", "Z4", "Z2xZ2"])
def test_direct_equations_are_the_networks_errors(name, constants, target):
    """Evaluated at random networks, gauge fixed, they are f(x, y)[g] less what is wanted."""
    rng = random.Random(f"{name} {constants} {target}")
    G, q = AbelianGroup(name), 2
    d = G.order
    numbers = (Fraction(rng.randint(-9, 9)) for _ in range(3 * q * d))
    a, b, c = np.reshape(list(numbers), (3, q, d))
    if not constants:
        a, b = (x - x.sum(axis=1, keepdims=True) / d for x in (a, b))
    error = np.tensordot(c.T, (a[:, :, None] + b[:, None, :]) ** 2, 1)
    error = error - (sums(G) == np.arange(d)[:, None, None])
    a, b = a + b[:, :1], b - b[:, :1]
    if target == "projected":
        error, c = error - error[0], c - c[:, :1]
    rows = {"a": a, "b": b, "c": c}
    point = {f"{p}{j}_{x}": v for p, row in rows.items() for (j, x), v in np.ndenumerate(row)}
    statement = Statement(G.moduli, q, target, constants, "direct", [], 1)
    made = {label: value(f, point) for label, f in equations(statement).items()}
    first = int(target == "projected")
    assert made == {(g + first, x, y): e for (g, x, y), e in np.ndenumerate(error[first:])}
    assert goal(statement) == {(): 1}


@both_tasks
@both_kinds
@pytest.mark.parametrize("name", ["Z3", "Z2xZ2", "Z5"])
def test_equations_of_squares_say_that_the_square_is_a_function_of_the_sum(name, constants, target):
    rng = random.Random(name)
    G = AbelianGroup(name)
    d, table = G.order, sums(G)
    a, b = ([rng.randint(-9, 9) for _ in range(d)] for _ in "ab")
    b[0] = 0
    point = {f"{p}{x}": row[x] for p, row in (("a", a), ("b", b)) for x in range(d)}
    if not constants:  # the sum of a(x) + b(y) over all x and y is zero
        a[0] = -sum(a[1:] + b)
        del point["a0"]
    square = np.add.outer(a, b) ** 2
    values = [rng.randint(-5, 5) for _ in range(d)]
    width = d - (target == "projected")
    statement = Statement(G.moduli, width, target, constants, "squares", values, 3)
    expected = {
        (table[x, y], x): square[x, y] - square[0, table[x, y]]
        for x in range(1, d)
        for y in range(d)
    }
    if target == "projected":
        expected[()] = square[0].sum()
    assert {label: value(f, point) for label, f in equations(statement).items()} == expected
    assert value(goal(statement), point) == (values @ square[0]) ** 3
    terms = len(goal(statement._replace(power=1)))
    limited("MAX_GOAL", terms**3, partial(goal, statement), "power: products")


def test_terms_that_cancel_are_left_out_and_monomials_are_sorted():
    x, y = {("x",): 1}, {("y",): 1}
    both, less = plus((1, x), (1, y)), plus((1, x), (-1, y))
    assert times(both, less) == {("x", "x"): 1, ("y", "y"): -1}
    assert times(y, x) == {("x", "y"): 1}
    assert plus((2, both), (-2, both)) == {}
    assert plus((3, both), (-2, less)) == {("x",): 1, ("y",): 5}
