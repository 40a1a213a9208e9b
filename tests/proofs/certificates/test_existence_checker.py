"""The checker of existence certificates: what it accepts and refuses, what each rule is for."""

import json
import re
from collections import Counter
from fractions import Fraction
from functools import cache
from math import prod

import numpy as np
import pytest

from algebra import AbelianGroup
from numeric.narrow.problem import Operation, Problem
from numeric.narrow.run import weights_of
from numeric.narrow.search import Searched, search
from numeric.narrow.symmetric import structure
from numeric.weights.plain_network import Weights, plain_network
from proofs.certificates import existence_checker as checker
from proofs.claims.checker import spoilt
from proofs.claims.existence import SPOILT, by_functions
from proofs.widths.hit_proof import NotProvedError, prove_existence
from proofs.widths.invariant_network import coordinates, invariant, network_of
from tests.numeric.network_loss import network_loss
from tests.proofs.stand_alone import CHECKERS, altered, caught

SOURCE = CHECKERS / "existence_checker.py"
#: Two unknowns, the square root of 2 and the number 1.
SMALL = {
    "format": "cogo-existence",
    "version": 1,
    "group": [2],
    "basis": "functions",
    "target": "projected",
    "scale": 20,
    "radius": 16,
    "values": [1482906, 1048576],
    "free": [1, 2],
    "nodes": [
        {"a": [[[1], [[1, 1]]]], "b": [[[1], [[-1, 1]]]], "c": [[[0], [[-2, 0]]], [[1], [[2, 0]]]]},
        {
            "a": [[[0], [[1, 2]]], [[1], [[1, 2]]]],
            "b": [],
            "c": [[[0], [[2, 0]]], [[1], [[-2, 0]]]],
        },
    ],
    "inverse_scale": 5,
    "inverse": [[-3, 3], [-4, 0]],
}
#: One element, no output to compare, no unknown, no node.
NOTHING = SMALL | {"group": [1], "values": [], "free": [], "nodes": [], "inverse": []}
PROBLEMS = {
    "Z2, projected": Problem(AbelianGroup("Z2"), 2, "projected"),
    "Z2, one-hot": Problem(AbelianGroup("Z2"), 3, "onehot"),
    "Z3, projected": Problem(AbelianGroup("Z3"), 3, "projected"),
    "Z3, one-hot": Problem(AbelianGroup("Z3"), 5, "onehot"),
    "Z3, swap": Problem(AbelianGroup("Z3"), 4, "onehot", symmetry="swap"),
    "Z2xZ2, support": Problem(AbelianGroup("Z2xZ2"), 4, "onehot", support=((0,), (1,), (2,), (3,))),
    "Z3, characters": Problem(AbelianGroup("Z3"), 3, "projected", support=((0, 1),) * 3),
    "Z4, characters": Problem(AbelianGroup("Z4"), 6, "projected", support=((0, 1, 2),) * 6),
    "a table": Problem(Operation(((0, 1, 1), (2, 1, 0), (0, 0, 0))), 5, "onehot"),
}


@cache
def proved(name):
    problem = PROBLEMS[name]
    for hit in search(problem, starts=100):
        if hit.outcome is Searched.ZERO:
            network = network_of(problem, start=hit.start, seed=0)
            values = coordinates(network, weights_of(problem, hit))
            try:
                return json.loads(prove_existence(network, values)[0])
            except NotProvedError:
                continue
    raise AssertionError(f"no regular zero for {name}")


def valid():
    return {"small": SMALL, "nothing": NOTHING, **{name: proved(name) for name in PROBLEMS}}


def verdict(certificate, module=checker):
    return module.check(json.dumps(certificate).encode())


@pytest.mark.parametrize("name", ["small", "nothing", *PROBLEMS])
def test_a_proof_is_accepted_with_the_number_of_equations(name):
    code, message = verdict(valid()[name])
    assert (code, message[:9]) == (0, "accepted:")
    count = len(valid()[name]["free"])
    assert f"{count} equations in as many free unknowns" in message


def test_a_table_that_is_changed_is_refused():
    found = proved("a table")
    assert verdict(found)[1].startswith("accepted: a table of 3, 5 nodes, target onehot")
    assert verdict(altered(found, "table.0.1", 0))[0] == 1
    elsewhere = "table: the group is not one number, or the basis not functions"
    for change, words in (
        ({"table": [[0, 1, 3]] * 3}, "table[0][2]: 3 is more than 2"),
        ({"table": [[0, 1, 1]]}, "table: length 1 is less than 3"),
        ({"table": [[0, 1, 1]] * 2 + [[0, 1]]}, "table[2]: length 2 is less than 3"),
        ({"table": "and"}, "table: 'and' is not a list"),
        ({"group": [3, 1]}, elsewhere),
        ({"basis": "characters"}, elsewhere),
    ):
        assert verdict(found | change) == (2, f"malformed: {words}")


def test_the_verdict_says_what_is_proved():
    assert verdict(SMALL | {"notes": 0.5}) == (
        0,
        "accepted: Z2, 2 nodes, target projected: with the fixed unknowns as stated, exactly one "
        "real exact optimizer has its free unknowns within 16/2^20 of those stated; 2 equations "
        "in as many free unknowns of 2, 2 equations follow from them; notes were not read",
    )


def test_the_solution_that_is_proved_to_exist_is_there():
    # sqrt(2) and 1 solve the equations: the box around the centre holds them.
    r = Fraction(SMALL["radius"], 2 ** SMALL["scale"])
    x, y = (Fraction(v, 2 ** SMALL["scale"]) for v in SMALL["values"])
    assert (x - r) ** 2 < 2 < (x + r) ** 2
    assert y - r < 1 < y + r


# Every field, changed.


ROW = "the inequality does not hold"
TAMPERED = [
    ("format", "cogo-certificate", 2, "format: 'cogo-certificate' is not cogo-existence"),
    ("version", 2, 2, "version: 2 is more than 1"),
    ("group", [3], 1, "unproved: 3 independent equations, and 2 free unknowns"),
    ("group", [0], 2, "group[0]: 0 is less than 1"),
    ("group", [65], 2, "group[0]: 65 is more than 64"),
    ("group", [8, 9], 2, "group: order: 72 is more than 64"),
    ("group", [], 2, "group: length 0 is less than 1"),
    ("basis", "characters", 2, "nodes[0].a[0]: length 2 is less than 3"),
    ("basis", "other", 2, "basis: 'other' is not functions or characters"),
    ("target", "onehot", 1, "unproved: 3 independent equations, and 2 free unknowns"),
    ("target", 1, 2, "target: 1 is not a string"),
    ("scale", 21, 1, ROW),
    ("scale", 19, 1, ROW),
    ("scale", 3001, 2, "scale: 3001 is more than 3000"),
    ("scale", -1, 2, "scale: -1 is less than 0"),
    ("radius", 0, 2, "radius: 0 is less than 1"),
    ("radius", 1, 1, ROW),
    ("radius", 2**20, 1, ROW),
    ("radius", 1.5, 2, "radius: '1.5' is not an integer of at most 1000 digits"),
    ("values.0", 1482906 + 40, 1, "row 0, unknown 1: " + ROW),
    ("values.1", 1048576 - 32, 1, ROW),
    ("values.0", -1482906, 1, ROW),
    ("values.1", 10**1000, 2, "values[1]"),
    ("values", [1482906], 2, "free[1]: 2 is more than 1"),
    ("free", [1], 2, "inverse: length 2 is more than 1"),
    ("free", [2, 1], 2, "free[1]: 1 is less than 3"),
    ("free", [1, 1], 2, "free[1]: 1 is less than 2"),
    ("free", [1, 3], 2, "free[1]: 3 is more than 2"),
    ("free.0", True, 2, "free[0]: True is not an integer"),
    ("nodes.0.a.0.1.0.0", 2, 1, "unproved: 3 independent equations"),
    ("nodes.0.a.0.1.0.0", 0, 2, "the coefficient is 0, or the unknown occurs twice"),
    ("nodes.0.a.0.1.0.1", 2, 1, "unproved: "),
    ("nodes.0.a.0.1.0.1", 3, 2, "nodes[0].a[0][1][0][1]: 3 is more than 2"),
    ("nodes.0.a.0.1.0.1", -1, 2, "nodes[0].a[0][1][0][1]: -1 is less than 0"),  # no factor i
    ("nodes.0.a.0.1.0.0", 10**6 + 1, 2, "1000001 is more than 1000000"),
    ("nodes.0.a.0.1.0", [1], 2, "nodes[0].a[0][1][0]: length 1 is less than 2"),
    ("nodes.0.a.0.1", [[1, 1], [2, 1]], 2, "the unknown occurs twice"),
    ("nodes.0.a.0.0.0", 2, 2, "nodes[0].a[0][0][0]: 2 is more than 1"),
    ("nodes.0.a.0.0", [1, 0], 2, "nodes[0].a[0][0]: length 2 is more than 1"),
    ("nodes.0.a.0.0", [], 2, "nodes[0].a[0][0]: length 0 is less than 1"),
    ("nodes.0.c.1.0.0", 0, 2, "nodes[0].c[1]: an index occurs twice"),
    ("nodes.0.c.1.1.0.0", 3, 1, ROW),
    ("nodes.0.c", ..., 2, "nodes[0]: missing key 'c'"),
    ("nodes.0.d", [], 2, "nodes[0]: unknown key 'd'"),
    ("nodes.1", ..., 1, "unproved: "),
    ("inverse.0", [1, 2, 3], 2, "inverse[0]: length 3 is more than 2"),
    ("inverse.1", [1], 2, "inverse[1]: length 1 is less than 2"),
    ("inverse_scale", 4, 1, ROW),
    ("inverse_scale", 3001, 2, "inverse_scale: 3001 is more than 3000"),
    ("inverse.0.0", 3, 1, "row 0, unknown 1: " + ROW),
    ("inverse.1.0", 0, 1, "row 1, unknown 2: " + ROW),
    ("inverse", [[-3, 3]], 2, "inverse: length 1 is less than 2"),
    ("inverse.0.0", "3", 2, "inverse[0][0]: '3' is not an integer of at most 1000 digits"),
    ("more", 1, 2, "top level: unknown key 'more'"),
]


@pytest.mark.parametrize(("place", "x", "code", "said"), TAMPERED, ids=str)
def test_each_field_is_needed_as_it_is(place, x, code, said):
    found, message = verdict(altered(SMALL, place, x))
    assert found == code
    assert said in message


@pytest.mark.parametrize(
    ("order", "k", "said"),
    [
        (3, 1, "unproved: "),
        (3, 2, "malformed: nodes[0].a[0]: an index occurs twice, or is not the smaller of k, -k"),
        (2, 1, "malformed: nodes[0].a[0]: a real character has no imaginary part"),
    ],
)
def test_a_coefficient_is_written_once_and_is_real_at_a_real_character(order, k, said):
    nodes = [{"a": [[[k], [[1, 1]], [[1, 2]]]], "b": [], "c": []}]
    change = {"basis": "characters", "group": [order], "nodes": nodes}
    assert verdict(SMALL | change)[1].startswith(said)


@pytest.mark.parametrize("key", SMALL)
def test_no_key_can_be_left_out(key):
    assert verdict(altered(SMALL, key)) == (2, f"malformed: top level: missing key {key!r}")


def moved(certificate, unknown, step):
    """The certificate with another centre in one unknown."""
    return altered(certificate, f"values.{unknown - 1}", certificate["values"][unknown - 1] + step)


@pytest.mark.parametrize("name", ["Z3, one-hot", "Z3, swap", "Z4, characters"])
def test_every_unknown_and_every_row_of_the_inverse_counts(name):
    certificate = valid()[name]
    free, count = certificate["free"], len(certificate["values"])
    for position in (0, len(free) // 2, -1):
        assert verdict(moved(certificate, free[position], 4 * certificate["radius"]))[0] == 1
        assert verdict(altered(certificate, f"inverse.{position}", [0] * len(free)))[0] == 1
    fixed = {*range(1, count + 1)} - {*free}
    codes = [verdict(moved(certificate, i, certificate["radius"] << 12))[0] for i in fixed]
    assert codes.count(1) > len(fixed) / 2  # scalings and shifts apart, a fixed unknown matters


def equations(certificate):
    """What a certificate says, and the equations that are kept of it."""
    typed = checker.read(json.dumps(certificate).encode())
    return typed, checker.independent([f for f in checker.expand(typed) if f])


def one_equation_less(certificate, position):
    """A certificate that is right of all equations but one, and has one free unknown less."""
    _, kept = equations(certificate)
    del kept[position]
    one = 2 ** certificate["scale"]
    point = [0, *certificate["values"]]
    for left_out in range(len(certificate["free"])):
        free = [i for k, i in enumerate(certificate["free"]) if k != left_out]
        slopes = [checker.gradient(f, point, one) for f in kept]
        matrix = np.array([[row.get(i, 0) / one**2 for i in free] for row in slopes])
        if np.linalg.cond(matrix) < 1e5:
            inverse = np.round(np.linalg.inv(matrix) * 2.0**30)
            rows = [[int(x) for x in row] for row in inverse]
            return certificate | {"free": free, "inverse": rows, "inverse_scale": 30}
    raise AssertionError("no unknown can be left out")


@cache
def false():
    base = valid()
    found = {
        f"{name} without equation {position}": one_equation_less(base[name], position)
        for name in ("small", "Z3, projected", "Z3, swap", "Z4, characters")
        for position in (0, -1, len(base[name]["free"]) // 2)
    }
    for name in ("small", "Z3, one-hot", "Z4, characters"):
        proof = base[name]  # nothing contracts on a box as large as this
        found[f"{name}, too large a box"] = proof | {"radius": 1 << proof["scale"]}
        for position in (0, -1):
            for side in (3, -3):
                off = moved(proof, proof["free"][position], side * proof["radius"])
                found[f"{name}, next to the box, {position}, {side}"] = off
            idle = altered(proof, f"inverse.{position}", [0] * len(proof["free"]))
            found[f"{name}, an idle row {position}"] = idle
    two = by_functions(AbelianGroup("Z3"))  # two unknowns in each equation
    for name, spoil in SPOILT.items():
        found[f"two unknowns, {name}"] = json.loads(spoilt(two, spoil))
    return found


def test_a_proof_of_all_equations_but_one_proves_nothing():
    for name, certificate in false().items():
        assert verdict(certificate)[0] == 1, name


def largest_radius(certificate):
    """The inequality of docs/reference/certificates.md, in rational numbers: no larger radius."""
    typed, kept = equations(certificate)
    one = 2**typed.scale
    point = [Fraction(1), *(Fraction(x, one) for x in typed.values)]
    rows = [[Fraction(x, 2**typed.inverse_scale) for x in row] for row in typed.inverse]

    def derivative(f, k):
        terms = Counter()
        for m, x in f.items():
            if k in m:
                rest = list(m)
                rest.remove(k)
                terms[tuple(rest)] += x * m.count(k)
        return terms

    def at(f, x):
        return sum(y * prod(x[i] for i in m) for m, y in f.items())

    slopes = [[at(derivative(f, k), point) for k in typed.free] for f in kept]
    sizes = [[derivative({m: abs(x) for m, x in f.items()}, k) for k in typed.free] for f in kept]
    near = [abs(x) for x in point]
    gap, tilt = [], []
    for i, row in enumerate(rows):
        gap.append(abs(sum(y * at(f, point) for y, f in zip(row, kept, strict=True))))
        product = [sum(y * s[k] for y, s in zip(row, slopes, strict=True)) for k in range(len(row))]
        tilt.append(sum(abs((i == k) - x) for k, x in enumerate(product)))

    def holds(radius):
        r = Fraction(radius, one)
        far = [x + r if i in typed.free else x for i, x in enumerate(near)]
        spread = [sum(at(g, far) - at(g, near) for g in size) for size in sizes]
        return all(
            g + r * (t + sum(abs(y) * s for y, s in zip(row, spread, strict=True))) < r
            for g, t, row in zip(gap, tilt, rows, strict=True)
        )

    low, high = certificate["radius"], one
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


@pytest.mark.parametrize("name", ["small", "Z3, projected", "two unknowns"])
def test_the_largest_radius_that_is_accepted_is_that_of_the_inequality(name):
    files = {"two unknowns": by_functions(AbelianGroup("Z4")), "small": SMALL}
    certificate = files.get(name) or proved(name)
    radius = largest_radius(certificate)
    assert verdict(certificate | {"radius": radius})[0] == 0
    assert verdict(certificate | {"radius": radius + 1})[0] == 1


def test_other_fixed_unknowns_have_other_zeros_in_the_same_box():
    """So the verdict must say that there is one zero *with the fixed unknowns as stated*."""
    first = by_functions(AbelianGroup("Z2"))
    second = by_functions(AbelianGroup("Z2"), v=1 + Fraction(1, 2**10))
    for certificate in (first, second):
        code, message = verdict(certificate)
        assert code == 0
        assert "with the fixed unknowns as stated, exactly one real exact optimizer" in message
    (u, v, _), (other, fixed, _) = first["values"], second["values"]
    assert 0 < abs(u - other) < first["radius"]  # u v = d, for both
    assert fixed != v


# Each sentence of the checker is needed: without it, some certificate gets another verdict.

MUTATIONS = {
    "any number of free unknowns": ("if len(kept) != len(free):", "if False:"),
    "no inequality": ("if gap + radius * steep >= radius * unit:", "if False:"),
    "no gap": ("if gap + radius * steep", "if radius * steep"),
    "no contraction": ("if gap + radius * steep", "if gap"),
    "no spread": ("sum(map(abs, left)) + sum(", "sum(map(abs, left)) + 0 * sum("),
    "no distance of the inverse": ("steep = sum(map(abs, left))", "steep = 0 * sum(left)"),
    "the first row only": ("in enumerate(inverse):", "in enumerate(inverse[:1]):"),
    "all but the first row": ("in enumerate(inverse):", "in [*enumerate(inverse)][1:]:"),
    "the identity is forgotten": ("left[i] = unit", "left[i] = 0"),
    "the sign of the derivatives": ("left[k] -= y * x", "left[k] += y * x"),
    "the largest spread, not the sum": ("spread.append(sum(", "spread.append(max("),
    "the largest distance, not the sum": ("sum(map(abs, left)) +", "max(map(abs, left)) +"),
    "the spread of the centre": ("x + radius if i in column", "x if i in column"),
    "the spread of signed polynomials": ("{m: abs(x) for m, x in f.items()}", "f"),
    "signs in the gap": ("gap = abs(sum(", "gap = (sum("),
    "constants are forgotten": ("f: Polynomial = {(): -goal} if goal else {}", "f = {}"),
    "the target is 1": ("goal = 2 * d * (", "goal = ("),
    "characters: the target is 1": ("goal = 2 * (x == y == g)", "goal = (x == y == g)"),
    "squares are not squared": ("add(square[x, y], times(s, s))", "add(square[x, y], s)"),
    "the input b is forgotten": ('add(s, node["b"].get(y, {}))', "pass"),
    "characters: b is forgotten": ('for k, s in node["b"].items()]', "for k, s in ()]"),
    "i squared is 1": ("-x * y if square else x * y", "x * y"),
    "conjugates are not conjugate": ("m: -x for m, x in imaginary", "m: x for m, x in imaginary"),
    "the first output is not subtracted": ("add(outs[-1], node", "0 and add(outs[-1], node"),
    "outputs without the first": ('[1 if target == "projected" else 0 :]', "[1:]"),
    "all outputs": ('[1 if target == "projected" else 0 :]', "[:]"),
    "imaginary parts are forgotten": ("found.append({m[1:]: z", "0 and found.append({m[1:]: z"),
    "real parts are forgotten": ("found.append({m: z for", "0 and found.append({m: z for"),
    "one pivot is enough": ("if lead not in pivots:", "if not pivots:"),
    "dependent equations are kept": ("while rest:", "while True:"),
    "elimination does not cancel": ("add(rest, pivot, -x)", "add(rest, pivot, x)"),
    "derivatives of squares count once": (
        "for at, i in enumerate(m):",
        "for at, i in {i: (p, i) for p, i in enumerate(m)}.values():",
    ),
    "powers of the denominator in values": (
        "one ** (3 - len(m)) for m",
        "one ** (2 - len(m) // 2) for m",
    ),
    "the table is turned": ("table[x[0]][y[0]]", "table[y[0]][x[0]]"),
    "the table is not used": ("if table else join(x, y)", "if 0 else join(x, y)"),
    "a product with conjugates only": ("join(y, w)], times(s, t))", "join(w, w)], times(s, t))"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutated_checker_is_caught(name):
    files = [*((x, 0) for x in valid().values()), *((x, 1) for x in false().values())]
    assert caught(SOURCE, MUTATIONS[name], files, MAX_HELD=10**5)  # so a loop without end ends


# The equations, against the network itself.


@pytest.mark.parametrize("name", ["Z1", "Z2", "Z3", "Z2xZ2", "Z4", "Z5"])
@pytest.mark.parametrize("target", ["onehot", "projected"])
@pytest.mark.parametrize("basis", ["functions", "characters"])
def test_the_equations_are_the_loss_of_the_network(name, target, basis):
    group = AbelianGroup(name)
    d, q = group.order, 3
    everywhere = (tuple(group.representatives.tolist()),) * q if basis == "characters" else None
    problem = Problem(group, q, target, support=everywhere)
    network = invariant(structure(problem, 0, seed=0))
    assert network.basis == basis
    rng = np.random.default_rng(d)
    w = Weights(group, *rng.normal(size=(3, d, q)))
    point = [1.0, *coordinates(network, plain_network(w))]
    typed = checker.read(json.dumps(network.document).encode())
    values = [
        sum(x * np.prod([point[i] for i in m]) for m, x in f.items()) for f in checker.expand(typed)
    ]
    loss = network_loss(w, target=target)
    if basis == "functions":  # 2d f(x, y)[g], by output, then by inputs; imaginary parts are 0
        outputs = d if target == "onehot" else d - 1
        gaps = np.zeros((d, d * d))
        gaps[d - outputs :] = np.reshape(values, (outputs, d * d, 2))[:, :, 0] / (2 * d)
        if target == "projected":
            gaps -= gaps.mean(axis=0)
        assert (gaps**2).sum() / d**2 == pytest.approx(loss)
        return
    ks = [k for k in group.representatives.tolist() if k or target == "onehot"]
    table = np.reshape(values, (len(ks), d * d, 2)) / 2
    double = np.array([1 if group.negate(np.array(k)) == k else 2 for k in ks])
    assert (double * (table**2).sum(axis=(1, 2))).sum() / d == pytest.approx(loss)


def test_what_is_kept_is_a_basis_of_the_polynomials():
    rng = np.random.default_rng(0)
    for _ in range(40):
        monomials = [(), (1,), (2,), (1, 1), (1, 2), (2, 3, 3)]
        rows = rng.integers(-2, 3, size=(6, 6)) * (rng.random((6, 6)) < 0.5)
        rows[4] = rows[0] + 2 * rows[2]
        f = [{m: int(x) for m, x in zip(monomials, row, strict=True) if x} for row in rows]
        kept = checker.independent(f)
        ranks = [np.linalg.matrix_rank(rows[:i]) for i in range(7)]
        assert kept == [f[i] for i in range(6) if ranks[i] < ranks[i + 1]]


def test_a_symmetry_leaves_fewer_equations_and_the_rest_follow():
    code, message = verdict(proved("Z3, swap"))
    equations, others = map(int, re.findall(r"(\d+) equations", message))
    assert code == 0
    assert equations < 27 == equations + others
